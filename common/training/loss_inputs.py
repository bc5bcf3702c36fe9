"""What PyTorch's losses compute without a word though it means nothing: the wrong kind of numbers.

Each of these trains, its loss goes down, even below zero, and nothing useful is learned. Where
PyTorch itself says what is wrong, `error_messages.py` puts that into plain words.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.errors import UserError
from common.training.model_state import with_outputs
from common.training.weighting import IGNORED, FunctionLoss, Weighting, loss_name, tried_out

TOLERANCE = 1e-3
SUM_TOLERANCE = 0.1
"""By how much the logarithm of a sum of probabilities may go above 0, as in bfloat16 it does."""
NARROW = (torch.uint8, torch.int8, torch.int16)


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
    name = name_of(loss)
    check = CHECKS.get(name)
    tensors = isinstance(prediction, Tensor) and isinstance(target, Tensor)
    if check and tensors and prediction.numel() and target.numel():
        with torch.no_grad():
            # What is not finite is named with its row, where the loss shows it.
            if bool(target.isfinite().all()) and not bool(prediction.isposinf().any()):
                check(name, _counted(loss, prediction, target), target)
                if check is _check_log_probabilities and "kl" in name.lower():
                    _check_logarithms(name, _has_log_target(loss), target)


def _counted(loss: nn.Module, prediction: Tensor, target: Tensor) -> Tensor:
    """Return the outputs (n, classes) whose targets a loss of classes does not ignore."""
    settings = Weighting(loss).classes
    places = prediction.shape[:1] + prediction.shape[2:]
    if settings is None or prediction.ndim < 2 or target.shape != places:
        return prediction
    return prediction.movedim(1, -1)[target != settings.get("ignore_index", IGNORED)]


def check_narrow_targets(loss: nn.Module, prediction: Any, target: Any) -> None:
    """Refuse targets of few bits with which a custom loss goes round: 1 − 2 is 255 in uint8.

    Raises:
        UserError: the loss is another one where the same targets are int64.

    >>> one_less = FunctionLoss(lambda p, y: (p + (1 - y)).mean())
    >>> check_narrow_targets(one_less, torch.zeros(2), torch.tensor([2, 2], dtype=torch.uint8))
    Traceback (most recent call last):
    common.errors.UserError: the loss <lambda> computes 255 with y as it is, uint8, which goes
    round beyond 255, and -1 with y.long(): give that, or y.bool() where it is a mask
    """
    if not isinstance(target, Tensor) or target.dtype not in NARROW or name_of(loss):
        return
    values = []
    try:
        for given in (target, target, target.long()):
            with tried_out(loss, target.device):
                output = with_outputs(lambda each: each.detach().clone(), prediction)
                values.append(float(loss(output, given.clone())))
    except Exception:  # one that wants just this type, or has an opinion of its own
        return
    first, again, wide = values
    if first != again or not math.isfinite(wide) or math.isclose(first, wide, rel_tol=1e-3):
        return
    kind = str(target.dtype).removeprefix("torch.")
    raise UserError(
        f"{loss_name(loss)} computes {first:.6g} with y as it is, {kind}, which goes round beyond "
        f"{torch.iinfo(target.dtype).max}, and {wide:.6g} with y.long(): give that, or y.bool() "
        "where it is a mask"
    )


def name_of(loss: Any) -> str:
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


def _check_log_probabilities(name: str, prediction: Tensor, target: Tensor) -> None:
    if "nll" in name.lower():
        _check_classes(name, prediction, target)
    if not prediction.numel():
        return
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


def _has_log_target(loss: Any) -> bool:
    """Whether a divergence is told that its targets are logarithms."""
    function = loss.function if isinstance(loss, FunctionLoss) else loss
    settings = function.keywords if isinstance(function, partial) else vars(function)
    return bool(settings.get("log_target", False))


def _check_logarithms(name: str, logs: bool, target: Tensor) -> None:
    low, high = map(float, target.aminmax())
    if logs and high > TOLERANCE:
        raise UserError(
            f"{name} with log_target=True takes log-probabilities as targets, which are at most 0, "
            f"and y goes up to {high:.3g}; leave it out, or give y.log()"
        )
    if not logs and low < -TOLERANCE:
        raise UserError(
            f"{name} takes probabilities as targets, and y goes down to {low:.3g}; give y.exp(), "
            "or log_target=True where y holds their logarithms"
        )


def _check_shares(name: str, prediction: Tensor, target: Tensor) -> None:
    if beyond := beyond_shares(target):
        raise UserError(f"{name} {beyond}")


def beyond_shares(target: Tensor, tolerance: float = TOLERANCE) -> str:
    """Say how targets go beyond 0 to 1; nothing where they do not.

    >>> beyond_shares(torch.tensor([-1.0, 1.0]))
    'takes targets from 0 to 1, and y goes from -1 to 1; give (y + 1) / 2'
    """
    low, high = map(float, target.aminmax())
    if math.isnan(low):
        return "takes targets from 0 to 1, and y holds nan"
    if low >= -tolerance and high <= 1 + tolerance:
        return ""
    hint = {(0.0, 255.0): "; give y / 255", (-1.0, 1.0): "; give (y + 1) / 2"}.get((low, high), "")
    return f"takes targets from 0 to 1, and y goes from {low:.8g} to {high:.8g}{hint}"


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
    **dict.fromkeys(("CrossEntropyLoss", "cross_entropy"), _check_classes),
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
