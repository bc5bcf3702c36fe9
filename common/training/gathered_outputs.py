"""Outputs put together again: what comes in batches leaves as one tensor."""

from typing import Any

import torch
from torch import Tensor

from common.errors import UserError


class Gather:
    """Collects batches into one tensor, allocated once where the number of rows is known."""

    def __init__(self, rows: int | None, device: torch.device) -> None:
        self.rows, self.device = rows, device
        self.filled = 0
        self.whole: Tensor | None = None
        self.parts: list[Tensor] = []

    @property
    def empty(self) -> bool:
        return not (self.filled or self.parts)

    def add(self, part: Tensor) -> None:
        if self.rows is None:
            self.parts.append(part.to(self.device))
            return
        if self.whole is None:
            self.whole = part.new_empty((self.rows, *part.shape[1:]), device=self.device)
        self.whole[self.filled : self.filled + len(part)] = part
        self.filled += len(part)

    def result(self) -> Tensor:
        """Return all that was added; raise ValueError where nothing was."""
        if self.whole is not None:
            return self.whole
        if not self.parts:
            raise ValueError("nothing was gathered")
        return torch.cat(self.parts)


class GatherOutputs:
    """Collects what a model returns batch by batch: a tensor, or a tuple, list or dict of them."""

    def __init__(self, rows: int | None, device: torch.device) -> None:
        self.rows, self.device = rows, device
        self.parts: dict[Any, Gather] = {}
        self.output: Any = None

    def add(self, output: Any) -> None:
        self.output = output if isinstance(output, (tuple, list, dict)) else None
        for key, part in self._items(output):
            if not isinstance(part, Tensor) or part.ndim == 0:
                raise UserError(
                    f"the model's output {key} is {type(part).__name__} without rows, and a metric "
                    "of the whole part needs rows; give one with reset(), update() and compute()"
                )
            self.parts.setdefault(key, Gather(self.rows, self.device)).add(part)

    def result(self) -> Any:
        """Return all that was added, built as each output was."""
        whole = {key: part.result() for key, part in self.parts.items()}
        if self.output is None:
            return whole[0]
        if isinstance(self.output, dict):
            return whole
        if hasattr(self.output, "_fields"):  # a namedtuple
            return type(self.output)(*whole.values())
        return type(self.output)(whole.values())

    def _items(self, output: Any) -> list[tuple[Any, Any]]:
        if isinstance(output, dict):
            return list(output.items())
        return list(enumerate(output if isinstance(output, (tuple, list)) else [output]))
