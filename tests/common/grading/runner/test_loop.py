"""One loop for the student and the teacher: a submission gets the same results from both."""

import os
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from common.discovery import ROOT
from common.grading.exercise import expectations, plain_data
from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec, points
from common.grading.runner.local import LocalRunner
from common.grading.runner.loop import run_checks, run_here
from common.grading.runner.probe_result import FAILURES, Failure, ProbeResult
from common.i18n import Text
from tests.common.grading import shop

WORDS = Text("words", "слова")
PROBE = "tests.graded.shop_probes:double"
SECONDS = 2
SUBMISSIONS = {
    "right": ("def double(x): return 2 * x", ["", "", "", ""]),
    "partly right": ("def double(x): return x + abs(x)", ["", "wrong", "", "wrong"]),
    "takes too long": (
        "def double(x):\n    while x[0] < 0: pass\n    return 2 * x",
        ["", "time", "not_tried", "not_tried"],
    ),
    "empty": ("def double(x):\n    raise NotImplementedError", ["empty"] * 4),
    "empty in a part": (
        "def double(x):\n    if x[0] < 0: raise NotImplementedError\n    return 2 * x",
        ["", "empty", "", "empty"],
    ),
    "asks a library for what it has not": (
        "def double(x): raise NotImplementedError('no data in a meta tensor')",
        ["raised"] * 4,
    ),
    "raises": ("def double(x): return undefined", ["raised"] * 4),
    "raises at length": ("def double(x): raise ValueError('цена ' * 1000)", ["raised"] * 4),
    "is no Python": ("def double(x) return 2 * x", ["raised"] * 4),
    "ends": ("import sys\ndef double(x): sys.exit(3)", ["ended"] * 4),
    "reaches for frames": ("import sys\ndef double(x): sys._getframe()", ["raised"] * 4),
    "crashes": ("import os\ndef double(x): os.abort()", ["died"] * 4),
    "returns a set": ("def double(x): return {1, 2}", ["not_plain"] * 4),
    "returns None": ("def double(x): 2 * x", ["wrong"] * 4),
    "runs out of memory": ("def double(x): raise MemoryError", ["memory"] * 4),
}


def exercise():
    """Four checks, every second one with negative numbers."""

    def inputs(sign, rng):
        return {"x": sign * rng.uniform(1, 2, size=4)}

    def judge(inputs, output):
        expectations.expect_array(output, 2 * inputs["x"])

    checks = [
        Check(name, WORDS, partial(inputs, sign), PROBE, judge)
        for name, sign in (("one", 1), ("two", -1), ("three", 1), ("four", -1))
    ]
    return ExerciseSpec("shop.loss.double", WORDS, "…", (WORDS, WORDS), checks)


def draw(check):
    return check.inputs(np.random.default_rng([7, len(check.name)]))


def locally(course, source, monkeypatch):
    path = os.pathsep.join([str(course), str(ROOT)])  # the shop has no common of its own
    monkeypatch.setattr(LocalRunner, "variables", lambda _: {"PYTHONPATH": path})
    (course / shop.EXERCISE).write_text(source, encoding="utf-8")
    with LocalRunner("tests.graded.shop_probes", root=course, seconds=SECONDS) as runner:
        return [*run_checks(exercise(), draw, runner.run)]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    limits = replace(shop.LIMITS, wall_seconds=SECONDS)
    root = shop.make_course(tmp_path_factory.mktemp("edition"))
    with shop.open_sandbox(root, limits=limits) as opened:
        yield opened


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
@pytest.mark.parametrize("name", SUBMISSIONS)
def test_a_submission_has_the_same_results_at_home_and_in_the_sandbox(
    name, tmp_path, sandbox, monkeypatch
):
    source, kinds = SUBMISSIONS[name]
    at_home = locally(shop.make_course(tmp_path), source, monkeypatch)
    run = partial(sandbox.run, {shop.EXERCISE: source.encode()})
    graded = [*run_checks(exercise(), draw, run)]
    assert [result.failure for result in at_home] == kinds
    assert [comparable(one) for one in at_home] == [comparable(one) for one in graded]
    assert points(100, at_home) == points(100, graded)


def comparable(result):
    """Leave out which limit was reached, and by which signal: both differ with the place."""
    return replace(result, actual="") if result.failure in ("time", "died") else result


def test_what_is_known_is_not_run_again_and_counts_for_the_rest():
    asked = []

    def run(module, probe, inputs):
        asked.append(inputs["x"][0])
        return ProbeResult(2 * inputs["x"])

    slow = CheckResult("two", WORDS, "time")
    results = [*run_checks(exercise(), draw, run, {"two": slow})]
    assert [one.failure for one in results] == ["", "time", "not_tried", "not_tried"]
    assert results[1] is slow
    assert len(asked) == 1


def test_every_kind_of_failure_has_words_for_both():
    for kind, words in FAILURES.items():
        assert words.teacher in str(Failure(kind))
        assert words.student.en
        assert words.student.ru


def through_the_course(_):
    """A probe whose error comes out of a file of the course's that is not the student's."""
    return plain_data.tensor("no number")


def test_no_file_that_runs_checks_is_named_as_the_place_of_an_error():
    outcome = run_here("common.losses", f"{__name__}:through_the_course", {})
    assert outcome.failure.kind == "raised"
    assert ".py" not in outcome.failure.details
