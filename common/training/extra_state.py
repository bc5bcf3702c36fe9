"""What a model and its loss remember beside weights, so that a training goes on exactly.

- Numbers among a module's own attributes that the training changed: a counter of batches, the
  weight of a term that grows.
- What a module tells of itself by PyTorch's `get_extra_state`.
- The buffers of a loss, such as a running mean; those of the model are saved with its weights.

Tensors, arrays, texts and collections among the attributes are not kept. Where the training changes
one, a resumed training says so.
"""

import warnings
from collections import deque
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from common.errors import UserError
from common.training.model_state import copy_weights

Number = bool | int | float
OF_MODULES = frozenset(vars(nn.Module()))
"""The attributes by which a module of PyTorch does its work."""
LARGEST = 10**6
"""Elements of a tensor whose bytes are looked at."""
SHOWN = 3


class Remembered:
    """Knows what a model and a loss remember, from the moment at which it is made.

    >>> model = nn.Linear(1, 1)
    >>> model.batches = 0
    >>> remembered = Remembered(model, nn.L1Loss())
    >>> model.batches = 3
    >>> remembered.facts()["numbers"]
    {'model:/batches': [0, 3]}
    """

    def __init__(self, model: nn.Module, loss: nn.Module) -> None:
        self.parts = {
            f"{whose}:{name}": part
            for whose, whole in (("model", model), ("loss", loss))
            for name, part in whole.named_modules()
        }
        self.loss = loss
        self.numbers = dict(self._numbers())
        self.buffers = {name: buffer.clone() for name, buffer in self.tensors().items()}
        self.others = dict(self._others())

    def tensors(self) -> dict[str, Tensor]:
        """Return the buffers of the loss."""
        return dict(self.loss.named_buffers())

    def facts(self) -> dict[str, Any]:
        """Return, for JSON, each number that was changed as it was and is, and the extra state.

        `settings` are the buffers and the numbers of the loss that stayed as they were; `lost`
        names what has changed and is not kept.

        Raises:
            UserError: extra state that is no matter of numbers and texts.
        """
        extra = {name: part.get_extra_state() for name, part in self._telling()}
        for name, state in extra.items():
            if not _is_plain(state):
                raise UserError(
                    f"get_extra_state of {type(self.parts[name]).__name__} gives what cannot be "
                    "written to a checkpoint, expected numbers, texts, lists and dictionaries; "
                    "a tensor belongs into a buffer"
                )
        changed = {
            name: [before, now]
            for name, now in self._numbers()
            if (before := self.numbers.get(name, self._default(name))) != now
        }
        buffers = self.tensors().items()
        settings: dict[str, Number] = {
            name: value
            for name, value in self.numbers.items()
            if name.startswith("loss:") and name not in changed
        }
        settings |= {name: 0 for name, buffer in buffers if buffer.equal(self.buffers[name])}
        lost = [name for name, now in self._others() if self.others.get(name) != now]
        return {"numbers": changed, "extra": extra, "settings": settings, "lost": lost}

    def changed(self, facts: dict[str, Any], tensors: dict[str, Tensor]) -> str:
        """Say which setting of the loss was another; nothing where each is as it was.

        Raises:
            ValueError: these are of another loss altogether.
        """
        own = self.tensors()
        shapes = [{n: (t.shape, t.dtype) for n, t in g.items()} for g in (tensors, own)]
        if shapes[0] != shapes[1]:
            raise ValueError("the loss has other buffers")
        for name, before in facts["settings"].items():
            if name in tensors:
                if not torch.equal(tensors[name], own[name].cpu()):
                    return f"the loss has another {name}"
            elif (now := self.numbers.get(name, before)) != before:
                return f"{name.rpartition('/')[2]} of the loss was {before}, is now {now}"
        return ""

    def restore(self, facts: dict[str, Any], tensors: dict[str, Tensor]) -> None:
        """Put it back: of numbers those that are as they were when the training began."""
        for place, (before, now) in facts["numbers"].items():
            name, _, attribute = place.rpartition("/")
            if type(now) not in (bool, int, float) or attribute in OF_MODULES:
                raise ValueError(f"{place} is no number")
            if getattr(self.parts[name], attribute, None) == before:
                setattr(self.parts[name], attribute, now)
        telling = dict(self._telling())
        for name, state in facts["extra"].items():
            telling[name].set_extra_state(state)
        copy_weights(tensors, self.tensors())
        if lost := facts.get("lost"):
            more = f" and {len(lost) - SHOWN} more" if len(lost) > SHOWN else ""
            names = ", ".join(map(_spoken, lost[:SHOWN])) + more
            warnings.warn(
                f"the training had changed {names}, which no checkpoint keeps, so it may not go on "
                "as it would have, unless that is only there to be looked at: a tensor belongs "
                "into register_buffer(), texts and lists into get_extra_state()",
                stacklevel=2,
            )

    def _numbers(self) -> Iterator[tuple[str, Number]]:
        for name, part in self.parts.items():
            for attribute, value in vars(part).items():
                if attribute not in OF_MODULES and type(value) in (bool, int, float):
                    yield f"{name}/{attribute}", value

    def _others(self) -> Iterator[tuple[str, Any]]:
        """Yield the attributes that are not kept, each by a mark that tells whether it changes."""
        for name, part in self.parts.items():
            if type(part).__module__.startswith("torch.") or has_extra_state(part):
                continue  # PyTorch's own keep nothing there that a training changes
            own = {key: value for key, value in vars(part).items() if key not in OF_MODULES}
            if name.startswith("model:"):  # of a loss all buffers are kept
                own |= {key: part._buffers.get(key) for key in part._non_persistent_buffers_set}
            for attribute, value in own.items():
                if type(value) not in (bool, int, float):
                    yield f"{name}/{attribute}", _mark(value)

    def _default(self, place: str) -> Any:
        """Return what a number is before a module has one of its own: its class's, or none."""
        name, _, attribute = place.rpartition("/")
        return getattr(type(self.parts[name]), attribute, None)

    def _telling(self) -> Iterator[tuple[str, nn.Module]]:
        for name, part in self.parts.items():
            if has_extra_state(part):
                yield name, part


def has_extra_state(part: nn.Module) -> bool:
    """Whether a module tells of itself what is to be kept beside its tensors."""
    return type(part).get_extra_state is not nn.Module.get_extra_state


def _spoken(place: str) -> str:
    """Return an attribute's place as one would write it.

    >>> _spoken("model:net.0/seen"), _spoken("loss:/mean")
    ('model.net.0.seen', 'loss.mean')
    """
    return ".".join(filter(None, place.replace("/", ":").split(":")))


def _mark(value: Any, depth: int = 2) -> Any:
    """Return what another value of an attribute would have another of.

    >>> _mark([1, "a"]) == _mark([1, "a"]), _mark([1, "a"]) == _mark([1, "b"])
    (True, False)
    >>> _mark(torch.zeros(2)) == _mark(torch.ones(2))
    False
    """
    if isinstance(value, nn.Parameter):
        return None  # of the model's, or refused
    if isinstance(value, Tensor):
        return _mark_of_tensor(value)
    if isinstance(value, np.ndarray | np.generic):
        return (value.shape, value.tobytes() if value.size <= LARGEST else None)
    if isinstance(value, dict) and depth:
        return {str(key): _mark(each, depth - 1) for key, each in [*value.items()][:100]}, len(
            value
        )
    if isinstance(value, list | tuple | deque) and depth:
        return [_mark(each, depth - 1) for each in value]
    if isinstance(value, set | frozenset):
        return len(value)
    return value if value is None or isinstance(value, bool | int | float | str) else type(value)


def _mark_of_tensor(tensor: Tensor) -> Any:
    """Return a digest of a tensor's bytes: of some kinds, as of bool, PyTorch has no arithmetic.

    Of one that is large, or cannot be read, it is how often it was changed in place.
    """
    if nn.parameter.is_lazy(tensor):
        return None  # it has no size yet
    kind = (tuple(tensor.shape), str(tensor.dtype))
    if tensor.numel() <= LARGEST and tensor.layout is torch.strided and not tensor.is_meta:
        try:
            plain = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous()
            return kind, blake2b(plain.flatten().view(torch.uint8).numpy().data).hexdigest()
        except (RuntimeError, TypeError, ValueError):  # such as a quantized one
            pass
    return kind, None if tensor.is_inference() else tensor._version


def _is_plain(state: Any) -> bool:
    if isinstance(state, dict):
        return all(isinstance(key, str) for key in state) and all(map(_is_plain, state.values()))
    if isinstance(state, list):
        return all(map(_is_plain, state))
    return state is None or type(state) in (bool, int, float, str)
