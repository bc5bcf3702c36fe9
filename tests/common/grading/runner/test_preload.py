"""What is done before the forks leaves nothing behind that a check could see."""

import json
import os
import subprocess
import sys
import textwrap

import pandas
import pytest
import torch

from common.grading.runner import bubblewrap
from common.grading.runner.inside import preload
from tests.common.grading import shop

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


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
    preload.use_torch()
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("library", ["torch", "pandas"])
def test_without_the_library_nothing_is_done(library, monkeypatch):
    monkeypatch.delitem(sys.modules, library)
    getattr(preload, f"use_{library}")()
    assert library not in sys.modules


def test_pandas_keeps_its_options_and_warns_of_nothing(recwarn):
    before = repr(pandas.options.d)
    preload.use_pandas()
    assert repr(pandas.options.d) == before
    assert not recwarn.list


@pytest.fixture(scope="module")
def warmed():
    """What a Python of its own has after both, one after the other: threads and modules."""
    return alone(
        "import json, os, sys, pandas, torch\n"
        "from common.grading.runner.inside import preload\n"
        "threads = [len(os.listdir('/proc/self/task'))]\n"
        "preload.use_torch()\n"
        "preload.use_pandas()\n"
        "threads += [len(os.listdir('/proc/self/task'))]\n"
        "before = {*sys.modules}\n"
        "cells = pandas.Series(['1 500', None, '2,5'])\n"
        "pandas.to_numeric(cells.str.replace(' ', '').str.replace(',', '.')).to_numpy()\n"
        "print(json.dumps({'threads': threads, 'new': [*({*sys.modules} - before)]}))"
    )


@linux
def test_a_column_of_text_then_imports_nothing_more(warmed):
    assert not warmed["new"]


@linux
def test_no_thread_is_begun(warmed):
    # A fork has none of them, and what one held stays held.
    before, after = warmed["threads"]
    assert before == after


@linux
def test_new_objects_go_to_the_end_of_a_heap_without_holes():
    program = """
        from common.grading.runner.inside.preload import fill_holes, make_huge

        kept = [bytes(size) for size in range(1, 5000, 3) for _ in range(8)]
        before = [id(one) for one in kept]
        del kept[::2]  # half of them become holes, each between two that stay
        again = [bytes(size) for size in range(1, 5000, 30)]
        scattered = sum(id(one) <= max(before) for one in again)
        end = fill_holes()
        if not end:
            raise SystemExit("no mallinfo2")
        make_huge()
        fresh = [bytes(size) for size in range(1, 5000, 3) for _ in range(2)]
        print(scattered, sum(id(one) < end for one in fresh), all(not any(one) for one in kept))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=os.environ | {"PYTHONMALLOC": "malloc"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "no mallinfo2" in done.stderr:
        pytest.skip("the C library tells nothing of its heap")
    assert done.returncode == 0, done.stderr
    scattered, still_scattered, unharmed = done.stdout.split()
    assert int(scattered) > 100  # of 167
    assert int(still_scattered) < 30  # of 3334
    assert unharmed == "True"


@linux
def test_what_probes_warm_up_is_there_in_every_check_and_no_code_of_students(tmp_path):
    course = shop.make_course(tmp_path)
    (course / "tests/graded/shop_probes.py").write_text(
        "import os\nready = []\n"
        "def warm_up():\n    ready.append(os.urandom(8).hex())\n    from shop import loss\n"
        "def double(inputs):\n    from shop import loss\n    return [loss.double(1), *ready]\n",
        encoding="utf-8",
    )
    with shop.open_sandbox(course) as sandbox:
        first = shop.run(sandbox, b"def double(x): return 2 * x").output
        second = shop.run(sandbox, b"def double(x): return 7").output
    assert first == [2, first[1]]
    assert second == [7, first[1]]
