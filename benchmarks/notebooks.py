"""Grading the same correct solutions with the same checks: `python -m common grade` and nbgrader.

    python benchmarks/notebooks.py [--module tabular] [--students 16] [--processes 2]

Each student hands in all exercises of the module, solved as the library solves them. For nbgrader
a notebook holds, for each exercise, a cell with the solution and a cell that runs our checks in
the kernel, with fresh inputs; nothing else is in it. nbgrader grades one submission after another,
so it runs as several processes, one for each core if not told otherwise, each with its share of the
students and a course and database of its own; ours chooses its number of jobs itself. Both are
timed from the start of the command to its end; ours twice, before and after nbgrader, and the mean
is taken, because a machine's speed drifts.

nbgrader runs students' code on the bare machine and lets it write its own points; ours runs each
check in a sandbox. So the ratio is one of work done, and not of protection bought.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterable
from pathlib import Path

from common.grading.exercise.course import exercises_of
from common.grading.exercise.source import Marked, marked_in
from common.grading.exercise.specification import ExerciseSpec

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", default="tabular")
    parser.add_argument("--students", type=int, default=16)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    students = [f"student{i:03}" for i in range(arguments.students)]
    with tempfile.TemporaryDirectory() as folder:
        before = grade_ours(Path(folder, "before"), arguments.module, students)
        theirs = grade_notebooks(
            Path(folder, "nb"), arguments.module, students, arguments.processes
        )
        after = grade_ours(Path(folder, "after"), arguments.module, students)
        ours = (before + after) / 2
    count = len(students)
    checks = sum(len(graded.checks) for graded in exercises_of(arguments.module))
    print(f"{arguments.module}: {checks} checks, {count} correct submissions")
    print(f"{os.cpu_count()} cores, {arguments.processes} processes of nbgrader")
    for name, seconds in (("ours", ours), ("nbgrader", theirs)):
        print(f"{name:10}{seconds:8.1f} s{seconds / count:8.2f} s a submission")
    print(f"{'ratio':10}{theirs / ours:8.1f}")


def grade_ours(folder: Path, module: str, students: Iterable[str]) -> float:
    """Return the seconds that our grader takes; every student must come out with all points."""
    files = {mark.file for mark in marked_in(ROOT, module).values()}
    for student in students:
        for name in files:
            target = folder / "submissions" / student / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    command = [sys.executable, "-m", "common", "grade", str(folder / "submissions")]
    command += ["--out", str(folder / "grades"), "--module", module, "--lang", "en"]
    seconds = timed([command], ROOT)
    with (folder / "grades" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        scores = [row["score"] for row in csv.DictReader(file)]
    assert scores == ["100"] * len(list(students)), scores
    return seconds


def grade_notebooks(folder: Path, module: str, students: list[str], processes: int) -> float:
    """Return the seconds that `nbgrader autograde` takes; every student must get all points."""
    courses = []
    for number in range(processes):
        course = folder / f"course{number}"
        own = students[number::processes]
        make_course(course, module, own)
        courses.append((course, own))
    commands = [
        [sys.executable, "-m", "nbgrader", "autograde", "work", f"--course-dir={course}"]
        for course, _ in courses
    ]
    seconds = timed(commands, folder)
    for course, own in courses:
        run(["nbgrader", "export", "--to=grades.csv"], course)
        with (course / "grades.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(own)
        assert all(float(row["score"]) == float(row["max_score"]) == 100 for row in rows), rows
    return seconds


def make_course(course: Path, module: str, students: list[str]) -> None:
    """Write a course with one assignment, and a copy of it, solved, for each student."""
    source = course / "source" / "work" / "work.ipynb"
    source.parent.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'course'\n"
        "c.ExecutePreprocessor.timeout = 600\n"
    )
    source.write_text(json.dumps(notebook(module)))
    option = f"--course-dir={course}"
    run(["nbgrader", "generate_assignment", "work", "--create", option], course)
    for student in students:
        target = course / "submitted" / student / "work" / "work.ipynb"
        target.parent.mkdir(parents=True)
        shutil.copyfile(source, target)
    (course / "students.csv").write_text("\n".join(["id", *students]) + "\n")
    run(["nbgrader", "db", "student", "import", "students.csv", option], course)


def notebook(module: str) -> dict:
    marks = marked_in(ROOT, module)
    cells = []
    for number, graded in enumerate(exercises_of(module)):
        mark = marks[graded.exercise]
        cells.append(cell(f"solution{number}", solution(graded, mark), solution=True))
        cells.append(cell(f"checks{number}", checks(module, graded), points=mark.points))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def solution(graded: ExerciseSpec, mark: Marked) -> str:
    """Return a cell that puts a function in its place, in the names of its own module."""
    code = textwrap.dedent(mark.text.split("\n", 1)[1])  # without the line that marks it
    *owner, name = graded.short.split(".")
    lines = [f"import {graded.place} as place", f"exec({code!r}, vars(place))"]
    if owner:
        lines.append(f"setattr(place.{'.'.join(owner)}, {name!r}, vars(place).pop({name!r}))")
    return "\n".join(lines)


def checks(module: str, graded: ExerciseSpec) -> str:
    return (
        "from common.grading.exercise.course import exercises_of\n"
        "from common.grading.runner.loop import check_here\n"
        f"(graded,) = [g for g in exercises_of({module!r}) if g.exercise == {graded.exercise!r}]\n"
        "for check in graded.checks:\n"
        "    result = check_here(graded, check)\n"
        "    assert result.passed, result\n"
    )


def cell(name: str, source: str, *, solution: bool = False, points: int = 0) -> dict:
    about = {"grade_id": name, "schema_version": 3, "solution": solution, "locked": not solution}
    about |= {"grade": bool(points), "task": False} | ({"points": points} if points else {})
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"nbgrader": about},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def run(command: list[str], folder: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment(), check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def timed(commands: list[list[str]], folder: Path) -> float:
    """Run commands at the same time; return the seconds until the last is over."""
    began = time.perf_counter()
    running = [
        subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.DEVNULL)
        for command in commands
    ]
    codes = [process.wait() for process in running]
    assert not any(codes), codes
    return time.perf_counter() - began


def environment() -> dict[str, str]:
    """Let every process use one core, and find the course and nbgrader's own helpers."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


if __name__ == "__main__":
    main()
