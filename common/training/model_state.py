"""What a model is made of and what state it is in: its weights, its mode, its precision."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

Weights = dict[str, Tensor]


def weights_of(model: nn.Module) -> Weights:
    """Return what a model saves of itself: parameters and persistent buffers, each once."""
    parameters = {name: weight.detach() for name, weight in model.named_parameters()}
    return {**parameters, **buffers_of(model)}


def buffers_of(model: nn.Module) -> Weights:
    """Return the persistent buffers: what a forward pass may change, such as BatchNorm's means.

    The others hold what the model is built with, and may be large: they are never copied.
    """
    saved = model.state_dict()
    return {name: buffer for name, buffer in model.named_buffers() if name in saved}


def copy_weights(source: Weights, target: Weights) -> None:
    """Copy weights in place, from one dictionary to the other."""
    with torch.no_grad():
        for name, tensor in target.items():
            tensor.copy_(source[name])


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
        for module, mode in before:
            module.training = mode


def in_bf16(model: nn.Module, device: torch.device) -> Callable[..., Tensor]:
    """Return the model's call with autocast to bfloat16, its output in float32."""

    def forward(*inputs: Tensor) -> Tensor:
        with torch.autocast(device.type, dtype=torch.bfloat16):
            output = model(*inputs)
        return output.float() if isinstance(output, Tensor) else output

    return forward
