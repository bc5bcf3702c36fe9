"""What stands in the table: lines are counted as people count them, the best is marked."""

import re

import pytest

from common.comparison import page, traps
from common.comparison.run import Contest, Row
from common.comparison.ways import code_lines, not_there
from common.errors import UserError
from common.outcome import Metric
from common.translation import translator
from tests.common.toy import ToySettings, ToyTask

CODE = '''"""A module."""

import os  # why


class A:
    """A class.

    With two lines.
    """

    # a comment
    x = """no
docstring"""

    def f(self):
        "short"
        return (
            os
        )
'''


def test_lines_are_those_that_a_person_writes():
    assert code_lines(CODE) == 8
    assert code_lines("") == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("flaml", r"stickshift\[automl\]"),
        ("lightgbm.sklearn", r"stickshift\[automl\]"),
        ("keras", r"stickshift\[keras\]"),
        ("tabular.keras_loss", "student edition"),
    ],
)
def test_what_is_missing_is_told_with_what_brings_it(name, said):
    told = not_there(ModuleNotFoundError(f"No module named {name!r}", name=name))
    assert isinstance(told, UserError)
    assert re.search(said, str(told))


def test_a_module_that_nobody_knows_is_a_mistake_of_ours():
    error = ModuleNotFoundError("No module named 'hope'", name="hope")
    assert not_there(error) is error


def contest(*rows, by_clock=False):
    metrics = (Metric("mae", "MAE", "{:.1f}"), Metric("bias", "bias", "{:+.1f}", best="zero"))
    what = ("l1", metrics, "test", 20, list(rows), [], "<b>", [], ToySettings(), None)
    return Contest(*what, by_clock)


def test_the_best_is_marked_and_what_is_missing_is_said():
    shown = page.lines(
        contest(
            Row("a", "x", {"mae": 2.0, "bias": -1.0}, 3.0, 10, "code"),
            Row("b", "x", {"mae": 1.0, "bias": -2.0}, 3.0, 10, "code"),
            Row("c", "x", said="not installed"),
        ),
        translator("en", "toy"),
    )
    assert [line.best for line in shown] == [
        [False, True, False, False],
        [True, False, False, False],
        [False] * 4,
    ]
    assert shown[2].said == "not installed"


def test_the_page_shows_code_as_it_is():
    row = Row("a", "x", {"mae": 2.0}, 3.0, 10, "<script>alert('x' < 3)</script>")
    html = page.render(ToyTask(), contest(row))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_the_seconds_of_an_automl_are_spoken_of_where_there_is_one():
    row = Row("a", "x", {"mae": 2.0}, 3.0, 10, "code")
    assert "as many seconds" not in page.render(ToyTask(), contest(row))
    assert "as many seconds" in page.render(ToyTask(), contest(row, by_clock=True))


@pytest.mark.parametrize("trap", [traps.column_against_row_here, traps.price_of_zero_here])
def test_what_our_trainer_says_to_a_trap_is_told_in_russian(trap):
    said = translator("ru", "toy")(trap())
    assert not re.search(r"\b(the|and|with|give|model|target|loss)\b", said), said


def test_keras_compares_each_with_all_and_ours_refuses():
    assert traps.column_against_row_in_keras().endswith("8 errors have become (8, 8)")
    assert "(8, 1) and the target (8,)" in traps.column_against_row_here()
    assert traps.column_against_row_here().startswith("refuses before the first step")


def test_keras_goes_on_without_a_number_and_ours_ends():
    told = traps.price_of_zero_in_keras()
    assert "inf, nan, nan" in told
    assert told.endswith("weights finite: False")
    assert traps.price_of_zero_here().startswith("ends at once: epoch 1, step 1: the loss is inf")


def test_all_traps_are_sprung_and_their_code_is_shown():
    found = traps.sprung()
    assert [trap.name for trap in found] == list(traps.PAIRS)
    assert all("Trainer(" in trap.code[1] and "keras" in trap.code[0] for trap in found)
