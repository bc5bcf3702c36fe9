"""Every judge meets answers that no right function gives: it refuses each, and is never held up."""

import sys
from copy import copy
from functools import cache
from itertools import islice

import numpy as np
import pandas as pd
import pytest
from torch import is_tensor

from common.errors import UserError
from common.grading.runner.inside.driver import run_probe
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.judging import Judge, JudgeServer
from common.grading.runner.loop import UNREADABLE, judge
from common.grading.runner.probe_result import ProbeResult, read_probe_result
from tests.common.grading.exercise.test_solutions import GRADED, owner_of, results
from tests.graded.tabular_prices import numbers_in

pytestmark = pytest.mark.usefixtures("few_drawn", "oracles_remember")
linux = pytest.mark.skipif(sys.platform != "linux", reason="classes are graded on Linux")
CHECKS = [
    pytest.param(graded, check, id=f"{graded.short}-{check.name}")
    for graded in GRADED.values()
    for check in graded.checks
]
HOSTILE = [
    " " * 5_000,
    "0" * 5_000 + "x",
    "(" * 5_000,
    "a,a " * 1_250,
    ["", "\n"] * 1_000,
    [[["deep"] * 5] * 5] * 5,
    {"error": [" " * 5_000], "text": " " * 5_000},
    {"result": " " * 5_000},
    {"values": " " * 1_000, "dtype": 3, "graph": []},
    {str(i): i for i in range(1_000)},
    np.zeros(20_000),
    np.zeros((0, 2**30)),
    np.full((3, 3), np.nan),
    np.array(True),
    2**62,
    float("inf"),
    float("nan"),
    True,
    None,
]
"""Texts are a little longer than what a judge gets to see of them."""
BIG = [" " * 600_000, ["", "\n"] * 50_000, np.zeros(10**6), {str(i): i for i in range(10_000)}]
"""What takes long to send; for the first check of each exercise."""


@cache
def _answered(exercise, name):
    """Return a check's inputs and the answer of the library's own function."""
    graded = GRADED[exercise]
    (check,) = (one for one in graded.checks if one.name == name)
    inputs = check.inputs(np.random.default_rng(5))
    frame = run_probe(graded.place, check.probe, decode(encode(inputs)))
    return inputs, read_probe_result(frame).output


def answered(graded, name):
    return _answered(graded.exercise, name)


def replaced(value, new):
    """Return plain data with every text, number or array in it replaced by `new`."""
    if isinstance(value, dict):
        return {key: replaced(item, new) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, new) for item in value]
    return new


def filled(value, number):
    """Return plain data of the same form, with one number everywhere."""
    if isinstance(value, dict):
        return {key: filled(item, number) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, number) for item in value]
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.full_like(value, number)
    return float(number) if type(value) is float else value


def leaves(value):
    """Return the parts of plain data, and a few numbers that anybody would try of each."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
        return
    yield value
    if isinstance(value, np.ndarray) and value.size and value.dtype.kind in "iuf":
        yield from (float(f(value)) for f in (np.mean, np.median, np.max))
        yield 2 * value.astype(np.float64) - 1
        yield np.zeros_like(value)


def same(first, second):
    """Whether two answers hold the same values, whatever the types of their numbers."""
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return first.shape == second.shape and np.array_equal(first, second, equal_nan=True)
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    return type(first) is type(second) and (first == second or first != first)


def _refuses(*arguments, **_):
    """Raise an error that names all that is there, and of a column what is first, too."""
    first = [(a.name, a.index[0], a.iloc[0]) for a in arguments if isinstance(a, pd.Series)]
    raise UserError(f"{first or arguments}")


UNWRITTEN = {
    "nothing": lambda *_, **__: None,
    "back": lambda given, *_, **__: given.clone() if is_tensor(given) else copy(given),
    "refuses": _refuses,
}
"""Functions that look at nothing, and that are all that somebody wrote."""


@pytest.mark.parametrize("exercise", GRADED)
@pytest.mark.parametrize("kind", UNWRITTEN)
def test_a_function_that_looks_at_nothing_passes_no_check(monkeypatch, exercise, kind):
    owner, name = owner_of(GRADED[exercise])
    function = UNWRITTEN[kind]
    method = isinstance(owner, type)
    called = (lambda self, *a, **k: function(*a, **k)) if method else function
    monkeypatch.setattr(owner, name, called)
    assert [one.check for one in results(GRADED[exercise], 5) if one.passed] == []


def arrays_in(value):
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(item)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        yield value


@pytest.mark.parametrize(("graded", "check"), CHECKS)
def test_zeros_of_the_right_shape_are_never_all_that_is_asked(graded, check):
    inputs, output = answered(graded, check.name)
    given = [*arrays_in(inputs)]
    found = [one for one in arrays_in(output) if not any(same(one, known) for known in given)]
    refused = any(isinstance(one, dict) and "error" in one for one in output)
    assert refused or not found or any(one.any() for one in found)


@pytest.fixture(scope="module")
def judging(oracles_remember):
    with JudgeServer([*GRADED.values()]) as server, Judge(server) as opened:
        yield opened


@linux
@pytest.mark.parametrize(("graded", "check"), CHECKS)
def test_no_hostile_answer_is_right_or_holds_a_judge_up(judging, graded, check):
    inputs, right = answered(graded, check.name)
    answers = [*HOSTILE, *(replaced(right, part) for part in ("(" * 500, float("nan"), None))]
    if check is graded.checks[0]:
        answers += BIG
    for answer in answers:
        if same(answer, right):
            continue
        result = judging.judge(graded, check, inputs, ProbeResult(answer))
        assert not result.passed
        assert result.what != UNREADABLE  # it came to an end


@pytest.mark.parametrize(("graded", "check"), CHECKS)
def test_no_constant_and_no_echo_of_the_inputs_is_right(graded, check):
    inputs, right = answered(graded, check.name)
    numbers = [0.0, 1.0, 0.5, float("nan")]
    answers = [*numbers, *(filled(right, number) for number in numbers), inputs]
    answers += islice(leaves(inputs), 12)
    for answer in answers:
        if not same(answer, right):
            assert not judge(check, inputs, ProbeResult(answer)).passed, str(answer)[:200]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("row 1207 holds -5 000 000", {1207, -5e6}),
        ("row 1207: 1,250,000.0 ₽", {1207, 1.25e6}),
        ("row 1207 holds 2024-05-13 00:00:00", {1207}),
        ("rows 1207, 1300", {1207, 1300}),
    ],
)
def test_a_message_names_no_number_that_is_put_together_of_two(text, numbers):
    """Of a day and an hour, "13 00", came 1300, and that was the number of another row."""
    assert numbers <= numbers_in(text)
    assert not {1300, 1207130000} & numbers_in(text) - numbers
