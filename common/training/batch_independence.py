"""Whether a network's answer for a row depends on which other rows are in its batch."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from common.training.generators import random_state, set_random_state

TOLERANCE = 1e-3
"""Of the largest output: what sums in another order differ by is a thousandth of that."""


def warn_of_mixed_rows(
    model: nn.Module, forward: Callable[..., Any], inputs: Sequence[Tensor], device: torch.device
) -> None:
    """Warn where the second row of a batch is answered otherwise alone than beside the first.

    To be called in evaluation, in which nothing is to depend on the batch. A recurrent network or
    attention without `batch_first=True` takes the rows of a batch for moments in time; a softmax
    over `dim=0` and a mistaken reshape mix them as well. It trains, and answers one row at a time
    otherwise than many.

    Args:
        model: named in the warning.
        forward: its call; one that draws at random, or takes no row alone, proves nothing.
        inputs: a batch.
        device: where it computes, and draws.
    """
    if any(len(tensor) < 2 or tensor.layout is not torch.strided for tensor in inputs):
        return  # of which no rows can be cut
    rows = [tensor[:2] for tensor in inputs]
    state = random_state(device)
    try:
        with torch.no_grad():
            both, again = (forward(*(tensor.clone() for tensor in rows)) for _ in range(2))
            alone = forward(*(tensor[1:].clone() for tensor in rows))
    except Exception:  # what is wrong with a batch is said where it is used
        return
    finally:
        set_random_state(state, device)
    tensors = all(isinstance(each, Tensor) and each.ndim > 0 for each in (both, again, alone))
    if not tensors or len(both) != 2 or len(alone) != 1 or not torch.equal(both, again):
        return
    most = TOLERANCE * float(both.abs().max())
    if both.isfinite().all() and float((both[1:] - alone).abs().max()) > most:
        warnings.warn(
            f"what {type(model).__name__} answers for a row depends on the other rows of its "
            "batch: nn.LSTM, nn.GRU and attention take time first unless batch_first=True; a "
            "softmax over dim=0 or a mistaken reshape mix rows, too",
            stacklevel=2,
        )
