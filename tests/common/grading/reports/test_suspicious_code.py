"""The summary names what no exercise needs, and nothing of what honest solutions use."""

import ast

import pytest

from common.grading.reports.outputs import write_outputs
from common.grading.reports.suspicious_code import unusual
from tests.common.grading.class_grades import GRADES, solved, student
from tests.common.grading.exercise.test_solutions import SOLUTIONS

PATH = "tabular/loss.py"
SOLVED = sorted(SOLUTIONS.rglob("*.py"))


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import sys\nf = sys._getframe(1)", "line 2: _getframe"),
        ("import sys\nf = getattr(sys, '_getframe')", "line 2: _getframe"),
        ("from sys import _getframe as g", "line 1: _getframe"),
        ("import ctypes as c", "line 1: ctypes"),
        ("from gc import get_objects", "line 1: gc, get_objects"),
        ("exec('x = 1')", "line 1: exec"),
        ("e = __builtins__['ev' + 'al']", None),
        ("import bdb", "line 1: bdb"),
        ("import torch\ntorch.ctypes.memset(1, 2, 3)", "line 2: ctypes"),
        ("class A:\n    __array_interface__ = {'data': (1, False)}", "line 2: __array_interface__"),
        ("class A:\n    @property\n    def __array_interface__(self): pass",
         "line 3: __array_interface__"),
        ("class A:\n    def __reduce__(self): return print, ()", "line 2: __reduce__"),
        ("class A:\n    from math import exp as __reduce__", "line 2: __reduce__"),
        ("class A:\n    import math as __reduce__", "line 2: __reduce__"),
        ("from numpy import ctypeslib", "line 1: ctypeslib"),
        ("import numpy.ctypeslib as q", "line 1: numpy.ctypeslib"),
        ("from numpy.ctypeslib import as_array", "line 1: ctypeslib"),
        ("import scipy.signal\nfrom torch.nn.modules.loss import _Loss", None),
        ("import inspect\ninspect.stack()", "line 1: inspect"),
        ("import os\nos.write(3, b'')", "line 2: os.write"),
        ("import os as o\no.dup2(3, 4)", "line 2: os.dup2"),
        ("from os import write", "line 1: write"),
        ("import os\nif os.fork() == 0: os._exit(0)", "line 2: _exit, fork"),
        ("try:\n    1 / 0\nexcept Exception as e:\n    f = e.__traceback__.tb_frame.f_back",
         "line 4: f_back, tb_frame"),
        ("import sys\nsys.modules['torch'] = None", "line 2: modules"),
        ("from tests.graded import tabular", "line 1: tests"),
        ("x = 1\n" * 100_000, "line 1: more than 100 kB"),
        ("x = " + "(" * 5000, None),
        ("def f(:", None),
    ],
)  # fmt: skip
def test_what_an_attack_may_need_is_named(source, says):
    assert unusual({PATH: source.encode()}, {}) == ([f"{PATH}, {says}"] if says else [])


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"# coding: utf-7\n+AAo-", b"\x00", b"x = '\xff'"]
)
def test_whatever_bytes_are_handed_in_they_are_looked_at_or_left(content):
    assert isinstance(unusual({PATH: content}, {}), list)


def test_what_the_student_edition_uses_itself_is_nobodys():
    source = "import pickle\n"
    assert unusual({PATH: source.encode()}, {PATH: source}) == []


@pytest.mark.parametrize("path", SOLVED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_honest_solution_is_named(path):
    assert unusual({PATH: path.read_bytes()}, {}) == []
    ast.parse(path.read_bytes())


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_summary_names_who_used_it(tmp_path, language):
    sly = student("Sly", solved(), source="import sys\nf = sys._getframe(1)  # <b>")
    write_outputs(tmp_path, [*GRADES, sly], language=language)
    page = (tmp_path / "summary.html").read_text(encoding="utf-8")
    assert "common/losses.py, line 2: _getframe" in page
    write_outputs(tmp_path / "none", GRADES, language=language)
    assert "_getframe" not in (tmp_path / "none" / "summary.html").read_text(encoding="utf-8")
