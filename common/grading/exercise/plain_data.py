"""What a probe calls to turn a student's answer into plain data: arrays, numbers, texts, lists."""

import functools
import traceback
from bdb import BdbQuit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

ROOT = Path(__file__).resolve().parents[3]


def plain(value: Any) -> Any:
    """Return `value` as plain data where that loses nothing the checks look at.

    Tuples become lists, NumPy's scalars Python's, tensors arrays; what is none of these stays as
    it is, and the frame refuses it by name.

    >>> plain((np.int64(3), torch.tensor([1.5])))
    [3, array([1.5], dtype=float32)]
    """
    if isinstance(value, Tensor):
        return array(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def each(probe: Callable[[Any], Any]) -> Callable[[dict[str, Any]], list[Any]]:
    """Make a probe of one case one of many: it takes {"cases": […]} and returns a list."""

    @functools.wraps(probe)
    def probe_all(inputs: dict[str, Any]) -> list[Any]:
        return [probe(case) for case in inputs["cases"]]

    return probe_all


def array(tensor: Tensor) -> np.ndarray:
    """Return a tensor's values, those of float16 and bfloat16 as float32."""
    tensor = tensor.detach().cpu()
    if tensor.dtype in (torch.float16, torch.bfloat16):
        tensor = tensor.float()
    return tensor.numpy().copy()


def tensor(values: Any, dtype: str | None = None, *, grad: bool = False) -> Tensor:
    """Return plain values as a tensor of their own memory, such as "bfloat16", with a gradient."""
    made = torch.tensor(values, dtype=getattr(torch, dtype) if dtype else None)
    return made.requires_grad_() if grad else made


def described(value: Any) -> Any:
    """Return a tensor with what tells it from an array; anything else as plain data."""
    if not isinstance(value, Tensor):
        return plain(value)
    dtype = str(value.dtype).removeprefix("torch.")
    return {"values": array(value), "dtype": dtype, "graph": value.requires_grad}


def attempt(function: Any, *arguments: Any, **keywords: Any) -> dict[str, Any]:
    """Call a function whose errors are part of its task: {"result": …} or {"error", "text"}.

    Beside an error is "trace", the student's part of the traceback, for errors that are not.
    """
    try:
        return {"result": function(*arguments, **keywords)}
    except (NotImplementedError, BdbQuit):
        raise
    except Exception as error:
        names = [kind.__name__ for kind in type(error).__mro__]
        return {"error": names, "text": str(error), "trace": _trace(error)}


def _trace(error: Exception) -> str:
    """Name the student's lines of the traceback: those below that of `attempt` that are here."""
    lines = []
    for frame in traceback.extract_tb(error.__traceback__)[1:]:
        path = Path(frame.filename)
        if path.is_relative_to(ROOT):
            place = path.relative_to(ROOT).as_posix()
            lines += [f"{place}, line {frame.lineno}, in {frame.name}", f"    {frame.line}"]
    return "\n".join(lines[-12:])
