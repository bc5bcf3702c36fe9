"""What a batch weighs in a mean of several, so that a loss means the same however batches fall.

A mean over rows is the sum over a batch divided by its rows. But PyTorch's cross-entropy divides by
the weights of the classes that came, and leaves out what is ignored: two such means must be added
up by what each was divided by, or a row counts more where its neighbours count less.
"""

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.errors import UserError
from common.training.model_state import with_outputs
from common.training.trial_runs import left_as_it_was

Weight = float | Tensor
IGNORED = -100  # what PyTorch ignores unless told otherwise


class FunctionLoss(nn.Module):
    """A loss that is a plain function, as a module, so that PyTorch's hooks can be hung on it."""

    def __init__(self, function: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        return self.function(prediction, target)


class Weighting:
    """Knows what a loss divides by: of a batch (`of`), and so of several together (`mean`).

    A loss tells it by a method `weight_of(target)`; of PyTorch's own it is known. Of any other it
    is taken to be the number of rows, and `tells` is False. A loss with reduction="sum" divides by
    nothing, and so does its "mean".

    >>> y = torch.tensor([0, 1, -100, 1])
    >>> Weighting(nn.MSELoss()).of(y), Weighting(nn.CrossEntropyLoss()).of(y)
    (4, tensor(3))
    >>> Weighting(nn.CrossEntropyLoss(weight=torch.tensor([1.0, 5.0]))).of(y)
    tensor(11.)
    """

    def __init__(self, loss: Callable[[Tensor, Tensor], Tensor]) -> None:
        self.own = getattr(loss, "weight_of", None)
        self.classes = _of_classes(loss)
        function = loss.function if isinstance(loss, FunctionLoss) else loss
        reduction = (self.classes or {}).get("reduction") or getattr(function, "reduction", None)
        self.summed = reduction == "sum"
        of_torch = type(loss).__module__ == "torch.nn.modules.loss"
        self.known = self.classes is not None or of_torch

    def tells(self, target: Tensor) -> bool:
        """Whether it is known what the loss of a batch with this target is divided by."""
        return self.known if self.own is None else self.own(target.cpu()) is not None

    def of(self, target: Tensor) -> Weight:
        """Return what the loss of a batch with this target is divided by."""
        if self.summed:
            return 1
        if self.own is not None:
            own = self.own(target)
            return len(target) if own is None else own
        if self.classes is None or target.is_floating_point():  # shares of classes: by rows
            return len(target)
        counted = target != self.classes.get("ignore_index", IGNORED)
        weight = self.classes.get("weight")
        return counted.sum() if weight is None else weight[target[counted]].sum()

    def on_cpu(self, target: Tensor) -> Weight:
        """Return the same as a number where it lies on the CPU: elsewhere, reading is waiting."""
        weight = self.of(target)
        if isinstance(weight, Tensor) and weight.device.type == "cpu":
            return weight.item()
        return weight

    def mean(self, total: float, weight: float) -> float:
        """Return the mean of batches from the sum of losses times weights, and that of weights."""
        return total if self.summed else total / weight

    def divisor(self, weight: Weight) -> Weight:
        """Return what a sum over batches of this weight is to be divided by."""
        return 1 if self.summed else weight


def counts(weight: Weight) -> bool:
    """Whether a batch has anything to add: its own mean may be 0/0. On an accelerator, always."""
    return isinstance(weight, Tensor) or weight != 0


def _of_classes(loss: Any) -> dict[str, Any] | None:
    """Return how PyTorch's cross-entropy is set; None for another loss."""
    if isinstance(loss, FunctionLoss):
        loss = loss.function
    if isinstance(loss, partial) and not loss.args and loss.func in (F.cross_entropy, F.nll_loss):
        return loss.keywords
    if loss in (F.cross_entropy, F.nll_loss):
        return {}
    for kind in (nn.CrossEntropyLoss, nn.NLLLoss):
        if isinstance(loss, kind) and type(loss).forward is kind.forward:
            names = ("weight", "ignore_index", "reduction")
            return {name: getattr(loss, name) for name in names}
    return None


def no_mean_over_rows(loss: nn.Module, parts: str) -> UserError:
    """Return the error for a loss of which a step cannot be made in several parts.

    Such as one that picks some rows, or compares rows with each other: several batches of it would
    not act as a large one. `parts` says why there are several.
    """
    instead = "one process" if parts.endswith("ranks") else "a larger batch_size and accumulate=1"
    return UserError(
        f"{parts}: {loss_name(loss)} is no mean over rows, so that several batches "
        f"of it are not one large batch; choose {instead}, or give the "
        "loss a method weight_of(target) that returns what its mean is divided by"
    )


def loss_name(loss: nn.Module) -> str:
    """Return what a loss is called in messages.

    >>> loss_name(nn.L1Loss()), loss_name(FunctionLoss(F.l1_loss))
    ('the loss L1Loss', 'the loss l1_loss')
    """
    function = loss.function if isinstance(loss, FunctionLoss) else loss
    return f"the loss {getattr(function, '__name__', type(function).__name__)}"


def is_mean_over_rows(loss: nn.Module, prediction: Any, target: Tensor) -> bool:
    """Whether the loss of a batch is the mean of the losses of two parts of it, by their rows.

    >>> rows = torch.tensor([[0.0], [1.0], [5.0]])
    >>> is_mean_over_rows(nn.L1Loss(), rows, -rows)
    True
    >>> is_mean_over_rows(FunctionLoss(lambda p, t: (p - t).abs().max()), rows, -rows)
    False
    """
    rows, cut = len(target), len(target) // 3
    if cut == 0:
        return True  # too few rows to tell
    values = []
    try:
        with tried_out(loss, target.device):
            for part in (slice(None), slice(cut), slice(cut, None)):
                some = with_outputs(partial(_rows, part), prediction)
                values.append(float(loss(some, _rows(part, target))))
    except Exception:  # one that needs the whole batch
        return False
    whole, first, second = values
    if not math.isfinite(whole):
        return True  # that is for others to refuse
    together = (first * cut + second * (rows - cut)) / rows
    return math.isclose(whole, together, rel_tol=1e-3, abs_tol=1e-3 * max(abs(first), abs(second)))


def _rows(part: slice, tensor: Tensor) -> Tensor:
    return tensor.detach()[part].clone()  # a loss may work in place


@contextmanager
def tried_out(loss: nn.Module, device: torch.device) -> Iterator[None]:
    """Try a loss out without gradients or warnings, and leave it and chance as before.

    A loss that is a plain function may count its calls in attributes of its own.
    """
    functions = [part.function for part in loss.modules() if isinstance(part, FunctionLoss)]
    with torch.no_grad(), warnings.catch_warnings(), left_as_it_was(loss, device, *functions):
        warnings.simplefilter("ignore")
        yield
