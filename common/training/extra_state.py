"""What a model and its loss remember beside weights, so that a training goes on exactly.

- Numbers among a module's own attributes that the training changed: a counter of batches, the
  weight of a term that grows.
- What a module tells of itself by PyTorch's `get_extra_state`.
- The buffers of a loss, such as a running mean; those of the model are saved with its weights.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from common.errors import UserError
from common.training.model_state import copy_weights

Number = bool | int | float


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

    def tensors(self) -> dict[str, Tensor]:
        """Return the buffers of the loss."""
        return dict(self.loss.named_buffers())

    def facts(self) -> dict[str, dict[str, Any]]:
        """Return, for JSON, each number that was changed as it was and is, and the extra state.

        `settings` are the buffers and the numbers of the loss that stayed as they were.

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
        return {"numbers": changed, "extra": extra, "settings": settings}

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
            if type(now) not in (bool, int, float) or attribute.startswith("_"):
                raise ValueError(f"{place} is no number")
            if getattr(self.parts[name], attribute, None) == before:
                setattr(self.parts[name], attribute, now)
        telling = dict(self._telling())
        for name, state in facts["extra"].items():
            telling[name].set_extra_state(state)
        copy_weights(tensors, self.tensors())

    def _numbers(self) -> Iterator[tuple[str, Number]]:
        for name, part in self.parts.items():
            for attribute, value in vars(part).items():
                own = attribute != "training" and not attribute.startswith("_")
                if own and type(value) in (bool, int, float):
                    yield f"{name}/{attribute}", value

    def _default(self, place: str) -> Any:
        """Return what a number is before a module has one of its own: its class's, or none."""
        name, _, attribute = place.rpartition("/")
        return getattr(type(self.parts[name]), attribute, None)

    def _telling(self) -> Iterator[tuple[str, nn.Module]]:
        for name, part in self.parts.items():
            if type(part).get_extra_state is not nn.Module.get_extra_state:
                yield name, part


def _is_plain(state: Any) -> bool:
    if isinstance(state, dict):
        return all(isinstance(key, str) for key in state) and all(map(_is_plain, state.values()))
    if isinstance(state, list):
        return all(map(_is_plain, state))
    return state is None or type(state) in (bool, int, float, str)
