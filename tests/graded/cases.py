"""A check of many cases: some that are always there, and at least ten that are drawn.

A single drawn case lets through what is right by chance, and a wrong answer to it may look like
any of several mistakes. So a check asks for many, and names a mistake only where the answers to all
of its cases are those that this mistake leads to, and no other one does.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from common.grading.exercise.expectations import DETACHED, Suspect, expect_array
from common.grading.exercise.oracle import Later, beside, is_noting
from common.grading.exercise.specification import Inputs, Wrong
from common.grading.exercise.tolerance import close
from common.i18n import Mistake, Text

DRAWN = 10
"""Drawn cases of a check at most; tests that try hundreds of solutions set it lower."""
Draw = Callable[[np.random.Generator], Any]
Suspects = Callable[[Any], Sequence[Suspect]]
"""The mistakes that a case may tell, as many for each case and in one order; each with its answer,
or what says of an answer whether it is one of them, or `Later`."""


def cases(drawn: Draw, *fixed: Any, count: int = DRAWN) -> Callable[..., Inputs]:
    """Return what draws the inputs of a check: the fixed cases, and then `count` drawn ones."""

    def inputs(rng: np.random.Generator) -> Inputs:
        return {"cases": [*fixed, *(drawn(rng) for _ in range(min(count, DRAWN)))]}

    return inputs


def judged(
    judge: Callable[[Any, Any], None],
    suspects: Suspects,
    *,
    right: Callable[[Any], Any],
    agrees: Callable[[Any, Any, Any], bool],
) -> Callable[[Inputs, Any], None]:
    """Return what judges all cases; the first that is wrong is the one that is shown.

    judge: raises Wrong for one case and its answer; a mistake that it names itself is kept.
    right: a case's right answer, which is no mistake's.
    agrees: whether a case's answer is what a suspect leads to there.
    """

    def fits(case: Any, answer: Any, known: Any) -> bool:
        return known(answer) if callable(known) else agrees(case, answer, known)

    def shared(pairs: Sequence[tuple], first: int) -> Mistake | None:
        """The mistake that all cases tell, looked for from the wrong one on until none is left."""
        case, answer = pairs[first]
        expected, left = right(case), dict[int, Mistake]()
        for k, (mistake, known) in enumerate(suspects(case)):
            known = _worked_out(known)
            is_other = callable(known) or not _same(known, expected)
            if is_other and fits(case, answer, known):
                left[k] = mistake
        for case, answer in (*pairs[first + 1 :], *pairs[:first]):
            if not left:
                break
            known = suspects(case)
            left = {k: m for k, m in left.items() if fits(case, answer, _worked_out(known[k][1]))}
        # Two that come to the same here are none: it may be either.
        return next(iter(left.values())) if len(set(left.values())) == 1 else None

    def judge_all(inputs: Inputs, output: Any) -> None:
        pairs = list(zip(inputs["cases"], output, strict=True))
        if is_noting():
            for case in inputs["cases"]:
                right(case)
                suspects(case)
        for number, (case, answer) in enumerate(pairs):
            try:
                judge(case, answer)
            except Wrong as wrong:
                wrong.case = number
                wrong.mistake = wrong.mistake or shared(pairs, number)
                raise

    return judge_all


def _worked_out(known: Any) -> Any:
    return known.work_out() if isinstance(known, Later) else known


def _same(known: Any, expected: Any) -> bool:
    return known == expected if isinstance(expected, list) else alike(np.asarray(expected), known)


def alike(actual: Any, answer: Any) -> bool:
    """Whether an array, or a tensor from `plain.described`, is what a mistake leads to."""
    if isinstance(actual, dict):
        actual = actual.get("values")
    if not isinstance(actual, np.ndarray):
        return False
    pair = beside(actual, answer)
    return pair is not None and bool(close(*pair, dtype="float32").all())


def expect_slope(
    actual: Any, expected: np.ndarray, *, of: Text, given: str, scale: float = 0.0
) -> None:
    """Raise Wrong unless the gradient has arrived, and is as expected to the digits of float32."""
    if actual is None:
        what = Text(f"no gradient reaches {of.en}", f"градиент не доходит: {of.ru}")
        raise Wrong(what, mistake=DETACHED, given=given)
    if isinstance(actual, np.ndarray) and actual.dtype == np.float64:
        actual = actual.astype(np.float32)  # differences are exact to no more
    what = Text(f"the gradient of {of.en} is not right", f"градиент неверный: {of.ru}")
    try:
        expect_array(actual, expected, what=what, scale=scale)
    except Wrong as wrong:
        wrong.given = given
        raise
