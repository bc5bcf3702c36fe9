"""What the judges let through and what they refuse: two tables.

    python benchmarks/verdicts.py [NAME …] [--seeds 10] [--processes 2] [--kept FILE]

Every wrong solution of every exercise must be caught, every right one accepted, the library's own
among them, with the inputs of every seed: a draw that refuses a right solution once in a thousand
times does so to somebody in a large class. Nor may the seed decide which of the checks a wrong one
passes: it would have another grade tomorrow. Every attack must fail for a reason, with the next
submission graded as if nothing had happened. The exit code is 1 if any of it is not so. The
solutions and attacks are those of the tests; the attacks are real submissions in the real sandbox.

How judging is kept cheap, `many_seeds` says. Ten seeds of the 31 exercises that cost least took
five minutes of processor time together, on a busy machine. The exercises come cheapest first, each
with its line as soon as it is judged. With --kept, FILE keeps what was found, and a second run goes
on where the first one ended: only what has changed since, or was judged with other seeds, is judged
again.
With NAME, a part of an exercise's name, only the solutions of these are judged, and no attack is
tried.
"""

import argparse
import hashlib
import importlib
import json
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from many_seeds import Asked, judge_all, solutions_of, wrong_of

from common.grading.commands.grade import grade
from common.grading.sanitize import sanitize
from tests import graded as checks
from tests.common.grading import attacks, classroom, shop
from tests.common.grading.exercise.test_solutions import GRADED, folder_of
from tests.common.grading.runner import test_guard, test_hostile


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
    asked = Asked(exercise, 0)  # with imports, and whatever else comes but once
    nothing = (None,) * len(asked.inputs)
    return asked.verdict(None, nothing).seconds * len(solutions_of(exercise))


def judge(exercise: str, seeds: range, pool) -> Line:
    """Judge every solution of an exercise with every seed."""
    paths, wrong = solutions_of(exercise), len(wrong_of(exercise))
    found = judge_all(exercise, seeds, pool)
    as_should = [not any(one.passed for one in own) for own in found[:wrong]]
    as_should += [all(one.passed for one in own) for own in found[wrong:]]
    grades = [{one.grade for one in own} for own in found]
    remarks = []
    for path, own, is_so, given in zip(paths, found, as_should, grades, strict=True):
        if not is_so or len(given) > 1:
            title, count = path.stem if path else "its own", sum(one.passed for one in own)
            remark = f"{title}: passed with {count} of {len(seeds)} seeds, "
            remarks.append(remark + f"{len(given)} grades: {wavering(exercise, given)}")
    return Line(
        wrong=wrong,
        caught=sum(as_should[:wrong]),
        named=sum(own[0].is_named for own in found[:wrong]),
        right=len(paths) - wrong,
        accepted=sum(as_should[wrong:]),
        one_grade=sum(len(given) == 1 for given in grades),
        seconds=sum(one.seconds for own in found for one in own),
        remarks=remarks,
    )


def wavering(exercise: str, grades: set[tuple[bool, ...]]) -> str:
    """Name the checks that a solution passes with one seed and not with another."""
    columns = zip(GRADED[exercise].checks, zip(*grades, strict=True), strict=True)
    return ", ".join(check.name for check, column in columns if len(set(column)) > 1) or "none"


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
