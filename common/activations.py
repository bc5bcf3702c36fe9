"""The activation functions that a network's setting may name."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from common.errors import unknown

FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "tanh": torch.tanh,
}


def activation_function(name: str) -> Callable[[Tensor], Tensor]:
    """Return the activation function of that name; raise UserError where there is none.

    >>> activation_function("relu")(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    if name not in FUNCTIONS:
        raise unknown("activation", name, FUNCTIONS)
    return FUNCTIONS[name]
