"""What the judges let through and what they refuse: three tables.

    python benchmarks/verdicts.py [NAME …] [--seeds 10] [--processes 2]

Every wrong solution of every exercise must be caught, every right one accepted, the library's own
among them, with the inputs of every seed: a draw that refuses a right solution once in a thousand
times does so to somebody in a large class. Nor may the seed decide which of the checks a wrong one
passes: it would have another grade tomorrow. Every attack must fail for a reason, with the next
submission graded as if nothing had happened. The exit code is 1 if any of it is not so. The
solutions and attacks are those of the tests; the attacks are real submissions in the real sandbox,
and take a minute; ten seeds take another, two hundred a quarter of an hour. With NAME, a part of an
exercise's name, only the solutions of these are judged, and no attack is tried.
"""

import argparse
import functools
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

from common.grading.commands.grade import grade
from common.grading.runner.loop import check_here
from common.grading.sanitize import sanitize
from tests.common.grading import attacks, classroom, shop
from tests.common.grading.exercise.test_solutions import GRADED, folder_of, put_in_place
from tests.common.grading.runner import test_guard, test_hostile


class Verdicts(NamedTuple):
    """What the checks say of one solution with every seed."""

    passed: list[bool]
    grades: set[tuple[bool, ...]]
    is_named: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    names = [
        exercise
        for exercise in GRADED
        if not arguments.names or any(name in exercise for name in arguments.names)
    ]
    with multiprocessing.Pool(arguments.processes) as pool:
        judge = functools.partial(verdicts, seeds=range(arguments.seeds))
        good = [solutions(kind, names, pool, judge) for kind in ("wrong", "right")]
    if not arguments.names:
        print(f"\n{'attack':58}{'what came of it':>20}  held")
        good += [in_the_sandbox(), in_a_class()]
    print("\nEvery one as it should be." if all(good) else "\nNOT every one as it should be.")
    return 0 if all(good) else 1


def solutions(kind: str, names: Sequence[str], pool, judge) -> bool:
    """Print, for each exercise, how many solutions of a kind were judged as they should be."""
    should = "caught" if kind == "wrong" else "accepted"
    print(f"\n{'exercise':50}{kind:>6}{should:>10}{'one grade':>11}", end="")
    print(f"{'mistake named':>15}" if kind == "wrong" else "")
    total = judged = steady = 0
    for exercise in names:
        paths = sorted(folder_of(GRADED[exercise]).glob(f"{kind}_*.py"))
        paths += [None] if kind == "right" else []  # the library's own
        found = pool.map(judge, [(exercise, path) for path in paths], chunksize=1)
        as_should = [any(v.passed) if kind == "wrong" else not all(v.passed) for v in found]
        as_should = [not wrongly for wrongly in as_should]
        one_grade = [len(v.grades) == 1 for v in found]
        print(f"{exercise:50}{len(paths):6}{sum(as_should):10}{sum(one_grade):11}", end="")
        print(f"{sum(v.is_named for v in found):15}" if kind == "wrong" else "", flush=True)
        for path, verdict, right, one in zip(paths, found, as_should, one_grade, strict=True):
            if not right or not one:
                title, count = path.stem if path else "its own", len(verdict.passed)
                print(f"    {title}: passed with {sum(verdict.passed)} of {count} seeds", end="")
                print(f", {len(verdict.grades)} grades: {wavering(exercise, verdict)}")
        total, judged = total + len(paths), judged + sum(as_should)
        steady += sum(one_grade)
    print(f"{'together':50}{total:6}{judged:10}{steady:11}")
    return total == judged == steady


def wavering(exercise: str, verdict: Verdicts) -> str:
    """Name the checks that a solution passes with one seed and not with another."""
    columns = zip(GRADED[exercise].checks, zip(*verdict.grades, strict=True), strict=True)
    return ", ".join(check.name for check, column in columns if len(set(column)) > 1) or "none"


def verdicts(job: tuple[str, Path | None], *, seeds: range) -> Verdicts:
    """Judge one solution with every seed."""
    torch.set_num_threads(1)
    exercise, path = job
    graded = GRADED[exercise]
    with pytest.MonkeyPatch.context() as patch:
        if path:
            put_in_place(patch, graded, path)
        found = [[check_here(graded, check, seed=s) for check in graded.checks] for s in seeds]
    grades = [tuple(result.passed for result in results) for results in found]
    named = any(result.mistake for result in found[0])
    return Verdicts([all(grade) for grade in grades], set(grades), named)


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
