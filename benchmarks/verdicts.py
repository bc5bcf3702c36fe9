"""What the judges let through and what they refuse: two tables.

    python benchmarks/verdicts.py [NAME …] [--seeds 10] [--processes 2] [--kept FILE]

Every wrong solution of every exercise must be caught, every right one accepted, the library's own
among them, with the inputs of every seed: a draw that refuses a right solution once in a thousand
times does so to somebody in a large class. Nor may the seed decide which of the checks a wrong one
passes: it would have another grade tomorrow. Every attack must fail for a reason, with the next
submission graded as if nothing had happened. The exit code is 1 if any of it is not so. The
solutions and attacks are those of the tests; the attacks are real submissions in the real sandbox.

Ten seeds of the 20 cheapest of the 33 exercises took 270 seconds of processor time on a busy
machine, and two hundred seeds of all take hours. The exercises come cheapest first, each with its
line as soon as it is judged. With --kept, FILE keeps what was found, and a second run goes on where
the first one ended: only what has changed since, or was judged with other seeds, is judged again.
With NAME, a part of an exercise's name, only the solutions of these are judged, and no attack is
tried.
"""

import argparse
import functools
import hashlib
import importlib
import json
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch

from common.grading.commands.grade import grade
from common.grading.runner.loop import check_here
from common.grading.sanitize import sanitize
from tests import graded as checks
from tests.common.grading import attacks, classroom, shop
from tests.common.grading.exercise.test_solutions import GRADED, folder_of, put_in_place
from tests.common.grading.runner import test_guard, test_hostile


class Verdicts(NamedTuple):
    """What the checks say of one solution with every seed."""

    passed: list[bool]
    grades: set[tuple[bool, ...]]
    is_named: bool
    seconds: float  # of processor time


class Line(NamedTuple):
    """What the table says of one exercise."""

    wrong: int
    caught: int
    named: int
    right: int
    accepted: int
    one_grade: int
    seconds: float
    remarks: list[str]

    @property
    def good(self) -> bool:
        return (self.caught, self.accepted, self.one_grade) == (
            self.wrong,
            self.right,
            self.wrong + self.right,
        )

    def __str__(self) -> str:
        counts = f"{self.wrong:6}{self.caught:8}{self.named:7}{self.right:7}{self.accepted:10}"
        counts += f"{self.one_grade:11}{self.seconds:9.0f} s"
        return "\n    ".join([counts, *self.remarks])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--kept", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    names = [
        exercise
        for exercise in GRADED
        if not arguments.names or any(name in exercise for name in arguments.names)
    ]
    good = solutions(names, arguments.seeds, arguments.processes, arguments.kept)
    if not arguments.names:
        print(f"\n{'attack':58}{'what came of it':>20}  held")
        good &= in_the_sandbox()
        good &= in_a_class()
    print("\nEvery one as it should be." if good else "\nNOT every one as it should be.")
    return 0 if good else 1


def solutions(names: list[str], seeds: int, processes: int, kept: Path | None) -> bool:
    """Print, for each exercise, how many of its solutions were judged as they should be."""
    columns = f"{'wrong':>6}{'caught':>8}{'named':>7}{'right':>7}{'accepted':>10}{'one grade':>11}"
    print(f"{'exercise':46}{columns}{'processor':>11}", flush=True)
    known = read(kept)
    lines = []
    with multiprocessing.Pool(processes) as pool:
        for exercise in sorted(names, key=cost):
            key = f"{seeds} {digest(exercise)}"
            line = known.get((exercise, key)) or judge(exercise, range(seeds), pool)
            print(f"{exercise:46}{line}", flush=True)
            if kept and (exercise, key) not in known:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([exercise, key, line]) + "\n")
            lines.append(line)
    counts = [sum(column) for column in list(zip(*lines, strict=True))[:-1]]
    print(f"{'together':46}{Line(*counts, remarks=[])}")
    return all(line.good for line in lines)


def read(kept: Path | None) -> dict[tuple[str, str], Line]:
    """Return what an earlier run has kept; of a line that was cut short, nothing."""
    if not kept or not kept.exists():
        return {}
    found = {}
    for text in kept.read_text(encoding="utf-8").splitlines():
        try:
            exercise, key, line = json.loads(text)
        except ValueError:
            continue
        found[exercise, key] = Line(*line)
    return found


def digest(exercise: str) -> str:
    """Return what changes with whatever the verdicts of an exercise's solutions hang on."""
    graded = GRADED[exercise]
    module = exercise.partition(".")[0]
    folder = Path(checks.__file__).parent
    paths = [
        Path(importlib.import_module(graded.place).__file__),
        *folder_of(graded).glob("*.py"),
        *folder.glob(f"{module}*.py"),
        *folder.glob("case*.py"),
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(paths))).hexdigest()[:16]


def cost(exercise: str) -> float:
    """Return about what judging all solutions takes: the library's own, times their number."""
    for check in GRADED[exercise].checks:  # imports, and whatever else comes but once
        check.inputs(np.random.default_rng(0))
    own = verdicts((exercise, None), seeds=range(1))
    return own.seconds * len(list(folder_of(GRADED[exercise]).glob("*.py")))


def judge(exercise: str, seeds: range, pool) -> Line:
    """Judge every solution of an exercise with every seed."""
    wrong = sorted(folder_of(GRADED[exercise]).glob("wrong_*.py"))
    right = [*sorted(folder_of(GRADED[exercise]).glob("right_*.py")), None]  # the library's own
    jobs = [(exercise, path) for path in [*wrong, *right]]
    found = pool.map(functools.partial(verdicts, seeds=seeds), jobs, chunksize=1)
    as_should = [not any(verdict.passed) for verdict in found[: len(wrong)]]
    as_should += [all(verdict.passed) for verdict in found[len(wrong) :]]
    remarks = []
    for (_, path), verdict, is_so in zip(jobs, found, as_should, strict=True):
        if not is_so or len(verdict.grades) > 1:
            title, count = path.stem if path else "its own", sum(verdict.passed)
            remark = f"{title}: passed with {count} of {len(seeds)} seeds, "
            remarks.append(remark + f"{len(verdict.grades)} grades: {wavering(exercise, verdict)}")
    return Line(
        wrong=len(wrong),
        caught=sum(as_should[: len(wrong)]),
        named=sum(verdict.is_named for verdict in found[: len(wrong)]),
        right=len(right),
        accepted=sum(as_should[len(wrong) :]),
        one_grade=sum(len(verdict.grades) == 1 for verdict in found),
        seconds=sum(verdict.seconds for verdict in found),
        remarks=remarks,
    )


def wavering(exercise: str, verdict: Verdicts) -> str:
    """Name the checks that a solution passes with one seed and not with another."""
    columns = zip(GRADED[exercise].checks, zip(*verdict.grades, strict=True), strict=True)
    return ", ".join(check.name for check, column in columns if len(set(column)) > 1) or "none"


def verdicts(job: tuple[str, Path | None], *, seeds: range) -> Verdicts:
    """Judge one solution with every seed."""
    torch.set_num_threads(1)
    start = time.process_time()
    exercise, path = job
    graded = GRADED[exercise]
    with pytest.MonkeyPatch.context() as patch:
        if path:
            put_in_place(patch, graded, path)
        found = [[check_here(graded, check, seed=s) for check in graded.checks] for s in seeds]
    grades = [tuple(result.passed for result in results) for results in found]
    named = any(result.mistake for result in found[0])
    seconds = time.process_time() - start
    return Verdicts([all(grade) for grade in grades], set(grades), named, seconds)


def in_the_sandbox() -> bool:
    """Try each attack on the sandbox's walls, and on its guard; after each a good submission."""
    good = True
    with tempfile.TemporaryDirectory() as folder:
        root = shop.make_course(Path(folder))
        with shop.open_sandbox(root, preload=("numpy", "torch"), guarded=False) as sandbox:
            for group in (attacks.ENDING, attacks.FORGING, attacks.TAKING):
                for name, attack in group.items():
                    source = attack.source.encode(errors="surrogateescape")
                    outcome, right = shop.submit(sandbox, source)
                    kind = outcome.failure.kind if outcome.failure else "wrong"
                    held = not right and kind == attack.kind and attack.says in str(outcome.failure)
                    good &= tell(name, kind, held and shop.submit(sandbox, shop.GOOD)[1])
            for name, source in attacks.REACHING.items():
                outcome, right = shop.submit(sandbox, source.replace("{root}", str(root)))
                held = not right and "REACHED" not in outcome.stdout
                good &= tell(name, "got nothing", held and shop.submit(sandbox, shop.GOOD)[1])
        with shop.open_sandbox(root) as sandbox:
            for name, source in test_guard.FORGERS.items():
                outcome, right = shop.submit(sandbox, source)
                kind = outcome.failure.kind if outcome.failure else "wrong"
                held = not right and shop.submit(sandbox, shop.GOOD)[1]
                good &= tell(f"forges by {name}", kind, held)
    return good


def in_a_class() -> bool:
    """Grade each attack as a whole submission, beside a good one, in one class."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        course, out, submissions = root / "course", root / "grades", root / "submissions"
        classroom.make_course(course)
        test_hostile.hand_in_everything(submissions, course, out)
        options = classroom.options(jobs=2)
        found = grade(submissions, out, options, course=classroom.course(course))
        grades = {one.student: one for one in found}
        good = grades.pop("A good one").points == 100
        for student, one in grades.items():
            kind = one.exercises[0].checks[0].failure if not one.refused else "refused"
            expected = test_hostile.expected_points(student)
            good &= tell(f"in a class: {student}", kind or "ignored", one.points == expected)
    return good


def tell(name: str, kind: str, held: bool) -> bool:
    shown = sanitize(name, limit=44) if len(name) > 57 else sanitize(name)
    print(f"{shown:58}{kind:>20}  {'yes' if held else 'NO'}", flush=True)
    return held


if __name__ == "__main__":
    sys.exit(main())
