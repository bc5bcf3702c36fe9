"""Whether a network's answer for a row depends on that row alone: not on others, nor chance."""

import warnings
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from common.training.trial_runs import left_as_it_was

TOLERANCE = 1e-3
"""Of the largest output: what sums in another order differ by is a thousandth of that."""


def warn_of_mixed_rows(
    model: nn.Module, forward: Callable[..., Any], inputs: Sequence[Tensor], device: torch.device
) -> None:
    """Warn where a row is answered otherwise alone than beside another, or from call to call.

    To be called in evaluation, in which nothing is to depend on the batch. A recurrent network or
    attention without `batch_first=True` takes the rows of a batch for moments in time; a softmax
    over `dim=0` and a mistaken reshape mix them as well. It trains, and answers one row at a time
    otherwise than many. `nn.functional.dropout` draws in evaluation, too, unless it is told not
    to.

    Args:
        model: named in the warning.
        forward: its call; one that takes neither a row alone nor three proves nothing.
        inputs: a batch.
        device: where it computes, and draws.
    """
    if any(len(tensor) < 2 or tensor.layout is not torch.strided for tensor in inputs):
        return  # of which no rows can be cut
    if any(nn.parameter.is_lazy(tensor) for tensor in chain(model.parameters(), model.buffers())):
        return  # a first forward makes what is to stay
    rows = [tensor[:2] for tensor in inputs]
    try:
        with left_as_it_was(model, device, saved=True), torch.no_grad():
            both, again = (forward(*(tensor.clone() for tensor in rows)) for _ in range(2))
            alone = _second(forward, inputs)
            three = forward(*(t[:3].clone() for t in inputs)) if _is_one(both) else None
    except Exception:  # what is wrong with a batch is said where it is used
        return
    if not all(isinstance(each, Tensor) and each.ndim > 0 for each in (both, again, alone)):
        return
    if both.shape != again.shape or not both.is_floating_point() or not both.isfinite().all():
        return
    most = TOLERANCE * float(both.abs().max())
    if not torch.equal(both, again):
        if float((both - again).abs().max()) > most:
            warnings.warn(
                f"{type(model).__name__} answers the same rows otherwise from call to call in "
                "evaluation: F.dropout needs training=self.training; else it draws at random, or "
                "remembers what came before; is that meant, as in a VAE?",
                stacklevel=2,
            )
        return
    # The state of a recurrent network, (1, rows, width), is one, too, and holds all rows.
    if isinstance(three, Tensor) and three.shape == both.shape and len(inputs[0]) > 2:
        warnings.warn(
            f"{type(model).__name__} gives one row for all of a batch: a mean or a sum over "
            "dim=0 takes the rows together; is that meant, as in a model that returns its loss?",
            stacklevel=2,
        )
    # A row may be answered at the length of the longest of its batch: then nothing is compared.
    if len(both) != 2 or both[1:].shape != alone.shape:
        return
    if float((both[1:] - alone).abs().max()) > most:
        warnings.warn(
            f"what {type(model).__name__} answers for a row depends on the other rows of its "
            "batch: nn.LSTM, nn.GRU and attention take time first unless batch_first=True; a "
            "softmax over dim=0, a mistaken reshape and a BatchNorm without statistics mix rows, "
            "too",
            stacklevel=2,
        )


def _is_one(output: Any) -> bool:
    return isinstance(output, Tensor) and output.ndim > 0 and len(output) == 1


def _second(forward: Callable[..., Any], inputs: Sequence[Tensor]) -> Any:
    """Return the answer for the second row of a batch: alone, or, if need be, before the third."""
    try:
        return forward(*(tensor[1:2].clone() for tensor in inputs))
    except Exception:  # such as a BatchNorm that goes by the batch in evaluation too
        return forward(*(tensor[1:3].clone() for tensor in inputs))[:1]
