"""What a training looks out for at every step: losses and gradients that are not finite."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from common.errors import UserError
from common.training.batches import Batch
from common.training.checks import check_grown, check_loss, check_pairing
from common.training.failures import in_plain_words
from common.training.history import Position
from common.training.loss_inputs import check_loss_inputs, warn_of_probabilities
from common.training.model_state import Changing, Weights, buffers_of, in_mode
from common.training.optimization import GradientCheck, all_finite, parameters_of
from common.training.weighting import (
    Weight,
    Weighting,
    counts,
    is_mean_over_rows,
    no_mean_over_rows,
)


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


def steps_between_reads(device: torch.device) -> int:
    """Return how many losses may wait on the device until they are read.

    To read a number from an accelerator is to wait for all that it has been asked to do.
    """
    return 1 if device.type == "cpu" else 16


@dataclass(slots=True)
class Waiting:
    """A step whose loss is still on the device, with what is needed to name its rows."""

    batch: Batch
    epoch: int
    step: int
    loss: Tensor | None = None
    weight: Weight = 0
    norm: Tensor | None = None


class LossMonitor:
    """Adds up the training loss, and refuses a loss or gradient that is not finite.

    It hangs on PyTorch's own hooks: on the loss, between forward and backward, and on the
    optimizer, right before its step. On the CPU every number is looked at when it is there, so
    that no step is taken that would spoil the weights. On an accelerator losses wait on the device
    and are read together, so many at a time that it takes a fifth of a second, 16 at most; their
    batches, and the weights from before the first of them, are kept until then.
    """

    def __init__(
        self,
        model: nn.Module,
        forward: Callable[..., Tensor],
        loss: nn.Module,
        optimizer: torch.optim.Optimizer,
        *,
        position: Position,
        device: torch.device,
        accumulate: int,
        clock: Callable[[], float],
    ) -> None:
        self.model, self.forward, self.loss = model, forward, loss
        self.position, self.device, self.clock = position, device, clock
        self.weighting, self.accumulate = Weighting(loss), accumulate
        self.parts = f"accumulate={accumulate}" if accumulate > 1 else ""  # of what a step is made
        self.parameters = parameters_of(optimizer)
        self.gradients_finite = GradientCheck(self.parameters)
        self.most = steps_between_reads(device)
        self.at_once, self.every = self.most == 1, 1
        self.changing = Changing(model, weights=not self.at_once)
        self.before: Weights = {}
        self.waiting: list[Waiting] = []
        self.last, self.last_read = math.nan, clock()
        self.first = position.seen == 0
        self.known: set[nn.Parameter] = set(model.parameters())  # emptied when looked at
        self.handles = [
            loss.register_forward_hook(self._look_at_loss),
            optimizer.register_step_pre_hook(self.check_gradient),
        ]

    def close(self) -> None:
        """Take the hooks away."""
        for handle in self.handles:
            handle.remove()
        self.waiting, self.before = [], {}

    def in_plain_words(self) -> AbstractContextManager[None]:
        """Return a context in which what fails on a training batch is said in plain words."""
        return in_plain_words(
            self.model,
            "training data",
            lambda: self.waiting[-1].batch[:2] if self.waiting else None,
        )

    def begin(self, batch: Batch) -> Weight:
        """Be told the batch that the next loss is of; return what it weighs: its rows as a rule."""
        if self.at_once or not self.waiting:
            self.before = self.changing.copied()
        self.waiting.append(Waiting(batch, self.position.epoch + 1, self.position.step + 1))
        return self.weighting.on_cpu(batch[1])

    def add(self, loss: float | Tensor, rows: int, weight: Weight) -> None:
        """Count the loss of the batch, its weight in their mean, and that batch itself."""
        self.position.count(rows)
        if self.at_once:
            self.waiting.clear()
            if weight:
                self.last = float(loss)
                self.position.loss_sum += self.last * float(weight)
                self.position.weight += float(weight)
            return
        self.waiting[-1].loss = torch.as_tensor(loss, device=self.device).detach()
        self.waiting[-1].weight = weight
        if len(self.waiting) >= self.every:
            self.read()

    def check_part(self) -> None:
        """Look at the gradients of a part of a window; of a whole step a hook does it."""
        self.check_gradient()

    def settle(self, whole: Weight) -> Weight:
        """End a window of this weight; return what the sum of its gradients is divided by."""
        return self.weighting.divisor(whole)

    def latest(self) -> float:
        """Return the last loss, to be shown."""
        return self.read()

    def mean(self) -> float:
        """Return the mean loss of the epoch so far."""
        if self.position.weight == 0:
            raise UserError("the training data has no row that the loss counts")
        return self.weighting.mean(self.position.loss_sum, self.position.weight)

    def read(self) -> float:
        """Return the last loss; on an accelerator, wait for those that were not read yet.

        Raises NonFiniteLossError if one of them or its gradient is not finite.
        """
        read, self.waiting = self.waiting, []
        losses = [waiting.loss for waiting in read if waiting.loss is not None]
        if not losses:
            return self.last
        norms = [losses[0].new_zeros(()) if one.norm is None else one.norm for one in read]
        weights = [one.weight for one in read if isinstance(one.weight, Tensor)]
        numbers = [each.reshape(()).to(losses[0].dtype) for each in (*losses, *norms, *weights)]
        values = torch.stack(numbers).tolist()
        count = len(losses)
        for at, one in enumerate(read):
            value, norm = values[at], values[count + at]
            weight = values[2 * count + at] if weights else float(one.weight)
            if not (math.isfinite(value) and math.isfinite(norm)):
                self._refuse(one, value)
            self.position.loss_sum += value * weight
            self.position.weight += weight
            self.last = value
        self._set_pace()
        return self.last

    def _set_pace(self) -> None:
        """Read more losses at a time where reading comes round soon, fewer where it does not."""
        now = self.clock()
        soon = now - self.last_read < 0.2
        self.every = min(self.most, 2 * self.every) if soon else max(1, self.every // 2)
        self.last_read = now

    def _look_at_loss(self, loss: nn.Module, given: tuple[Any, ...], output: Any) -> None:
        # Without a batch it is a validation; without gradients, one of check_pairing's trials.
        if not self.waiting or not torch.is_grad_enabled():
            return
        if self.known:
            check_grown(self.model, self.known)
            self.known.clear()
        if self.first and len(given) == 2:
            check_loss(output)
            warn_of_probabilities(loss, given[0])
            alike = isinstance(given[0], Tensor) and not check_pairing(loss, given[0], given[1])
            self.first = alike and self.position.epoch == 0
        first_epoch = self.position.epoch == 0
        if first_epoch and (
            self.at_once or self.position.step == 0
        ):  # elsewhere reading is waiting
            check_loss_inputs(loss, *given)
        if self.parts and first_epoch and not self.weighting.tells(given[1]):
            self._check_mean(given[0], given[1])
        if self.at_once:
            self.last = output.item()
            if not math.isfinite(self.last):
                if self.parts and not counts(self.weighting.on_cpu(given[1])):
                    return
                self._refuse(self.waiting[-1], self.last)

    def _check_mean(self, prediction: Any, target: Tensor) -> None:
        if not is_mean_over_rows(self.loss, prediction, target):
            raise no_mean_over_rows(self.loss, self.parts)

    def check_gradient(self, *_: Any) -> None:
        """Look at the gradients that the last batch has left, as a pre-hook of the step does."""
        if not self.waiting:  # all of them have been looked at
            return
        if not self.at_once:
            gradients = [p.grad for p in self.parameters if p.grad is not None]
            self.waiting[-1].norm = nn.utils.get_total_norm(gradients) if gradients else None
        elif not self.gradients_finite():
            self._refuse(self.waiting[-1], self.last)

    def _refuse(self, one: Waiting, value: float) -> NoReturn:
        self.waiting = []
        self.changing.restore(self.before)
        raise self._explain(one, value)

    def _explain(self, one: Waiting, value: float) -> NonFiniteLossError:
        return explain_non_finite(
            self.model,
            self.forward,
            self.loss,
            one.batch,
            value=value,
            epoch=one.epoch,
            step=one.step,
        )


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
