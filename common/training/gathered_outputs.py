"""Outputs put together again: what comes in batches leaves as one tensor."""

from typing import Any

import torch
from torch import Tensor

from common.errors import UserError
from common.training.tensors import SQUEEZED, describe


class Gather:
    """Collects batches into one tensor, allocated once where the number of rows is known."""

    def __init__(self, rows: int | None, device: torch.device) -> None:
        self.rows, self.device = rows, device
        self.filled = 0
        self.whole: Tensor | None = None
        self.parts: list[Tensor] = []

    @property
    def empty(self) -> bool:
        return not self.parts and self.whole is None

    def add(self, part: Tensor) -> None:
        """Take the next part, as a rule one row for each of a batch."""
        if self.whole is None and self.rows is not None and not self.parts:
            self.whole = part.new_empty((self.rows, *part.shape[1:]), device=self.device)
        if self.whole is not None and self.filled + len(part) > len(self.whole):
            self.parts, self.whole = [self.whole[: self.filled]], None
        if self.whole is None:
            self.parts.append(part.to(self.device))
        else:
            self.whole[self.filled : self.filled + len(part)] = part
        self.filled += len(part)

    def result(self) -> Tensor:
        """Return all that was added; raise ValueError where nothing was."""
        if self.whole is not None:
            return self.whole[: self.filled]
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
                one = f" {key}" if self.output is not None else ""
                raise UserError(
                    f"the model's output{one} is {describe(part)}, without rows, and a metric of "
                    "the whole part needs rows; give one with reset(), update() and compute()"
                    + (f"; {SQUEEZED}" if isinstance(part, Tensor) and not one else "")
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
