import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from common.trainer import Trainer
from common.training.deadline import Deadline


class Clock:
    """Seconds that pass when someone works, and only then."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> None:
        self.now += seconds


class SlowModel(nn.Module):
    """Takes a known time for each row, another one in evaluation."""

    def __init__(self, clock: Clock, train: float, evaluate: float = 0.0) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.linear = nn.Linear(3, 1)
        self.clock, self.costs, self.rows = clock, {True: train, False: evaluate}, []

    def forward(self, X: Tensor) -> Tensor:
        self.clock.work(self.costs[self.training] * len(X))
        if self.training:
            self.rows.append(len(X))
        return self.linear(X)


class SlowRows(Dataset):
    def __init__(self, clock: Clock, seconds: float, rows: int) -> None:
        self.clock, self.seconds, (self.X, self.y) = clock, seconds, table(rows)

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        self.clock.work(self.seconds)
        return self.X[row], self.y[row]


def table(rows: int) -> tuple[Tensor, Tensor]:
    X = torch.randn(rows, 3, generator=torch.Generator().manual_seed(0))
    return X, X.sum(1, keepdim=True)


def train(clock: Clock, model: nn.Module, data, valid=None, **settings):
    quiet = {"device": "cpu", "progress": False, "batch_size": 10, "clock": clock, "lr": 0.1}
    began = clock()
    history = Trainer(model, F.mse_loss, **{**quiet, **settings}).fit(data, valid=valid)
    return history, clock() - began


# seconds per row in training, in validation, to read a training row, to read a validation row
PACES = [
    (0.05, 0.0, 0.0, 0.0),
    (0.05, 0.05, 0.0, 0.0),
    (0.01, 0.2, 0.0, 0.0),
    (0.0, 0.0, 0.05, 0.05),
    (0.01, 0.005, 0.02, 0.1),
    (0.2, 0.1, 0.1, 0.0),
]


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("minutes", [1, 3])
@pytest.mark.parametrize("rows", [100, 20_000])
def test_a_deadline_is_kept_with_the_last_validation(pace, minutes, rows):
    clock = Clock()
    model = SlowModel(clock, pace[0], pace[1])
    data, valid = SlowRows(clock, pace[2], rows), SlowRows(clock, pace[3], 100)
    history, took = train(clock, model, data, valid, epochs=100_000, minutes=minutes)
    seconds = minutes * 60
    slack = max(2.0, 0.02 * seconds)
    step = 10 * (pace[0] + pace[2])
    epoch_end = 100 * (pace[1] + pace[3])
    assert history.stopped == "deadline"
    assert took <= seconds + 0.01
    # Time is left over only where another step and the validation after it had no room.
    assert took >= seconds - slack - step - epoch_end
    assert all(math.isfinite(value) for value in history.column("valid_loss"))


def test_a_deadline_ends_the_training_in_the_middle_of_an_epoch():
    clock = Clock()
    model = SlowModel(clock, train=0.1)
    history, took = train(clock, model, table(100_000), minutes=1)
    assert len(model.rows) == 60
    assert took == pytest.approx(60)
    assert [row["epoch"] for row in history.rows] == [1]


def test_the_learning_rate_completes_its_cycle_by_the_clock():
    clock = Clock()
    rates = []

    def make(parameters):
        optimizer = torch.optim.SGD(parameters, lr=1.0)
        optimizer.register_step_pre_hook(
            lambda optimizer, *_: rates.append(optimizer.param_groups[0]["lr"])
        )
        return optimizer

    model = SlowModel(clock, train=0.01)
    train(clock, model, table(100_000), minutes=1, optimizer=make, clip=0.01)
    assert len(rates) == 600
    peak = rates.index(max(rates))
    assert 30 < peak < 120
    assert max(rates) == pytest.approx(1, abs=0.01)
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert rates[-1] < 0.001


def test_a_generous_deadline_changes_nothing():
    results = []
    for minutes in (None, 1):
        clock = Clock()
        model = SlowModel(clock, train=0.01, evaluate=0.01)
        history, took = train(clock, model, table(200), table(50), epochs=5, minutes=minutes)
        assert (history.stopped, took < 30) == ("epochs", True)
        results.append((model.linear.weight.tolist(), history.column("lr")))
    assert results[0] == results[1]


def test_validation_that_has_no_room_is_cut_and_says_nan():
    clock = Clock()
    model = SlowModel(clock, train=0.1, evaluate=10.0)
    history, took = train(clock, model, table(1000), table(1000), epochs=9, minutes=1)
    assert history.stopped == "deadline"
    assert math.isnan(history.column("valid_loss")[0])
    assert took < 60 + 3 * 10 * 10
    assert model.rows


def test_a_validation_that_turns_slow_is_cut_at_the_deadline():
    clock = Clock()
    model = SlowModel(clock, train=0.01, evaluate=0.001)

    class Souring(SlowRows):
        def __getitem__(self, row):
            self.seconds = 0.5 if clock() > 1050 else 0.0
            return super().__getitem__(row)

    valid = Souring(clock, 0.0, 200)
    history, took = train(clock, model, table(1000), valid, epochs=99, minutes=1)
    assert took <= 60 + 6
    assert history.best_epoch is not None
    assert math.isnan(history.rows[-1]["valid_loss"])


def test_an_iterable_of_unknown_length_keeps_the_deadline():
    clock = Clock()
    model = SlowModel(clock, train=0.1, evaluate=0.1)

    class Stream:
        def __iter__(self):
            X, y = table(50)
            return iter(zip(X.split(10), y.split(10), strict=True))

    history, took = train(clock, model, Stream(), Stream(), epochs=999, minutes=1)
    assert history.stopped == "deadline"
    assert 48 <= took <= 60.01


@pytest.mark.filterwarnings("ignore:the training had changed model.rows:UserWarning")
def test_the_time_before_a_resumption_counts(tmp_path):
    settings = {"checkpoint": tmp_path / "c", "checkpoint_every": 0.0, "minutes": 1}

    class StopError(Exception):
        pass

    clock = Clock()
    model = SlowModel(clock, train=0.1)

    def stop(*_):
        if clock() >= 1040:
            raise StopError

    model.register_forward_pre_hook(stop)
    with pytest.raises(StopError):
        train(clock, model, table(10_000), **settings)
    clock, model = Clock(), SlowModel(clock, train=0.1)
    model.clock = clock
    trainer = Trainer(
        model,
        F.mse_loss,
        lr=0.1,
        batch_size=10,
        device="cpu",
        progress=False,
        clock=clock,
        **settings,
    )
    assert trainer.fit(table(10_000), resume=True).stopped == "deadline"
    assert clock() - 1000 == pytest.approx(20, abs=1.1)


def test_the_clocks_share_forgives_the_start_and_ends_at_one():
    clock = Clock()
    deadline = Deadline(1, clock=clock)
    assert deadline.share() < 0
    clock.work(1.0)
    assert deadline.share() < 0
    clock.work(59.0)
    assert deadline.share() == pytest.approx(1)
    assert Deadline(None, clock=clock).share() == 0
