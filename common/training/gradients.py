"""Gradients between backward and the step: averaged, clipped, and whether they are finite."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


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


def all_finite(tensor: Tensor) -> bool:
    """Whether no element is nan or infinite.

    >>> all_finite(torch.tensor([1.0, float("inf")])), all_finite(torch.tensor([1, 2]))
    (False, True)
    """
    return bool(tensor.isfinite().all())


def any_gradient(parameters: Sequence[Tensor]) -> bool:
    """Whether a gradient of some parameters is not 0 somewhere.

    >>> weight = nn.Parameter(torch.zeros(2))
    >>> weight.grad = torch.zeros(2)
    >>> any_gradient([weight])
    False
    """
    gradients = (parameter.grad for parameter in parameters if parameter.grad is not None)
    dense = (each.coalesce().values() if each.is_sparse else each for each in gradients)
    return any(bool(each.any()) for each in dense)


class GradientCheck:
    """Whether every gradient of some parameters is finite.

    All are looked at in one call, as `torch.amp.GradScaler` does on its own way to dividing them
    (here by one, which changes nothing): that takes a third of the time of looking at one by one.
    Complex and sparse gradients, which it does not know, are looked at one by one.

    >>> weight = nn.Parameter(torch.zeros(2))
    >>> weight.grad = torch.tensor([1.0, float("nan")])
    >>> GradientCheck([weight])()
    False
    """

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        self.parameters = parameters
        self.together = all(parameter.is_floating_point() for parameter in parameters)
        self.found, self.one = torch.zeros(()).float(), torch.ones(()).float()

    def __call__(self) -> bool:
        gradients = [grad for p in self.parameters if (grad := p.grad) is not None]
        if self.together:
            try:
                torch._amp_foreach_non_finite_check_and_unscale_(gradients, self.found, self.one)
            except NotImplementedError:  # one of them is sparse
                self.together = False
            else:
                if self.found.item() == 0:  # it is only ever set, and zero already
                    return True
                self.found.zero_()
                return False
        dense = (g.coalesce().values() if g.is_sparse else g for g in gradients)
        return all(map(all_finite, dense))
