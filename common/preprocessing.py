"""What comes before the network: raw examples, and how a domain turns them into tensors."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol, Self

import numpy as np


class Examples(Protocol):
    """Raw examples of a domain, before any preparation: a table, a list of pictures, of clips.

    `len(examples)` counts them and `examples[rows]` takes some, in the given order.
    `split_by` holds the keyword arguments for `splits.split` that these examples ask for, such
    as {"groups": flight_of_each_frame} or {"times": days, "gap": "7 days"}; `notes` holds what a
    person should know about the source: how it was read, what was thrown out, that it is simulated.
    """

    notes: list[str]
    split_by: dict[str, Any]

    def __len__(self) -> int: ...

    def __getitem__(self, rows: np.ndarray) -> Self: ...


class Preprocessing(ABC):
    """From raw examples to tensors. Whatever it learns, it learns in `fit`, from the training part.

    `notes`, filled by `fit`, says what was decided, a line each, for the person to read and
    object to. It is saved with the model: `state` gives what JSON holds and what arrays hold,
    `restore` takes both back from a file that may come from a stranger, so it checks what it reads.
    """

    notes: list[str]

    @abstractmethod
    def fit(self, train: Any) -> Self:
        """Learn from the training part; return self."""

    @abstractmethod
    def transform(self, examples: Any) -> Any:
        """Return the model's inputs: a tensor, a tuple of tensors, or a torch Dataset of inputs."""

    @abstractmethod
    def data(self, examples: Any, *, training: bool = False) -> Any:
        """Return what `Trainer.fit` takes: (inputs, targets), a Dataset, or batches.

        training: these are the examples that were fitted on. Here a domain augments, or keeps
        an example from looking itself up among what was learned.
        """

    def continued(self, train: Any, *, unfitted: Any) -> Any:
        """Return this preparation, which `restore` gave, for a training on other examples.

        What was learned stays; what `data(training=True)` needs beside it is to be found in the
        result. Here it is this very object: override it where `restore` leaves something out, and
        refuse examples that do not fit, such as those of a new class.

        Args:
            train: the training part, which nothing is fitted on.
            unfitted: what `Task.prepare` returned: how this training is to be prepared.

        Raises:
            UserError: the examples have what this preparation does not know; it says what.
        """
        return self

    @abstractmethod
    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Return (what JSON can hold, arrays by name)."""

    @classmethod
    @abstractmethod
    def restore(cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild from what `state` returned; raise UserError where it cannot be right."""
