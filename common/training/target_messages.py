"""What the trainer says where a loss of PyTorch fails on targets of another kind or shape."""

import re

import torch
from torch import Tensor

from common.training.loss_inputs import beyond_shares
from common.training.tensors import an

OF_WRITTEN_OUT = "Expected floating point type for target with class probabilities"
OUT_OF_BOUNDS = re.compile(r"Target (-?\d+) is out of bounds")
OF_COLUMNS = ("0D or 1D target tensor expected", "multi-target not supported")
OF_PROBABILITIES = "all elements of input should be between 0 and 1"
OF_SHARES = "all elements of target should be between 0 and 1"
OF_PLACE = "Expected target size ["
OF_BOOL = re.compile(r"bool tensors? is not supported|Found dtype Bool|can't be cast to .*Bool")
OF_SIZES = re.compile(r"Target size \(.*\) must be the same as input size")
OF_PLACES = re.compile(r"size mismatch \(got input: \[.*\] ?, target: \[")


def explain_target(text: str, target: Tensor) -> str:
    """Return what made a loss of numbers, of classes or of probabilities fail, or nothing."""
    if target.dtype == torch.bool and OF_BOOL.search(text):
        return f"y is {an(target)}, and the loss computes with numbers; give y.float()"
    if found := OUT_OF_BOUNDS.search(text):
        named = int(found[1])
        unknown = f"; rows without a class: CrossEntropyLoss(ignore_index={named})"
        return (
            f"y holds the class {named}, for which the model has no output; classes are 0, 1, 2, …"
            f"{unknown if named < 0 else ''}"
        )
    if any(words in text for words in OF_COLUMNS):
        return f"y is {an(target)}, and the loss takes one class for each row; give y.squeeze(1)"
    if OF_PLACE in text or OF_PLACES.search(text):
        return (
            f"y is {an(target)}, and the loss wants the model's classes in the second place, "
            "before those of y: of an output (rows, time, classes) take its .transpose(1, 2), "
            "of (rows, height, width, classes) its .permute(0, 3, 1, 2)"
        )
    if OF_WRITTEN_OUT in text and target.ndim > 1:
        return (
            f"y is {an(target)}, and the loss takes one class for each row, or shares of classes; "
            "give y.argmax(1), or y.float()"
        )
    if OF_WRITTEN_OUT in text:
        return (
            "the model gives one number for each row, and the loss takes one for each class; let "
            "it have an output for each class, or for yes and no take BCEWithLogitsLoss"
        )
    if OF_SIZES.search(text):
        return (
            f"y is {an(target)}, and the loss takes the shape of the model's output; where that "
            "has a channel, as masks (rows, 1, height, width) have, give y.unsqueeze(1)"
        )
    if OF_SHARES in text:
        return f"the loss {beyond_shares(target, tolerance=0)}"
    if OF_PROBABILITIES in text:
        return (
            "the loss takes probabilities, and the model's output is not between 0 and 1; end it "
            "with nn.Sigmoid, or better, take BCEWithLogitsLoss"
        )
    return ""
