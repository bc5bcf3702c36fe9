"""Lets a Dataset hear what the network said of its examples: to show again what is hard."""

from collections.abc import Iterable
from typing import Any

from torch import Tensor, nn


class Feedback:
    """Tells `data.heed(rows, prediction, target)` after each step, where the data wants to know.

    prediction: what the model put out for those rows, without its graph; target: as the data gave
    it. What is remembered is the Dataset's own, as tensors by name: `state_dict()` goes into a
    checkpoint, and `load_state_dict(tensors)` takes it back. Where other processes read a Dataset
    (`workers`) or train too, it is not told: each of them has a copy of it. Each training begins
    with `data.forget()`, for one Dataset may serve several trainings, which must not hear of each
    other.

    >>> import torch
    >>> class Listening(list):
    ...     def forget(self):
    ...         self.clear()
    ...     def heed(self, rows, prediction, target):
    ...         print(rows, prediction.tolist())
    >>> model = nn.Identity()
    >>> feedback = Feedback(Listening(), model)
    >>> _ = model(torch.ones(1))
    >>> feedback.tell([7], torch.zeros(1))
    [7] [1.0]
    >>> feedback.close()
    """

    def __init__(self, data: Any, model: nn.Module) -> None:
        self.data = data if hasattr(data, "heed") else None
        self.output: Any = None
        if self.data is not None:
            self.data.forget()
            self.handle = model.register_forward_hook(self._keep)

    def _keep(self, model: nn.Module, inputs: Any, output: Any) -> None:
        self.output = output.detach() if model.training else None

    def tell(self, rows: Iterable[int], target: Tensor) -> None:
        """Hand on what the model said last."""
        if self.data is not None and self.output is not None:
            self.data.heed([int(row) for row in rows], self.output, target)
            self.output = None

    def state(self) -> dict[str, Tensor]:
        """Return what the data remembers, for a checkpoint."""
        return self.data.state_dict() if self.data is not None else {}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Give the data back what it remembered; raise ValueError where it cannot be that."""
        if self.data is not None:
            self.data.load_state_dict(tensors)
        elif tensors:
            raise ValueError("something was remembered that this training's data does not")

    def close(self) -> None:
        if self.data is not None:
            self.handle.remove()
