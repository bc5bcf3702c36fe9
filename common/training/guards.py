"""What the trainer looks out for: losses that are not finite, losses that compare wrong pairs."""

import math
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from common.errors import UserError
from common.training.batches import Batch, describe
from common.training.modes import in_mode


class NonFiniteLossError(UserError, FloatingPointError):
    """The loss or its gradient is not finite; the weights are as they were before that step.

    `epoch` and `step` count from 1 (`step` is 0 in validation), `rows` are the offending rows'
    numbers in the data, and `causes` says where something not finite was found: any of "inputs",
    "target", "weights", "gradient"; nothing if the model or the loss made it out of sound numbers.
    """

    def __init__(
        self, message: str, *, epoch: int, step: int, rows: list[int], causes: list[str]
    ) -> None:
        super().__init__(message)
        self.epoch, self.step, self.rows, self.causes = epoch, step, rows, causes


class NotFinite(Exception):  # noqa: N818
    """Within a training step: the loss or a gradient is not finite, and no weight has changed."""


def all_finite(tensor: Tensor) -> bool:
    """Whether no element is nan or infinite.

    >>> all_finite(torch.tensor([1.0, float("inf")])), all_finite(torch.tensor([1, 2]))
    (False, True)
    """
    return bool(tensor.isfinite().all())


def gradients_finite(parameters: Sequence[nn.Parameter]) -> bool:
    """Whether every gradient is finite: their sum is, for nan and infinity survive a sum."""
    if parameters[0].device.type == "cpu":
        return all(math.isfinite(p.grad.sum().item()) for p in parameters if p.grad is not None)
    norm = torch.nn.utils.get_total_norm([p.grad for p in parameters if p.grad is not None])
    return math.isfinite(norm.item())


def explain_non_finite(
    model: nn.Module,
    forward: Callable[..., Tensor],
    loss: Callable[[Tensor, Tensor], Tensor],
    batch: Batch,
    *,
    value: float,
    epoch: int,
    step: int,
) -> NonFiniteLossError:
    """Find the rows to blame by looking at each row of the batch alone, and build the error."""
    inputs, target, rows = batch
    weights = dict(model.named_parameters())
    broken = [name for name, weight in weights.items() if not all_finite(weight)]
    guilty, causes = [], ["weights"] if broken else []
    for index in range(0 if broken else len(target)):
        row = slice(index, index + 1)
        # An input of one row, as in broadcasting, is shared by all rows of the batch.
        alone = tuple(tensor if len(tensor) == 1 else tensor[row] for tensor in inputs)
        alone_target = target[row]
        with in_mode(model, training=False):
            found = _blemish(partial(forward, *alone), loss, alone_target, model)
        if found:
            guilty.append(int(rows[index]))
            causes += [found] if found == "gradient" else []
            causes += [] if all(all_finite(tensor) for tensor in alone) else ["inputs"]
            causes += [] if all_finite(alone_target) else ["target"]
    causes = sorted(set(causes))
    what = f"the loss is {value}"
    if math.isfinite(value):
        what += ", but its gradient is not finite"
    where = f"epoch {epoch}, " + (f"step {step}" if step else "validation")
    part = "training data" if step else "validation data"
    message = f"{where}: {what}; {_blame(part, guilty, broken, causes)}"
    return NonFiniteLossError(message, epoch=epoch, step=step, rows=guilty, causes=causes)


def _blemish(
    forward: Callable[[], Tensor],
    loss: Callable[[Tensor, Tensor], Tensor],
    target: Tensor,
    model: nn.Module,
) -> str:
    """Say what of a row is not finite, "loss" or "gradient"; nothing if both are."""
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    try:
        with torch.enable_grad():
            value = loss(forward(), target)
            if not all_finite(value):
                return "loss"
            gradients = torch.autograd.grad(value, weights, allow_unused=True)
    except RuntimeError:  # a model that cannot take one row, or has no gradient in evaluation
        return ""
    sound = all(gradient is None or all_finite(gradient) for gradient in gradients)
    return "" if sound else "gradient"


def _blame(part: str, rows: list[int], broken: list[str], causes: list[str]) -> str:
    if broken:
        return f"the weights are not finite: {', '.join(broken[:3])}; try a smaller lr, or clip=1"
    if not rows:
        return "no row alone is to blame; try a smaller lr, or clip=1"
    shown = ", ".join(map(str, rows[:10])) + (f" and {len(rows) - 10} more" if rows[10:] else "")
    named = f"row{'s' if len(rows) > 1 else ''} {shown} of the {part}"
    unsound = [cause for cause in causes if cause in ("inputs", "target")]
    if unsound:
        return f"{named}: not finite in the {' and the '.join(unsound)}"
    return f"{named}: inputs, target and weights are finite, so the model or the loss made it"


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


def check_pairing(loss: Callable[[Tensor, Tensor], Tensor], prediction: Tensor, target: Tensor):
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
