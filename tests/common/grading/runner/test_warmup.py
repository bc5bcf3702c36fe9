"""What is done before the forks leaves nothing behind that a check could see."""

import json
import subprocess
import sys

import pandas
import pytest
import torch

from common.grading.runner import bubblewrap
from common.grading.runner.inside import warmup
from tests.common.grading import shop

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

LEARNING = """
import torch

def double(x):
    network = torch.nn.Linear(4, 1)
    network(x.float()).square().sum().backward()
    return network.weight.grad[0]
"""


def alone(program):
    """Run a program in a Python of its own, as the sandbox's server runs; return what it prints."""
    command = [sys.executable, "-c", program]
    environment = bubblewrap.environment() | {"PYTHONPATH": ":".join(filter(None, sys.path))}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(said.stdout)


def test_chance_goes_on_as_if_it_had_not_been_asked():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    warmup.use_torch()
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("library", ["torch", "pandas"])
def test_without_the_library_nothing_is_done(library, monkeypatch):
    monkeypatch.delitem(sys.modules, library)
    getattr(warmup, f"use_{library}")()
    assert library not in sys.modules


def test_pandas_keeps_its_options_and_warns_of_nothing(recwarn):
    before = repr(pandas.options.d)
    warmup.use_pandas()
    assert repr(pandas.options.d) == before
    assert not recwarn.list


@linux
def test_a_column_of_text_then_imports_nothing_more():
    assert not alone(
        "import sys, pandas\n"
        "from common.grading.runner.inside import warmup\n"
        "warmup.use_pandas()\n"
        "before = {*sys.modules}\n"
        "cells = pandas.Series(['1 500', None, '2,5'])\n"
        "pandas.to_numeric(cells.str.replace(' ', '').str.replace(',', '.')).to_numpy()\n"
        "print(str([*({*sys.modules} - before)]).replace(chr(39), chr(34)))"
    )


@linux
def test_no_thread_is_begun():
    # A fork has none of them, and what one held stays held.
    before, after = alone(
        "import os, pandas, torch\n"
        "from common.grading.runner.inside import warmup\n"
        "before = len(os.listdir('/proc/self/task'))\n"
        "warmup.use_torch()\n"
        "warmup.use_pandas()\n"
        "print([before, len(os.listdir('/proc/self/task'))])"
    )
    assert before == after


@linux
def test_a_check_learns_as_it_would_in_a_process_of_its_own(tmp_path):
    x = "torch.arange(4.0, dtype=torch.float64)"
    expected = alone(f"{LEARNING}\ntorch.manual_seed(0)\nprint(double({x}).tolist())")
    course = shop.make_course(tmp_path)
    with shop.open_sandbox(course, preload=("numpy", "torch")) as sandbox:
        assert shop.run(sandbox, LEARNING, "with_torch").output.tolist() == expected
