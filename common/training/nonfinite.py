"""Which rows of a batch are to blame for a loss or gradient that is not finite, and why."""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from common.errors import UserError
from common.training.batches import Batch
from common.training.gradients import all_finite
from common.training.model_state import buffers_of, in_mode
from common.training.weighting import Weighting, counts


class NonFiniteLossError(UserError, FloatingPointError):
    """The loss or its gradient is not finite; the weights are as they were before that step.

    On an accelerator they are those of up to 16 steps before, see `LossMonitor`.

    `epoch` and `step` count from 1 (`step` is 0 in validation), `rows` are the offending rows'
    numbers in the data, and `causes` says where something not finite was found: any of "inputs",
    "target", "weights", "gradient"; nothing if the model or the loss made it out of sound numbers.
    """

    def __init__(
        self, message: str, *, epoch: int, step: int, rows: list[int], causes: list[str]
    ) -> None:
        super().__init__(message)
        self.epoch, self.step, self.rows, self.causes = epoch, step, rows, causes


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
    weighting = Weighting(loss)
    broken = [name for name, weight in model.named_parameters() if not all_finite(weight)]
    # An infinity may be meant, as in a mask.
    broken += [name for name, buffer in buffers_of(model).items() if buffer.isnan().any()]
    guilty, causes = [], ["weights"] if broken else []
    for index in range(0 if broken else len(rows)):
        row = slice(index, index + 1)
        # An input of one row, as in broadcasting, is shared by all rows of the batch.
        alone = tuple(tensor if len(tensor) == 1 else tensor[row] for tensor in inputs)
        alone_target = target[row]
        if not counts(weighting.on_cpu(alone_target)):
            continue  # ignored: its mean is one over nothing
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
    blame = _blame(part, guilty, broken, causes)
    if not counts(weighting.on_cpu(target)):
        blame = "no row of the batch counts: all are ignored, or of a class of weight 0"
    message = f"{where}: {what}; {blame}"
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
