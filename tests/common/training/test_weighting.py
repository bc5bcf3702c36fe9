"""A loss means the same however the batches fall: one large, several that add up, or validation."""

from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.errors import UserError
from common.loss_registry import WeightedSumLoss
from common.losses import Loss
from common.training.loss_inputs import check_narrow_targets
from common.training.weighting import FunctionLoss, Weighting, is_mean_over_rows, tried_out
from tests.common.training_toys import trainer
from text import loss as text_losses
from vision import loss as vision_losses

ROWS, CLASSES = 40, 3
UNEVEN = torch.tensor([0.5, 2.0, 5.0])
KL_DIVERGENCE = nn.KLDivLoss(reduction="batchmean")


def classes() -> tuple[Tensor, Tensor]:
    """Rows of three classes; those that are to be ignored lie all in the first half."""
    generator = torch.Generator().manual_seed(3)
    y = torch.randint(CLASSES, (ROWS,), generator=generator)
    y[:17] = torch.where(torch.rand(17, generator=generator) < 0.6, -100, y[:17])
    return torch.randn(ROWS, 5, generator=generator), y


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(5, CLASSES).double()


def gradient(model: nn.Module, loss, X: Tensor, y: Tensor) -> list[Tensor]:
    """The gradient of one large batch, by autograd alone."""
    return list(torch.autograd.grad(loss(model(X), y), list(model.parameters())))


def accumulated(
    model: nn.Module, loss, X: Tensor, y: Tensor, batch_size: int = ROWS // 4
) -> list[Tensor]:
    """What four batches amount to, seen in a step of plain descent."""
    before = [weight.detach().clone() for weight in model.parameters()]
    trainer(
        model,
        loss,
        batch_size=batch_size,
        accumulate=4,
        epochs=1,
        optimizer=lambda parameters: torch.optim.SGD(parameters, lr=1.0),
    ).fit((X, y))
    # The first step of the cycle has a 25th of the peak's learning rate.
    return [(a - b.detach()) / 0.04 for a, b in zip(before, model.parameters(), strict=True)]


def valid_loss(loss, X: Tensor, y: Tensor, batch_size: int) -> float:
    still = trainer(
        network(),
        loss,
        batch_size=batch_size,
        epochs=1,
        optimizer=lambda parameters: torch.optim.SGD(parameters, lr=1e-30),
    )
    X_train, y_train = X[-15:], y[-15:]
    return still.fit((X_train, y_train), valid=(X, y)).rows[0]["valid_loss"]


def smoothed(**settings):
    return nn.CrossEntropyLoss(label_smoothing=0.2, **settings)


LOSSES = {
    "ignored": nn.CrossEntropyLoss(),
    "another index": nn.CrossEntropyLoss(ignore_index=1),
    "class weights": nn.CrossEntropyLoss(weight=UNEVEN.double()),
    "both, smoothed": smoothed(weight=UNEVEN.double()),
    "summed": nn.CrossEntropyLoss(reduction="sum"),
    "a function": F.cross_entropy,
    "a partial": partial(F.cross_entropy, weight=UNEVEN.double()),
    "text: cross_entropy": text_losses.CrossEntropyLoss(),
    "text: smoothing": text_losses.LabelSmoothingLoss(),
    "text: focal": text_losses.FocalLoss(),
    "text: cost": text_losses.ExpectedCostLoss([[0, 9, 3], [1, 0, 2], [5, 5, 0]]),
    "text: order": text_losses.RankedProbabilityLoss(),
    "text: a sum of two": WeightedSumLoss(
        [(1.0, text_losses.CrossEntropyLoss()), (0.5, text_losses.FocalLoss())]
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_four_batches_teach_what_one_large_one_does(name):
    X, y = classes()
    if name == "another index":
        y = y.clamp(min=0)
    whole = gradient(network(), LOSSES[name], X.double(), y)
    for ours, theirs in zip(
        accumulated(network(), LOSSES[name], X.double(), y), whole, strict=True
    ):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
def test_the_validation_loss_is_that_of_the_whole_part_whatever_the_batches(name):
    X, y = classes()
    if name == "another index":
        y = y.clamp(min=0)
    whole = LOSSES[name](network()(X.double()), y).item()
    for batch_size in (3, 10, ROWS):
        found = valid_loss(LOSSES[name], X.double(), y, batch_size)
        assert found == pytest.approx(whole, rel=1e-9)


def test_log_probabilities_and_shares_of_classes():
    X, y = classes()
    model = nn.Sequential(network(), nn.LogSoftmax(1))
    loss = nn.NLLLoss(weight=UNEVEN.double())
    whole = gradient(model, loss, X.double(), y)
    for ours, theirs in zip(accumulated(model, loss, X.double(), y), whole, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-9)
    shares = torch.rand(ROWS, CLASSES, dtype=torch.float64).softmax(1)
    loss = nn.CrossEntropyLoss(weight=UNEVEN.double())
    whole = gradient(network(), loss, X.double(), shares)
    for ours, theirs in zip(accumulated(network(), loss, X.double(), shares), whole, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "loss",
    [
        nn.BCEWithLogitsLoss(pos_weight=UNEVEN.double()),
        nn.BCEWithLogitsLoss(weight=UNEVEN.double()),
        nn.SmoothL1Loss(),
        nn.MSELoss(reduction="sum"),
        lambda scores, target: KL_DIVERGENCE(scores.log_softmax(1), target),
        lambda prediction, target: (prediction - target).pow(4).mean(),
    ],
)
def test_losses_that_divide_by_rows(loss):
    X, _ = classes()
    y = (X[:, :3] > 0).double()
    whole = gradient(network(), loss, X.double(), y)
    for ours, theirs in zip(accumulated(network(), loss, X.double(), y), whole, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "name", ["CrossEntropyLoss", "FocalLoss", "BoundaryWeightedLoss", "DiceLoss", "TverskyLoss"]
)
def test_masks_with_ignored_pixels(name):
    loss = getattr(vision_losses, name)()
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(8, 2, 6, 6, generator=generator, dtype=torch.float64)
    y = torch.randint(2, (8, 6, 6), generator=generator)
    y[:3, :, 2:] = loss.ignore_index
    y[4] = loss.ignore_index
    torch.manual_seed(0)
    model = nn.Conv2d(2, 2, 1).double()
    whole = gradient(model, loss, X, y)
    for ours, right in zip(accumulated(model, loss, X, y, 2), whole, strict=True):
        torch.testing.assert_close(ours, right, rtol=1e-6, atol=1e-9)


def test_a_batch_of_which_nothing_counts_adds_nothing_to_a_window_or_a_validation():
    X, y = classes()
    y = y.clamp(min=0)
    y[:20] = -100
    loss = nn.CrossEntropyLoss()
    whole = gradient(network(), loss, X.double(), y)
    order = torch.arange(ROWS)
    batches = [(X.double()[part], y[part]) for part in order.split(10)]
    model = network()
    before = [weight.detach().clone() for weight in model.parameters()]
    trainer(
        model,
        loss,
        accumulate=4,
        epochs=1,
        minutes=1,
        clock=lambda: 0.0,  # the learning rate of a training with a deadline goes by the time
        optimizer=lambda parameters: torch.optim.SGD(parameters, lr=1.0),
    ).fit(batches)
    for old, new, right in zip(before, model.parameters(), whole, strict=True):
        torch.testing.assert_close((old - new.detach()) / 0.04, right, rtol=1e-6, atol=1e-9)
    whole_loss = loss(network()(X.double()), y).item()
    assert valid_loss(loss, X.double(), y, 5) == pytest.approx(whole_loss, rel=1e-9)


def test_a_batch_of_which_nothing_counts_is_named_where_it_makes_nan_of_a_step():
    X, y = classes()
    with pytest.raises(UserError, match=r"epoch 1, step 1: .* no row of the batch counts"):
        trainer(network(), nn.CrossEntropyLoss()).fit((X.double(), torch.full_like(y, -100)))
    with pytest.raises(UserError, match="the validation data has no row that the loss counts"):
        trainer(network(), nn.CrossEntropyLoss()).fit(
            (X.double()[20:], y[20:]), valid=(X.double(), torch.full_like(y, -100))
        )


def test_an_ignored_row_is_not_blamed_for_what_another_did():
    X, y = classes()
    y = y.clamp(min=0)
    y[3], X[7, 2] = -100, torch.nan
    with pytest.raises(UserError, match="row 7 of the training data: not finite in the inputs"):
        trainer(network(), nn.CrossEntropyLoss(), batch_size=ROWS).fit((X.double(), y))


def by_known_rows(prediction: Tensor, target: Tensor) -> Tensor:
    known = target >= 0
    return F.cross_entropy(prediction[known], target[known])


class Contrastive(nn.Module):
    """Every row against all others of its batch: no sum over rows."""

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        return F.cross_entropy(prediction @ prediction.T, torch.arange(len(prediction)))


@pytest.mark.parametrize("loss", [by_known_rows, Contrastive()])
def test_a_loss_that_cannot_tell_its_weight_is_refused_with_accumulate_alone(loss):
    X, y = classes()
    with pytest.raises(UserError, match="accumulate=4: .* is no mean over rows"):
        trainer(network(), loss, batch_size=10, accumulate=4).fit((X.double(), y))
    trainer(network(), loss, batch_size=20, epochs=1).fit((X.double(), y))


def test_a_loss_may_tell_its_weight():
    class Known(nn.Module):
        def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
            return by_known_rows(prediction, target)

        def weight_of(self, target: Tensor) -> Tensor:
            return (target >= 0).sum()

    X, y = classes()
    whole = gradient(network(), Known(), X.double(), y)
    for ours, theirs in zip(accumulated(network(), Known(), X.double(), y), whole, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=1e-9)


def test_parts_of_a_sum_that_divide_by_different_weights_are_refused():
    both = WeightedSumLoss(
        [(1.0, nn.CrossEntropyLoss(weight=UNEVEN.double())), (1.0, nn.CrossEntropyLoss())]
    )
    X, y = classes()
    with pytest.raises(UserError, match="accumulate=4: .* is no mean over rows"):
        trainer(network(), both, batch_size=10, accumulate=4).fit((X.double(), y))


def test_trying_a_loss_out_leaves_it_as_it_was():
    class Counting(Loss):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("calls", torch.zeros(()))

        def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
            self.calls += 1
            return (prediction - target).abs().mean()

        weight_of = None

    loss, random = Counting(), torch.get_rng_state()
    X, _ = classes()
    trainer(network(), loss, batch_size=10, accumulate=4, epochs=2).fit((X.double(), X[:, :3]))
    assert loss.calls == 8
    assert torch.equal(random, torch.get_rng_state())


def test_weights_of_single_batches():
    y = torch.tensor([0, 1, -100, 2, 1])
    assert Weighting(nn.MSELoss()).of(y) == 5
    assert Weighting(nn.CrossEntropyLoss()).of(y) == 4
    assert Weighting(nn.CrossEntropyLoss(weight=UNEVEN)).of(y) == 0.5 + 2 + 5 + 2
    assert Weighting(text_losses.CrossEntropyLoss(ignore_index=1)).of(y.clamp(min=0)) == 3


class Counter(nn.Module):
    """It counts its calls in a number, in a list, and in a buffer that it binds anew."""

    def __init__(self) -> None:
        super().__init__()
        self.calls, self.seen = 0, []
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        self.calls += 1
        self.seen.append(1)
        self.mean, self.last = self.mean + 1, prediction
        return (prediction - target.float()).square().mean()


def counted(prediction: Tensor, target: Tensor) -> Tensor:
    counted.calls += 1
    return (prediction - target.float()).square().mean()


def test_a_loss_that_is_tried_out_does_not_count_that():
    loss, rows = Counter(), torch.ones(6, 1, dtype=torch.uint8)
    own = FunctionLoss(counted)
    counted.calls = 0
    for each in (loss, own):
        check_narrow_targets(each, torch.zeros(6, 1), rows)
        is_mean_over_rows(each, torch.zeros(6, 1), rows)
    assert (loss.calls, loss.seen, float(loss.mean), counted.calls) == (0, [], 0, 0)
    assert not hasattr(loss, "last")


class Running(nn.Module):
    """Its buffer changes in place, in the way that is left to a scripted module."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        self.mean += 1
        return (prediction - target).square().mean()


@pytest.mark.parametrize("make", [lambda loss: loss, torch.jit.script])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_buffer_that_changes_in_place_comes_back_with_its_tensor(make):
    loss = make(Running())
    with tried_out(loss, torch.device("cpu")):
        loss(torch.zeros(2), torch.ones(2))
    assert float(loss.mean) == 0
    loss(torch.zeros(2), torch.ones(2))
    assert float(loss.mean) == 1
