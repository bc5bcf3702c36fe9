"""What `grade` says in the terminal, in the teacher's language."""

import shutil
import sys
import time
from collections.abc import Collection, Mapping, Sequence

from common.grading.gradebook.grades import Change, StudentGrade
from common.grading.gradebook.policy import Policy
from common.grading.gradebook.term import Term
from common.grading.submissions.archives import listed
from common.grading.submissions.submission import Submission
from common.i18n import Text

LEFT_OUT = Text(
    "{module} cannot be graded, and is left out: {why}",
    "модуль {module} проверить нельзя, он пропущен: {why}",
)
GOING_ON = Text(
    "The last run was not finished; going on with it.",
    "Прошлая проверка не закончена; продолжаем её.",
)
LATE_POLICY = Text("Late policy of {module}: {policy}.", "Опоздания, {module}: {policy}.")
WEIGHTS = Text("The term: {weights}", "Семестр: {weights}")
DROP = Text("; the lowest {count} of them dropped", "; худших отбрасывается: {count}")
EXTENSION = Text("Extension: {student}, {module}: {due}", "Отсрочка: {student}, {module}: {due}")
NOT_COUNTED = Text("excused", "освобождён")
NOT_AMONG = Text(
    "In the list of times, but not among the submissions: {names}.",
    "Есть в таблице времени, но не среди работ: {names}.",
)
LEFT = Text("{done} of {total}, {time} left: ", "{done} из {total}, осталось {time}: ")
CHANGED = Text(
    "{student}: {exercise} {before:g} -> {after:g} points ({why})",
    "{student}: {exercise}, баллы {before:g} -> {after:g} ({why})",
)
WHY = {
    "regrade": Text("checked anew", "проверено заново"),
    "submission": Text("handed in anew", "сдано заново"),
    "time": Text("another time", "другое время"),
    "decision": Text("by hand", "вручную"),
}
IS_REFUSED = Text("{student}: refused: {why}", "{student}: не проверено: {why}")
GONE = Text(
    "In the gradebook, but not among these submissions: {names}.",
    "Есть в журнале, но не среди этих работ: {names}.",
)
HAVE_NOTES = Text(
    "Submissions with notes, in grades.csv and on the students' pages: {count}.",
    "Работ с замечаниями (они в grades.csv и на страницах студентов): {count}.",
)
COUNTED = Text(
    "Grades: {grades}; students: {students}.", "Оценок: {grades}; студентов: {students}."
)
OTHER_COURSE = Text(
    "Grades from another version of the course: {count}; see --regrade.",
    "Оценок от другой версии курса: {count}; см. --regrade.",
)
HAS_NOT = Text(
    "Not handed in, {module}: {count} of {all}: {names}.",
    "Не сдали {module}: {count} из {all}: {names}.",
)
STRANGER = Text(
    "Not in the roster: {names}. They are graded, and left out of the tables for Moodle and "
    "Canvas; if it is a matter of spelling, rename the submission.",
    "Нет в списке группы: {names}. Их работы проверены, но в таблицы для Moodle и Canvas не вошли; "
    "если дело в написании, переименуйте работу.",
)
SEVERAL = Text(
    "{student} may be any of {names}; rename the submission to one of these.",
    "{student} — это может быть {names}; назовите работу одним из этих номеров.",
)
WRITTEN = Text("written: {out}", "записано: {out}")
STOPPED = Text(
    "interrupted; start again, and grading goes on where it stopped",
    "прервано; запустите снова, и проверка продолжится с того же места",
)


def tell_settings(policies: Mapping[str, Policy], term: Term | None, language: str) -> None:
    """Say what holds: late policies, weights, extensions."""
    for module, held in policies.items():
        print(LATE_POLICY.to(language).format(module=module, policy=held.told(language)))
    if term is None:
        return
    weights = term.class_list.weights
    if weights.weights:
        said = ", ".join(f"{name} {weight:g} %" for name, weight in weights.weights.items())
        if weights.drop_lowest:
            said += DROP.to(language).format(count=weights.drop_lowest)
        print(WEIGHTS.to(language).format(weights=said))
    for one in term.class_list.extensions:
        due = one.due.isoformat(timespec="minutes") if one.due else NOT_COUNTED.to(language)
        why = f" ({one.why})" if one.why else ""
        said = EXTENSION.to(language).format(student=one.student, module=one.module, due=due)
        print(said + why)


class Progress:
    """One line that tells who was graded, how many of all that makes, and the time left."""

    def __init__(self, total: int, language: str = "en") -> None:
        self.total, self.done, self.start = total, 0, time.monotonic()
        self.moving, self.language = sys.stdout.isatty(), language

    def tell(self, submission: Submission, points: int) -> None:
        self.done += 1
        left = (time.monotonic() - self.start) / self.done * (self.total - self.done)
        minutes, seconds = divmod(round(left), 60)
        said = {"done": self.done, "total": self.total, "time": f"{minutes}:{seconds:02}"}
        line = (
            LEFT.to(self.language).format(**said)
            + f"{submission.student}, {submission.module} {points}"
        )
        if self.moving:  # a line that wraps could not be taken back
            line = line[: shutil.get_terminal_size().columns - 1]
        print(
            f"\r\x1b[K{line}" if self.moving else line, end="" if self.moving else "\n", flush=True
        )

    def note(self, said: Text) -> None:
        """Say something else, on a line of its own."""
        line = said.to(self.language)
        print(f"\r\x1b[K{line}" if self.moving else line, flush=True)

    def end(self) -> None:
        if self.moving:
            print()


def tell_grades(
    found: Sequence[StudentGrade],
    changed: Sequence[Change],
    seen: Sequence[Submission] | None,
    term: Term,
    language: str,
) -> None:
    """Say what is there now, and what is new in it. seen: what was handed in, None for nothing."""
    for change in changed:
        why = WHY[change.why].to(language)
        print(CHANGED.to(language).format(**{**vars(change), "why": why}))
    if seen is not None:
        here = {one.student for one in seen}
        for grade in found:
            if grade.refused and grade.by in here:
                why = grade.refused.to(language)
                print(IS_REFUSED.to(language).format(student=grade.student, why=why))
        modules = {one.module for one in seen}
        gone = sorted({one.by for one in found if one.module in modules} - here)
        if gone:
            print(GONE.to(language).format(names=listed(gone)))
        noted = sum(bool(one.notes) for one in seen)
        if noted:
            print(HAVE_NOTES.to(language).format(count=noted))
    students = len({term.class_list.identity(one.student) for one in found})
    print(COUNTED.to(language).format(grades=len(found), students=students))


def tell_term(term: Term, language: str) -> None:
    """Say who has not handed in, and who is not in the roster."""
    roster = term.class_list.roster
    for said in term.twice:
        print(said.to(language))
    if roster is None:
        return
    for module in term.modules:
        missing = term.missing(module)
        if missing:
            names = listed([row.student for row in missing], most=30)
            counts = {"count": len(missing), "all": len(roster.people)}
            print(HAS_NOT.to(language).format(module=module, **counts, names=names))
    for student, several in term.may_be.items():
        print(SEVERAL.to(language).format(student=student, names=listed(several)))
    strangers = [name for name in term.strangers if name not in term.may_be]
    if strangers:
        print(STRANGER.to(language).format(names=listed(strangers, most=30)))


def absent(times: Collection[str], seen: Sequence[Submission], language: str) -> None:
    """Say whose time is known and whose submission is not there."""
    names = sorted(set(times) - {one.student for one in seen})
    if names:
        print(NOT_AMONG.to(language).format(names=listed(names)))
