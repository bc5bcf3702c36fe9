"""What a training sets in the process is put back, but for freed memory, which it keeps."""

import platform
import subprocess
import sys

import pytest
import torch

from common.training.runtime import reproducible

LEFT_BEHIND = """
import os, psutil, torch
from common.training.runtime import keep_freed_memory
way = "keep"
if os.fork():  # the other process keeps nothing, and imports nothing anew
    assert os.wait()[1] == 0
    assert keep_freed_memory()
else:
    way = "default"
memory = lambda: psutil.Process().memory_info().rss / 2**20
torch.ones(1)
before = memory()
block = torch.ones(6 * 2**20)  # 24 MiB
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


def test_trainings_of_two_threads_leave_pytorchs_flags_as_they_were_in_whatever_order_they_end():
    first, second = (reproducible(torch.device("cpu"), deterministic=True) for _ in range(2))
    for training in (first, second):
        training.__enter__()
    first.__exit__(None, None, None)
    assert torch.are_deterministic_algorithms_enabled()  # for the second
    second.__exit__(None, None, None)
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.utils.deterministic.fill_uninitialized_memory
