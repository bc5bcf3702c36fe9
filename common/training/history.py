"""What a training run went through, epoch by epoch."""

import csv
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class History:
    """One row for each epoch: epoch, lr, train_loss, valid_loss, the metrics, seconds.

    `seconds` is how long the epoch took, its validation included; `lr` is the learning rate of
    its last step. `best_epoch` is the one whose weights the model was left with (the last, where
    there is no validation part), and `stopped` says what ended the training: "epochs", "patience"
    or "deadline"; None while it goes on.

    >>> history = History([{"epoch": 1, "train_loss": 0.5}, {"epoch": 2, "train_loss": 0.25}])
    >>> history.column("train_loss")
    [0.5, 0.25]
    """

    rows: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int | None = None
    stopped: str | None = None

    def column(self, name: str) -> list[float]:
        """Return one column, an entry for each epoch."""
        return [row[name] for row in self.rows]

    def to_csv(self, path: str | Path) -> None:
        """Write the rows as a CSV file with a header."""
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(self.rows[0]) if self.rows else ["epoch"])
            writer.writeheader()
            writer.writerows(self.rows)
