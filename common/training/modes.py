"""States that are entered for a while and left as they were: of a model, of PyTorch."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from common.training.checkpoint import random_state, set_random_state

CUBLAS = "CUBLAS_WORKSPACE_CONFIG"


@contextmanager
def in_mode(model: nn.Module, *, training: bool) -> Iterator[None]:
    """Put a model into training or evaluation, and each of its parts back afterwards.

    >>> model = nn.Sequential(nn.Dropout(), nn.Dropout().eval())
    >>> with in_mode(model, training=False):
    ...     [part.training for part in model.modules()]
    [False, False, False]
    >>> [part.training for part in model.modules()]
    [True, True, False]
    """
    before = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


def in_bf16(model: nn.Module, device: torch.device) -> Callable[..., Tensor]:
    """Return the model's call with autocast to bfloat16, its output in float32."""

    def forward(*inputs: Tensor) -> Tensor:
        with torch.autocast(device.type, dtype=torch.bfloat16):
            prediction = model(*inputs)
        return prediction.float() if isinstance(prediction, Tensor) else prediction

    return forward


@contextmanager
def reproducible(device: torch.device, *, deterministic: bool) -> Iterator[None]:
    """Leave the caller's random generators alone, and choose deterministic algorithms meanwhile.

    An operation that has no deterministic algorithm warns and goes on. Memory is not filled
    before use, which PyTorch would otherwise do and which only costs time.
    """
    generators = random_state(device)
    flag, warn_only = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )
    fill, workspace = torch.utils.deterministic.fill_uninitialized_memory, os.environ.get(CUBLAS)
    if deterministic:
        if device.type == "cuda":
            os.environ.setdefault(CUBLAS, ":4096:8")
        torch.utils.deterministic.fill_uninitialized_memory = False
        torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(flag, warn_only=warn_only)
        torch.utils.deterministic.fill_uninitialized_memory = fill
        if workspace is None:
            os.environ.pop(CUBLAS, None)
        set_random_state(generators, device)
