"""What the pages and results of grading say again and again, in both languages."""

from collections.abc import Sequence

from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.grades import StudentGrade
from common.grading.gradebook.overrides import Override
from common.grading.reports.russian_details import told
from common.i18n import Text, counted

ACTUAL = Text("actual", "вышло")
EXPECTED = Text("expected", "ожидалось")
GIVEN = Text("given", "дано")
LOOKS_LIKE = Text("looks like", "похоже на")
NOT_BEGUN = Text("not begun", "не начато")
SAME = Text("the same as in “{about}”", "то же, что в «{about}»")
PRINTED = Text("printed", "напечатано")
MORE_LINES = Text("… {count} more lines", "… ещё строк: {count}")
REFUSED = Text("nothing was graded", "проверять нечего")
LATE = Text(
    "{days} days late: {percent:.0f} % of the points count",
    "опоздание {days} дн.: засчитано {percent:.0f} % баллов",
)
NOTES = Text("About the submission", "О сданных файлах")
POINTS = Text("points", "баллы")
SUBMITTED = Text("Handed in", "Сдано")
HOW_TO = Text(
    "The same checks run on your own computer: python -m {module} check. Here they have inputs "
    "that nobody has seen before; what is green there and red here knows the cases there, not the "
    "exercise.",
    "Те же проверки работают на вашем компьютере: python -m {module} check. Здесь у них входные "
    "данные, которых никто ещё не видел; что там зелёное, а здесь красное, знает те случаи, а не "
    "задание.",
)
FEEDBACK = Text("Feedback", "Отзыв")
SUMMARY = Text("The class", "Группа")
STUDENTS = Text("students", "студенты")
MEDIAN = Text("median", "медиана")
QUARTERS = Text("middle half", "средняя половина")
FULL = Text("with all points", "со всеми баллами")
NOTHING = Text("refused", "не проверено")
DISTRIBUTION = Text("Points reached", "Набранные баллы")
EXERCISES = Text("Exercises", "Задания")
EXERCISE = Text("exercise", "задание")
CHECK = Text("check", "проверка")
BEGUN = Text("begun by", "начали")
SOLVED_BY = Text("solved by", "решили")
MEAN = Text("mean", "среднее")
HARDEST = Text("The hardest checks", "Самые трудные проверки")
PASSED_BY = Text("passed, of those who began", "прошли, из начавших")
MISTAKES = Text("Mistakes by kind", "Ошибки по видам")
MISTAKE = Text("mistake", "ошибка")
MADE_BY = Text("students", "студентов")
ENDINGS = Text("How checks failed", "Чем кончились непройденные проверки")
ENDING = Text("what happened", "что произошло")
CHECKS = Text("checks", "проверок")
ALIKE = Text("Worth a look side by side", "Стоит сравнить глазами")
ALIKE_ABOUT = Text(
    "The starter code, comments, layout and the names of variables do not count, and what many "
    "wrote counts little. Alike is a reason to look and to ask, not a proof.",
    "Данный студентам код, комментарии, оформление и имена переменных не учитываются; то, что "
    "написали многие, весит мало. Сходство — повод посмотреть и спросить, а не доказательство.",
)
UNUSUAL = Text("What no exercise needs", "То, что не нужно ни в одном задании")
UNUSUAL_ABOUT = Text(
    "Stack frames, descriptors, code made at run time and the like serve to get at the grader; "
    "nobody loses a point by it. Look at the lines, and ask.",
    "Кадры стека, дескрипторы, код, созданный на ходу, и подобное нужны, чтобы добраться до "
    "проверки; баллов за это не снимают. Посмотрите на строки и спросите.",
)
NOT_ALIKE = Text("No two submissions are strikingly alike.", "Поразительно похожих работ нет.")
SHARE = Text("in common, at most", "общего, самое большее")
CHANGES = Text("What the new grading changed", "Что изменила новая проверка")
NO_CHANGES = Text("Nothing: every point is where it was.", "Ничего: все баллы прежние.")
BEFORE = Text("before", "было")
AFTER = Text("after", "стало")
WHY = Text("why", "почему")
REASONS = {
    "submission": Text("another submission", "сдана другая работа"),
    "regrade": Text("graded again", "проверено заново"),
    "time": Text("another time of handing in", "другое время сдачи"),
}
STUDENT = Text("student", "студент")
MODULE = Text("module", "модуль")
SCORE = Text("score", "итог")
BY_HAND = Text("by hand: {who}, {when}", "вручную: {who}, {when}")
BY_CHECKS = Text("by the checks {points}", "по проверкам {points}")
COMMENT = Text("comment", "комментарий")
GROUP = Text("group", "группа")
SECTION = Text("section", "секция")
TERM = Text("The term", "Семестр")
TOTAL = Text("total", "итог за семестр")
MISSING = Text("Not handed in", "Не сдали")
EXCUSED = Text("excused", "освобождён")
DROPPED = Text("dropped", "отброшено")
STRANGERS = Text("Handed in, and not in the roster", "Сдали, но в списке их нет")
MAY_BE = Text("may be: {names}", "возможно: {names}")
EXTENDED = Text("own due time: {due}", "свой срок: {due}")
OVER_TIME = Text("Handed in over time", "Сдано по дням")
OVER_TIME_ABOUT = Text(
    "Students who have handed in, by module; an upright line is the module's due time.",
    "Сколько студентов сдали, по модулям; вертикальная черта — срок модуля.",
)
TOGETHER = Text("Checks that the same students fail", "Проверки, которые не проходят вместе")
TOGETHER_ABOUT = Text(
    "Of different exercises: one mistake often fails all checks of an exercise. What hangs "
    "together may be one thing that was not understood.",
    "Из разных заданий: одна ошибка часто валит все проверки своего задания. За тем, что связано, "
    "может стоять одно непонятое место.",
)
BOTH = Text("failed both, of those who failed either", "не прошли обе, из не прошедших хоть одну")
ATTEMPTS = Text("Handed in until solved", "Сколько раз сдавали, пока не решили")
ATTEMPTS_ABOUT = Text(
    "Counted is what was handed in; what students say of their way at home is counted by itself.",
    "Считается только сданное; что студенты сообщают о работе дома, посчитано отдельно.",
)
AT_HOME = Text("At home, as students say", "Дома, по словам студентов")
AT_HOME_ABOUT = Text(
    "The students' own count, sent along with what they handed in: who likes can leave it out or "
    "change it, and it is worth no points. A version is a function that was changed and checked "
    "anew. A hint helped if the exercise was solved after it, without the next one; which hints "
    "were opened is known of the terminal alone, for in a notebook they are unfolded unseen.",
    "Студенты считают сами и прикладывают к работе; это можно убрать или изменить, баллов это не "
    "даёт. Вариант — функция, которую изменили и проверили снова. Подсказка помогла, если после "
    "неё задание решено без следующей; какие подсказки открыты, известно только из терминала: в "
    "блокноте они раскрываются незаметно.",
)
VERSIONS = Text("versions, of those who solved it", "вариантов у решивших")
HINT_HELPED = Text(
    "hint {level}: helped, of those who opened it", "подсказка {level}: помогла, из открывших"
)
TOOK = Text("submissions, of those who solved it", "сдач у решивших")
SEVERAL = Text("needed more than one, or have not solved it", "сдавали повторно или не решили")
WHOLE_MODULE = Text("the whole module", "весь модуль")


def hand_notes(grade: StudentGrade, language: str) -> list[str]:
    """Return what a teacher decided of a grade, in lines: who, when, points and comment."""
    titles = {one.exercise: one.title.to(language) for one in grade.exercises}
    titles[""] = WHOLE_MODULE.to(language)
    return [
        f"{titles.get(one.exercise, one.exercise)}: {hand_note(one, language)}"
        for one in grade.overrides
    ]


def hand_note(one: Override, language: str) -> str:
    """Return what a teacher decided, in a line."""
    when = one.at.astimezone().strftime("%Y-%m-%d %H:%M")
    said = BY_HAND.to(language).format(who=one.who, when=when)
    if one.points is not None:
        word = counted(int(one.points), language) if one.points == int(one.points) else ""
        said += f": {one.points:g} {word or POINTS.to(language)}"
    return f"{said}. {one.comment}" if one.comment else said


def told_before(results: Sequence[CheckResult]) -> list[CheckResult | None]:
    """Return for each check the one before it that failed in the same way, or None.

    One mistake fails many checks, and is told once.
    """
    told: dict[tuple, CheckResult] = {}
    before = []
    for result in results:
        key = (result.failure, result.mistake or (result.what.en, result.actual))
        first = result if result.passed or result.empty else told.setdefault(key, result)
        before.append(None if first is result else first)
    return before


def printed_lines(results: Sequence[CheckResult], language: str) -> list[list[str]]:
    """Return for each check in lines what a student's code printed during it.

    None where it kept quiet, or printed what it did in a check before.
    """
    told, found = {""}, []
    for result in results:
        lines = [] if result.printed in told else result.printed.splitlines()
        if lines and result.more_lines:
            lines.append(MORE_LINES.to(language).format(count=result.more_lines))
        told.add(result.printed)
        found.append(lines)
    return found


def one_digit(value: float, language: str) -> str:
    """Return a number with one digit behind the point, which is a comma in Russian.

    >>> one_digit(0.26, "en"), one_digit(0.26, "ru")
    ('0.3', '0,3')
    """
    return f"{value:.1f}".replace(".", "," if language == "ru" else ".")


def late(grade: StudentGrade, language: str) -> str:
    """Say how late a submission came and what that costs."""
    days, percent = one_digit(grade.days_late, language), 100 * grade.late_factor
    return LATE.to(language).format(days=days, percent=percent)


def sides(result: CheckResult, language: str) -> list[tuple[Text, str]]:
    """Return what a failed check has to show, each with its name: actual, expected, given."""
    shown = ((ACTUAL, result.actual), (EXPECTED, result.expected), (GIVEN, result.given))
    return [(name, told(text, language)) for name, text in shown if text]
