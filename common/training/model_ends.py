"""What a model ends with, where its loss or its targets want another end: said, and not refused."""

import math
import re
import warnings
from typing import Any

from torch import Tensor, nn

from common.training.loss_inputs import TOLERANCE, name_of

SHARES_TOLERANCE = 0.01
REACH = {
    **{"Sigmoid": (0.0, 1.0), "Softmax": (0.0, 1.0), "Tanh": (-1.0, 1.0)},
    "ReLU": (0.0, math.inf),
}
MOSTLY_BEYOND = 0.1
"""What an operation's results are, and the share of targets beyond that is no noise."""
OF_NUMBERS = {
    *("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"),
    *("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"),
}
OF_SHAPE = re.compile(
    "(View|UnsafeView|ReshapeAlias|Squeeze|Unsqueeze|Select|Slice|Transpose|T|Permute|Clone|ToCopy)"
    "Backward"
)
AGAIN = {"Softmax": "LogSoftmax", "Sigmoid": "BinaryCrossEntropyWithLogits"}
LOGITS = {
    **dict.fromkeys(("CrossEntropyLoss", "cross_entropy"), "Softmax"),
    **dict.fromkeys(("BCEWithLogitsLoss", "binary_cross_entropy_with_logits"), "Sigmoid"),
}


def warn_of_loss_inputs(loss: nn.Module, prediction: Any, target: Any, value: Any) -> None:
    """Warn of what a loss can be computed of, and what is hardly meant.

    A network that ends with a Softmax or a Sigmoid before a loss that takes logits learns, but
    slowly. Shares of classes above 1 in all are as if the row had a weight; more often the row
    has several classes.

    Args:
        value: of the loss, whose graph tells what a custom loss applies.
    """
    name = name_of(loss)
    end = LOGITS.get(name)
    tensors = isinstance(prediction, Tensor) and isinstance(value, Tensor)
    if tensors and (twice := _applied_twice(prediction, value)):
        warnings.warn(
            f"{name or 'the loss'} takes logits, and the model's outputs are probabilities: it "
            f"ends with a {twice}; leave that away, for the loss applies one itself",
            stacklevel=2,
        )
    if end and isinstance(prediction, Tensor) and _last_operation(prediction) == "ReLU":
        warnings.warn(
            f"{name} takes logits, which may be negative, and the model ends with a ReLU; leave "
            "that away",
            stacklevel=2,
        )
    if name in OF_NUMBERS and isinstance(prediction, Tensor) and isinstance(target, Tensor):
        _warn_of_reach(_last_operation(prediction), target)
    if end != "Softmax" or not (isinstance(prediction, Tensor) and isinstance(target, Tensor)):
        return
    shares = target.is_floating_point() and target.shape == prediction.shape and target.ndim > 1
    if shares and target.numel() and (most := float(target.sum(1).max())) > 1 + SHARES_TOLERANCE:
        warnings.warn(
            f"{name} takes shares of classes that add up to 1, and those of y add up to "
            f"{most:.3g}; where a row may have several classes, take BCEWithLogitsLoss",
            stacklevel=2,
        )


def _warn_of_reach(end: str, target: Tensor) -> None:
    """Warn of targets that the last operation of a model cannot reach."""
    if end not in REACH or not target.numel():
        return
    low, high = REACH[end]
    beyond = float(((target < low - TOLERANCE) | (target > high + TOLERANCE)).float().mean())
    if beyond > MOSTLY_BEYOND:
        reach = f"from {low:g} to {high:g}" if math.isfinite(high) else f"at least {low:g}"
        warnings.warn(
            f"the model ends with a {end} and its outputs are {reach}, and {beyond:.0%} of y "
            "lies beyond; leave that away, or bring y there",
            stacklevel=3,
        )


def _applied_twice(prediction: Tensor, value: Tensor) -> str:
    """Return what a model ends with and its loss applies again, be it within; or nothing.

    >>> import torch
    >>> shares = torch.ones(2, 3, requires_grad=True).softmax(1)
    >>> _applied_twice(shares, 2 * nn.CrossEntropyLoss()(shares, torch.tensor([0, 1])))
    'Softmax'
    """
    end = _last_operation(prediction)
    if end not in AGAIN:
        return ""
    last = _unshaped(prediction.grad_fn)
    nodes: list[Any] = [value.grad_fn]
    seen = {last, *nodes}
    while nodes:
        node = nodes.pop()
        before = [parent for parent, _ in getattr(node, "next_functions", ()) if parent]
        if before and node.name().startswith(AGAIN[end]) and _unshaped(before[0]) is last:
            return end
        nodes += set(before) - seen
        seen |= set(before)
    return ""


def _unshaped(node: Any) -> Any:
    """Return the node of a graph before changes of its result's shape."""
    while node is not None and OF_SHAPE.match(node.name()):
        node = node.next_functions[0][0]
    return node


def _last_operation(output: Tensor) -> str:
    """Return what a tensor was computed by at last, changes of its shape left out.

    >>> import torch
    >>> _last_operation(torch.ones(2, 1, requires_grad=True).sigmoid().squeeze(1))
    'Sigmoid'
    """
    node = _unshaped(output.grad_fn)
    name = re.sub(r"Backward\d*$", "", node.name()) if node is not None else ""
    return "ReLU" if name == "Relu" else name
