"""`python -m common release DIR`: the student edition with the drawn cases of its checks."""

import sys
from collections.abc import Sequence
from pathlib import Path

from common.discovery import ROOT, modules_with_exercises, packages
from common.errors import UserError
from common.files import atomic_folder
from common.grading.exercise.course import exercises_of, warmups_of
from common.grading.exercise.oracle import need_oracles
from common.grading.exercise.release import demo_of, edition
from common.grading.exercise.source import marked, parsed
from common.grading.exercise.specification import ExerciseSpec
from common.grading.runner.recording import answers_of
from common.i18n import Text

DONE = Text(
    "{folder}: the student edition, with {count} exercises to be solved",
    "{folder}: студенческое издание, заданий в нём: {count}",
)
NO_DEMOS = Text(
    "without the reports of demos that were not run here; first: {commands}",
    "без отчётов демонстраций, которые здесь не запускали; сначала: {commands}",
)
TRY = Text("try it: {command}", "попробуйте: {command}")


def release(
    folder: Path, *, root: Path = ROOT, exercises: Sequence[ExerciseSpec] = ()
) -> list[str]:
    """Write the student edition into a new or empty folder; return the names of its exercises.

    exercises: those whose checks get drawn cases with answers.

    Raises UserError for a folder that holds anything, where this is no whole repository, for a file
    that is not Python, and where the library's own function fails a check.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(
            f"{folder}: is not empty; name a new folder for the student edition",
            f"{folder}: не пуста; назовите новую папку для студенческого издания",
        )
    if root.resolve() == folder.resolve() or root.resolve() in folder.resolve().parents:
        raise UserError(
            f"{folder}: is inside the repository; name a folder outside of it",
            f"{folder}: внутри репозитория; назовите папку вне его",
        )
    if not (root / "tests" / "graded").is_dir() or not (root / "pyproject.toml").is_file():
        raise UserError(
            f"{root}: is not the course's repository, there is nothing to release",
            f"{root}: это не репозиторий курса, издавать нечего",
        )
    need_oracles(root)
    contents = edition(root)
    sources = {name: text.decode() for name, text in contents.items() if name.endswith(".py")}
    for name, text in sources.items():
        parsed(text, name)
    contents |= answers_of(exercises)
    with atomic_folder(folder) as draft:
        for name, content in contents.items():
            target = draft / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return [mark.name for name, text in sources.items() for mark in marked(text, name)]


def every_exercise() -> list[ExerciseSpec]:
    """Return all exercises of the course, warm-ups too."""
    return [
        one for name in modules_with_exercises() for one in (*warmups_of(name), *exercises_of(name))
    ]


def main(folder: str, language: str = "en") -> int:
    """Run the command; return the exit code."""
    exercises = release(Path(folder), exercises=every_exercise())
    print(DONE.to(language).format(folder=folder, count=len(exercises)))
    missing = [name for name in packages()[1:] if not demo_of(ROOT, name)]
    if missing:
        commands = ", ".join(f"python -m {name}" for name in missing)
        print(NO_DEMOS.to(language).format(commands=commands))
    python = Path(sys.executable).name
    print(TRY.to(language).format(command=f"cd {folder} && {python} -m common exercises"))
    return 0
