"""What a training looks out for at every step: losses and gradients that are not finite."""

import math
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from common.errors import UserError
from common.training.batch_independence import warn_of_mixed_rows
from common.training.batches import Batch
from common.training.checks import check_grown, check_loss, check_pairing, warn_of_mode
from common.training.error_messages import in_plain_words
from common.training.gradient_flow import Strangers, Thawed, Unreached, named_parameters_of
from common.training.gradients import GradientCheck, any_gradient
from common.training.history import Position
from common.training.loss_inputs import (
    check_loss_inputs,
    check_narrow_targets,
)
from common.training.model_ends import warn_of_loss_inputs
from common.training.model_state import Changing, Weights, in_mode
from common.training.nonfinite import NonFiniteLossError, explain_non_finite
from common.training.optimizers import parameters_of
from common.training.weighting import (
    Weight,
    Weighting,
    counts,
    is_mean_over_rows,
    no_mean_over_rows,
)

ROUNDED_AWAY = 1e-6
"""A loss this small may have a gradient of 0 in float32: the network is right already."""


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


class Passing(NamedTuple):
    """A hook that is taken away as soon as it has seen enough."""

    handle: RemovableHandle
    is_done: Callable[[], bool]


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
        self.look_at_rows = False  # to be set where no validation does
        self.before: Weights = {}
        self.waiting: list[Waiting] = []
        self.last, self.last_read = math.nan, clock()
        self.first = self.unmoved = position.seen == 0  # unmoved until a gradient is not 0
        self.known: set[nn.Parameter] = set(model.parameters())  # emptied when looked at
        self.began_in_training = True  # as it is before the first forward
        self.strangers = Strangers(self.parameters)
        self.thawed = Thawed(model, self.parameters)
        self.unreached = Unreached(named_parameters_of(model, optimizer) if self.first else {})
        self.handles = [
            loss.register_forward_hook(self._look_at_loss),
            optimizer.register_step_pre_hook(self.check_gradient),
        ]
        hook = optimizer.register_step_pre_hook
        self.passing = [  # once there was a gradient, no step is to pay for looking
            Passing(hook(self._look_for_gradient), lambda: not self.unmoved),
            Passing(hook(self.unreached.look), lambda: not self.unreached.parts),
        ]

    def close(self) -> None:
        """Take the hooks away."""
        for handle in (*self.handles, *(one.handle for one in self.passing)):
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
        for passing in [one for one in self.passing if one.is_done()]:
            passing.handle.remove()
            self.passing.remove(passing)
        if self.known:
            self.began_in_training = self.model.training
        if self.look_at_rows:
            self.look_at_rows = False
            with in_mode(self.model, training=False):
                warn_of_mixed_rows(self.model, self.forward, batch[0], self.device)
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
        mean = self.weighting.mean(self.position.loss_sum, self.position.weight)
        if self.unmoved and abs(mean) > ROUNDED_AWAY:
            warnings.warn(
                "every gradient of the first epoch was 0, so nothing was learned: a round, a "
                "comparison or an argmax in the model or the loss has none, nor has a ReLU that "
                "gets negative numbers alone",
                stacklevel=2,
            )
        self.unmoved = False  # said once
        self.unreached.warn()
        self.thawed.check()
        return mean

    def _look_for_gradient(self, *_: Any) -> None:
        if self.most == 1:  # elsewhere the norms tell, when they are read
            self.unmoved = self.unmoved and not any_gradient(self.parameters)

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
            self.unmoved = self.unmoved and norm == 0
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
            warn_of_mode(self.model, began_in_training=self.began_in_training)
            self.known.clear()
            if self.first and len(given) == 2:
                warn_of_loss_inputs(loss, *given, output)
                check_narrow_targets(loss, *given)
        if self.first and len(given) == 2:
            check_loss(output)
        if not self.strangers.done and isinstance(output, Tensor):
            self.strangers.look_at(self.model, output)
        if self.first and len(given) == 2:
            alike = isinstance(given[0], Tensor) and not check_pairing(loss, given[0], given[1])
            self.first = alike and self.position.epoch == 0
        first_epoch = self.position.epoch == 0
        if first_epoch and (self.at_once or self.position.step == 0):  # to read may be to wait
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
