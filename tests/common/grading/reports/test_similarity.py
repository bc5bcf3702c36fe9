"""A copy is found through its disguise; a class that writes the obvious is left in peace."""

import os
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from common.grading.reports.similarity import _words, similar

SOLUTIONS = Path(__file__).parents[3] / "solutions"
GIVEN = {"a.py": "import torch\n\n\ndef cost(prediction, target):\n    '''The cost.'''\n"}
ORIGINAL = """
    gap = (prediction - target).abs()
    scale = target.abs().clamp(min=1e-6)
    heavy = torch.where(gap > 3.0, gap.square() * 2.0, gap)
    return (heavy / scale).sum(dim=-1) + 0.25 * gap.amax(dim=-1)
"""
DISGUISED = '''
    """My very own work, written at night."""
    # here I take the difference
    d = (p - t).abs()
    s = t.abs().clamp( min = 1e-6 )

    h = torch.where(d > 3.0, d.square() * 2.0, d)   # and here I think
    return (h / s).sum(dim=-1) + 0.25*d.amax(dim=-1)
'''
OTHERS = [
    "    return ((prediction - target) / target).abs().mean(dim=-1)\n",
    "    e = torch.log(prediction / target)\n    return e.pow(2).sum(dim=-1).sqrt()\n",
    "    total = 0\n    for p, t in zip(prediction, target):\n        total += abs(p - t) / t\n"
    "    return total\n",
]
OBVIOUS = "    error = prediction - target\n    return (error * error).mean(dim=-1)\n"


def submission(body):
    return {"a.py": GIVEN["a.py"] + body}


def the_class():
    return {f"student {i}": submission(body) for i, body in enumerate(OTHERS)}


def pairs(submissions):
    return [(pair.first, pair.second) for pair in similar(submissions, GIVEN)]


def test_a_copy_with_other_names_comments_and_spaces_is_found():
    own = the_class() | {"Anna": submission(ORIGINAL), "Ivan": submission(DISGUISED)}
    assert pairs(own) == [("Anna", "Ivan")]
    assert similar(own, GIVEN)[0].share == 1.0


@pytest.mark.parametrize("seed", ["1", "3"])
def test_shares_do_not_depend_on_the_order_in_which_a_set_is_walked_through(seed):
    # Python hashes strings anew in every process; under 3, a plain sum of floats came out lower.
    program = """
from tests.common.grading.reports.test_similarity import *
own = the_class() | {"Anna": submission(ORIGINAL), "Ivan": submission(DISGUISED)}
print([pair.share for pair in similar(own, GIVEN)])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": seed},
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
    )
    assert done.stdout == "[1.0]\n", done.stderr


def test_different_solutions_are_not_alike():
    assert pairs(the_class() | {"Anna": submission(ORIGINAL)}) == []


@pytest.mark.parametrize("size", [3, 30])
def test_what_everybody_writes_says_nothing(size):
    assert pairs({f"student {i}": submission(OBVIOUS) for i in range(size)}) == []


def test_the_given_code_makes_nobody_alike():
    given = {"a.py": GIVEN["a.py"] + ORIGINAL}
    assert similar(dict.fromkeys(("Anna", "Ivan", "Olga"), given), given) == []


def test_a_part_taken_over_is_found_when_it_is_most_of_the_work():
    longer = ORIGINAL + "\n\ndef more(x):\n    return x + 1\n"
    own = the_class() | {"Anna": submission(ORIGINAL), "Ivan": submission(longer)}
    (pair,) = similar(own, GIVEN)
    assert 0.7 < pair.share < 1


@pytest.mark.parametrize("broken", ["def f(:\n  '''", "\t\tx = (\n  y", "\x00", "", "🙂" * 50])
def test_what_is_no_python_breaks_nothing(broken):
    own = the_class() | {"Anna": submission(ORIGINAL), "Ivan": {"a.py": broken}}
    assert pairs(own) == []


@pytest.mark.parametrize(
    "error", [UnicodeDecodeError("utf-8", b"x", 0, 1, "no"), SystemError(), RecursionError()]
)
def test_whatever_pythons_reader_raises_the_class_is_compared(monkeypatch, error):
    def broken(readline):
        raise error

    monkeypatch.setattr(tokenize, "generate_tokens", broken)
    assert _words("x = 1") == []


@pytest.mark.parametrize("strange", ["\ud800", "x = '\x00'", "\ufffe", "x = \x0c\x1a", "'\udcff"])
def test_what_is_no_text_breaks_nothing(strange):
    assert isinstance(_words(strange), list)


def test_right_solutions_by_different_people_are_not_alike():
    for folder in sorted(SOLUTIONS.glob("*/*")):
        own = {path.stem: {"a.py": path.read_text()} for path in folder.glob("right_*.py")}
        assert similar(own, {}) == [], folder


def test_a_line_that_takes_hours_to_read_is_not_compared():
    long = "'" + "\\'" * 500_000 + "\n"
    assert _words(ORIGINAL + long) == _words(ORIGINAL)
    assert len(_words("x = 1\n" * 200_000)) < 50_000
