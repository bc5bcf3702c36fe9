"""Validation parts that are strange though the training data is not; losses of whole batches."""

import math
import warnings

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.errors import UserError
from tests.common.training_toys import network, table, trainer


def root(prediction: Tensor, target: Tensor) -> Tensor:
    return F.mse_loss(prediction, target).sqrt()


def dice(prediction: Tensor, target: Tensor) -> Tensor:
    share, there = prediction.sigmoid(), (target > 0).float()
    return 1 - (2 * (share * there).sum() + 1) / (share.sum() + there.sum() + 1)


def frozen(parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=0.0)


@pytest.mark.parametrize("loss", [root, dice])
def test_a_loss_whose_mean_over_batches_depends_on_their_size_is_noted(loss):
    X, y = table()
    model = network()
    coach = trainer(model, loss, optimizer=frozen, metrics={"whole": loss})
    with pytest.warns(UserWarning, match=f"depends on batch_size: the loss {loss.__name__} is no"):
        row = coach.fit((X, y), valid=(X, y)).rows[-1]
    right = loss(model(X), y).item()
    assert row["valid_loss"] != pytest.approx(right, rel=1e-4)
    assert row["whole"] == pytest.approx(right, rel=1e-5)  # what the note advises
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # so does this
        coach = trainer(model, loss, optimizer=frozen)
        row = coach.fit((X, y), valid=[(X, y)]).rows[-1]
    assert row["valid_loss"] == pytest.approx(right, rel=1e-5)


@pytest.mark.parametrize("loss", [F.l1_loss, nn.HuberLoss(), lambda p, t: (p - t).abs().mean()])
@pytest.mark.parametrize("size", [7, 40])
def test_a_mean_over_rows_is_the_same_for_batches_of_any_size_and_nothing_is_noted(loss, size):
    X, y = table()
    model = network()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        coach = trainer(model, loss, optimizer=frozen, batch_size=size)
        row = coach.fit((X, y), valid=(X, y)).rows[-1]
    assert row["valid_loss"] == pytest.approx(loss(model(X), y).item(), rel=1e-5)


def refused(model: nn.Module, valid: tuple[Tensor, Tensor], message: str) -> None:
    with pytest.raises(UserError, match=message):
        trainer(model).fit(table(), valid=valid)


def test_a_target_that_is_nan_in_validation_alone():
    X, y = table()
    y[3] = math.nan
    refused(network(), (X, y), "validation: the loss is nan; row 3 .*not finite in the target")


def test_a_model_that_is_nan_in_evaluation_alone():
    class Broken(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x) * (1.0 if self.training else math.nan)

    refused(Broken(3, 1), table(), "the model or the loss made it")


def test_a_buffer_that_is_nan_shows_in_evaluation_and_is_named():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    model[1].running_var.fill_(math.nan)
    refused(model, table(), "validation: .*the weights are not finite: 1.running_var")


def test_a_mask_of_infinities_is_not_to_blame():
    class Masked(nn.Linear):
        def __init__(self) -> None:
            super().__init__(3, 1)
            self.register_buffer("mask", torch.full((3,), -math.inf))

    X, y = table()
    X[17] = math.nan
    refused(Masked(), (X, y), "row 17 of the validation data: not finite in the inputs")


def test_a_metric_that_is_always_nan_ends_by_patience_and_leaves_the_last_weights():
    model = network()
    metrics = {"nothing": lambda prediction, target: math.nan}
    history = trainer(model, metrics=metrics, monitor="nothing", patience=2, epochs=9).fit(
        table(), valid=table()
    )
    assert (history.stopped, len(history.rows), history.best_epoch) == ("patience", 2, 2)
    with torch.no_grad():
        X, y = table()
        assert F.mse_loss(model(X), y).item() == pytest.approx(
            history.column("valid_loss")[-1], rel=1e-5
        )


def test_metrics_see_what_the_model_said_though_the_loss_works_in_place():
    X, y = table()

    def in_place(prediction, target):
        if not torch.is_grad_enabled():
            prediction.zero_()
            target.zero_()
        return F.mse_loss(prediction, target)

    said = {}

    def seen(prediction, target):
        said.update(prediction=prediction, target=target)
        return 0.0

    model = network()
    trainer(model, in_place, metrics={"seen": seen}, epochs=1).fit((X, y), valid=(X, y))
    assert torch.equal(said["target"], y)
    torch.testing.assert_close(said["prediction"], model(X))


def test_a_metric_that_works_in_place_is_refused_before_others_take_what_it_left():
    def spoils(prediction, target):
        return prediction.sub_(target).abs().mean()

    metrics = {"spoils": spoils, "after": F.l1_loss}
    with pytest.raises(UserError, match=r"the metric spoils works in place .* \.clone\(\)"):
        trainer(network(), metrics=metrics).fit(table(), valid=table())


@pytest.mark.parametrize("rows", [1, 3, 20])
def test_outputs_of_other_rows_reach_a_metric_as_they_came(rows):
    """Beside what a model says of each row there may be what it says of the batch."""

    class Beside(nn.Linear):
        def forward(self, x):
            return super().forward(x), x.new_full((rows,), 7.0)

    seen = []
    coach = trainer(
        Beside(3, 1),
        lambda outputs, y: F.mse_loss(outputs[0], y),
        metrics={"rows": lambda outputs, y: seen.append(outputs[1]) or len(outputs[0])},
        epochs=1,
    )
    coach.fit(table(), valid=table())
    assert torch.equal(seen[0], torch.full((5 * rows,), 7.0))
