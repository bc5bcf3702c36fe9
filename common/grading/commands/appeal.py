"""`--appeal STUDENT EXERCISE`: an exercise's inputs drawn again, and what came of them, in full."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from common.errors import UserError, unknown
from common.grading.commands.settings import existing
from common.grading.exercise.course import Course, Module
from common.grading.exercise.specification import CheckResult, ExerciseSpec, Inputs
from common.grading.gradebook.classlist import ClassList
from common.grading.gradebook.secret import draw, known_secret
from common.grading.gradebook.store import Gradebook
from common.grading.reports import messages
from common.grading.runner.judging import Judge, JudgeServer
from common.grading.runner.loop import run_checks
from common.grading.runner.probe_result import ProbeResult
from common.grading.runner.sandbox import Sandbox
from common.grading.sanitize import sanitize, shown
from common.grading.submissions.submission import Submission
from common.i18n import Text
from common.temporary_folders import scratch_folder

OF = Text(
    "{student}: {exercise}, of the submission {digest}", "{student}: {exercise}, работа {digest}"
)
PASSED = Text("passed", "пройдена")
NOT_PASSED = Text("not passed", "не пройдена")
WHAT = Text("what", "что не так")
AT = Text("of these", "из этого")
"""Which of the cases of a check went wrong."""
THEN = Text(
    "when it was graded, this check was {state}",
    "когда работу проверяли, эта проверка была {state}",
)
_MOST = 4000


def appeal(
    out: Path,
    student: str,
    name: str,
    *,
    course: Course,
    secret_file: Path | None = None,
    language: str = "en",
) -> None:
    """Check an exercise of a student's last submission again, and print all there is to see.

    Nothing is written: the grade stays as it is, and what is printed tells whether it is the same.
    """
    with existing(out) as gradebook, scratch_folder() as folder:
        secret = known_secret(gradebook.secret(), out, secret_file)
        submission, module, exercise, epoch = _find(gradebook, course, student, name)
        files, judged = gradebook.files(submission), gradebook.judged(submission, epoch)
        course.write_edition(folder)
        libraries = course.libraries(module.name)
        said = {"exercise": exercise.exercise, "digest": submission.sha256[:12]}
        print(OF.to(language).format(student=student, **said))
        with (
            JudgeServer([exercise]) as judges,
            Judge(judges) as judge,
            Sandbox(folder, replaceable=module.starter, preload=libraries) as sandbox,
        ):
            ran: list[tuple[Inputs, ProbeResult]] = []  # of the check at hand, if it is run at all

            def run(place: str, probe: str, inputs: Inputs) -> ProbeResult:
                ran.append((inputs, sandbox.run(files, place, probe, inputs)))
                return ran[-1][1]

            drawn = partial(draw, secret, submission, exercise)
            judging = partial(judge.judge, exercise)
            raised: dict[str, CheckResult] = {}
            for result in run_checks(exercise, drawn, run, judging=judging):
                before = judged.get((exercise.exercise, result.check))
                first = raised.setdefault(result.actual, result) if _is_error(result) else result
                _show(result, ran.pop() if ran else None, before, first, language)


def _find(
    gradebook: Gradebook, course: Course, student: str, name: str
) -> tuple[Submission, Module, ExerciseSpec, int]:
    state = gradebook.state(until=2**62)
    whose = ClassList.from_settings(gradebook.settings()).identity
    own = [(o, conclusion.epoch) for o, conclusion in state if whose(o.student) == whose(student)]
    if not own:
        raise unknown("student", student, sorted({one.student for one, _ in state}), "нет студента")
    refused = [one.refused for one, _ in own if one.refused]
    if len(refused) == len(own):
        raise UserError(
            f"{student}: the submission was refused: {refused[-1].en}",
            f"{student}: работа не проверялась: {refused[-1].ru}",
        )
    there = [
        (one, course.modules[one.module], exercise, epoch)
        for one, epoch in own
        if not one.refused and one.module in course.modules
        for exercise in course.modules[one.module].exercises
    ]
    whole = [one for one in there if name.casefold() in _names(one[2])]
    part = [one for one in there if name.casefold() in one[2].short.casefold()]
    found = whole or part
    if len(found) != 1:
        raise unknown("exercise", name, [one[2].short for one in there], "нет задания")
    return found[0]


def _names(exercise: ExerciseSpec) -> tuple[str, str]:
    return exercise.exercise.casefold(), exercise.short.casefold()


def _is_error(result: CheckResult) -> bool:
    """Whether a check ended with an error, which its inputs hardly explain."""
    return result.failure == "raised"


def _show(
    result: CheckResult,
    ran: tuple[Inputs, ProbeResult] | None,
    before: CheckResult | None,
    first: CheckResult,
    language: str,
) -> None:
    """Print all of a check, or, of an error that came in an earlier one, that it is the same.

    first: the first check that ended so; the check itself where it is the first, or no error.
    """
    state = (PASSED if result.passed else NOT_PASSED).to(language)
    print(f"\n{result.check}: {result.about.to(language)}: {state}")
    given = answer = failing = ""
    if ran is not None:
        inputs, outcome = ran
        if not result.passed and result.case >= 0:
            failing = result.given
        given = shown(inputs, limit=_MOST, items=_MOST)
        answer = "" if outcome.failure else shown(outcome.output, limit=_MOST, items=_MOST)
    if first is not result:
        print("  " + messages.SAME.to(language).format(about=first.about.to(language)))
        given = answer = failing = ""
        result = replace(result, actual="", expected="", what=Text("", ""), mistake=None)
    rows = {
        messages.GIVEN: given,
        AT: failing,
        messages.ACTUAL: result.actual or answer,
        messages.EXPECTED: result.expected,
        WHAT: result.what.to(language),
        messages.LOOKS_LIKE: result.mistake.to(language) if result.mistake else "",
        messages.PRINTED: result.printed,
    }
    for label, text in rows.items():
        if text:
            print(f"  {label.to(language) + ':':12}{sanitize(text, limit=_MOST)}")
    if before is not None and before.passed != result.passed:
        state = (PASSED if before.passed else NOT_PASSED).to(language)
        print("  " + THEN.to(language).format(state=state))
