"""What the student's commands print: statements, results of checks, what to do next."""

import shutil
import textwrap
from collections.abc import Mapping, Sequence

from common.grading.commands.paragraphs import rewrapped
from common.grading.commands.progress import Result
from common.grading.exercise.source import Marked
from common.grading.exercise.specification import CheckResult, ExerciseSpec, points
from common.grading.reports.messages import LOOKS_LIKE, NOT_BEGUN, sides
from common.i18n import Text

SOLVED = Text("solved", "решено")
CHANGED = Text("changed since the last check", "изменено после проверки")
TRIED = Text("in the works", "в работе")
TOTAL = Text("together", "всего")
HINT = Text("hint", "подсказка")
ASK_HINT = Text(
    "Stuck? python -m {module} check {name} --hint",
    "Застряли? python -m {module} check {name} --hint",
)
ASK_MORE = Text("One more hint: --hint --hint", "Ещё одна подсказка: --hint --hint")
NEXT = Text(
    "Next: {title} — python -m {module} exercises {name}",
    "Дальше: {title} — python -m {module} exercises {name}",
)
ALL_DONE = Text("All exercises are solved. Well done!", "Все задания решены. Отличная работа!")
BEGIN = Text(
    "Open {file}, write the function, then: python -m {module} check {name}",
    "Откройте {file}, напишите функцию, затем: python -m {module} check {name}",
)


def state_of(mark: Marked, solved: Mapping[str, Result]) -> tuple[Text, int]:
    """Return the state of an exercise and the points that it has now."""
    result = solved.get(mark.name)
    if mark.empty:
        return NOT_BEGUN, 0
    if result is None:
        return TRIED, 0
    if result.fingerprint != mark.fingerprint:
        return CHANGED, 0
    return (SOLVED if result.points == mark.points else TRIED), min(result.points, mark.points)


def print_statement(spec: ExerciseSpec, mark: Marked, language: str, module: str) -> None:
    print(f"{spec.title.to(language)} — {spec.exercise}, {mark.points}\n")
    print(rewrapped(spec.statement(language, mark.docstring), _width()) + "\n")
    print(BEGIN.to(language).format(file=mark.file, module=module, name=spec.short))


def print_results(
    module: str,
    spec: ExerciseSpec,
    mark: Marked,
    results: Sequence[CheckResult],
    language: str,
    hint: int,
) -> None:
    print(f"{spec.title.to(language)}: {points(mark.points, results)} / {mark.points}")
    for result in results:
        if result.empty:
            print(f"  - {NOT_BEGUN.to(language)}")
            break
        print(f"  {'+' if result.passed else 'x'} {result.about.to(language)}")
        if not result.passed:
            _print_failure(result, language)
    if all(result.passed for result in results):
        print()
        return
    for text in spec.hints[:hint]:
        _print_wrapped(f"  {HINT.to(language)}: ", text.to(language))
    more = ASK_HINT if hint == 0 else ASK_MORE if hint == 1 else None
    if more:
        print("  " + more.to(language).format(module=module, name=spec.short))
    print(flush=True)


def _print_failure(result: CheckResult, language: str) -> None:
    print(f"      {result.what.to(language)}")
    for label, text in sides(result):
        _print_wrapped(f"      {label.to(language)}: ", text)
    if result.mistake:
        _print_wrapped(f"      {LOOKS_LIKE.to(language)}: ", result.mistake.to(language))


def _print_wrapped(label: str, text: str) -> None:
    print(textwrap.fill(text, _width(), initial_indent=label, subsequent_indent=" " * 8))


def _width() -> int:
    return min(shutil.get_terminal_size().columns, 96)


def print_next(
    module: str,
    specs: Sequence[ExerciseSpec],
    marks: Mapping[str, Marked],
    solved: Mapping[str, Result],
    language: str,
) -> None:
    for spec in specs:
        if state_of(marks[spec.exercise], solved)[0] is not SOLVED:
            line = NEXT.to(language)
            print(line.format(title=spec.title.to(language), module=module, name=spec.short))
            return
    print(ALL_DONE.to(language))
