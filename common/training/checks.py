"""What is refused before the first step: settings without sense, losses that cannot teach."""

import math
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from common.errors import UserError, unknown
from common.training.batches import describe

if TYPE_CHECKING:
    from common.trainer import Trainer

COLUMNS = ("epoch", "lr", "train_loss", "valid_loss", "seconds")
COUNTS = ("epochs", "batch_size", "accumulate", "patience")
POSITIVE = ("lr", "minutes", "clip")
NOT_NEGATIVE = ("weight_decay", "checkpoint_every", "workers")


def check_settings(trainer: "Trainer") -> None:
    """Raise UserError for the first of the trainer's settings that makes no sense."""
    for name in COUNTS:
        value = getattr(trainer, name)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise UserError(f"{name}={value!r}, expected a whole number of at least 1")
    for name in POSITIVE:
        value = getattr(trainer, name)
        if value is not None and not 0 < value < float("inf"):
            raise UserError(f"{name}={value!r}, expected a number above 0")
    for name in NOT_NEGATIVE:
        value = getattr(trainer, name)
        if not value >= 0:
            raise UserError(f"{name}={value!r}, expected 0 or more")
    for name in trainer.metrics:
        if name in COLUMNS:
            raise UserError(f"a metric cannot be called {name!r}: the history has such a column")
    if trainer.monitor not in ("valid_loss", *trainer.metrics):
        raise unknown("monitor", trainer.monitor, ["valid_loss", *trainer.metrics])


def check_loss(loss: Any) -> None:
    """Raise UserError for a loss that is not one number, or that nothing can be learned from."""
    if not isinstance(loss, Tensor) or loss.numel() != 1:
        raise UserError(
            f"the loss returned {describe(loss)}, expected a tensor with one number, such as a mean"
        )
    if not loss.requires_grad:
        raise UserError(
            "the loss has no gradient: it was computed outside of PyTorch, "
            "or .item(), .detach() or argmax cut it off"
        )


def check_pairing(
    loss: Callable[[Tensor, Tensor], Tensor], prediction: Tensor, target: Tensor
) -> None:
    """Refuse a loss that silently compares every prediction with every target.

    A prediction of shape (batch, 1) against a target of shape (batch,) is broadcast by plain
    arithmetic to (batch, batch), and the model learns the mean. Such a loss cannot tell right
    pairs from wrong ones; it could if the shapes were equal. Only that proof raises UserError: a
    loss that copes with the two shapes passes.
    """
    shapes = (tuple(prediction.shape), tuple(target.shape))
    rows = len(target)
    if shapes not in (((rows, 1), (rows,)), ((rows,), (rows, 1))) or not target.is_floating_point():
        return
    right = target.detach().to(prediction.dtype)
    wrong = right.flip(0)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            as_given = [float(loss(p.reshape(shapes[0]), target)) for p in (right, wrong)]
            as_equal = [float(loss(p, target)) for p in (right, wrong)]
        except Exception:  # the loss has an opinion on shapes: it will speak for itself
            return
    blind = math.isclose(*as_given, rel_tol=1e-4)
    if blind and all(map(math.isfinite, as_equal)) and not math.isclose(*as_equal, rel_tol=1e-2):
        raise UserError(
            f"the model's output has shape {shapes[0]} and the target {shapes[1]}: the loss would "
            "compare every prediction with every target; give y the model's shape, "
            "for example y.unsqueeze(1), or end the model with nn.Flatten(0)"
        )
