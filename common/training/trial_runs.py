"""Trials of a model or a loss, which leave it as if it had never been called."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import torch
from torch import nn

from common.training.generators import OwnGenerators, random_state, set_random_state


@contextmanager
def left_as_it_was(
    module: nn.Module, device: torch.device, *others: Any, saved: bool = False
) -> Iterator[None]:
    """Leave what a module holds, and chance, as they were before.

    A counter may be a buffer or a number; a recurrent network may hold on to its state. The module
    works on copies of its buffers: a gradient still to be computed may need them as they are.

    device: where it computes, and draws.
    others: objects beside it whose attributes are put back, too.
    saved: copies only what the module saves, for of a model the rest is large tables as a rule.

    >>> norm = nn.BatchNorm1d(2)
    >>> with left_as_it_was(norm, torch.device("cpu")):
    ...     _ = norm(torch.ones(3, 2))
    >>> norm.running_mean
    tensor([0., 0.])
    """
    random, own = random_state(device), OwnGenerators(module, replayed=False)
    # Put back one by one: a scripted module's buffers are no attributes of Python's.
    held = [
        (part._buffers, key, buffer)
        for part in module.modules()
        for key, buffer in part._buffers.items()
        if buffer is not None
        and not (saved and key in getattr(part, "_non_persistent_buffers_set", ()))
    ]
    try:
        with _attributes_kept(*module.modules(), *others):
            for buffers, key, buffer in held:
                buffers[key] = buffer.clone()
            yield
    finally:
        for buffers, key, buffer in held:
            buffers[key] = buffer
        set_random_state(random, device)
        own.restore(own.start)


@contextmanager
def _attributes_kept(*owners: Any) -> Iterator[None]:
    """Put back what objects hold, and what is in their lists, dicts and sets; not in tensors."""
    attributes = [
        (vars(owner), dict(vars(owner))) for owner in owners if hasattr(owner, "__dict__")
    ]
    values = chain.from_iterable(before.values() for _, before in attributes)
    collections = [(each, each.copy()) for each in values if type(each) in (dict, list, set)]
    try:
        yield
    finally:
        for now, before in attributes:
            for name in now.keys() - before.keys():
                del now[name]
            now.update(before)
        for each, content in collections:
            each.clear()
            each.extend(content) if isinstance(each, list) else each.update(content)
