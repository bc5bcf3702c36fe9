"""What a process has freed it keeps where it is told to."""

import platform
import subprocess
import sys

import pytest

LEFT_BEHIND = """
import os, numpy, psutil
from common.training.freed_memory import keep_freed_memory
way = "keep"
if os.fork():  # the other process keeps nothing, and imports nothing anew
    assert os.wait()[1] == 0
    assert keep_freed_memory()
else:
    way = "default"
memory = lambda: psutil.Process().memory_info().rss / 2**20
before = memory()
block = numpy.ones(3 * 2**20)  # 24 MiB
assert memory() - before > 20
del block
print(way, memory() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a setting of glibc")
def test_a_freed_block_is_kept_for_the_next_step_only_where_asked():
    command = [sys.executable, "-c", LEFT_BEHIND]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    left = {way: float(size) for way, size in map(str.split, said)}
    assert left["default"] < 4
    assert left["keep"] > 20
