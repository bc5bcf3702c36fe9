"""A model's loss and metrics on the validation part."""

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from common.errors import UserError
from common.training.batch_independence import warn_of_mixed_rows
from common.training.batches import Batch, Source
from common.training.checks import check_pairing
from common.training.deadline import Deadline
from common.training.error_messages import in_plain_words
from common.training.gathered_outputs import GatherOutputs
from common.training.generators import seed_generators
from common.training.loss_inputs import check_loss_inputs
from common.training.model_state import in_mode, with_outputs
from common.training.nonfinite import explain_non_finite
from common.training.ranks import ALONE, Alone
from common.training.shared_losses import agreed
from common.training.tensors import describe
from common.training.weighting import Weighting, counts, is_mean_over_rows, loss_name

ENOUGH = 256  # rows to see by whether a metric pairs them rightly
Forward = Callable[..., Tensor]


@runtime_checkable
class BatchMetric(Protocol):
    """A metric that is fed batch by batch, so that nothing need be kept; as in torchmetrics."""

    def reset(self) -> None: ...

    def update(self, prediction: Tensor, target: Tensor) -> None: ...

    def compute(self) -> float | Tensor: ...


Metric = BatchMetric | Callable[[Tensor, Tensor], float | Tensor]


class Metrics:
    """Metrics of a whole validation part, which is gathered only if one of them asks for it."""

    def __init__(self, metrics: dict[str, Metric], source: Source) -> None:
        self.metrics = metrics
        self.fed = [metric for metric in metrics.values() if isinstance(metric, BatchMetric)]
        self.gathered = [
            GatherOutputs(source.rows, source.device)
            for _ in range(2 if len(self.fed) < len(metrics) else 0)
        ]
        for metric in self.fed:
            metric.reset()

    def add(self, prediction: Any, target: Tensor) -> None:
        for metric in self.fed:
            metric.update(prediction, target)
        if self.gathered:
            self.gathered[0].add(prediction)
            self.gathered[1].add(target)

    def compute(self) -> dict[str, float]:
        whole = [gather.result() for gather in self.gathered]
        if whole and isinstance(whole[0], Tensor):
            few = [tensor[:ENOUGH] for tensor in whole]
            for name, metric in self.metrics.items():
                if not isinstance(metric, BatchMetric):
                    check_pairing(metric, few[0], few[1], f"the metric {name}")
        return {name: self._compute(name, metric, whole) for name, metric in self.metrics.items()}

    def _compute(self, name: str, metric: Metric, whole: list[Any]) -> float:
        if isinstance(metric, BatchMetric):
            return _number(metric.compute(), name)
        before = _changes(whole)
        value = _number(metric(*whole), name)
        if _changes(whole) != before:
            raise UserError(
                f"the metric {name} works in place on the predictions or targets that it is given, "
                "and others take them after it: let it work on a .clone()"
            )
        return value


def _changes(whole: list[Any]) -> list[int]:
    """Return how often each tensor in here was changed in place."""
    counts: list[int] = []
    for output in whole:
        with_outputs(lambda tensor: counts.append(tensor._version) or tensor, output)  # type: ignore[func-returns-value]
    return counts


def _number(value: Any, name: str) -> float:
    """Return what a metric gave as a number, be it alone in a tensor or an array."""
    try:
        return float(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError, RuntimeError):
        given = describe(value)
        raise UserError(f"the metric {name} returned {given}, expected one number") from None


class Validation:
    """Runs the validation part, and tells the deadline how long that takes."""

    def __init__(
        self,
        source: Source,
        *,
        model: nn.Module,
        forward: Forward,
        loss: nn.Module,
        metrics: dict[str, Metric],
        seed: int,
        deadline: Deadline,
        ranks: Alone = ALONE,
    ) -> None:
        self.ranks = ranks
        self.source, self.model, self.forward, self.loss = source, model, forward, loss
        self.metrics, self.seed, self.deadline = metrics, seed, deadline
        self.weighting = Weighting(loss)
        for metric in metrics.values() if ranks.size > 1 else ():
            if hasattr(metric, "distributed_available_fn"):
                # One of torchmetrics would ask the other ranks, and here the first is fed all.
                metric.distributed_available_fn = lambda: False
        self.longest = 0.0
        self.paired = False
        self.looked_at = self.rows_looked_at = False
        self.batch: Batch | None = None

    @contextmanager
    def _evaluating(self) -> Iterator[None]:
        plain = in_plain_words(
            self.model, "validation data", lambda: self.batch[:2] if self.batch else None
        )
        with (
            in_mode(self.model, training=False),
            in_mode(self.loss, training=False),
            torch.no_grad(),
            plain,
        ):
            yield
        self.batch = None

    def run(self, epoch: int) -> dict[str, float]:
        """Return the loss and the metrics; nan where the time was over before the end.

        Raises NonFiniteLossError, with `epoch` as the number of the epoch.
        """
        began, total, seen, whole = self.deadline.elapsed(), 0.0, 0, 0.0
        metrics = Metrics(self.metrics, self.source)
        # A Dataset that adds noise adds the same in every epoch.
        seed_generators(self.seed, self.source.device)
        with self._evaluating():
            for batch in self.source.batches():
                self.batch = batch
                inputs, target, rows = batch
                self._look_at_rows(inputs)
                prediction = self.forward(*inputs)
                if not self.paired and isinstance(prediction, Tensor):
                    self.paired = check_pairing(self.loss, prediction, target)
                    self._check_mean(prediction, target)
                if not self.looked_at:
                    check_loss_inputs(self.loss, prediction, target)
                # A loss may work in place, and the metrics are to see what the model said.
                shown = with_outputs(Tensor.clone, (prediction, target)) if self.metrics else None
                value = self.loss(prediction, target).item()
                weight = float(self.weighting.of(target)) if len(rows) else 0.0
                if not counts(weight):
                    value = 0.0  # a mean over nothing
                # Of all ranks: each has a share of the batch, and all learn of what is wrong.
                count, weights, losses, broken = self.ranks.sum(
                    len(rows), weight, value * weight, not math.isfinite(value)
                )
                if broken:
                    error = explain_non_finite(
                        self.model, self.forward, self.loss, batch, value=value, epoch=epoch, step=0
                    )
                    raise agreed(value, error, self.ranks)
                seen, whole, total = seen + int(count), whole + weights, total + losses
                if shown:
                    both = [self.ranks.whole(part, int(count)) for part in shown]
                    if self.ranks.first:
                        metrics.add(*both)
                if self.deadline.passed():
                    return dict.fromkeys(["valid_loss", *self.metrics], math.nan)
            self.looked_at = True
            if seen == 0:
                raise UserError("the validation data yields no batches")
            if not counts(whole):
                raise UserError("the validation data has no row that the loss counts")
            row = {"valid_loss": self.weighting.mean(total, whole), **self._computed(metrics)}
        self.longest = max(self.longest, self.deadline.elapsed() - began)
        self.deadline.validation = self.longest
        return row

    def _computed(self, metrics: Metrics) -> dict[str, float]:
        """Return the metrics; the first rank computes them for all."""
        names = list(self.metrics)
        own = metrics.compute() if self.ranks.first else dict.fromkeys(names, 0.0)
        return dict(zip(names, self.ranks.sum(*own.values()), strict=True))

    def _look_at_rows(self, inputs: tuple[Tensor, ...]) -> None:
        """Look once whether the model mixes the rows of a batch, before anything is timed."""
        if not self.rows_looked_at:
            self.rows_looked_at = True
            warn_of_mixed_rows(self.model, self.forward, inputs, self.source.device)

    def _check_mean(self, prediction: Tensor, target: Tensor) -> None:
        """Warn if the mean over batches depends on how the rows fall into them."""
        one = self.source.steps == 1 and self.ranks.size == 1
        if one or self.weighting.tells(target):
            return
        if not is_mean_over_rows(self.loss, prediction, target):
            warnings.warn(
                f"valid_loss depends on batch_size: {loss_name(self.loss)} is no mean over rows, "
                "and its mean over batches is not what it is of the whole part; for that, give "
                "fit the validation part as one batch, or name the loss among the metrics",
                stacklevel=2,
            )

    def estimate(self) -> float:
        """Return the seconds that a run will take, going by its first few batches."""
        times = [self.deadline.elapsed()]
        with self._evaluating():
            for batch in self.source.batches():
                self.batch = batch
                inputs, target, _ = batch
                self._look_at_rows(inputs)
                self.loss(self.forward(*inputs), target).item()
                self.ranks.sum()  # lets their clock go on
                times.append(self.deadline.elapsed())
                if self.source.steps and (len(times) > 3 or self.deadline.passed()):
                    # The first batch is slow for reasons of its own, so the fastest counts.
                    return min(b - a for a, b in pairwise(times)) * self.source.steps
        return times[-1] - times[0]
