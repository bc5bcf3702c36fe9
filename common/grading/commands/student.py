"""The student's commands: exercises, check, submit."""

import argparse
import contextlib
import json
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from common.discovery import ROOT
from common.errors import UserError, unknown
from common.grading.commands import progress
from common.grading.commands.checking import FreshInputs, own_budget, probes_of, remember
from common.grading.commands.console import (
    is_unchecked,
    points_of_lost,
    print_list,
    print_next,
    print_results,
    print_statement,
    state_of,
)
from common.grading.commands.packing import pack
from common.grading.exercise import course
from common.grading.exercise.source import Marked, marked_in
from common.grading.exercise.specification import CheckResult, ExerciseSpec
from common.grading.runner import debugger
from common.grading.runner.limits import Budget
from common.grading.runner.local import LocalRunner
from common.grading.runner.loop import Run, run_checks
from common.i18n import Text, pick_language

PAUSE = 0.5
"""Seconds between two looks at the files, with --watch."""

WATCHING = Text(
    "Save a file and it is checked again; Ctrl+C ends.",
    "Сохраните файл — и проверка повторится; Ctrl+C — закончить.",
)
BROKEN = Text("not Python yet, its exercises wait", "пока не Python, задания ждут")
ERROR = Text("error", "ошибка")
INTERRUPTED = Text("interrupted", "прервано")
NOT_RUNNING = Text(
    "Exercise “{title}” ({name}, {file}) is not written yet.\n"
    "Read it: python -m {module} exercises {short}",
    "Задание «{title}» ({name}, {file}) ещё не написано.\n"
    "Прочесть его: python -m {module} exercises {short}",
)


def exercises(
    module: str,
    arguments: argparse.Namespace,
    *,
    brings: Mapping[str, Text] = MappingProxyType({}),
    root: Path = ROOT,
) -> int:
    """Show a module's exercises with points and state, or one with its statement.

    brings: by an exercise's short name what it brings to life.
    """
    language = pick_language(arguments.lang)
    marks, broken = _marks(root, module)
    solved = progress.load(root)
    specs = _all(module, marks, broken)
    chosen = [find(specs, arguments.name)] if arguments.name else specs
    _need_sound(chosen, marks, broken)
    if arguments.json:
        chosen = [spec for spec in chosen if spec.exercise in marks]
        rows = [_row(spec, marks[spec.exercise], solved, language) for spec in chosen]
        print(json.dumps(rows, indent=2))
        return 0
    if arguments.name:
        print_statement(chosen[0], marks[chosen[0].exercise], language, module, root)
        return 0
    print_list(specs, marks, solved, language, root, brings)
    _warn(broken, language)
    print_next(module, [s for s in specs if s.exercise in marks], marks, solved, language)
    return 0


def check(module: str, arguments: argparse.Namespace, *, root: Path = ROOT) -> int:
    """Check one exercise or all of a module; return 0 if every check was passed, 1 if not."""
    language = pick_language(arguments.lang)
    if not arguments.watch:
        return _check(module, arguments, language, root)
    if arguments.pdb:
        raise UserError(
            "--watch and --pdb do not go together; leave one of them out",
            ru="--watch и --pdb вместе не работают; уберите один из них",
        )
    print(WATCHING.to(language))
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            seen = _times(root, module)
            try:
                _check(module, arguments, language, root)
            except UserError as error:  # half a line that was saved is no reason to leave
                print(f"{ERROR.to(language)}: {error.to(language)}", flush=True)
            while _times(root, module) == seen:
                _pause()
            print("\n" + time.strftime("%H:%M:%S"), flush=True)
    return 0


def submit(module: str, arguments: argparse.Namespace, *, root: Path = ROOT) -> int:
    """Pack the files that hold exercises, one that is not Python too, and a summary."""
    language = pick_language(arguments.lang)
    marks, broken = _marks(root, module)
    solved = progress.load(root)
    warmups = course.warmups_of(module)
    specs = [spec for spec in _all(module, marks, broken) if spec not in warmups]
    files = sorted({_file(spec) for spec in specs})
    rows = [_row(s, marks[s.exercise], solved, language) for s in specs if s.exercise in marks]
    rows += [_lost_row(spec, language, root) for spec in specs if spec.exercise not in marks]
    _warn(broken, language)
    unchecked = [
        spec.short
        for spec in specs
        if spec.exercise in marks and is_unchecked(marks[spec.exercise], solved)
    ]
    return pack(module, arguments, files, rows, unchecked=unchecked, root=root, language=language)


def explain_empty(module: str, name: str, *, language: str, root: Path = ROOT) -> str:
    """Say which exercise a command needs before it can go on."""
    owner = name.partition(".")[0]
    marks = marked_in(root, owner)
    (spec,) = [spec for spec in course.exercises_of(owner) if spec.exercise == name]
    return NOT_RUNNING.to(language).format(
        title=spec.title.to(language),
        name=name,
        short=spec.short,
        file=marks[name].file,
        module=owner,
    )


def _check(module: str, arguments: argparse.Namespace, language: str, root: Path) -> int:
    marks, broken = _marks(root, module)
    solved = progress.load(root)
    specs = _all(module, marks, broken)
    chosen = [find(specs, arguments.name)] if arguments.name else specs
    _need_sound(chosen, marks, broken)
    perfect = all(spec.exercise in marks for spec in chosen)
    chosen = [spec for spec in chosen if spec.exercise in marks]
    specs = [spec for spec in specs if spec.exercise in marks]
    rows: list[dict[str, Any]] = []
    is_followed = _is_followed(arguments, chosen, root)
    budget = Budget(math.inf, math.inf) if is_followed else own_budget()  # a debugger takes time
    inputs = FreshInputs()
    with _runner(arguments, chosen, root, is_followed=is_followed) as run:
        for spec in chosen:
            mark = marks[spec.exercise]
            results = [*run_checks(spec, inputs, run, budget=budget)]
            solved[spec.exercise] = remember(root, mark, results, hint=arguments.hint)
            perfect &= solved[spec.exercise].is_full
            if arguments.json:
                rows.append(
                    _row(spec, mark, solved, language) | {"checks": _as_json(results, language)}
                )
            else:
                print_results(module, spec, mark, results, language, arguments.hint)
            if arguments.pdb:
                _step_through(spec, results, inputs)
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        _warn(broken, language)
        print_next(module, specs, marks, solved, language)
    return 0 if perfect else 1


def _is_followed(arguments: argparse.Namespace, chosen: Sequence[ExerciseSpec], root: Path) -> bool:
    """Whether the code runs in this process, where a debugger has the terminal."""
    if arguments.watch:  # it would not see what is saved
        return False
    files = {root / _file(spec) for spec in chosen}
    return arguments.pdb or debugger.is_tracing() or debugger.has_breakpoint(files)


@contextlib.contextmanager
def _runner(
    arguments: argparse.Namespace, chosen: Sequence[ExerciseSpec], root: Path, *, is_followed: bool
) -> Iterator[Run]:
    """Give what runs probes: in a process of their own, or in this one for a debugger."""
    if is_followed:
        stops = arguments.pdb or debugger.is_tracing()
        yield debugger.run_stopping if stops else debugger.run_followed
        return
    with LocalRunner(probes_of(chosen), root=root) as runner:
        yield runner.run


def _step_through(spec: ExerciseSpec, results: Sequence[CheckResult], inputs: FreshInputs) -> None:
    """Let a person step through the first call whose answer was wrong."""
    for check, result in zip(spec.checks, results, strict=True):
        if result.failure == "wrong":
            debugger.step_through(spec, check, result, inputs.drawn[check.name])
            return


def _marks(root: Path, module: str) -> tuple[dict[str, Marked], dict[str, UserError]]:
    """Return the marked functions, and what is wrong with files that are not Python now."""
    broken: dict[str, UserError] = {}
    return marked_in(root, module, broken=broken), broken


def _all(module: str, marks: dict[str, Marked], broken: dict[str, UserError]) -> list[ExerciseSpec]:
    """Return the module's exercises; raise UserError where the code has lost one."""
    specs = [*course.warmups_of(module), *course.exercises_of(module)]
    for spec in specs:
        if spec.exercise not in marks and _file(spec) not in broken:
            raise UserError(
                f"{spec.exercise}: this exercise is not to be found; was the function renamed, "
                "or its @exercise line removed?",
                ru=f"{spec.exercise}: этого задания не найти; не переименована ли функция, "
                "не удалена ли строка @exercise?",
            )
    return specs


def _file(spec: ExerciseSpec) -> str:
    return spec.place.replace(".", "/") + ".py"


def _need_sound(
    chosen: Sequence[ExerciseSpec], marks: dict[str, Marked], broken: dict[str, UserError]
) -> None:
    """Raise what is wrong with a file where none of the chosen exercises can be read."""
    if chosen and not any(spec.exercise in marks for spec in chosen):
        raise broken[_file(chosen[0])]


def _warn(broken: dict[str, UserError], language: str) -> None:
    """Say which files wait for a mistake in them to be mended."""
    for error in broken.values():
        print(f"{BROKEN.to(language)}: {error.to(language)}", file=sys.stderr)


def _lost_row(spec: ExerciseSpec, language: str, root: Path) -> dict:
    """Return the row of an exercise whose file is not Python now."""
    row = {"exercise": spec.exercise, "title": spec.title.to(language), "file": _file(spec)}
    return row | {"points": 0, "max_points": points_of_lost(spec, root), "state": "broken"}


def find(specs: Sequence[ExerciseSpec], name: str) -> ExerciseSpec:
    """Return the exercise that a person means: by its whole name or any part that tells it."""
    folded = name.casefold()
    found = [spec for spec in specs if folded in (spec.exercise.casefold(), spec.short.casefold())]
    found = found or [spec for spec in specs if folded and folded in spec.short.casefold()]
    if len(found) != 1:
        raise unknown("exercise", name, [spec.short for spec in specs], ru="нет задания")
    return found[0]


def _row(
    spec: ExerciseSpec, mark: Marked, solved: dict[str, progress.Result], language: str
) -> dict:
    state, reached = state_of(mark, solved)
    return {
        "exercise": spec.exercise,
        "title": spec.title.to(language),
        "file": mark.file,
        "points": reached,
        "max_points": mark.points,
        "minutes": mark.minutes,
        "difficulty": mark.difficulty,
        "uses": mark.uses,
        "lesson": mark.lesson,
        "state": state.en,
    }


def _as_json(results: Sequence[CheckResult], language: str) -> list[dict]:
    return [
        {
            "check": result.check,
            "passed": result.passed,
            "what": result.what.to(language),
            "given": result.given,
            "actual": result.actual,
            "expected": result.expected,
            "mistake": result.mistake and result.mistake.kind,
            "printed": result.printed,
            "more_lines": result.more_lines,
        }
        for result in results
    ]


def _pause() -> None:
    time.sleep(PAUSE)


def _times(root: Path, module: str) -> dict[Path, float]:
    return {path: path.stat().st_mtime for path in (root / module).rglob("*.py")}
