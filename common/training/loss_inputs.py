"""What PyTorch's losses compute without a word though it means nothing: the wrong kind of numbers.

Each of these trains, its loss goes down, even below zero, and nothing useful is learned. Where
PyTorch itself says what is wrong, `error_messages.py` puts that into plain words.
"""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.errors import UserError
from common.training.weighting import FunctionLoss

TOLERANCE = 1e-3
SUM_TOLERANCE = 0.1
"""By how much the logarithm of a sum of probabilities may go above 0, as in bfloat16 it does."""
SHARES_TOLERANCE = 0.01
ENOUGH = 32
"""Outputs that all lie between 0 and 1 by chance in no network that does not end so."""


def check_loss_inputs(loss: nn.Module, prediction: Any, target: Any) -> None:
    """Refuse outputs or targets that a loss of PyTorch cannot mean anything for.

    Args:
        loss: of PyTorch's own it is known what they take; any other is let alone.
        prediction: a batch of the model's outputs.
        target: what they are compared with.

    Raises:
        UserError: it says what came, what the loss takes, and what to do.

    >>> check_loss_inputs(nn.BCEWithLogitsLoss(), torch.zeros(2), torch.tensor([0.0, 255.0]))
    Traceback (most recent call last):
    common.errors.UserError: BCEWithLogitsLoss takes targets from 0 to 1, and y goes from 0 to 255;
    give y / 255
    """
    name = _name_of(loss)
    check = CHECKS.get(name)
    tensors = isinstance(prediction, Tensor) and isinstance(target, Tensor)
    if check and tensors and prediction.numel() and target.numel():
        with torch.no_grad():
            check(name, prediction, target)


def warn_of_probabilities(loss: nn.Module, prediction: Any) -> None:
    """Warn of outputs that are probabilities where the loss takes logits.

    A network that ends with a Softmax or a Sigmoid before such a loss learns, but slowly.
    """
    name = _name_of(loss)
    if name not in LOGITS or not isinstance(prediction, Tensor):
        return
    outputs, end = prediction.detach(), LOGITS[name]
    certain = outputs.numel() >= ENOUGH
    if end == "Softmax" and outputs.ndim > 1:
        certain = len(outputs) > 1 and bool((outputs.sum(1) - 1).abs().max() < TOLERANCE)
    if certain and outputs.min() > 0 and outputs.max() <= 1:
        warnings.warn(
            f"{name} takes logits, and the model's outputs look like probabilities: if it ends "
            f"with a {end}, leave that away, for the loss applies one itself",
            stacklevel=2,
        )


def _name_of(loss: Any) -> str:
    """Return which of PyTorch's losses this is; nothing for another."""
    if isinstance(loss, FunctionLoss):
        loss = loss.function
    if isinstance(loss, partial):
        loss = loss.func
    if isinstance(loss, nn.Module):
        return type(loss).__name__ if type(loss).__module__ == "torch.nn.modules.loss" else ""
    name = getattr(loss, "__name__", "")
    return name if getattr(F, name or "-", None) is loss else ""


def _check_classes(name: str, prediction: Tensor, target: Tensor) -> None:
    if prediction.ndim > 1 and prediction.shape[1] == 1:
        raise UserError(
            f"the model has one output for each row, and {name} of a single class is always 0: "
            "give the model an output for each class, or for yes and no take BCEWithLogitsLoss"
        )


def _check_cross_entropy(name: str, prediction: Tensor, target: Tensor) -> None:
    _check_classes(name, prediction, target)
    if target.is_floating_point() and target.shape == prediction.shape and target.ndim > 1:
        most = float(target.sum(1).max())
        if most > 1 + SHARES_TOLERANCE:
            raise UserError(
                f"{name} takes shares of classes that add up to 1, and those of y add up to "
                f"{most:.3g}; where a row may have several classes, take BCEWithLogitsLoss"
            )


def _check_log_probabilities(name: str, prediction: Tensor, target: Tensor) -> None:
    if "nll" in name.lower():
        _check_classes(name, prediction, target)
    classes = prediction.float()
    highest = float(classes.max())
    of_classes = "nll" in name.lower() and prediction.ndim > 1
    sums = float(classes.logsumexp(1).max()) if of_classes else highest
    if highest > TOLERANCE or sums > SUM_TOLERANCE:
        came = f"go up to {highest:.3g}" if highest > TOLERANCE else "are no such logarithms"
        better = ", or better, take CrossEntropyLoss without it" if of_classes else ""
        raise UserError(
            f"{name} takes log-probabilities, which are at most 0, and the model's outputs {came}; "
            f"end the model with nn.LogSoftmax(1){better}"
        )


def _check_shares(name: str, prediction: Tensor, target: Tensor) -> None:
    if beyond := beyond_shares(target):
        raise UserError(f"{name} {beyond}")


def beyond_shares(target: Tensor) -> str:
    """Say how targets go beyond 0 to 1; nothing where they do not.

    >>> beyond_shares(torch.tensor([-1.0, 1.0]))
    'takes targets from 0 to 1, and y goes from -1 to 1; give (y + 1) / 2'
    """
    low, high = map(float, target.aminmax())
    if low >= -TOLERANCE and high <= 1 + TOLERANCE:
        return ""
    hint = {(0.0, 255.0): "; give y / 255", (-1.0, 1.0): "; give (y + 1) / 2"}.get((low, high), "")
    return f"takes targets from 0 to 1, and y goes from {low:g} to {high:g}{hint}"


def _check_signs(name: str, prediction: Tensor, target: Tensor) -> None:
    strange = target[target.abs() != 1]
    if strange.numel():
        hint = "; of 0 and 1, 2 * y - 1 makes them" if not target.min() < 0 else ""
        raise UserError(f"{name} takes targets -1 and 1, and y holds {strange[0].item():g}{hint}")


def _check_counts(name: str, prediction: Tensor, target: Tensor) -> None:
    low = float(target.min())
    if low < 0:
        raise UserError(f"{name} takes counts, which are at least 0, and y goes down to {low:.3g}")


Check = Callable[[str, Tensor, Tensor], None]
CHECKS: dict[str, Check] = {
    **dict.fromkeys(("CrossEntropyLoss", "cross_entropy"), _check_cross_entropy),
    **dict.fromkeys(
        ("NLLLoss", "nll_loss", "KLDivLoss", "kl_div"),
        _check_log_probabilities,
    ),
    **dict.fromkeys(
        (
            *("BCEWithLogitsLoss", "binary_cross_entropy_with_logits"),
            *("MultiLabelSoftMarginLoss", "multilabel_soft_margin_loss"),
        ),
        _check_shares,
    ),
    **dict.fromkeys(
        ("SoftMarginLoss", "soft_margin_loss", "HingeEmbeddingLoss", "hinge_embedding_loss"),
        _check_signs,
    ),
    **dict.fromkeys(("PoissonNLLLoss", "poisson_nll_loss"), _check_counts),
}
LOGITS = {
    **dict.fromkeys(("CrossEntropyLoss", "cross_entropy"), "Softmax"),
    **dict.fromkeys(("BCEWithLogitsLoss", "binary_cross_entropy_with_logits"), "Sigmoid"),
}
