import math
import sys

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.errors import UserError
from common.training.schedule import one_cycle
from tests.common.training_toys import network, same, table, trainer, weights


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def by_hand(
    model: nn.Module, X: Tensor, y: Tensor, *, seed: int, epochs: int, batch: int, lr: float
):
    """The same training in the fewest words, with torch's own optimizer and schedule."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.01)
    steps, done = -(-len(X) // batch) * epochs, 0
    for epoch in range(epochs):
        generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
        for rows in torch.randperm(len(X), generator=generator).split(batch):
            progress = done / steps
            up = 0.04 + 0.96 * progress / 0.1
            down = 0.5 + 0.5 * math.cos(math.pi * (progress - 0.1) / 0.9)
            optimizer.param_groups[0]["lr"] = lr * (up if progress < 0.1 else down)
            optimizer.zero_grad()
            F.mse_loss(model(X[rows]), y[rows]).backward()
            optimizer.step()
            done += 1


def test_training_equals_a_loop_written_by_hand():
    X, y = table(41)
    ours, reference = network(), network()
    trainer(ours, lr=0.02, seed=5, epochs=4).fit((X, y))
    by_hand(reference, X, y, seed=5, epochs=4, batch=8, lr=0.02)
    for first, second in zip(ours.parameters(), reference.parameters(), strict=True):
        torch.testing.assert_close(first, second, rtol=1e-5, atol=1e-6)


def test_learning_rate_rises_then_falls_to_nothing():
    rates = [one_cycle(step / 1000) for step in range(1001)]
    peak = rates.index(max(rates))
    assert max(rates) == pytest.approx(1)
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert rates[-1] < 1e-9
    assert one_cycle(1.5) == pytest.approx(0)


def test_any_optimizer_is_taken_and_each_groups_rate_is_scaled():
    seen = []

    def make(parameters):
        first, *others = parameters
        groups = [{"params": [first], "lr": 0.1}, {"params": others, "lr": 0.01}]
        optimizer = torch.optim.SGD(groups, momentum=0.9)
        optimizer.register_step_pre_hook(
            lambda optimizer, *_: seen.append([g["lr"] for g in optimizer.param_groups])
        )
        return optimizer

    trainer(network(), optimizer=make, lr=77).fit(table())
    assert len(seen) == 15
    for step, (first, second) in enumerate(seen):
        assert first == pytest.approx(0.1 * one_cycle(step / 15))
        assert second == pytest.approx(first / 10)


def test_metrics_see_the_whole_validation_part_in_order():
    X, y = table(30)
    shapes = []

    def largest(prediction: Tensor, target: Tensor) -> Tensor:
        shapes.append((tuple(prediction.shape), torch.equal(target, y)))
        return (prediction - target).abs().max()

    model = network()
    coach = trainer(model, epochs=1, metrics={"largest": largest})
    history = coach.fit(table(), valid=(X, y))
    assert shapes == [((30, 1), True)]
    assert list(history.rows[0]) == [
        "epoch",
        "lr",
        "train_loss",
        "valid_loss",
        "largest",
        "seconds",
    ]
    expected = (model.eval()(X) - y).abs().max().item()
    assert history.column("largest")[0] == pytest.approx(expected, rel=1e-5)
    expected = F.mse_loss(model(X), y).item()  # 30 rows are no whole number of batches
    assert history.column("valid_loss")[0] == pytest.approx(expected, rel=1e-5)


class Share:
    """The share of predictions within 1 of the target, counted batch by batch."""

    def __init__(self):
        self.sizes = []

    def reset(self):
        self.sizes, self.hits = [], 0

    def update(self, prediction, target):
        self.sizes.append(len(prediction))
        self.hits += int(((prediction - target).abs() < 1).sum())

    def compute(self):
        return torch.tensor(self.hits / sum(self.sizes))

    def __call__(self, prediction, target):
        raise AssertionError("it takes the batches one by one")


def test_a_metric_may_take_the_batches_one_by_one(monkeypatch):
    def fail(*args):
        raise AssertionError("gathered")

    X, y = table(30)
    share = Share()
    coach = trainer(network(), epochs=2, metrics={"share": share}, monitor="share")
    with monkeypatch.context() as patch:
        patch.setattr("common.training.validation.GatherOutputs.add", fail)
        history = coach.fit(table(), valid=(X, y))
    assert share.sizes == [8, 8, 8, 6]

    def whole(prediction, target):
        return ((prediction - target).abs() < 1).float().mean()

    settings = {"epochs": 2, "metrics": {"whole": whole, "share": Share()}, "monitor": "whole"}
    expected = trainer(network(), **settings).fit(table(), valid=(X, y))
    assert history.column("share") == expected.column("share")
    assert history.column("share") == pytest.approx(expected.column("whole"))
    assert 0 < history.column("share")[-1] < 1


def test_best_weights_come_back_and_patience_stops():
    X, y = table()
    model, kept = network(), []

    def spoil(prediction: Tensor, target: Tensor) -> float:
        kept.append(weights(model))
        return [3.0, 1.0, 2.0, 5.0, 0.0][len(kept) - 1]

    coach = trainer(model, epochs=9, patience=2, metrics={"figure": spoil}, monitor="figure")
    history = coach.fit((X, y), valid=(X, y))
    assert history.column("figure") == [3.0, 1.0, 2.0, 5.0]
    assert (history.best_epoch, history.stopped) == (2, "patience")
    assert same(weights(model), kept[1])
    assert not same(weights(model), kept[3])


def test_higher_may_be_better_and_nan_never_is():
    values = iter([math.nan, 2.0, 3.0, math.nan])
    coach = trainer(
        network(),
        epochs=4,
        metrics={"score": lambda p, t: next(values)},
        monitor="score",
        higher_is_better=True,
    )
    assert coach.fit(table(), valid=table()).best_epoch == 3


def test_accumulating_batches_equals_one_large_batch():
    # 42 rows: the last window of batches is not full, and its last batch is not whole.
    X, y = (tensor.double() for tensor in table(42))
    small, large = network().double(), network().double()
    trainer(small, batch_size=4, accumulate=4, lr=0.01).fit((X, y))
    trainer(large, batch_size=16, lr=0.01).fit((X, y))
    for first, second in zip(small.parameters(), large.parameters(), strict=True):
        torch.testing.assert_close(first, second)


def test_gradients_are_clipped_to_the_norm():
    norms = []

    def make(parameters):
        optimizer = torch.optim.SGD(parameters, lr=0.01)
        optimizer.register_step_post_hook(  # by then they are what the step was taken with
            lambda *_: norms.append(
                math.sqrt(sum(p.grad.double().square().sum().item() for p in parameters))
            )
        )
        return optimizer

    trainer(network(), lambda p, t: 1000 * F.mse_loss(p, t), optimizer=make, clip=0.5).fit(table())
    assert len(norms) == 15
    assert max(norms) == pytest.approx(0.5, rel=1e-3)


def test_bf16_computes_the_model_in_bf16_and_the_loss_in_float32():
    seen = []
    model = network()
    model[0].register_forward_hook(lambda module, inputs, output: seen.append(output.dtype))

    def loss(prediction, target):
        seen.append(prediction.dtype)
        return F.mse_loss(prediction, target)

    X, y = table()
    coach = trainer(model, loss, bf16=True, lr=0.02, epochs=30)
    history = coach.fit((X, y))
    assert set(seen) == {torch.bfloat16, torch.float32}
    assert seen[-2:] == [torch.bfloat16, torch.float32]
    assert coach.predict(X).dtype == torch.float32
    assert history.rows[-1]["train_loss"] < history.rows[0]["train_loss"] / 5


def test_the_same_seed_gives_the_same_weights_and_another_gives_others():
    results = []
    for seed in (1, 1, 2):
        model = network(dropout=0.5)
        torch.rand(len(results))  # where the caller's generator stands does not matter
        trainer(model, seed=seed).fit(table(), valid=table(20, 1))
        results.append(weights(model))
    assert same(results[0], results[1])
    assert not same(results[0], results[2])


def test_the_callers_generator_flags_and_modes_are_left_alone():
    model = network(0.5)
    model[2].eval()
    torch.manual_seed(3)
    before, seen = torch.get_rng_state(), []

    def loss(prediction, target):
        seen.append(torch.are_deterministic_algorithms_enabled())
        return F.mse_loss(prediction, target)

    coach = trainer(model, loss)
    coach.fit(table(), valid=table(9))
    coach.predict(table()[0])
    assert torch.equal(torch.get_rng_state(), before)
    assert all(seen)
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.utils.deterministic.fill_uninitialized_memory
    assert [part.training for part in model] == [True, True, False, True]
    assert all(parameter.grad is None for parameter in model.parameters())


def test_predictions_come_in_order_for_any_batch_size_and_may_be_built_upon():
    X, _ = table(23)
    model = network(0.5)
    coach = trainer(model)
    expected = model.eval()(X).detach()
    for batch_size in (1, 7, 23, 100):
        outputs = coach.predict(X, batch_size=batch_size)
        torch.testing.assert_close(outputs, expected)
    weight = torch.ones(1, requires_grad=True)
    (outputs * weight).sum().backward()
    assert weight.grad.item() == pytest.approx(outputs.sum().item(), rel=1e-5)


def test_history_is_written_as_csv(tmp_path):
    history = trainer(network()).fit(table(), valid=table(9))
    history.to_csv(tmp_path / "history.csv")
    lines = (tmp_path / "history.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "epoch,lr,train_loss,valid_loss,seconds"
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2", "3"]
    assert float(lines[2].split(",")[2]) == history.column("train_loss")[1]


def test_the_bar_shows_loss_and_speed_or_nothing(capsys):
    trainer(network(), progress=True).fit(table())
    shown = capsys.readouterr().err
    assert "loss=" in shown
    assert "row/s" in shown
    assert "120/120" in shown
    trainer(network(), progress=False).fit(table())
    assert capsys.readouterr().err == ""


def test_tensorboard_logs_hold_the_history(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    history = trainer(network(), tensorboard=tmp_path / "logs").fit(table(), valid=table(9))
    events = EventAccumulator(str(tmp_path / "logs")).Reload()
    logged = [(event.step, event.value) for event in events.Scalars("valid_loss")]
    assert [step for step, _ in logged] == [1, 2, 3]
    assert [value for _, value in logged] == pytest.approx(history.column("valid_loss"), rel=1e-6)


def test_tensorboard_missing_is_said_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(UserError, match="pip install tensorboard"):
        trainer(network(), tensorboard=tmp_path).fit(table())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "epochs=0, expected a whole number of at least 1"),
        ({"batch_size": 2.5}, "batch_size=2.5, expected a whole number"),
        ({"lr": 0}, "lr=0, expected a number above 0"),
        ({"lr": math.nan}, "lr=nan"),
        ({"minutes": -1}, "minutes=-1"),
        ({"metrics": {"lr": max}}, "cannot be called 'lr'"),
        ({"metrics": {"mape": max}, "monitor": "mapes"}, "did you mean 'mape'"),
        ({"device": "cuda:77"}, "device"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(UserError, match=message):
        trainer(network(), **settings)


def test_what_needs_a_validation_part_says_so():
    with pytest.raises(UserError, match="validation part"):
        trainer(network(), patience=3).fit(table())
