"""What a training looks out for at every step, where several ranks take the step together."""

import math
from collections.abc import Sequence
from typing import Any, NoReturn

import torch
from torch import Tensor

from common.training.batches import Batch
from common.training.loss_monitor import LossMonitor, Waiting
from common.training.nonfinite import NonFiniteLossError
from common.training.ranks import Alone
from common.training.weighting import Weight, counts, is_mean_over_rows, no_mean_over_rows


class SharedLossMonitor(LossMonitor):
    """Adds up the losses of all ranks, and refuses together with them one that is not finite.

    A rank that finds a loss that is not finite says nothing until the window of batches ends:
    the others wait for its gradient. Then all learn of it, and the rank whose rows are to blame
    names them to all. On the CPU that is before the step; on an accelerator losses are read many
    at a time, as `LossMonitor` does, by a clock that is the same for all.
    """

    def __init__(self, *args: Any, ranks: Alone, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.ranks, self.parts = ranks, f"{ranks.size} ranks"
        self.before_step, self.at_once = self.at_once, False
        self.rows, self.settled, self.no_mean = 0, True, False

    def begin(self, batch: Batch) -> Weight:
        if self.settled and len(self.waiting) >= self.every:
            self.read()
        self.settled = False
        weight = super().begin(batch)
        # A row that was lent weighs nothing. On a card that is a tensor, too: what the ranks add
        # up must be of one kind, or they wait for each other.
        return weight if len(batch[2]) else weight * 0

    def add(self, loss: float | Tensor, rows: int, weight: Weight) -> None:
        one = self.waiting[-1]
        one.loss, one.weight = torch.as_tensor(loss, device=self.device).detach(), weight
        self.position.step += 1
        self.rows += len(one.batch[2])

    def check_part(self) -> None:
        """Do nothing yet: the others' gradients are to come."""

    def settle(self, whole: Weight) -> Weight:
        """Agree with the other ranks; return what the gradients, averaged over them, lack."""
        own = self._own(self.waiting) if self.before_step else []
        rows, no_mean, *sums = self.ranks.sum(self.rows, self.no_mean, *own)
        if no_mean:
            raise no_mean_over_rows(self.loss, self.parts)
        self.position.rows += round(rows)
        self.position.seen += round(rows)
        self.rows, self.settled = 0, True
        if self.before_step:
            read, self.waiting = self.waiting, []
            self._take(read, sums)
            whole = sums[1]
        else:
            whole = self.ranks.sum_weight(whole)
        return self.weighting.divisor(whole) / self.ranks.size if counts(whole) else 0.0

    def _check_mean(self, prediction: Any, target: Tensor) -> None:
        # One share of a batch may tell, and another be too small to.
        self.no_mean |= not is_mean_over_rows(self.loss, prediction, target)

    def latest(self) -> float:
        """Return the last loss that was read: to read now, all ranks would have to."""
        return self.last

    def read(self) -> float:
        read, self.waiting = self.waiting, []
        if read:
            self._take(read, self.ranks.sum(*self._own(read)))
            self._set_pace()
        return self.last

    def _own(self, waiting: Sequence[Waiting]) -> list[float]:
        """Return the sum of the losses, their weight, and 1 where something is not finite."""
        total = weight = 0.0
        sound = self.gradients_finite() if self.before_step else True
        for one in waiting:
            # The gradient is that of all ranks, also where no row of this one counts.
            sound &= one.norm is None or math.isfinite(float(one.norm))
            self.unmoved = self.unmoved and not one.norm
            weighs = float(one.weight)  # on an accelerator, this waits for it
            if one.loss is None or not weighs:
                continue
            value = float(one.loss)
            sound &= math.isfinite(value)
            total, weight = total + value * weighs, weight + weighs
        return [total, weight, float(not sound)]

    def _take(self, read: Sequence[Waiting], sums: Sequence[float]) -> None:
        total, weight, broken = sums
        if broken:
            self._refuse_together(read)
        self.position.loss_sum += total
        self.position.weight += weight
        if weight:
            self.last = self.weighting.mean(total, weight)

    def _refuse_together(self, read: Sequence[Waiting]) -> NoReturn:
        self.changing.restore(self.before)
        found: tuple[float, NonFiniteLossError] | None = None
        for one in read:
            if found is None or not found[1].rows:
                value = math.nan if one.loss is None else float(one.loss)
                found = value, self._explain(one, value)
        assert found is not None  # a window has a batch
        raise agreed(*found, self.ranks)


def agreed(value: float, error: NonFiniteLossError, ranks: Alone) -> NonFiniteLossError:
    """Return the same error on all ranks: that of one whose rows are to blame.

    value: the loss that was found here.
    """
    where = {"epoch": error.epoch, "step": error.step, "rows": error.rows, "causes": error.causes}
    own = (not error.rows, math.isfinite(value), ranks.rank, str(error), where)
    *_, message, where = min(ranks.gathered(own))
    return NonFiniteLossError(message, **where)  # type: ignore[arg-type]
