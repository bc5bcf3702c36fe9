"""Outputs put together again: what comes in batches leaves as one tensor."""

import torch
from torch import Tensor


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
