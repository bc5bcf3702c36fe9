"""What the judges let through and what they refuse: three tables.

    python benchmarks/verdicts.py [--seeds 10]

Every wrong solution of every exercise must be caught, every right one accepted, the library's own
among them, with the inputs of every seed: a draw that refuses a right solution once in a thousand
times does so to somebody in a large class. Every attack must fail for a reason, with the next
submission graded as if nothing had happened. The exit code is 1 if any of it is not so. The
solutions and attacks are those of the tests; the attacks are real submissions in the real sandbox,
and take a minute; ten seeds take another.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import pytest

from common.grading.commands.grade import grade
from common.grading.exercise.specification import ExerciseSpec
from common.grading.runner.loop import check_here
from common.grading.sanitize import sanitize
from tests.common.grading import attacks, classroom, shop
from tests.common.grading.exercise.test_solutions import GRADED, folder_of, put_in_place, results
from tests.common.grading.runner import test_hostile


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    seeds = range(parser.parse_args().seeds)
    good = solutions("wrong", seeds) and solutions("right", seeds)
    print(f"\n{'attack':58}{'what came of it':>20}  held")
    good &= in_the_sandbox()
    good &= in_a_class()
    print("\nEvery one as it should be." if good else "\nNOT every one as it should be.")
    return 0 if good else 1


def solutions(kind: str, seeds: range) -> bool:
    """Print, for each exercise, how many solutions of a kind were judged as they should be."""
    print(f"\n{'exercise':50}{kind:>6}{'caught' if kind == 'wrong' else 'accepted':>10}", end="")
    print(f"{'mistake named':>15}" if kind == "wrong" else "")
    total = judged = 0
    for exercise, graded in GRADED.items():
        paths = sorted(folder_of(graded).glob(f"{kind}_*.py"))
        paths += [None] if kind == "right" else []  # the library's own
        as_should, named = 0, 0
        for path in paths:
            with pytest.MonkeyPatch.context() as patch:
                if path:
                    put_in_place(patch, graded, path)
                passed = [passes(graded, seed) for seed in seeds]
                named += any(result.mistake for result in results(graded, 0))
            as_should += not any(passed) if kind == "wrong" else all(passed)
        print(f"{exercise:50}{len(paths):6}{as_should:10}", end="")
        print(f"{named:15}" if kind == "wrong" else "")
        total, judged = total + len(paths), judged + as_should
    print(f"{'together':50}{total:6}{judged:10}")
    return total == judged


def passes(graded: ExerciseSpec, seed: int) -> bool:
    return all(check_here(graded, check, seed=seed).passed for check in graded.checks)


def in_the_sandbox() -> bool:
    """Try each attack on the sandbox itself, and after each a good submission."""
    good = True
    with tempfile.TemporaryDirectory() as folder:
        root = shop.make_course(Path(folder))
        with shop.open_sandbox(root, preload=("numpy", "torch")) as sandbox:
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
