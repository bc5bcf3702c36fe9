"""What is new in a prepared heap lies at its end."""

import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


def test_new_objects_go_to_the_end_of_a_heap_without_holes():
    program = """
        from common.grading.runner.inside.heap import fill_holes, make_huge

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
