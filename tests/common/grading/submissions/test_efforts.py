"""What a submission says of the way to it is a stranger's text: bounded, and never trusted."""

import json

import pytest

from common.grading.submissions.efforts import Effort, efforts_from, said_in
from tests.common.grading.submissions.test_reading import (  # noqa: F401
    TABULAR,
    hand_in,
    pack,
    starter,
    take,
)


def summary(efforts):
    return json.dumps({"format": 3, "efforts": efforts}).encode()


def test_attempts_are_versions_until_the_first_that_passes():
    way = Effort()
    for new, passed, hint in (
        (False, False, 1),  # the function is empty yet
        (True, False, 0),
        (False, False, 2),
        (True, True, 2),
        (True, False, 2),  # broken again: no effort for a solution
    ):
        way = way.after(new=new, passed=passed, hint=hint)
    assert way == Effort(2, 2, (0, 1))
    assert not way.helped(1)
    assert way.helped(2)
    assert Effort().after(new=False, passed=True, hint=0) == Effort(1, 1)
    assert Effort.from_row(way.to_row()) == way


@pytest.mark.parametrize(
    "row",
    [
        None, {}, "3300", [3, 3], [3, 3, None], [-1, 0, None, None], [1, 2, None, None],
        [True, True, None, None], [3.0, 0, None, None], [1, 0, 2, None], [3, 3, "1", None],
        [10**5, 0, None, None], [10**400, 0, None, None], [None, 0, None, None], [1, 1, None, []],
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_say_nothing(row):
    kept = {"text.loss.focal": Effort(2, 1)}
    assert efforts_from({"text.loss.focal": [2, 1, None, None], "text.loss.x": row}) == kept


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"[]", b"null", b'{"efforts": 7}', b"[" * 100_000, b"{" + b" " * 2**19,
        b'{"efforts": {"x": [' + b"9" * 5000 + b", 0, null, null]}}",
        summary({key: [1, 1, None, None] for key in ("<b>", "a" * 200, "ф", "a b")}),
    ],
)  # fmt: skip
def test_a_summary_that_is_none_says_nothing(content):
    assert said_in(content) == {}


def test_no_more_exercises_are_believed_than_a_course_could_have():
    assert len(said_in(summary({f"a.b{n}": [1, 1, None, None] for n in range(5000)}))) == 64


def test_each_module_is_told_its_own_and_the_outermost_summary_counts(take, tmp_path):  # noqa: F811
    said = {"tabular.loss.a": [3, 2, None, None], "vision.loss.a": [1, 1, None, None]}
    inner = summary({"tabular.loss.a": [9, 9, None, None], "tabular.loss.b": [8, 0, 1, None]})
    pack(tmp_path / "Anna.zip", {"summary.json": summary(said), "x/summary.json": inner, **TABULAR})
    hand_in(tmp_path, "Boris")
    anna, boris = take()
    assert anna.efforts == {
        "tabular.loss.a": Effort(3, 2),
        "tabular.loss.b": Effort(8, 0, (1, None)),
    }
    assert anna.sha256 == boris.sha256
    assert boris.efforts == {}
