"""Judging an answer, and running checks on one's own computer."""

import os
import sys

import numpy as np
import pytest

from common.discovery import ROOT
from common.grading.exercise import expectations
from common.grading.exercise.specification import (
    Check,
    CheckResult,
    ExerciseSpec,
    Wrong,
    points,
)
from common.grading.exercise.tolerance import close
from common.grading.runner.local import LocalRunner
from common.grading.runner.loop import judge, run_checks
from common.grading.runner.probe_result import Failure, ProbeResult
from common.grading.sanitize import shown
from common.i18n import LANGUAGES, Mistake, Text, pick_language
from tests.common.grading.folder import ANSWER, toy_course

TEXT = Text("words", "слова")
ODD = Mistake("odd", "this is odd", "это странно")


def judge_double(inputs, output):
    suspects = [(ODD, float(inputs["x"]))]
    expectations.expect_number(output, 2 * inputs["x"], suspects=suspects)


CHECK = Check(
    "double", TEXT, lambda rng: {"x": int(rng.integers(1, 9))}, "tests.graded.toy_probes:double",
    judge_double,
)  # fmt: skip
TOY = ExerciseSpec("toy.numbers.double", TEXT, "…", (TEXT, TEXT), [CHECK] * 4)


@pytest.fixture
def course(tmp_path):
    return toy_course(tmp_path)


def write(course, body):
    path = course / "toy" / "numbers.py"
    path.write_text(path.read_text(encoding="utf-8").replace(ANSWER, body), encoding="utf-8")


def drawn(check):
    return check.inputs(np.random.default_rng(0))


def results(course, seconds=3):
    # common itself comes from this repository: the toy course has none.
    with LocalRunner("tests.graded.toy_probes", root=course, seconds=seconds) as runner:
        return [*run_checks(TOY, drawn, runner.run)]


@pytest.fixture(autouse=True)
def find_common(monkeypatch):
    def environment(runner):
        return {"PYTHONPATH": os.pathsep.join([str(runner.root), str(ROOT)])}

    monkeypatch.setattr(LocalRunner, "variables", environment)


def test_a_right_answer_gets_all_points(course):
    found = results(course)
    assert all(result.passed for result in found)
    assert points(100, found) == 100


def test_a_wrong_answer_is_told_beside_the_right_one(course):
    write(course, "return x")
    first = results(course)[0]
    assert not first.passed
    assert first.mistake == ODD
    assert float(first.expected) == 2 * float(first.actual)
    assert first.given == f"x = {first.actual}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return undefined", "ended with an error"),
        ("raise SystemExit", "ended the program"),
        ("return input()", "ended with an error"),  # nobody is there to answer it
        ("import os; os._exit(0)", "crashed"),
        ("import os; os.abort()", "crashed"),
        ("return {1, 2}", "a type that is not asked for"),
    ],
)
def test_code_that_breaks_is_a_result_for_each_check(course, body, words):
    write(course, body)
    found = results(course)
    assert [result.passed for result in found] == [False] * 4
    assert words in found[0].what.en


def test_an_endless_loop_is_ended(course):
    write(course, "print('here')\n    while True: pass")
    with LocalRunner("tests.graded.toy_probes", root=course, seconds=1) as runner:
        found = runner.run("toy.numbers", CHECK.probe, {"x": 1})
    assert found.failure.kind == "time"
    assert found.stdout == "here"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing forks")
def test_the_processor_time_of_a_check_counts_however_long_a_busy_machine_lets_it_last(
    course, monkeypatch
):
    monkeypatch.setattr("common.grading.runner.local.WALL", 1000)
    write(course, "while True: pass")
    with LocalRunner("tests.graded.toy_probes", root=course, seconds=1) as runner:
        found = runner.run("toy.numbers", CHECK.probe, {"x": 1})
    assert found.failure == Failure("time", "more than 1 s of processor")


def test_what_did_not_finish_is_not_waited_for_again(course):
    write(course, "while True: pass")
    first, *rest = results(course, seconds=1)
    assert "endless loop" in first.what.en
    assert {one.what.en for one in rest} == {
        "not tried: the checks before this one took all the time there is"
    }


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing forks")
def test_an_endless_loop_ends_where_nobody_is_left_to_end_it(course):
    write(course, "import resource; return resource.getrlimit(resource.RLIMIT_CPU)[0]")
    with LocalRunner("tests.graded.toy_probes", root=course, seconds=3) as runner:
        assert runner.run("toy.numbers", CHECK.probe, {"x": 1}) == ProbeResult(3)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere checks share a process")
def test_one_check_cannot_spoil_another(course):
    write(course, "global _FACTOR; _FACTOR += 1; return x * (_FACTOR - 1)")
    assert all(result.passed for result in results(course))


def test_a_file_saved_twice_within_a_second_is_checked_as_it_is_now(course, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    path = course / "toy" / "numbers.py"
    write(course, "return x + x")
    os.utime(path, ns=(10**18, 10**18))
    assert all(result.passed for result in results(course))
    compiled = list(path.parent.glob("__pycache__/numbers*.pyc"))
    assert compiled, "nothing was compiled, so this proves nothing"
    text = path.read_text(encoding="utf-8").replace("return x + x", "return x - x")
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(10**18 + 9 * 10**8, 10**18 + 9 * 10**8))
    os.utime(compiled[0], ns=(10**18 + 10**8, 10**18 + 10**8))
    assert not any(result.passed for result in results(course))


def test_printing_does_not_get_between_the_answers(course):
    write(course, "print('x' * 10000); return 2 * x")
    assert all(result.passed for result in results(course))


def test_an_exercise_that_is_not_begun_is_asked_once(course):
    write(course, "raise NotImplementedError")
    found = results(course)
    assert len(found) == 4
    assert all(result.empty and not result.passed for result in found)


def test_points_are_whole_and_a_failure_costs_at_least_one():
    passed, failed = CheckResult("a", TEXT), CheckResult("a", TEXT, "wrong")
    assert points(20, [passed] * 7) == 20
    assert points(20, [passed] * 99 + [failed]) == 19
    assert points(20, [failed] * 7) == 0


def test_an_answer_of_any_form_is_judged_and_never_raises():
    def picky(inputs, output):
        expectations.expect_array(output["rows"][0], np.arange(3))

    check = Check("picky", TEXT, lambda rng: {}, "", picky)
    for answer in (None, 3, [], {"rows": 3}, {"rows": []}, {"rows": [np.zeros(2)]}, "\x1b[31m"):
        assert not judge(check, {}, ProbeResult(answer)).passed


def test_shown_text_cannot_steer_the_terminal():
    def refuse(inputs, output):
        raise Wrong(TEXT, actual=output, expected="a\x1b]0;b\x07c")

    found = judge(Check("c", TEXT, lambda rng: {}, "", refuse), {}, ProbeResult("\x1b[31mred"))
    assert "\x1b" not in found.actual + found.expected


@pytest.mark.parametrize(
    ("actual", "right"),
    [
        (np.float32([1.00001, 2]), True),
        (np.float32([1.001, 2]), False),
        (np.float64([1.0000001, 2]), False),
        (np.float32([np.nan, 2]), False),
        (np.float32([np.inf, 2]), False),
        (np.array([1, 2]), True),
    ],
)
def test_tolerance(actual, right):
    assert close(actual, np.array([1.0, 2.0])).all() == right


def test_a_huge_answer_is_shown_in_a_few_words():
    huge = [[[np.zeros((4,) * 8)] * 8] * 8] * 3
    assert len(shown({"a": huge, "b": {str(i): i for i in range(10**5)}})) < 2000
    assert len(shown(dict.fromkeys(map(str, range(10**5)), huge))) < 2000


def test_all_of_a_list_is_shown_where_it_is_asked_for():
    assert shown(list(range(9))) == "[0, 1, 2, 3, 4, 5, 6, 7, … +1]"
    assert shown(list(range(9)), items=20) == "[0, 1, 2, 3, 4, 5, 6, 7, 8]"


def test_prices_that_differ_by_a_rouble_are_shown_apart():
    assert shown(np.array([1e8 + 1, -3e15])) == "float64 (2,) [100000001. -3000000000000000.]"
    assert shown(np.array([0.5, 1e8])) == "float64 (2,) [5.e-01 1.e+08]"


def test_a_key_cannot_steer_a_terminal():
    text = shown({"\x1b[2J\x1b]0;owned\x07\u202e" + "A" * 10**6: 1})
    assert text.startswith("AAAA")
    assert len(text) < 200


def test_nan_and_infinity_are_right_only_where_they_are_expected():
    special = np.array([np.nan, np.inf, -np.inf])
    assert close(special, special).all()
    assert close(special, np.roll(special, 1)).tolist() == [False, False, False]


@pytest.mark.parametrize(
    "actual",
    [np.zeros((3, 3)), np.zeros((3, 1)), np.zeros(3, dtype=int), [0.0] * 3, None, 0.0, np.zeros(4)],
)
def test_another_shape_or_type_is_never_broadcast(actual):
    with pytest.raises(Wrong):
        expectations.expect_array(actual, np.zeros(3))


def test_the_language_comes_from_the_option_then_from_the_system(monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert pick_language() == "ru"
    assert pick_language("en") == "en"
    monkeypatch.setenv("LC_ALL", "C")
    assert pick_language() == "en"
    assert set(LANGUAGES) == set(Text._fields)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ([1, [2.0]], [1, [2]]),
        ([True], [1]),
        ({"a": [0]}, {"a": [False]}),
        ([1], [1, 2]),
        ({"a": 1}, {"b": 1}),
        ([np.zeros(2)], [0]),
    ],
)
def test_equal_means_the_same_types_all_the_way_down(actual, expected):
    expectations.expect_equal(expected, expected)
    with pytest.raises(Wrong):
        expectations.expect_equal(actual, expected)
