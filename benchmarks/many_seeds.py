"""Judges all solutions of an exercise by the inputs of many seeds, without doing a thing twice.

Three things are spared, and no verdict hangs on them. A check goes through its cases in their
order, and those that are always there come first: what fails at one of them with one seed fails
there with every seed, and the first one settles it. So it does where a check draws nothing. With
one seed's inputs, each oracle is asked once for all solutions. And a judge, who sees nothing but
inputs and answer, is not asked about an answer again that another solution has given, bit for bit.
"""

import functools
import hashlib
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch

from common.grading.exercise.oracle import remembering
from common.grading.exercise.specification import Check, CheckResult
from common.grading.runner.inside.driver import run_probe
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.loop import judge
from common.grading.runner.probe_result import read_probe_result
from tests.common.grading.exercise.test_solutions import GRADED, folder_of, put_in_place

_DRAWS = 10
"""Draws that are compared to tell which cases are always there."""
_ALL = 2**31


class Verdict(NamedTuple):
    """What the checks say of one solution with one seed.

    settled: by check what is so with every seed; None where that may depend on it.
    seconds: of processor.
    """

    grade: tuple[bool, ...]
    is_named: bool
    settled: tuple[bool | None, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        return all(self.grade)


def solutions_of(exercise: str) -> list[Path | None]:
    """Return the files of an exercise's solutions, the wrong ones first; None is its own."""
    return [*wrong_of(exercise), *sorted(folder_of(GRADED[exercise]).glob("right_*.py")), None]


def wrong_of(exercise: str) -> list[Path]:
    return sorted(folder_of(GRADED[exercise]).glob("wrong_*.py"))


def judge_all(exercise: str, seeds: range, pool) -> list[list[Verdict]]:
    """Return for every solution the verdicts on it, one for each seed."""
    first = pool.apply(verdicts, (exercise, seeds[0]))
    known = [one.settled for one in first]
    rest = pool.map(functools.partial(verdicts, exercise, known=known), seeds[1:], chunksize=1)
    return [list(own) for own in zip(first, *rest, strict=True)]


def verdicts(
    exercise: str, seed: int, known: list[tuple[bool | None, ...]] | None = None
) -> list[Verdict]:
    """Judge all solutions with one seed, but for what is `known` as `Verdict.settled`."""
    torch.set_num_threads(1)
    with remembering(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # wrong solutions divide by zero, thousands of times
        asked, paths = Asked(exercise, seed), solutions_of(exercise)
        nothing = (None,) * len(asked.inputs)
        settled = known or [nothing] * len(paths)
        return [asked.verdict(path, own) for path, own in zip(paths, settled, strict=True)]


class Asked:
    """The checks of an exercise with one seed's inputs, and what was said of the answers."""

    def __init__(self, exercise: str, seed: int) -> None:
        self.graded = GRADED[exercise]
        self.fixed = fixed(exercise)
        self.inputs = [one.inputs(np.random.default_rng(seed)) for one in self.graded.checks]
        self.said: dict[tuple[int, bytes], CheckResult] = {}

    def verdict(self, path: Path | None, known: tuple[bool | None, ...]) -> Verdict:
        """Judge one solution."""
        start = time.process_time()
        grade, settled, is_named = [*known], [*known], False
        with pytest.MonkeyPatch.context() as patch:
            if path and None in known:
                put_in_place(patch, self.graded, path)
            for number, passed in enumerate(known):
                if passed is None:
                    result = self.result(number)
                    grade[number] = result.passed
                    settled[number] = _settled(result, self.fixed[number])
                    is_named = is_named or result.mistake is not None
        took = time.process_time() - start
        return Verdict(tuple(map(bool, grade)), is_named, tuple(settled), took)

    def result(self, number: int) -> CheckResult:
        """Run one check on the solution that is in place."""
        check, inputs = self.graded.checks[number], self.inputs[number]
        frame = run_probe(self.graded.place, check.probe, decode(encode(inputs)))
        key = (number, hashlib.sha256(frame).digest())
        if key not in self.said:
            self.said[key] = judge(check, inputs, read_probe_result(frame))
        return self.said[key]


def _settled(result: CheckResult, fixed: int) -> bool | None:
    if fixed == _ALL:
        return result.passed
    return False if not result.passed and 0 <= result.case < fixed else None


@functools.cache
def fixed(exercise: str) -> list[int]:
    """Return for each check how many of its first cases are there with every seed."""
    return [_alike(check) for check in GRADED[exercise].checks]


def _alike(check: Check) -> int:
    draws = [check.inputs(np.random.default_rng(seed)) for seed in range(_DRAWS)]
    if len(set(map(encode, draws))) == 1:
        return _ALL
    count = 0
    for same in zip(*(inputs.get("cases", []) for inputs in draws), strict=False):
        if len(set(map(encode, same))) > 1:
            break
        count += 1
    return count
