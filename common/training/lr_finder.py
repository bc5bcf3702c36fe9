"""Which learning rate? A sweep from far too small to far too large, in a hundred steps.

Source: L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", 2017, section 3.3: the
learning rate range test.
"""

import copy
import math
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.errors import UserError
from common.step import training_step
from common.training.determinism import reproducible
from common.training.gradients import clipping
from common.training.model_state import copy_weights, in_mode, weights_of
from common.training.nonfinite import NonFiniteLossError
from common.training.ranks import ALONE
from common.training.session import Pairs, open_session

if TYPE_CHECKING:
    from common.trainer import Trainer

LOWEST, HIGHEST = 1e-6, 10.0
STEPS = 100
KEPT = 0.9
"""Share of the running mean that the next loss leaves as it was: one batch's loss is noisy."""
DIVERGED = 4.0
"""So many times its lowest, and the loss is on its way to infinity: the sweep ends."""


@dataclass(frozen=True)
class RateSweep:
    """What the loss did while the learning rate rose.

    rates: the learning rate of each step. losses: the running mean of the losses after it, the
    same number of them.

    >>> sweep = RateSweep([1e-4, 1e-3, 1e-2, 1e-1, 1.0], [1.0, 1.0, 0.7, 0.4, 3.0])
    >>> sweep.lowest, sweep.suggested
    (0.1, 0.01)
    """

    rates: list[float]
    losses: list[float]

    @property
    def lowest(self) -> float:
        """The rate at which the loss is lowest; higher ones make it worse."""
        return self.rates[self._bottom]

    @property
    def suggested(self) -> float:
        """The rate at which a quarter of the loss's fall is done, on its way to the lowest.

        Well before the lowest, for a training takes many steps at its highest rate, and the sweep
        one. Where the loss never falls it is the lowest rate of all.
        """
        level = statistics.median(self.losses[: max(1, self._bottom // 4)])
        goal = level - (level - self.losses[self._bottom]) / 4
        above = [at for at in range(self._bottom + 1) if self.losses[at] > goal]
        return self.rates[min(above[-1] + 1, self._bottom) if above else 0]

    @property
    def _bottom(self) -> int:
        return min(range(len(self.losses)), key=self.losses.__getitem__)


def find_lr(
    trainer: "Trainer",
    data: Pairs,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    steps: int = STEPS,
) -> RateSweep:
    """Raise the learning rate step by step, each by the same factor, and note the loss.

        rate(k) = lowest · (highest / lowest)^(k / (steps − 1)),   k = 0 … steps − 1

    Every step is a real one of the trainer's optimizer, with its clipping; where it has groups of
    parameters, the rate is that of the first, and the others keep their ratio to it. The sweep
    ends early where the loss diverges. Afterwards the model has the weights that it had before.

    Args:
        trainer: what would be trained, and how; it is not trained.
        data: as for `Trainer.fit`.
        lowest, highest: the first and the last learning rate.
        steps: batches to take; the data is walked through again where it has fewer.

    Raises:
        UserError: the data cannot be trained on, or the loss is not finite from the start.

    >>> import torch
    >>> from common.trainer import Trainer
    >>> X = torch.linspace(-1, 1, 64).unsqueeze(1)
    >>> trainer = Trainer(torch.nn.Linear(1, 1), torch.nn.MSELoss(), batch_size=16, progress=False)
    >>> sweep = find_lr(trainer, (X, 3 * X))
    >>> 0.003 < sweep.suggested < 0.3
    True
    """
    if not 0 < lowest < highest or steps < 2:
        raise UserError(f"a sweep from {lowest:g} to {highest:g} in {steps} steps goes nowhere")
    alone = copy.copy(trainer)  # without what looks at a validation part, and without a file
    alone.metrics, alone.patience, alone.checkpoint, alone.tensorboard = {}, None, None, None
    session = open_session(alone, data, None, resume=False, ranks=ALONE)
    kept = [weights_of(module) for module in (trainer.model, trainer.loss)]
    before = [{name: weight.clone() for name, weight in weights.items()} for weights in kept]
    rates: list[float] = []
    losses: list[float] = []
    mean = 0.0
    with ExitStack() as stack:
        for old, weights in zip(before, kept, strict=True):
            stack.callback(copy_weights, old, weights)
        stack.callback(session.close)
        stack.enter_context(reproducible(trainer.device, deterministic=trainer.deterministic))
        stack.enter_context(in_mode(trainer.model, training=True))
        stack.enter_context(session.losses.in_plain_words())
        if trainer.clip is not None:
            clip = clipping(session.parameters, trainer.clip)
            stack.callback(session.optimizer.register_step_pre_hook(clip).remove)
        for step, batch in zip(range(steps), _endless(session.train), strict=False):
            rate = lowest * (highest / lowest) ** (step / (steps - 1))
            session.rates.scale(rate / session.rates.peaks[0])
            inputs, target, _ = batch
            try:
                session.losses.begin(batch)
                loss = training_step(
                    trainer.forward, trainer.loss, session.optimizer, inputs, target
                )
                session.losses.add(loss, len(target), len(target))
                value = float(loss)
            except NonFiniteLossError:
                if step < 2:
                    raise
                break
            # The mean of an exponential window, corrected for its start as in Adam.
            mean = KEPT * mean + (1 - KEPT) * value
            rates.append(rate)
            losses.append(mean / (1 - KEPT ** (step + 1)))
            if not math.isfinite(value) or losses[-1] > DIVERGED * min(losses) > 0:
                break
    return RateSweep(rates, losses)


def _endless(source: Any) -> Iterator[Any]:
    epoch = 0
    while True:
        empty = True
        for batch in source.batches(epoch, 0):
            empty = False
            yield batch
        if empty:
            raise UserError(f"the training data yields no batches in epoch {epoch + 1}")
        epoch += 1
