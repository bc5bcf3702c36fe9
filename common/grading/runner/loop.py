"""The one loop that runs an exercise's checks, for the student and for the teacher alike.

Only where probes run is different: in a process of the student's own (`local`), in a sandbox
(`sandbox`), or in this process, where a debugger can follow them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec, Inputs, Wrong
from common.grading.runner.inside.driver import run_probe
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.limits import Budget
from common.grading.runner.probe_result import FAILURES, ProbeResult, read_probe_result
from common.grading.runner.stopwatch import Stopwatch
from common.grading.sanitize import GIVEN, in_short, sanitize, shown
from common.i18n import Mistake, Text

Run: TypeAlias = Callable[[str, str, Inputs], ProbeResult]
"""Runs one probe: takes the module that the exercise is in, the probe and its inputs."""
Judging: TypeAlias = Callable[[Check, Inputs, ProbeResult], CheckResult]
"""Says what became of a check, as `judge` does."""

STRANGE = Text(
    "the answer has another form than the exercise asks for",
    "ответ устроен не так, как просит задание",
)
UNREADABLE = Text(
    "the answer is so large, or so made up, that it could not be looked at",
    "ответ так велик или так устроен, что разобрать его не удалось",
)
_NOT_BEGUN = re.compile(r"NotImplementedError(?: \(|$)")
"""An error without a text: PyTorch raises it, with one, for what an operation cannot do."""
_MOST_TEXT = 4000
"""Characters of a text in an answer that a judge gets to see; none that is right has so many."""


def run_checks(
    exercise: ExerciseSpec,
    draw: Callable[[Check], Inputs],
    run: Run,
    known: Mapping[str, CheckResult] | None = None,
    *,
    judging: Judging | None = None,
    budget: Budget | None = None,
) -> Iterator[CheckResult]:
    """Run the checks of one exercise and yield a result for each of them, in their order.

    Where the first check says that the exercise has not been begun, the others would only say the
    same again, and are not run. Nor is any after one that took too long: it is not worth waiting
    for as long again, and again. Nor is any after the submission's time is spent.

    Args:
        exercise: the exercise with its checks.
        draw: makes the inputs of a check.
        run: runs a probe.
        known: results of an earlier loop that was interrupted, by the check's name; these checks
            are not run again.
        judging: says what became of a check; `judge`, in this process, by default.
        budget: the time of the submission, all of whose exercises are given the same one.
    """
    known, judging, budget = known or {}, judging or judge, budget or Budget()
    skipped = ""
    for number, check in enumerate(exercise.checks):
        if not skipped and budget.spent:
            skipped = "not_tried"
        if check.name in known:
            result = known[check.name]
            if result.failure == "time":
                budget.spend_again()
        elif skipped:
            what = FAILURES[skipped].student
            result = CheckResult(check.name, check.about, skipped, what)
        else:
            result = run_check(exercise, check, draw(check), run, judging, budget)
        if number == 0 and result.empty:
            skipped = "empty"
        elif result.failure == "time":
            skipped = "not_tried"
        yield result


def run_check(
    exercise: ExerciseSpec,
    check: Check,
    inputs: Inputs,
    run: Run,
    judging: Judging,
    budget: Budget,
) -> CheckResult:
    """Run one check and judge what came back; take its time off the budget."""
    watch = Stopwatch()
    outcome = run(exercise.place, check.probe, inputs)
    wall, watch = outcome.wall or watch.seconds(), Stopwatch()
    result = judging(check, inputs, outcome)
    budget.spend(outcome.seconds, wall + watch.seconds())
    return result


def check_here(exercise: ExerciseSpec, check: Check, *, seed: int | None = None) -> CheckResult:
    """Run one check in this process, where a debugger can follow it."""
    inputs = check.inputs(np.random.default_rng(seed))
    return judge(check, inputs, run_here(exercise.place, check.probe, inputs))


def run_here(
    module: str,
    probe: str,
    inputs: Inputs,
    *,
    seen: Callable[[BaseException, str], object] | None = None,
) -> ProbeResult:
    """Run a probe in this process; what goes in and comes out is copied as anywhere else.

    seen: gets an error of the student's code, as for `run_probe`.
    """
    return read_probe_result(run_probe(module, probe, decode(encode(inputs)), seen=seen))


def judge(check: Check, inputs: Inputs, outcome: ProbeResult) -> CheckResult:
    """Say what became of a check, from what its probe came back with. It never raises."""

    def result(kind: str, what: Text, given: str = "", **more: Any) -> CheckResult:
        case = more.get("case", -1)
        given = sanitize(given, limit=GIVEN) if given else in_short(_concerned(inputs, case))
        more |= printed
        return CheckResult(check.name, check.about, kind, what, given, **more)

    text = sanitize(outcome.stdout + outcome.stderr)
    printed: Any = {"printed": text, "more_lines": outcome.more_lines}
    failure = outcome.failure
    if failure and failure.kind == "raised" and _NOT_BEGUN.match(failure.details):
        what = FAILURES["empty"].student
        return CheckResult(check.name, check.about, "empty", what, **printed)
    if failure:
        what, said = FAILURES[failure.kind].student, sanitize(failure.details)
        trace, case = sanitize(failure.trace), failure.case
        return result(failure.kind, what, actual=said, trace=trace, case=case)
    try:
        with np.errstate(all="ignore"):  # strange numbers are the judge's daily bread
            check.judge(inputs, _cut(outcome.output))
    except Wrong as wrong:
        mistake = wrong.mistake and Mistake(*map(sanitize, wrong.mistake))
        try:
            actual, expected = _beside(wrong.actual), _beside(wrong.expected)
        except Exception:  # not even its form can be told
            return result("wrong", STRANGE)
        return result(
            "wrong",
            Text(*map(sanitize, wrong.what)),
            wrong.given,
            actual=actual,
            expected=expected,
            mistake=mistake,
            case=wrong.case,
            trace=sanitize(wrong.trace),
        )
    except Exception as error:
        # The answer is not to be trusted, not even in its form; that the judges themselves are
        # sound, the right solutions in the tests show.
        try:
            actual = sanitize(f"{shown(outcome.output)} ({type(error).__name__})")
        except Exception:
            actual = type(error).__name__
        return result("wrong", STRANGE, actual=actual)
    return CheckResult(check.name, check.about, **printed)


def unreadable(check: Check, inputs: Inputs, outcome: ProbeResult) -> CheckResult:
    """Say of an answer that no judge could come to an end with it."""
    printed = sanitize(outcome.stdout + outcome.stderr)
    given = in_short(inputs)
    return CheckResult(check.name, check.about, "wrong", UNREADABLE, given, printed=printed)


def _concerned(inputs: Inputs, case: int) -> Any:
    """Return the case that a result is about, or all that was given where it is about no one."""
    cases = inputs.get("cases")
    return cases[case] if isinstance(cases, list) and 0 <= case < len(cases) else inputs


def _cut(answer: Any) -> Any:
    """Shorten the texts in plain data, so that no judge's work grows with them."""
    if isinstance(answer, str):
        return answer if len(answer) <= _MOST_TEXT else answer[:_MOST_TEXT] + "…"
    if isinstance(answer, list):
        return [_cut(item) for item in answer]
    if isinstance(answer, dict):
        return {key: _cut(value) for key, value in answer.items()}
    return answer


def _beside(side: Any) -> str:
    return "" if side is None else sanitize(side if isinstance(side, str) else shown(side))
