"""What a model is made of and what state it is in: its weights, its buffers, its mode."""

import copy
import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from common.errors import UserError

Weights = dict[str, Tensor]


def weights_of(model: nn.Module) -> Weights:
    """Return what a model saves of itself: parameters and persistent buffers, each once."""
    return {**_parameters(model), **buffers_of(model)}


def _parameters(model: nn.Module) -> Weights:
    """Return the parameters; not those of a layer that is never used and so learns no size."""
    named = model.named_parameters()
    return {name: one.detach() for name, one in named if not nn.parameter.is_lazy(one)}


def buffers_of(model: nn.Module) -> Weights:
    """Return the persistent buffers: what a forward pass may change, such as BatchNorm's means.

    The others hold what the model is built with, and may be large: they are never copied.
    """
    buffers: Weights = {}
    known: set[int] = set()
    for name, module, key in _saved_buffers(model):
        buffer = getattr(module, key)
        if buffer is not None and id(buffer) not in known:
            known.add(id(buffer))
            buffers[name] = buffer
    return buffers


def _saved_buffers(model: nn.Module) -> Iterator[tuple[str, nn.Module, str]]:
    """Yield where the buffers are that a model saves: their names, modules, and names in those.

    `state_dict()` is not asked, for a model may give its tensors other names there.
    """
    for prefix, module in model.named_modules():
        left_out = getattr(module, "_non_persistent_buffers_set", ())
        for key, _ in module.named_buffers(recurse=False):
            if key not in left_out and not nn.parameter.is_lazy(getattr(module, key)):
                yield f"{prefix}.{key}" if prefix else key, module, key


class Changing:
    """What a step may change of a model, looked up anew each time: a buffer may be rebound."""

    def __init__(self, model: nn.Module, *, weights: bool) -> None:
        self.fixed = dict(model.named_parameters()) if weights else {}
        self.places = {name: (module, key) for name, module, key in _saved_buffers(model)}

    def copied(self) -> Weights:
        """Return a copy of it."""
        if not self.fixed and not self.places:
            return {}  # as for most models, at every step
        return {name: tensor.detach().clone() for name, tensor in self._now().items()}

    def restore(self, before: Weights) -> None:
        """Put a copy back."""
        copy_weights(before, {name: weight.detach() for name, weight in self.fixed.items()})
        for name, (module, key) in self.places.items():
            if name in before:
                _put_buffer(module, key, before[name])

    def _now(self) -> Weights:
        buffers = ((name, getattr(module, key)) for name, (module, key) in self.places.items())
        return {**self.fixed, **{name: buffer for name, buffer in buffers if buffer is not None}}


def copy_weights(source: Weights, target: Weights) -> None:
    """Copy weights in place, from one dictionary to the other."""
    with torch.no_grad():
        for name, tensor in target.items():
            given = source[name]
            for dim, stride in enumerate(tensor.stride()):
                if stride == 0:  # expanded: all along it lies in one place, which is written once
                    tensor, given = tensor.narrow(dim, 0, 1), given.narrow(dim, 0, 1)
            tensor.copy_(given)


def restore_weights(model: nn.Module, before: Weights) -> None:
    """Give a model back weights that it had before; a buffer may have had another shape then.

    A buffer that came later stays as it is.

    Raises:
        UserError: the model has other parameters now.
    """
    parameters = _parameters(model)
    if strange := [name for name in parameters if name not in before]:
        raise UserError(
            f"the model has parameters that it had not in its best epoch ({', '.join(strange[:3])})"
            ", so that epoch's weights cannot come back; prune or parametrize it before fit, or "
            "give fit no validation part"
        )
    copy_weights(before, parameters)
    for name, module, key in _saved_buffers(model):
        if name in before:
            _put_buffer(module, key, before[name])


def _put_buffer(module: nn.Module, key: str, before: Tensor) -> None:
    """Write into a buffer what it was; one that has grown since is bound anew."""
    now = getattr(module, key)
    if now is not None and now.shape == before.shape:
        copy_weights({key: before}, {key: now.detach()})
    else:
        setattr(module, key, before.clone())


@contextmanager
def in_mode(model: nn.Module, *, training: bool) -> Iterator[None]:
    """Put a model into training or evaluation, and each of its parts back afterwards.

    In a model that is in training already, a part stays in evaluation where its caller put it, such
    as a frozen BatchNorm, or where a `train` of its own puts it. A layer's own `train` hears of
    each change, there and back: it may merge weights in evaluation.

    >>> model = nn.Sequential(nn.Dropout(), nn.Dropout().eval())
    >>> with in_mode(model, training=False):
    ...     [part.training for part in model.modules()]
    [False, False, False]
    >>> [part.training for part in model.modules()]
    [True, True, False]
    """
    before = [(module, module.training) for module in model.modules()]
    if not (training and model.training):
        model.train(training)
    elif any(has_own_train(module) for module, _ in before):
        model.train(True)
        _put_into([(module, module.training and mode) for module, mode in before])
    try:
        yield
    finally:
        _put_into(before)


def has_own_train(module: nn.Module) -> bool:
    """Whether a module does more in `train()` and `eval()` than PyTorch does."""
    return type(module).train is not nn.Module.train


def _put_into(modes: list[tuple[nn.Module, bool]]) -> None:
    """Put each part into a mode; one with a `train` of its own is told so where it is in another.

    The flags are set last, for such a `train` may change those of the parts below.
    """
    for module, mode in modes:
        if module.training != mode and has_own_train(module):
            module.train(mode)
    for module, mode in modes:
        module.training = mode


def with_outputs(change: Callable[[Tensor], Tensor], output: Any) -> Any:
    """Return a model's output with each tensor in it changed, be it one, or several in a whole.

    That is a tuple, list, dict or dataclass, of a type of one's own, too.

    >>> with_outputs(Tensor.neg, (torch.ones(1), torch.zeros(1)))
    (tensor([-1.]), tensor([-0.]))
    """
    if isinstance(output, Tensor):
        return change(output)
    of_class = dataclasses.is_dataclass(output) and not isinstance(output, type)
    if of_class or isinstance(output, dict):
        changed: Any = copy.copy(output)  # of its own type; to make one anew may compute
        items = {}
        if isinstance(output, dict):
            for name, each in output.items():
                changed[name] = items[name] = with_outputs(change, each)
        if of_class:
            for name, each in _attributes(output).items():
                new = items[name] if name in items else with_outputs(change, each)
                object.__setattr__(changed, name, new)  # it may be frozen
        return changed
    if isinstance(output, tuple) and hasattr(output, "_fields"):  # a namedtuple
        return type(output)(*(with_outputs(change, each) for each in output))
    if isinstance(output, (tuple, list)):
        return type(output)(with_outputs(change, each) for each in output)
    return output


def _attributes(output: Any) -> dict[str, Any]:
    """Return what a dataclass holds, in its fields and beside them."""
    fields = [each.name for each in dataclasses.fields(output)]
    named = {name: getattr(output, name) for name in fields if hasattr(output, name)}
    return {**named, **getattr(output, "__dict__", {})}
