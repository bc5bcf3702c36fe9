"""The default optimizer, and what is done to learning rates and gradients around its step."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


def adamw(parameters: list[nn.Parameter], *, lr: float, weight_decay: float) -> torch.optim.AdamW:
    """Return AdamW (Loshchilov and Hutter, 2019), fused into one kernel where that is possible."""
    fused = all(
        parameter.is_floating_point() and parameter.device.type in ("cpu", "cuda", "mps", "xpu")
        for parameter in parameters
    )
    return torch.optim.AdamW(parameters, lr=lr, weight_decay=weight_decay, fused=fused)


def parameters_of(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    """Return the tensors that the optimizer changes, those of all its groups."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def set_learning_rates(optimizer: torch.optim.Optimizer, rates: Sequence[float]) -> None:
    """Give each of the optimizer's groups of parameters its learning rate."""
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate


def average_gradients(parameters: Sequence[Tensor], weight: float | Tensor) -> None:
    """Turn gradients of sums over batches of this weight into those of their mean, in place."""
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.grad /= weight


def clipping(parameters: Sequence[Tensor], norm: float) -> Callable[..., None]:
    """Return a pre-hook of an optimizer's step: it shortens the gradient to at most `norm`.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
    networks", 2013.

    >>> weight = nn.Parameter(torch.zeros(2))
    >>> optimizer = torch.optim.SGD([weight], lr=1.0)
    >>> handle = optimizer.register_step_pre_hook(clipping([weight], norm=1.0))
    >>> weight.grad = torch.tensor([3.0, 4.0])
    >>> optimizer.step()
    >>> weight.data
    tensor([-0.6000, -0.8000])
    """

    def clip(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        nn.utils.clip_grad_norm_(parameters, norm)

    return clip
