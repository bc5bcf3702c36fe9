"""What the student's commands print: statements, results of checks, what to do next."""

import shutil
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common.grading.commands.paragraphs import rewrapped
from common.grading.commands.progress import Result
from common.grading.exercise.source import Marked, points_in_broken
from common.grading.exercise.specification import CheckResult, ExerciseSpec, points
from common.grading.reports.messages import (
    GIVEN,
    LOOKS_LIKE,
    NOT_BEGUN,
    PRINTED,
    SAME,
    printed_lines,
    sides,
    told_before,
)
from common.i18n import Text, counted

SOLVED = Text("solved", "решено")
CHANGED = Text("changed since the last check", "изменено после проверки")
TRIED = Text("in the works", "в работе")
TOTAL = Text("together", "всего")
MINUTES = Text("min", "мин")
AHEAD = Text("some {minutes} min to go", "впереди примерно {minutes} мин")
BRINGS = Text("brings to life", "оживёт")
LEGEND = Text(
    "Each with minutes, difficulty (★ easy, ★★★ hard), the library that it is about, "
    "and where the lesson explains it:",
    "Под каждым — минуты, трудность (★ легко, ★★★ трудно), библиотека, которая нужна, "
    "и место в уроке:",
)
WARMUP = Text("no points", "без баллов")
UNREADABLE = Text("its file is not Python yet", "файл пока не Python")
EXAMPLES = Text("Examples:", "Примеры:")
HINT = Text("hint", "подсказка")
ASK_HINT = Text(
    "Stuck? python -m {module} check {name} --hint",
    "Застряли? python -m {module} check {name} --hint",
)
ASK_MORE = Text("One more hint: --hint --hint", "Ещё одна подсказка: --hint --hint")
NEXT = Text(
    "Next: {title}\n  python -m {module} exercises {name}",
    "Дальше: {title}\n  python -m {module} exercises {name}",
)
ALL_DONE = Text("All exercises are solved. Well done!", "Все задания решены. Отличная работа!")
BEGIN = Text(
    "Open {file}, write the function, then:\n  python -m {module} check {name}",
    "Откройте {file}, напишите функцию, затем:\n  python -m {module} check {name}",
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
    return (SOLVED if result.points == (mark.points or 1) else TRIED), min(
        result.points, mark.points
    )


def is_unchecked(mark: Marked, solved: Mapping[str, Result]) -> bool:
    """Whether a function is written and its points are not known: as it is now, none were given."""
    result = solved.get(mark.name)
    return not mark.empty and (result is None or result.fingerprint != mark.fingerprint)


def print_list(
    specs: Sequence[ExerciseSpec],
    marks: Mapping[str, Marked],
    solved: Mapping[str, Result],
    language: str,
    root: Path,
    brings: Mapping[str, Text],
) -> None:
    """Print the exercises in their order: state, points, what each asks for and what it brings."""
    print(rewrapped(LEGEND.to(language), _width()) + "\n")
    reached, most, ahead, signs = 0, 0, 0, ""
    for number, spec in enumerate(specs, start=1):
        mark = marks.get(spec.exercise)
        most += mark.points if mark else points_of_lost(spec, root)
        if mark is None:
            print(
                f"{number}. {spec.title.to(language)}\n   {spec.short}: {UNREADABLE.to(language)}"
            )
            continue
        state, points_now = state_of(mark, solved)
        reached += points_now
        print(f"{number}. {spec.title.to(language)}")
        worth = f"{points_now} / {mark.points}" if mark.points else WARMUP.to(language)
        said = f"{spec.short}, {mark.file}: {state.to(language)}, {worth}"
        _print_wrapped("   ", said, indent=3)
        _print_wrapped("   ", about(mark, language, root), indent=3)
        if spec.short in brings:
            _print_wrapped(f"   {BRINGS.to(language)}: ", brings[spec.short].to(language), indent=3)
        ahead += 0 if state is SOLVED else mark.minutes
        signs += "■" if state is SOLVED else "□" if state is NOT_BEGUN else "◧"
    total = f"{TOTAL.to(language)}: {reached} / {most}"
    print(f"{total}  {signs}" + (f"  {AHEAD.to(language).format(minutes=ahead)}" if ahead else ""))
    print()


def points_of_lost(spec: ExerciseSpec, root: Path) -> int:
    """Return the points of an exercise whose file is not Python now, as its lines say them."""
    text = (root / (spec.place.replace(".", "/") + ".py")).read_bytes().decode(errors="replace")
    return points_in_broken(text).get(spec.short, 0)


def about(mark: Marked, language: str, root: Path) -> str:
    """Return minutes, difficulty, library and section of the lesson, in a line."""
    stars = "★" * mark.difficulty + "☆" * (3 - mark.difficulty)
    place, title = lesson(mark, language, root)
    line = f"{mark.minutes} {MINUTES.to(language)} · {stars} · {mark.uses} · {place}"
    return f"{line} “{title}”" if language == "en" else f"{line} «{title}»"


def lesson(mark: Marked, language: str, root: Path) -> tuple[str, str]:
    """Return the page of an exercise's lesson, and the title of its section there.

    The Russian lesson has the same sections in the same order.
    """
    package = mark.file.partition("/")[0]
    pages = [f"{package}/README.md", f"{package}/README.ru.md"]
    titles = [_sections(root / page) for page in pages]
    if language == "ru" and mark.lesson in titles[0]:
        number = titles[0].index(mark.lesson)
        if number < len(titles[1]):
            return pages[1], titles[1][number]
    return pages[0], mark.lesson


def _sections(page: Path) -> list[str]:
    if not page.is_file():
        return []
    lines = page.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("## ") for line in lines if line.startswith("## ")]


def print_statement(
    spec: ExerciseSpec, mark: Marked, language: str, module: str, root: Path
) -> None:
    worth = f"{mark.points} {counted(mark.points, language)}"
    worth = worth if mark.points else WARMUP.to(language)
    print(rewrapped(f"{spec.title.to(language)} — {spec.exercise}, {worth}", _width()))
    print(textwrap.fill(about(mark, language, root), _width()) + "\n")
    print(mark.signature(_width()) + "\n")
    print(rewrapped(spec.statement(language, mark.docstring), _width()) + "\n")
    if language == "ru" and mark.examples:
        print(f"{EXAMPLES.to(language)}\n\n{mark.examples}\n")
    begin = BEGIN.to(language).format(file=mark.file, module=module, name=spec.short)
    said, command = begin.split("\n")
    print(textwrap.fill(said, _width()) + "\n" + command)


def print_results(
    module: str,
    spec: ExerciseSpec,
    mark: Marked,
    results: Sequence[CheckResult],
    language: str,
    hint: int,
) -> None:
    most = mark.points or 1
    print(f"{spec.title.to(language)}: {points(most, results)} / {most}")
    printed = printed_lines(results, language)
    for result, first, lines in zip(results, told_before(results), printed, strict=True):
        if result.empty:
            print(f"  - {NOT_BEGUN.to(language)}")
            break
        print(f"  {'+' if result.passed else 'x'} {result.about.to(language)}")
        if first:
            about = first.about.to(language)
            _print_wrapped("      ", SAME.to(language).format(about=about))
        elif not result.passed:
            _print_failure(result, language)
        if lines:
            print(f"      {PRINTED.to(language)}:")
        for line in lines:
            print(f"        {line}")
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
    _print_wrapped("      ", result.what.to(language))
    for line in result.trace.splitlines():
        print(f"        {line}")
    for label, text in sides(result, language):
        most = None
        if label is GIVEN:  # its lines say one thing each, and here they follow each other
            most, text = _GIVEN_LINES, "; ".join(text.splitlines())
        _print_wrapped(f"      {label.to(language)}: ", text, most=most)
    if result.mistake:
        _print_wrapped(f"      {LOOKS_LIKE.to(language)}: ", result.mistake.to(language))


_GIVEN_LINES = 3


def _print_wrapped(label: str, text: str, *, indent: int = 8, most: int | None = None) -> None:
    """Print a text in lines of the terminal's width, of which there are no more than `most`."""
    indents: dict[str, Any] = {"initial_indent": label, "subsequent_indent": " " * indent}
    print(textwrap.fill(text, _width(), **indents, max_lines=most, placeholder=" …"))


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
