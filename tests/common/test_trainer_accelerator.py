"""Where reading a number from the device costs time: the CPU plays an accelerator."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.training.nonfinite import NonFiniteLossError
from tests.common.training_toys import network, same, table, trainer, weights


class Reads:
    """Counts how often a number is read back from a tensor while the model is in training."""

    def __init__(self, model: nn.Module, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        for name in ("item", "tolist", "__float__", "__bool__"):
            monkeypatch.setattr(Tensor, name, self._counting(getattr(Tensor, name), model))

    def _counting(self, read, model):
        def counted(tensor, *arguments):
            self.count += model.training
            return read(tensor, *arguments)

        return counted


@pytest.fixture
def accelerator(monkeypatch):
    monkeypatch.setattr("common.training.loss_monitor.steps_between_reads", lambda device: 16)


def test_the_loss_is_not_read_back_at_every_step(accelerator, monkeypatch):
    model = network()
    coach = trainer(model, batch_size=2, epochs=4, clock=lambda: 0.0, clip=1.0)
    reads = Reads(model, monkeypatch)
    coach.fit(table(200))
    # 400 steps, 100 an epoch: after 1, 3, 7, 15, 31, then every 16, and at each epoch's end.
    assert 400 / 16 <= reads.count <= 40


def test_a_training_step_that_reads_its_loss_itself_is_as_good(accelerator, monkeypatch):
    import common.trainer

    step, results = common.trainer.training_step, []
    for read in (lambda loss: loss, lambda loss: loss.item()):
        monkeypatch.setattr("common.trainer.training_step", lambda *a, read=read: read(step(*a)))
        model = network()
        history = trainer(model).fit(table())
        results.append((weights(model), history.column("train_loss")))
    assert same(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]


def test_where_steps_are_slow_every_loss_is_read(accelerator, monkeypatch):
    model, ticks = network(), iter(range(10**6))
    coach = trainer(model, batch_size=4, epochs=1, clock=lambda: float(next(ticks)))
    reads = Reads(model, monkeypatch)
    coach.fit(table(40))
    assert reads.count == 10 + len(weights(model))  # these once, after the last step


@pytest.mark.parametrize("settings", [{}, {"clip": 0.5}, {"accumulate": 3}])
def test_weights_and_history_are_those_of_the_cpu(settings, monkeypatch):
    results = []
    for most in (1, 16):
        monkeypatch.setattr(
            "common.training.loss_monitor.steps_between_reads", lambda _, most=most: most
        )
        model = network(dropout=0.3)
        history = trainer(model, **settings).fit(table(41), valid=table(9, 1))
        results.append((weights(model), history.column("train_loss")))
    assert same(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]


@pytest.mark.parametrize("loss", [F.mse_loss, F.l1_loss])
@pytest.mark.parametrize("place", ["X", "y"])
@pytest.mark.parametrize("accumulate", [1, 3])
def test_a_broken_row_is_named_with_its_step_though_it_is_seen_later(
    accelerator, loss, place, accumulate
):
    X, y = table(200)
    (X if place == "X" else y)[117, 0] = math.inf
    order = torch.randperm(200, generator=torch.Generator().manual_seed(4 * 1_000_003)).tolist()
    model = network()
    coach = trainer(model, loss, seed=4, batch_size=2, accumulate=accumulate, clock=lambda: 0.0)
    with pytest.raises(NonFiniteLossError) as caught:
        coach.fit((X, y))
    error = caught.value
    assert (error.epoch, error.step) == (1, order.index(117) // 2 + 1)
    assert error.rows == [117]
    assert error.causes == ["inputs" if place == "X" else "target"]
    assert all(tensor.isfinite().all() for tensor in weights(model))


def test_no_checkpoint_holds_weights_that_a_bad_loss_has_spoiled(accelerator, tmp_path):
    X, y = table()
    y[7] = math.nan
    path = tmp_path / "checkpoint"
    settings = {"checkpoint": path, "checkpoint_every": 0, "clock": lambda: 0.0}
    with pytest.raises(NonFiniteLossError):
        trainer(network(), **settings).fit((X, y))
    with pytest.raises(NonFiniteLossError) as caught:  # it goes on from sound weights
        trainer(network(), **settings).fit((X, y), resume=True)
    assert caught.value.rows == [7]
