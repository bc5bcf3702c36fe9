"""The learning rate schedule: one cycle, up and down."""

import math

import torch

from common.errors import UserError


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


class LearningRates:
    """The learning rates of an optimizer's groups: at each step their peaks times one factor.

    The peaks are what the groups come with, and are given back with.

    >>> optimizer = torch.optim.SGD([torch.zeros(2, requires_grad=True)], lr=0.5)
    >>> LearningRates(optimizer).scale(0.1)
    >>> optimizer.param_groups[0]["lr"]
    0.05
    """

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self.optimizer = optimizer
        self.peaks = [float(group["lr"]) for group in optimizer.param_groups]
        self.given: list[float] | None = None

    def scale(self, factor: float) -> None:
        """Give each group its peak times this.

        Raises:
            UserError: something else has changed a rate since, or there are other groups now.
        """
        groups = self.optimizer.param_groups
        if len(groups) != len(self.peaks):
            raise UserError(
                f"the optimizer had {len(self.peaks)} groups of parameters when the training "
                f"began, and has {len(groups)} now: give it all of them from the start, frozen "
                "parameters too"
            )
        if self.given and self.given != [group["lr"] for group in groups]:
            raise UserError(
                "the learning rate was changed on the way by something else, such as a schedule, "
                "and the trainer has its own, one cycle that rises and falls: leave the "
                "optimizer's groups alone while it trains"
            )
        self.given = [peak * factor for peak in self.peaks]
        for group, rate in zip(groups, self.given, strict=True):
            group["lr"] = rate

    def give_back(self) -> None:
        """Give each group its peak again: who made the optimizer may train on with it."""
        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=False):
            group["lr"] = peak
