"""One thread for a small network, all for a large one, and afterwards as many as before."""

import pytest
import torch
from torch import nn

from common.runs import experiment
from common.training.threads import LARGE, threads_for, using_threads
from tests.common.toy import ToySettings, ToySource, ToyTask


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_the_operations_of_a_batch_decide(two_threads):
    rows = int(LARGE / (2 * 512 * 512))  # a product of matrices: two operations for each weight
    model = nn.Linear(512, 512, bias=False)
    assert threads_for(model, [torch.zeros(rows - 1, 512)]) == 1
    assert threads_for(model, [torch.zeros(rows + 1, 512)]) is None


def test_to_count_them_changes_nothing(two_threads):
    model, X = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout()), torch.ones(5, 3)
    random = torch.get_rng_state()
    threads_for(model, [X])
    assert torch.equal(model[0].running_mean, torch.zeros(3))
    assert torch.equal(random, torch.get_rng_state())
    assert model.training
    assert all(module.training for module in model)


def test_threads_come_back_after_a_mistake(two_threads):
    with pytest.raises(KeyError), using_threads(1):
        raise KeyError
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize(("wish", "used"), [(None, 1), (2, 2)])
def test_a_training_takes_one_thread_or_as_many_as_are_wished(two_threads, wish, used):
    seen = []

    class Watched(ToyTask):
        def training(self, settings):
            seen.append(torch.get_num_threads())
            return {}

    settings = ToySettings(epochs=1, device="cpu", threads=wish)
    experiment.train(Watched(), ToySource(), settings, None, progress=False)
    assert seen[-1] == used
    assert torch.get_num_threads() == 2
