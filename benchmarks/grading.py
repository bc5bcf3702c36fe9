"""A class of two hundred, twenty of them hostile, graded in one go: grades, time and memory.

    python benchmarks/grading.py [--module common] [--students 200] [--jobs 2] [--workers 2]

Made from the library's own solutions and from tests/solutions: most students hand in all exercises
solved, some a classic mistake in one of them, one in ten attacks the grader. What each must get is
known beforehand: all points; fewer for the exercise with the mistake and all for the others; none
for what an attack stands in, and all for the exercises in other files. The exit code is 1 if one
grade is another.

Memory is that of the grader and of its sandboxes together, less what they share, looked at every
half second. Attacks that use up their time get three seconds of processor each, not twenty.

With --workers the class is graded in turn as above and by so many workers of a Dask cluster on this
machine, and how it would go on more workers is simulated (see `grading_cluster`).
"""

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from common.grading.commands.grade import Options, grade
from common.grading.exercise.course import Course, Module
from common.grading.gradebook.grades import StudentGrade
from common.grading.runner.limits import Limits

ROOT = Path(__file__).parents[1]
SOLUTIONS = ROOT / "tests" / "solutions"
LIMITS = Limits(cpu_seconds=3, wall_seconds=60)  # on a busy machine, too, by the processor
ATTACKS = {
    "ends at import": "import os; os._exit(0)",
    "sys.exit": "raise SystemExit(0)",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "forges": "import os\nfor d in range(1, 64):\n"
    "    try: os.write(d, b'{\"passed\": true}')\n    except OSError: pass\nos._exit(0)",
    "all memory": "hoard = bytearray(2**33)",
    "fork bomb": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "endless loop": "import signal\nsignal.pthread_sigmask(0, range(1, 65))\nwhile True: pass",
    "flood": "while True: print('x' * 10**6)",
    "full disk": "import tempfile\nwhile True: tempfile.NamedTemporaryFile(delete=False).write("
    "bytes(10**6))",
    "socket": "import socket; socket.create_connection(('127.0.0.1', 80))",
}


@dataclass(frozen=True)
class Handed:
    """What a student hands in: files, and the exercises that must not get all points."""

    files: Mapping[str, bytes]
    faulty: frozenset[str] = frozenset()
    none: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--module", default="common")
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--workers", type=int, metavar="N", help="compare with a cluster")
    parser.add_argument("--rounds", type=int, default=3, help="of that comparison")
    arguments = parser.parse_args()
    course = Course()
    module = course.modules[arguments.module]
    handed = class_of(module, arguments.students)
    with tempfile.TemporaryDirectory() as folder:
        submissions, out = Path(folder, "submissions"), Path(folder, "grades")
        submissions.mkdir()
        for student, one in handed.items():
            pack(submissions / f"{student}.zip", one.files)
        if arguments.workers:
            sys.path.insert(0, str(ROOT))
            from benchmarks.grading_cluster import compare

            compare(submissions, course, arguments.jobs, arguments.workers, arguments.rounds)
            return
        memory = Memory()
        began = time.monotonic()
        with memory:
            options = Options(arguments.jobs, limits=LIMITS)
            found = grade(submissions, out, options, course=course)
        wall = time.monotonic() - began
    wrong = [one for one in found if not is_right(one, handed[one.student])]
    for one in wrong:
        print(f"{one.student}: {one.points} points", one.refused)
    report(module, handed, found, wrong, wall, memory.samples)
    sys.exit(1 if wrong or len(found) != len(handed) else 0)


def class_of(module: Module, students: int) -> dict[str, Handed]:
    """Return what each student hands in; the same each time."""
    chance = random.Random(0)
    solved = {name: (ROOT / name).read_bytes() for name in module.starter}
    mistakes, others = solutions(module, solved, "wrong"), solutions(module, solved, "right")
    handed = {}
    for number in range(students):
        if number % 10 == 9:
            name = [*ATTACKS][number // 10 % len(ATTACKS)]
            handed[f"{number:03} {name}"] = attack(module, solved, ATTACKS[name])
        elif number % 5 == 0:
            name, one = chance.choice(mistakes)
            handed[f"{number:03} {name}"] = one
        elif number % 5 == 1:
            name, one = chance.choice(others)
            handed[f"{number:03} {name}"] = one
        else:
            handed[f"{number:03}"] = Handed(solved)
    return handed


def solutions(module: Module, solved: Mapping[str, bytes], kind: str) -> list[tuple[str, Handed]]:
    """Return the solved files with one function in place of the library's, for each solution."""
    found = []
    for exercise in module.exercises:
        file = module.marks[exercise.exercise].file
        owner, _, name = exercise.short.rpartition(".")
        for path in sorted((SOLUTIONS / module.name / exercise.short).glob(f"{kind}_*.py")):
            text = solved[file] + b"\n\n" + path.read_bytes()
            if owner:
                text += f"\n\n{owner}.{name} = {name}\n".encode()
            faulty = frozenset([exercise.exercise] if kind == "wrong" else [])
            found.append((path.stem, Handed({**solved, file: text}, faulty)))
    return found


def attack(module: Module, solved: Mapping[str, bytes], code: str) -> Handed:
    """Return the solved files with an attack before the last exercise's file."""
    file = module.marks[module.exercises[-1].exercise].file
    faulty = {one.exercise for one in module.exercises if module.marks[one.exercise].file == file}
    text = code.encode() + b"\n" + solved[file]
    return Handed({**solved, file: text}, frozenset(faulty), none=True)


def is_right(one: StudentGrade, handed: Handed) -> bool:
    for exercise in one.exercises:
        if exercise.exercise not in handed.faulty:
            if exercise.points != exercise.max_points:
                return False
        elif exercise.points == exercise.max_points or (handed.none and exercise.points):
            return False
    return not one.refused and bool(one.exercises)


def pack(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


class Memory(threading.Thread):
    """Looks at the memory of this process and all under it, in MB, while it is entered."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.samples: list[float] = []
        self._over = threading.Event()

    def __enter__(self) -> "Memory":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(0.5):
            total = 0.0
            for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
                try:
                    total += process.memory_full_info().pss / 2**20
                except psutil.Error:  # it has ended meanwhile
                    continue
            self.samples.append(total)


def report(
    module: Module,
    handed: Mapping[str, Handed],
    found: list[StudentGrade],
    wrong: list[StudentGrade],
    wall: float,
    samples: list[float],
) -> None:
    hostile = sum(one.none for one in handed.values())
    parts = [samples[len(samples) * i // 4 : len(samples) * (i + 1) // 4] for i in range(4)]
    print(f"{module.name}: {len(found)} submissions, {hostile} of them hostile")
    print(f"grades that are not as they must be: {len(wrong)}")
    print(f"{wall:.0f} s, {wall / len(found):.2f} s a submission")
    medians = ", ".join(f"{statistics.median(part):.0f}" for part in parts if part)
    print(f"memory by quarters of the time: {medians} MB, at most {max(samples):.0f} MB")


if __name__ == "__main__":
    main()
