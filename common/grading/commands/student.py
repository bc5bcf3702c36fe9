"""The student's commands: exercises, check, submit."""

import argparse
import contextlib
import json
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from common.discovery import ROOT
from common.errors import UserError, unknown
from common.files import atomic_path
from common.grading.commands import progress
from common.grading.commands.console import (
    TOTAL,
    print_next,
    print_results,
    print_statement,
    state_of,
)
from common.grading.exercise import course
from common.grading.exercise.source import Marked, marked_in
from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec, Inputs, points
from common.grading.runner.local import LocalRunner
from common.grading.runner.loop import run_checks
from common.i18n import Text, pick_language

PAUSE = 0.5
"""Seconds between two looks at the files, with --watch."""

PACKED = Text(
    "{out}: {files}; {points} of 100 points by your own checks. Hand in this file.",
    "{out}: {files}; {points} из 100 баллов по вашей проверке. Сдайте этот файл.",
)
WATCHING = Text(
    "Save a file and it is checked again; Ctrl+C ends.",
    "Сохраните файл — и проверка повторится; Ctrl+C — закончить.",
)
INTERRUPTED = Text("interrupted", "прервано")
NOT_RUNNING = Text(
    "Exercise “{title}” ({name}, {file}) is not written yet.\n"
    "Read it: python -m {module} exercises {short}",
    "Задание «{title}» ({name}, {file}) ещё не написано.\n"
    "Прочесть его: python -m {module} exercises {short}",
)


def exercises(module: str, arguments: argparse.Namespace, *, root: Path = ROOT) -> int:
    """Show a module's exercises with points and state, or one with its statement."""
    language = pick_language(arguments.lang)
    marks, solved = marked_in(root, module), progress.load(root)
    specs = _all(module, marks)
    chosen = [_find(specs, arguments.name)] if arguments.name else specs
    if arguments.json:
        rows = [_row(spec, marks[spec.exercise], solved, language) for spec in chosen]
        print(json.dumps(rows, indent=2))
        return 0
    if arguments.name:
        print_statement(chosen[0], marks[chosen[0].exercise], language, module)
        return 0
    width = max(len(spec.title.to(language)) for spec in specs)
    for number, spec in enumerate(specs, start=1):
        mark = marks[spec.exercise]
        state, reached = state_of(mark, solved)
        print(
            f"{number}. {spec.title.to(language):{width}}  {reached:3} / {mark.points:2}"
            f"  {state.to(language)}\n   {spec.short}, {mark.file}"
        )
    together = sum(state_of(marks[spec.exercise], solved)[1] for spec in specs)
    print(f"{TOTAL.to(language)}: {together} / {sum(m.points for m in marks.values())}\n")
    print_next(module, specs, marks, solved, language)
    return 0


def check(module: str, arguments: argparse.Namespace, *, root: Path = ROOT) -> int:
    """Check one exercise or all of a module; return 0 if every check was passed, 1 if not."""
    language = pick_language(arguments.lang)
    if not arguments.watch:
        return _check(module, arguments, language, root)
    print(WATCHING.to(language))
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            seen = _times(root, module)
            try:
                _check(module, arguments, language, root)
            except UserError as error:  # half a line that was saved is no reason to leave
                print(f"error: {error.to(language)}", flush=True)
            while _times(root, module) == seen:
                _pause()
            print("\n" + time.strftime("%H:%M:%S"), flush=True)
    return 0


def submit(module: str, arguments: argparse.Namespace, *, root: Path = ROOT) -> int:
    """Pack the files that hold exercises, and a summary; the same files give the same bytes."""
    language = pick_language(arguments.lang)
    marks, solved = marked_in(root, module), progress.load(root)
    specs = _all(module, marks)
    out = Path(arguments.out or f"submission-{module}.zip")
    if out.exists() and not zipfile.is_zipfile(out):
        raise UserError(
            f"{out}: is there already and no archive; name another file with --out",
            ru=f"{out}: уже есть, и это не архив; назовите другой файл: --out",
        )
    files = sorted({mark.file for mark in marks.values()})
    rows = [_row(spec, marks[spec.exercise], solved, "en") for spec in specs]
    reached = sum(row["points"] for row in rows)
    summary = {"format": 2, "module": module, "files": files, "points": reached, "exercises": rows}
    with atomic_path(out) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(summary, indent=2, sort_keys=True)
        _add(archive, "summary.json", text.encode())
        for name in files:
            _add(archive, name, (root / name).read_bytes())
    if arguments.json:
        print(json.dumps({"out": str(out), **summary}, indent=2))
        return 0
    print(PACKED.to(language).format(out=out, files=", ".join(files), points=reached))
    return 0


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
    marks, solved = marked_in(root, module), progress.load(root)
    specs = _all(module, marks)
    chosen = [_find(specs, arguments.name)] if arguments.name else specs
    rows, perfect = [], True
    with LocalRunner(_probes(chosen), root=root) as runner:
        for spec in chosen:
            mark = marks[spec.exercise]
            results = [*run_checks(spec, _fresh_inputs(), runner.run)]
            reached = points(mark.points, results)
            solved[spec.exercise] = progress.Result(reached, mark.points, mark.fingerprint)
            progress.save(root, {**progress.load(root), spec.exercise: solved[spec.exercise]})
            perfect &= reached == mark.points
            if arguments.json:
                rows.append(
                    _row(spec, mark, solved, language) | {"checks": _as_json(results, language)}
                )
            else:
                print_results(module, spec, mark, results, language, arguments.hint)
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        print_next(module, specs, marks, solved, language)
    return 0 if perfect else 1


def _fresh_inputs() -> Callable[[Check], Inputs]:
    """Return what draws inputs that nobody has seen before."""
    rng = np.random.default_rng()
    return lambda check: check.inputs(rng)


def _probes(exercises: Sequence[ExerciseSpec]) -> str:
    """Return the file of probes, whose libraries are imported once."""
    return exercises[0].checks[0].probe.partition(":")[0]


def _all(module: str, marks: dict[str, Marked]) -> list[ExerciseSpec]:
    """Return the module's exercises; raise UserError where the code has lost one."""
    specs = course.exercises_of(module)
    for spec in specs:
        if spec.exercise not in marks:
            raise UserError(
                f"{spec.exercise}: this exercise is not to be found; was the function renamed, "
                "or its @exercise line removed?",
                ru=f"{spec.exercise}: этого задания не найти; не переименована ли функция, "
                "не удалена ли строка @exercise?",
            )
    return specs


def _find(specs: Sequence[ExerciseSpec], name: str) -> ExerciseSpec:
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
        }
        for result in results
    ]


def _pause() -> None:
    time.sleep(PAUSE)


def _times(root: Path, module: str) -> dict[Path, float]:
    return {path: path.stat().st_mtime for path in (root / module).rglob("*.py")}


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(entry, content)
