"""The activation functions that a network's setting may name.

Nothing here imports torch until a function is asked for, so that a command's `--help`, which names
them, answers at once.
"""

from typing import TYPE_CHECKING

from common.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "silu", "mish", "tanh")
"""Names of functions in `torch.nn.functional`; one that is added here is offered everywhere."""


def activation_function(name: str) -> "Callable[[Tensor], Tensor]":
    """Return the activation function of that name; raise UserError where there is none.

    >>> import torch
    >>> activation_function("relu")(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    if name not in ACTIVATIONS:
        raise unknown("activation", name, ACTIVATIONS)
    from torch.nn import functional

    return getattr(functional, name)
