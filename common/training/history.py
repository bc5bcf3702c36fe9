"""What a training run went through, epoch by epoch, and where it stands."""

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self


@dataclass
class Position:
    """Where a training stands: `step` batches of epoch `epoch` (from 0) are done.

    `rows`, `weight` and `loss_sum` are of this epoch: the losses of its batches, each times its
    weight, add up to `loss_sum`. `seen` is the rows of all epochs; `steps` is how many batches an
    epoch has, None while that is not known; `seconds` is when this was written down.
    """

    epoch: int = 0
    step: int = 0
    steps: int | None = None
    rows: int = 0
    weight: float = 0.0
    seen: int = 0
    loss_sum: float = 0.0
    seconds: float = 0.0

    def progress(self, epochs: int, accumulate: int) -> float:
        """Return the share of all optimizer steps that is done, 0 to 1, each of some batches."""
        done = self.epoch
        if not self.steps:
            return done / epochs
        of = -(-self.steps // accumulate)
        return (done + min(1.0, self.step // accumulate / of)) / epochs

    def count(self, rows: int) -> None:
        """Go on by one batch of so many rows."""
        self.step, self.rows, self.seen = self.step + 1, self.rows + rows, self.seen + rows

    def next_epoch(self) -> None:
        self.steps = self.steps or self.step
        self.epoch, self.step, self.rows = self.epoch + 1, 0, 0
        self.weight = self.loss_sum = 0.0


@dataclass
class History:
    """One row for each epoch: epoch, lr, train_loss, valid_loss, the metrics, seconds.

    `seconds` is how long the epoch took, its validation included; `lr` is the learning rate of
    its last step. `best_epoch` is the one whose weights the model was left with (the last, where
    there is no validation part), and `stopped` says what ended the training: "epochs", "patience"
    or "deadline"; None while it goes on. `position` is where it stands; a checkpoint holds all.

    >>> history = History([{"epoch": 1, "train_loss": 0.5}, {"epoch": 2, "train_loss": 0.25}])
    >>> history.column("train_loss")
    [0.5, 0.25]
    """

    rows: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int | None = None
    stopped: str | None = None
    position: Position = field(default_factory=Position, repr=False, compare=False)

    @classmethod
    def checked(cls, facts: dict[str, Any]) -> Self:
        """Build a history out of a file's facts; raise if their types are not those of one."""
        history = cls(**{**facts, "position": Position(**facts["position"])})
        position = history.position
        for counted in (position.epoch, position.step, position.rows, position.seen):
            if type(counted) is not int or counted < 0:
                raise ValueError(f"{counted!r} is no count")
        for number in (position.loss_sum, position.weight, position.seconds):
            if type(number) is not float:
                raise ValueError(f"{number!r} is no number")
        if not all(isinstance(row, dict) for row in history.rows):
            raise ValueError("the history holds no rows")
        return history

    def column(self, name: str) -> list[float]:
        """Return one column, an entry for each epoch."""
        return [row[name] for row in self.rows]

    def to_csv(self, path: str | Path) -> None:
        """Write the rows as a CSV file with a header."""
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(self.rows[0]) if self.rows else ["epoch"])
            writer.writeheader()
            writer.writerows(self.rows)
