"""The default optimizer, its steps, how its learning rate goes, and when the time is up."""

import math
from collections.abc import Callable

import torch
from torch import nn

from common.training.checkpoint import State
from common.training.guards import NotFinite, gradients_finite

HEAD_START = 0.02


def adamw(parameters: list[nn.Parameter], *, lr: float, weight_decay: float) -> torch.optim.AdamW:
    """Return AdamW (Loshchilov and Hutter, 2019), fused into one kernel where that is possible."""
    fused = all(
        parameter.is_floating_point() and parameter.device.type in ("cpu", "cuda", "mps", "xpu")
        for parameter in parameters
    )
    return torch.optim.AdamW(parameters, lr=lr, weight_decay=weight_decay, fused=fused)


def one_cycle(progress: float, *, warm_up: float = 0.1, start: float = 0.04) -> float:
    """Return the share of the peak learning rate at `progress`, from 0 (start) to 1 (end).

    A straight line from `start` up to 1 during the first `warm_up` of the training, then half a
    cosine down to 0 (Smith and Topin, "Super-Convergence", 2018, in its two-phase form).

    >>> [round(one_cycle(progress), 2) for progress in (0, 0.05, 0.1, 0.55, 1)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    if progress < warm_up:
        return start + (1 - start) * progress / warm_up
    return (1 + math.cos(math.pi * min(1.0, (progress - warm_up) / (1 - warm_up)))) / 2


class Deadline:
    """When the training has to end so that what must follow it still fits in.

    That is the last validation and the last checkpoint: `validation` and `saving` are the seconds
    that they take, as measured so far.
    """

    def __init__(self, minutes: float | None, *, clock: Callable[[], float]) -> None:
        self.seconds = math.inf if minutes is None else minutes * 60
        self.clock = clock
        self.start = clock()
        self.validation = self.saving = 0.0

    @property
    def reserve(self) -> float:
        """The seconds to keep for what follows the last step."""
        return self.validation + self.saving

    def elapsed(self) -> float:
        """Return the seconds since the training began, those before a resumption included."""
        return self.clock() - self.start

    def share(self) -> float:
        """Return the share of the training's time that has passed, the first part of it forgiven.

        The learning rate follows this share once it is ahead of the share of steps taken, that
        is, once the deadline is going to cut the training short. A slow first step must not
        count as that, so the clock gives a head start, which it takes back towards the end.
        """
        if self.seconds == math.inf:
            return 0.0
        share = self.elapsed() / max(self.seconds - self.reserve, 1e-9)
        return share - HEAD_START * (1 - share)

    def leaves(self, seconds: float) -> bool:
        """Whether there are that many seconds left for the training."""
        return self.elapsed() + seconds + self.reserve <= self.seconds

    def passed(self) -> bool:
        """Whether the time is over altogether."""
        return self.elapsed() > self.seconds


class Stepper:
    """Stands in for the optimizer in a training step, and does what more a step takes.

    The gradients of `accumulate` batches make one step, each with the learning rate that is due
    by then; until they are there, `step` only looks at them and `zero_grad` leaves them alone.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        parameters: list[nn.Parameter],
        *,
        epochs: int,
        accumulate: int,
        clip: float | None,
        deadline: Deadline,
    ) -> None:
        self.optimizer, self.parameters, self.state = optimizer, parameters, State()
        self.epochs, self.accumulate, self.clip = epochs, accumulate, clip
        self.deadline = deadline
        self.peaks = [group["lr"] for group in optimizer.param_groups]
        self.pending = 0
        """Rows whose gradients wait for the step."""

    @property
    def rate(self) -> float:
        return self.optimizer.param_groups[0]["lr"]

    def step(self) -> None:
        """Step if the gradients of enough batches are there; raise NotFinite for a nan in them."""
        if not gradients_finite(self.parameters):
            raise NotFinite
        if self.state.step % self.accumulate == 0:
            self.update()

    def update(self) -> None:
        """Step by the gradients that the pending rows have left, summed if batches accumulate."""
        state = self.state
        if self.accumulate > 1:
            for parameter in self.parameters:
                if parameter.grad is not None:
                    parameter.grad /= self.pending
        if self.clip is not None:
            nn.utils.clip_grad_norm_(self.parameters, self.clip)
        taken = (state.step - 1) // self.accumulate
        of = math.ceil(state.steps / self.accumulate) if state.steps else math.inf
        share = (state.epoch + min(1.0, taken / of)) / self.epochs
        factor = one_cycle(max(share, self.deadline.share()))
        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
            group["lr"] = peak * factor
        self.optimizer.step()
        self.pending = 0
        self.forget_gradients()

    def zero_grad(self) -> None:
        if not self.pending:
            self.forget_gradients()

    def forget_gradients(self) -> None:
        # What optimizer.zero_grad does, without what it does besides: that takes longer.
        for parameter in self.parameters:
            parameter.grad = None
