"""Judges run apart from the grader: whatever an answer does to one, it costs that answer alone."""

import os
import re
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from common.errors import UserError
from common.grading.exercise.expectations import expect_array
from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec
from common.grading.runner import judging
from common.grading.runner.judging import Judge, JudgeServer
from common.grading.runner.limits import Budget
from common.grading.runner.loop import UNREADABLE, judge, run_checks
from common.grading.runner.probe_result import Failure, ProbeResult
from common.i18n import Text

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="classes are graded on Linux")
WORDS = Text("words", "слова")


def _hang(inputs, output):
    while isinstance(output, str) and output == "hang":
        pass
    expect_array(output, 2 * inputs["x"])


def _swell(inputs, output):
    held = []
    while isinstance(output, str) and output == "swell":
        held.append(np.ones(2**24))
    expect_array(output, 2 * inputs["x"])


def _die(inputs, output):
    if isinstance(output, str) and output == "die":
        os.abort()
    expect_array(output, 2 * inputs["x"])


def _names_text(inputs, output):
    assert not isinstance(output, str) or len(output) < 5000
    expect_array(None, inputs["x"])


CHECKS = [
    Check(name, WORDS, lambda rng: {"x": rng.normal(size=3)}, "a:b", one)
    for name, one in (("hang", _hang), ("swell", _swell), ("die", _die), ("text", _names_text))
]
EXERCISE = ExerciseSpec("shop.loss.double", WORDS, "…", (WORDS, WORDS), CHECKS)
GIVEN = {"x": np.arange(3.0)}
RIGHT = ProbeResult(2 * GIVEN["x"], stdout="said")


@pytest.fixture(scope="module")
def judges():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "PROCESSOR_SECONDS", 0)  # and the one that is begun
        patch.setattr(judging, "MEMORY", 2**29)
        with JudgeServer([EXERCISE]) as server, Judge(server) as opened:
            yield opened


@pytest.mark.parametrize("check", CHECKS[:3], ids=lambda check: check.name)
def test_an_answer_that_no_judge_can_cope_with_is_wrong_and_the_next_is_judged(judges, check):
    result = judges.judge(EXERCISE, check, GIVEN, ProbeResult(check.name))
    assert result.failure == "wrong"
    if check.name != "swell":  # a judge that runs out of memory can still say so
        assert result.what == UNREADABLE
    assert judges.judge(EXERCISE, check, GIVEN, RIGHT).passed


@pytest.mark.parametrize(
    "outcome",
    [
        RIGHT,
        ProbeResult(GIVEN["x"]),
        ProbeResult(None),
        ProbeResult({"a": [1, "x" * 9000, {"b": np.zeros((3, 0))}]}),
        ProbeResult(failure=Failure("raised", "ValueError: no"), stderr="\x1b[31mred"),
        ProbeResult(failure=Failure("raised", "NotImplementedError")),
    ],
    ids=str,
)
def test_the_verdict_is_that_of_a_judge_in_this_process(judges, outcome):
    for check in CHECKS:
        assert judges.judge(EXERCISE, check, GIVEN, outcome) == judge(check, GIVEN, outcome)


def test_a_long_text_is_cut_before_a_judge_looks_at_it(judges):
    result = judges.judge(EXERCISE, CHECKS[3], GIVEN, ProbeResult(" " * 600_000))
    assert result.what.en == "the answer is no array"


def test_an_answer_too_long_to_be_handed_on_is_wrong(judges):
    strange = ProbeResult(["\n" * 4_000_000])  # each is two characters where it is written down
    assert judges.judge(EXERCISE, CHECKS[0], GIVEN, strange).what == UNREADABLE


def test_nothing_of_the_graders_stays_open_in_a_judge(tmp_path):
    with open(tmp_path / "gradebook", "w") as file, JudgeServer([EXERCISE]) as server:
        connection, process = server.new()
        facts = Path(f"/proc/self/fdinfo/{process}").read_text()
        number = int(re.search(r"Pid:\s*(\d+)", facts)[1])
        held = [os.readlink(f"/proc/{number}/fd/{fd}") for fd in os.listdir(f"/proc/{number}/fd")]
        assert file.name not in held
        connection.close()
        os.close(process)


def test_a_server_that_is_gone_is_no_students_fault():
    server = JudgeServer([EXERCISE])
    with server, Judge(server) as opened:
        os.kill(server._number, 9)
        with pytest.raises(UserError, match="cannot start the process that judges"):
            opened.judge(EXERCISE, CHECKS[0], GIVEN, RIGHT)


def test_what_a_submission_has_not_had_time_for_is_not_tried():
    """An endless loop at import is met by every exercise, and is waited for three times in all."""
    slow = ProbeResult(failure=Failure("time"), seconds=20.0)
    budget, kinds = Budget(), []
    for _ in range(5):
        found = run_checks(EXERCISE, lambda _: GIVEN, lambda *_: slow, budget=budget)
        kinds.append([one.failure for one in found])
    tried = ["time", "not_tried", "not_tried", "not_tried"]
    assert kinds == [tried] * 3 + [["not_tried"] * 4] * 2


def test_time_that_is_slept_away_counts_too(monkeypatch):
    now = iter(range(0, 10_000, 29))
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    budget = Budget()
    results = []
    for _ in range(3):
        asleep = run_checks(EXERCISE, lambda _: GIVEN, lambda *_: RIGHT, budget=budget)
        results += [one.failure for one in asleep]
    # A check and its judging take 29 s each, and three times both is more than two minutes.
    assert results == [""] * 3 + ["not_tried"] * 9


def test_a_grader_that_is_started_again_goes_on_with_the_budget_and_gives_none_anew():
    check = EXERCISE.checks[0]
    known = {check.name: CheckResult(check.name, check.about, "time")}
    budget = Budget()
    for exercise in range(3):
        assert not budget.spent, exercise
        assert [*run_checks(EXERCISE, lambda _: GIVEN, None, known, budget=budget)]
    kinds = [one.failure for one in run_checks(EXERCISE, lambda _: GIVEN, None, budget=budget)]
    assert kinds == ["not_tried"] * 4
