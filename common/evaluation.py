"""A model's outputs, its loss and its metrics on data that it is not trained on."""

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn

from common.batches import Gather, Source
from common.errors import UserError
from common.modes import in_mode
from common.schedule import Deadline

Forward = Callable[..., Tensor]
Metric = Callable[[Tensor, Tensor], float | Tensor]


def predict(model: nn.Module, forward: Forward, source: Source) -> Tensor:
    """Return the outputs for every row of the source, in order, on the CPU."""
    outputs = Gather(source.rows, torch.device("cpu"))
    with in_mode(model, training=False), torch.inference_mode():
        for inputs, _, _ in source.batches():
            outputs.add(forward(*inputs))
    return outputs.result()


class Validation:
    """Runs the validation part, and tells the deadline how long that takes.

    `explain` builds the error for a loss that is not finite.
    """

    def __init__(
        self,
        source: Source,
        *,
        model: nn.Module,
        forward: Forward,
        loss: Callable[[Tensor, Tensor], Tensor],
        metrics: dict[str, Metric],
        explain: Callable[..., Exception],
        seed: int,
        deadline: Deadline,
    ) -> None:
        self.source, self.model, self.forward, self.loss = source, model, forward, loss
        self.metrics, self.explain, self.seed, self.deadline = metrics, explain, seed, deadline
        self.longest = 0.0

    def run(self) -> dict[str, float]:
        """Return the loss and the metrics; nan where the time was over before the end."""
        began, total, seen = self.deadline.elapsed(), 0.0, 0
        predictions, targets = (Gather(self.source.rows, self.source.device) for _ in range(2))
        torch.manual_seed(self.seed)  # a Dataset that adds noise adds the same in every epoch
        with in_mode(self.model, training=False), torch.inference_mode():
            for inputs, target, rows in self.source.batches():
                prediction = self.forward(*inputs)
                value = self.loss(prediction, target).item()
                if not math.isfinite(value):
                    raise self.explain(inputs, target, rows, value, step=0)
                total, seen = total + value * len(target), seen + len(target)
                if self.metrics:
                    predictions.add(prediction)
                    targets.add(target)
                if self.deadline.passed():
                    return dict.fromkeys(["valid_loss", *self.metrics], math.nan)
            if seen == 0:
                raise UserError("the validation data yields no batches")
            row = {"valid_loss": total / seen}
            for name, metric in self.metrics.items():
                row[name] = float(metric(predictions.result(), targets.result()))
        self.longest = max(self.longest, self.deadline.elapsed() - began)
        self.deadline.validation = self.longest
        return row

    def estimate(self) -> float:
        """Return the seconds that a run will take, going by its first few batches."""
        times = [self.deadline.elapsed()]
        with in_mode(self.model, training=False), torch.inference_mode():
            for inputs, target, _ in self.source.batches():
                self.loss(self.forward(*inputs), target).item()
                times.append(self.deadline.elapsed())
                if self.source.steps and (len(times) > 3 or self.deadline.passed()):
                    # The first batch is slow for reasons of its own, so the fastest counts.
                    return min(b - a for a, b in pairwise(times)) * self.source.steps
        return times[-1] - times[0]
