"""Whether gradients reach what is to learn, and nothing that the optimizer does not know."""

import warnings
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from common.errors import UserError

SHOWN = 3
"""Weights that are named in a message."""


def leaves_of(output: Tensor) -> Iterator[Tensor]:
    """Yield what the gradients of a computation go into: weights, and whatever else asks for one.

    >>> weight = torch.ones(1, requires_grad=True)
    >>> [leaf is weight for leaf in leaves_of((2 * weight + torch.ones(1)).sum())]
    [True]
    """
    nodes: list[Any] = [output.grad_fn]
    seen = set(nodes)
    while nodes:
        node = nodes.pop()
        if (leaf := getattr(node, "variable", None)) is not None:
            yield leaf
        for parent, _ in getattr(node, "next_functions", ()):
            if parent not in seen:
                seen.add(parent)
                nodes.append(parent)


class Strangers:
    """Weights on which a loss depends, and which are not the optimizer's: they would never learn.

    Layers in a plain list, a tensor that is no nn.Parameter, a layer that forward makes anew, a
    parameter within a loss that is a function: all of them train without a word, and neither a
    step changes nor a file keeps them. An nn.Parameter is told at once; another tensor when it
    comes in two batches, for what belongs to one batch alone is its inputs. A teacher or a critic
    that is not frozen looks the same, so it has to be.
    """

    def __init__(self, own: list[Tensor]) -> None:
        self.own = {id(tensor) for tensor in own}
        self.batches, self.before = 0, set[Tensor]()

    @property
    def done(self) -> bool:
        return self.batches == 2

    def look_at(self, model: nn.Module, loss: Tensor) -> None:
        """Raise UserError where the loss of a batch depends on such weights."""
        self.batches += 1
        own = self.own | {id(weight) for weight in model.parameters()}
        others = [leaf for leaf in leaves_of(loss) if id(leaf) not in own]
        found = [each for each in others if isinstance(each, nn.Parameter) or each in self.before]
        self.before = set() if self.done else set(others)  # held, so that none takes another's id
        if found:
            shapes = ", ".join(str(tuple(each.shape)) for each in found[:SHOWN])
            raise UserError(
                f"the loss depends on weights of shape {shapes} that are none of the model's "
                "parameters, so nothing would train or save them: put layers into an "
                "nn.ModuleList and not into a list, make them in __init__ and not in forward, and "
                "weights of the loss an nn.Parameter of the model; what is to stay as it is, such "
                "as a teacher, freeze: its requires_grad_(False)"
            )


class Unreached:
    """Parts of a model of whose weights none has had a gradient yet.

    One weight alone may have none for good reason, such as a bias where only slopes are learned.

    >>> unreached = Unreached({"body.weight": nn.Parameter(torch.zeros(2))})
    >>> unreached.look()
    >>> list(unreached.parts)
    ['body']
    """

    def __init__(self, weights: dict[str, Tensor]) -> None:
        self.parts: dict[str, list[Tensor]] = {}
        for name, weight in weights.items():
            self.parts.setdefault(name.rpartition(".")[0] or name, []).append(weight)
        self.before = [(weight, weight._version) for weight in weights.values()]

    def look(self, *_: Any) -> None:
        """Forget the parts that gradients have reached, as a pre-hook of the optimizer's step.

        Raises:
            UserError: none has reached any, and weights have changed before the first step.
        """
        before, self.before = self.before, []
        changed = any(weight._version != version for weight, version in before)
        if changed and all(weight.grad is None for weight, _ in before):
            raise UserError(
                "something changes the weights within backward, such as an optimizer in a hook of "
                "theirs, and leaves no gradient to the trainer, which would clip and check it and "
                "go by its learning rate: take the hooks away, and give it as optimizer="
            )
        self.parts = {
            name: weights
            for name, weights in self.parts.items()
            if all(weight.grad is None for weight in weights)
        }

    def warn(self) -> None:
        """Name those that are left after an epoch, once."""
        names, self.parts = list(self.parts), {}
        if not names:
            return
        shown = ", ".join(f"{name!r}" for name in names[:SHOWN])
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        warnings.warn(
            f"no gradient has reached {shown}{more} in the first epoch: a detach or a no_grad "
            "cuts it off, the forward does not use it, or no row of this epoch went there; freeze "
            "what is to stay as it is (requires_grad_(False)), or leave it away",
            stacklevel=3,
        )


class Thawed:
    """Weights of a model that gradients reach and no optimizer changes: they learn since lately.

    A layer that thaws, or is made or replaced, while the model is trained is none of those that the
    optimizer was made of: without a word it would stay as it is.

    >>> model = nn.Linear(1, 1).requires_grad_(False)
    >>> thawed = Thawed(model, [])
    >>> thawed.check()
    >>> model.requires_grad_(True)(torch.ones(1)).sum().backward()
    >>> thawed.check()
    Traceback (most recent call last):
    common.errors.UserError: the optimizer, which was made before the training, does not train
    weight, bias, which began to learn or came in the middle of it; to thaw layers, give it frozen
    ones too: optimizer=lambda _: AdamW(model.parameters()); to make new ones, train anew
    """

    def __init__(self, model: nn.Module, trained: list[Tensor]) -> None:
        self.model = model
        # What learned from the start and is none of the optimizer's was left out on purpose.
        self.known = {id(one) for one in trained}
        self.known |= {id(one) for one in model.parameters() if one.requires_grad}
        # Held, so that no new one takes another's id; the count says whether something changes it.
        self.before = {one: one._version for one in model.parameters()}

    def check(self) -> None:
        """Raise UserError where there are such weights; to be called after an epoch."""
        found = [
            name
            for name, weight in self.model.named_parameters()
            if id(weight) not in self.known
            and weight.requires_grad
            and weight.grad is not None
            and self.before.get(weight, weight._version) == weight._version
        ]
        if found:
            raise UserError(
                "the optimizer, which was made before the training, does not train "
                f"{', '.join(found[:SHOWN])}, which began to learn or came in the middle of it; to "
                "thaw layers, give it frozen ones too: "
                "optimizer=lambda _: AdamW(model.parameters()); to make new ones, train anew"
            )


def named_parameters_of(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return the model's parameters that an optimizer changes, by name."""
    changed = {id(one) for group in optimizer.param_groups for one in group["params"]}
    return {
        name: parameter
        for name, parameter in model.named_parameters()
        if id(parameter) in changed and parameter.requires_grad
    }
