"""A sandbox with PyTorch in it, which takes seconds to start, so that all here share one."""

import json
import sys

import pytest

from tests.common import forked
from tests.common.grading import shop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

LEARNING = """
import torch

def double(x):
    network = torch.nn.Linear(4, 1)
    network(x.float()).square().sum().backward()
    return network.weight.grad[0]
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return shop.make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def sandbox(course):
    with shop.open_sandbox(course, preload=("numpy", "torch")) as opened:
        yield opened


def test_a_check_learns_as_it_would_in_a_process_of_its_own(sandbox):
    x = "torch.arange(4.0, dtype=torch.float64)"
    program = f"{LEARNING}\ntorch.manual_seed(0)\nprint(double({x}).tolist())"
    expected = json.loads(forked.python("-c", program).stdout)
    assert shop.run(sandbox, LEARNING, "with_torch").output.tolist() == expected


def test_chance_is_the_same_in_every_check_of_every_sandbox(course, sandbox):
    draws = "[random.random(), numpy.random.rand(), torch.rand(()).item()]"
    source = f"import random, numpy, torch\ndef double(x):\n    return {draws}\n"
    with shop.open_sandbox(course, preload=("numpy", "torch")) as another:
        asked = (sandbox, sandbox, another, another)
        drawn = [tuple(map(float, shop.run(one, source).output)) for one in asked]
    assert len(set(drawn)) == 1
    assert len(set(drawn[0])) == 3
