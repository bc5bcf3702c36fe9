"""Where two things differ: examples before and after, inputs of two preparations."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from torch import Tensor


def same(left: Any, right: Any) -> bool:
    return not difference(left, right)


def difference(left: Any, right: Any) -> str:
    """Return where two things differ, as a path of attributes; empty where nothing shows it."""
    if left is right:
        return ""
    if type(left) is not type(right):
        return "."
    if isinstance(left, Tensor):
        return "" if _equal(left.numpy(force=True), right.numpy(force=True)) else "."
    if isinstance(left, np.ndarray):
        return "" if _equal(left, right) else "."
    if hasattr(left, "equals"):  # of pandas
        return "" if left.equals(right) else "."
    if dataclasses.is_dataclass(left):
        names = [field.name for field in dataclasses.fields(left)]
        return _first(names, lambda name: difference(getattr(left, name), getattr(right, name)))
    if isinstance(left, Mapping):
        if left.keys() != right.keys():
            return "."
        return _first(list(left), lambda key: difference(left[key], right[key]))
    if isinstance(left, (list, tuple)):
        if len(left) != len(right):
            return "."
        places = list(range(len(left)))
        return _first(places, lambda place: difference(left[place], right[place]))
    if isinstance(left, (str, bytes, int, float)):
        return "" if left == right or left != left else "."
    return ""


def _first(names: Sequence[Any], compare: Callable[[Any], str]) -> str:
    for name in names:
        if found := compare(name):
            return f".{name}" + ("" if found == "." else found)
    return ""


def _equal(left: np.ndarray, right: np.ndarray) -> bool:
    if left.shape != right.shape or left.dtype != right.dtype:
        return False
    if left.dtype.kind == "O":
        return all(same(a, b) for a, b in zip(left.ravel(), right.ravel(), strict=True))
    return bool(np.array_equal(left, right, equal_nan=left.dtype.kind in "fcmM"))
