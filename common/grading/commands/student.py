"""The student's commands: exercises, check, submit."""

import argparse
import contextlib
import json
import shutil
import textwrap
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from common.errors import UserError, unknown
from common.files import atomic_path
from common.grading.commands import progress
from common.grading.commands.paragraphs import rewrapped
from common.grading.exercise.source import Marked, marked_in
from common.grading.exercise.specification import CheckResult, ExerciseSpec, points
from common.grading.reports.messages import LOOKS_LIKE, sides
from common.grading.runner import loop
from common.grading.runner.local_runner import ROOT
from common.i18n import Text, pick_language

PAUSE = 0.5
"""Seconds between two looks at the files, with --watch."""

SOLVED = Text("solved", "решено")
CHANGED = Text("changed since the last check", "изменено после проверки")
EMPTY = Text("not begun", "не начато")
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
WATCHING = Text(
    "Save a file and it is checked again; Ctrl+C ends.",
    "Сохраните файл — и проверка повторится; Ctrl+C — закончить.",
)
PACKED = Text(
    "{out}: {files}; {points} of 100 points by your own checks. Hand in this file.",
    "{out}: {files}; {points} из 100 баллов по вашей проверке. Сдайте этот файл.",
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
    marks, results = marked_in(root, module), progress.load(root)
    graded = _all(module, marks)
    chosen = [_find(graded, arguments.name)] if arguments.name else graded
    if arguments.json:
        rows = [_row(g, marks[g.exercise], results, language) for g in chosen]
        print(json.dumps(rows, indent=2))
        return 0
    if arguments.name:
        _print_statement(chosen[0], marks[chosen[0].exercise], language, module)
        return 0
    width = max(len(g.title.to(language)) for g in graded)
    for number, g in enumerate(graded, start=1):
        mark = marks[g.exercise]
        state, reached = _state(mark, results)
        print(
            f"{number}. {g.title.to(language):{width}}  {reached:3} / {mark.points:2}"
            f"  {state.to(language)}\n   {g.short}, {mark.file}"
        )
    together = sum(_state(marks[g.exercise], results)[1] for g in graded)
    print(f"{TOTAL.to(language)}: {together} / {sum(m.points for m in marks.values())}\n")
    _print_next(module, graded, marks, results, language)
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
    marks, results = marked_in(root, module), progress.load(root)
    graded = _all(module, marks)
    out = Path(arguments.out or f"submission-{module}.zip")
    if out.exists() and not zipfile.is_zipfile(out):
        raise UserError(
            f"{out}: is there already and no archive; name another file with --out",
            ru=f"{out}: уже есть, и это не архив; назовите другой файл: --out",
        )
    files = sorted({mark.file for mark in marks.values()})
    rows = [_row(g, marks[g.exercise], results, "en") for g in graded]
    reached = sum(row["points"] for row in rows)
    summary = {"format": 1, "module": module, "files": files, "points": reached, "exercises": rows}
    with (
        atomic_path(out) as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
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
    (graded,) = [g for g in loop.graded(owner) if g.exercise == name]
    return NOT_RUNNING.to(language).format(
        title=graded.title.to(language),
        name=name,
        short=graded.short,
        file=marks[name].file,
        module=owner,
    )


def _check(module: str, arguments: argparse.Namespace, language: str, root: Path) -> int:
    marks, results = marked_in(root, module), progress.load(root)
    graded = _all(module, marks)
    chosen = [_find(graded, arguments.name)] if arguments.name else graded
    rows, perfect = [], True
    for g, verdicts in loop.check(chosen, root=root):
        mark = marks[g.exercise]
        reached = points(mark.points, verdicts)
        results[g.exercise] = progress.Result(reached, mark.points, mark.fingerprint)
        progress.save(root, {**progress.load(root), g.exercise: results[g.exercise]})
        perfect &= reached == mark.points
        if arguments.json:
            rows.append(_row(g, mark, results, language) | {"checks": _as_json(verdicts, language)})
        else:
            _print_verdicts(module, g, mark, verdicts, language, arguments.hint)
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        _print_next(module, graded, marks, results, language)
    return 0 if perfect else 1


def _all(module: str, marks: dict[str, Marked]) -> list[ExerciseSpec]:
    """Return the module's exercises; raise UserError where the code has lost one."""
    graded = loop.graded(module)
    for g in graded:
        if g.exercise not in marks:
            raise UserError(
                f"{g.exercise}: this exercise is not to be found; was the function renamed, or its "
                "@exercise line removed?",
                ru=f"{g.exercise}: этого задания не найти; не переименована ли функция, не удалена "
                "ли строка @exercise?",
            )
    return graded


def _find(graded: Sequence[ExerciseSpec], name: str) -> ExerciseSpec:
    """Return the exercise that a person means: by its whole name or any part that tells it."""
    folded = name.casefold()
    found = [g for g in graded if folded in (g.exercise.casefold(), g.short.casefold())]
    found = found or [g for g in graded if folded and folded in g.short.casefold()]
    if len(found) != 1:
        raise unknown("exercise", name, [g.short for g in graded], ru="нет задания")
    return found[0]


def _state(mark: Marked, results: dict[str, progress.Result]) -> tuple[Text, int]:
    """Return the state of an exercise and the points that it has now."""
    result = results.get(mark.name)
    if mark.empty:
        return EMPTY, 0
    if result is None:
        return TRIED, 0
    if result.fingerprint != mark.fingerprint:
        return CHANGED, 0
    return (SOLVED if result.points == mark.points else TRIED), min(result.points, mark.points)


def _row(g: ExerciseSpec, mark: Marked, results: dict[str, progress.Result], language: str) -> dict:
    state, reached = _state(mark, results)
    return {
        "exercise": g.exercise,
        "title": g.title.to(language),
        "file": mark.file,
        "points": reached,
        "of": mark.points,
        "state": state.en,
    }


def _as_json(verdicts: Sequence[CheckResult], language: str) -> list[dict]:
    return [
        {
            "check": v.check,
            "passed": v.passed,
            "what": v.what.to(language),
            "given": v.given,
            "actual": v.actual,
            "expected": v.expected,
            "mistake": v.mistake and v.mistake.kind,
        }
        for v in verdicts
    ]


def _print_statement(g: ExerciseSpec, mark: Marked, language: str, module: str) -> None:
    print(f"{g.title.to(language)} — {g.exercise}, {mark.points}\n")
    print(rewrapped(loop.statement(g, language, mark.docstring), _width()) + "\n")
    print(BEGIN.to(language).format(file=mark.file, module=module, name=g.short))


def _print_verdicts(
    module: str,
    g: ExerciseSpec,
    mark: Marked,
    verdicts: Sequence[CheckResult],
    language: str,
    hint: int,
) -> None:
    print(f"{g.title.to(language)}: {points(mark.points, verdicts)} / {mark.points}")
    for verdict in verdicts:
        if verdict.empty:
            print(f"  - {EMPTY.to(language)}")
            break
        print(f"  {'+' if verdict.passed else 'x'} {verdict.about.to(language)}")
        if not verdict.passed:
            _print_failure(verdict, language)
    if all(verdict.passed for verdict in verdicts):
        print()
        return
    for text in g.hints[:hint]:
        _print_wrapped(f"  {HINT.to(language)}: ", text.to(language))
    more = ASK_HINT if hint == 0 else ASK_MORE if hint == 1 else None
    if more:
        print("  " + more.to(language).format(module=module, name=g.short))
    print(flush=True)


def _print_failure(verdict: CheckResult, language: str) -> None:
    print(f"      {verdict.what.to(language)}")
    for label, text in sides(verdict):
        _print_wrapped(f"      {label.to(language)}: ", text)
    if verdict.mistake:
        _print_wrapped(f"      {LOOKS_LIKE.to(language)}: ", verdict.mistake.to(language))


def _print_wrapped(label: str, text: str) -> None:
    print(textwrap.fill(text, _width(), initial_indent=label, subsequent_indent=" " * 8))


def _width() -> int:
    return min(shutil.get_terminal_size().columns, 96)


def _print_next(
    module: str,
    graded: Sequence[ExerciseSpec],
    marks: dict[str, Marked],
    results: dict[str, progress.Result],
    language: str,
) -> None:
    for g in graded:
        if _state(marks[g.exercise], results)[0] is not SOLVED:
            line = NEXT.to(language)
            print(line.format(title=g.title.to(language), module=module, name=g.short))
            return
    print(ALL_DONE.to(language))


def _pause() -> None:
    time.sleep(PAUSE)


def _times(root: Path, module: str) -> dict[Path, float]:
    return {path: path.stat().st_mtime for path in (root / module).rglob("*.py")}


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(entry, content)
