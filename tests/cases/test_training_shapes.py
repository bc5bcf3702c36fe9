"""Predictions and targets whose shapes arithmetic stretches: a model that learns other pairs."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from common.errors import UserError
from common.training.checks import check_pairing
from tests.common.training_toys import network, table, trainer

PAIRED = "would compare every prediction with every target|pairs predictions with other rows"


def masks() -> tuple[Tensor, Tensor]:
    X = torch.randn(40, 1, 6, 6, generator=torch.Generator().manual_seed(0))
    return X, (X[:, 0] > 0).float()


def dice(prediction: Tensor, target: Tensor) -> Tensor:
    prediction = prediction.sigmoid()
    return 1 - 2 * (prediction * target).sum() / (prediction.sum() + target.sum())


def absolute(prediction: Tensor, target: Tensor) -> Tensor:
    return (prediction - target).abs().mean()


@pytest.mark.parametrize("loss", [absolute, dice, nn.MSELoss()])
@pytest.mark.filterwarnings("ignore:Using a target size")
def test_masks_without_a_channel_for_a_model_that_has_one(loss):
    X, y = masks()
    with pytest.raises(UserError, match=rf"{PAIRED}.*y.reshape\(-1, 1, 6, 6\)"):
        trainer(nn.Conv2d(1, 1, 1), loss).fit((X, y))
    assert trainer(nn.Conv2d(1, 1, 1), loss).fit((X, y[:, None])).stopped == "epochs"


@pytest.mark.parametrize("size", [(8, 8), (1,), (1, 1)])
def test_targets_with_a_dimension_more_or_less(size):
    """(rows, 8, 1) against (rows, 8) in batches of 8, (rows, 1) against (rows, 1, 1)."""
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(40, 8, 3, generator=generator)
    model, y = (nn.Linear(3, 1), X.sum(2)) if size == (8, 8) else (Last(), X[:, 0, :1].sum(1))
    target = y if size == (8, 8) else y.reshape(-1, *size, *([1] if size == (1,) else []))
    with pytest.raises(UserError, match=PAIRED):
        trainer(model, absolute).fit((X, target))


class Last(nn.Linear):
    def __init__(self) -> None:
        super().__init__(3, 1)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x[:, 0])


def test_as_many_outputs_as_rows_in_a_batch():
    """Row i's prediction would meet the targets of all rows."""
    X = torch.randn(40, 3, generator=torch.Generator().manual_seed(0))
    with pytest.raises(UserError, match=PAIRED):
        trainer(nn.Linear(3, 8), absolute).fit((X, X.sum(1)))


@pytest.mark.parametrize(
    ("prediction", "target", "loss"),
    [
        ((8, 8), (8,), lambda p, t: F.cross_entropy(p, t.abs().long() % 8)),
        ((8, 1, 6, 6), (8, 6, 6), lambda p, t: absolute(p[:, 0], t)),
        ((8, 8, 1), (8, 8), lambda p, t: absolute(p.squeeze(2), t)),
        ((8, 3), (8, 1), absolute),  # quantiles of one number
        ((8, 1), (8, 3), absolute),
        ((8, 8), (8,), lambda p, t: p.square().mean()),
        ((8, 8), (8,), lambda p, t: F.dropout((p[:, 0] - t).abs(), 0.5).mean()),  # chance
    ],
)
def test_what_is_meant_so_passes(prediction, target, loss):
    generator = torch.Generator().manual_seed(0)
    p, t = (torch.randn(shape, generator=generator) for shape in (prediction, target))
    assert check_pairing(loss, p, t)


def refused(model: nn.Module, loss, data, said: str) -> None:
    with pytest.raises(UserError, match=said):
        trainer(model, loss).fit(data)


@pytest.mark.parametrize("loss", [F.mse_loss, nn.MSELoss(), nn.CrossEntropyLoss(), F.l1_loss])
@pytest.mark.filterwarnings("ignore:Using a target size")
def test_a_model_that_gives_fewer_rows_than_it_takes(loss):
    class Half(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x)[::2]

    X, y = table()
    target = (y > 0).long().squeeze(1) if isinstance(loss, nn.CrossEntropyLoss) else y.repeat(1, 2)
    refused(Half(3, 2), loss, (X, target), "Half gives 4 rows for the 8 of a batch")


@pytest.mark.filterwarnings("ignore:Using a target size")
def test_an_output_of_another_shape_that_no_loss_of_pairs_takes():
    model = nn.Sequential(nn.Unflatten(1, (3, 1)), nn.Linear(1, 1))
    said = r"Sequential gives a float32 tensor \(8, 3, 1\), y is a float32 tensor \(8, 1\), and"
    refused(model, F.l1_loss, table(), said)


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (lambda x, y: None, "a NoneType in place of a pair"),
        (lambda x, y: (x, y, y), "more in some"),
    ],
)
def test_a_row_of_another_kind(odd, said):
    X, y = table()
    rows = [(X[i], y[i]) for i in range(40)]
    rows[7] = odd(X[7], y[7])
    refused(network(), F.mse_loss, DataLoader(rows, 8), f"rows of different kinds, {said}")


@pytest.mark.parametrize("kind", [torch.uint8, torch.int8, torch.int16])
def test_targets_of_few_bits_that_a_loss_of_ones_own_makes_go_round(kind):
    X, y = table()
    top = torch.iinfo(kind).max
    target = torch.full_like(y, top).to(kind)

    def beyond(prediction, target):
        return (prediction - 2 * target).square().mean()

    with pytest.raises(UserError, match=rf"goes round beyond {top}, and .* with y\.long\(\)"):
        trainer(network(), beyond).fit((X, target))
    trainer(network(), beyond).fit((X, target.float()))


def test_targets_of_few_bits_that_come_to_no_harm_and_losses_that_change_by_themselves():
    X, y = table()
    target = (y > 0).to(torch.uint8)

    def drawn(prediction, target):
        return (prediction - target).square().mean() * torch.rand(())

    def counted(prediction, target):
        counted.calls += 1
        return (prediction - target).square().mean() * counted.calls

    counted.calls = 0
    for loss in (lambda p, t: (p - t.float()).abs().mean(), drawn, counted):
        trainer(network(), loss).fit((X, target))


class Coping(nn.Module):
    """It takes targets without the last dimension, draws at random, and counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        self.calls += 1
        return (prediction - target.reshape(prediction.shape)).abs().mean() + 0 * torch.rand(())


def test_a_loss_that_was_tried_with_other_pairs_has_not_counted_that():
    loss, (X, y) = Coping(), table()
    before = torch.get_rng_state()
    assert check_pairing(loss, X[:, :1], y[:, 0])
    assert loss.calls == 0
    assert torch.equal(torch.get_rng_state(), before)
