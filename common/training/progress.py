"""What is seen of a training while it runs: a progress bar, or a share that a function is told."""

import sys
from collections.abc import Callable

from tqdm import tqdm


class ProgressBar:
    """Loss, rows per second and time left. Drawn a few times a second, however fast the steps."""

    def __init__(self, *, shown: bool, epochs: int, rows: int | None, done: int) -> None:
        self.epochs, self.seen = epochs, done
        # In a file every redrawing is a line to scroll past.
        self.interval = 0.2 if sys.stderr.isatty() else 10.0
        self.due = 0.0 if shown else float("inf")
        self.bar = tqdm(
            total=None if rows is None else rows * epochs,
            initial=done,
            unit="row",
            unit_scale=True,
            disable=not shown,
            dynamic_ncols=True,
        )

    def draw(self, now: float, *, epoch: int, seen: int, loss: float) -> None:
        """Redraw the bar; `epoch` counts from 1, `seen` is the rows of all epochs so far."""
        self.due = now + self.interval
        self.bar.set_description(f"epoch {epoch}/{self.epochs}", refresh=False)
        self.bar.set_postfix(loss=f"{loss:.4g}", refresh=False)
        self.bar.update(seen - self.seen)
        self.seen = seen

    def close(self, seen: int) -> None:
        """Leave the bar where the training ended."""
        self.bar.update(seen - self.seen)
        self.bar.close()


class ProgressShare:
    """Tells a function the share of all epochs that is done, a few times a second."""

    def __init__(self, tell: Callable[[float], None], *, epochs: int, rows: int | None) -> None:
        self.tell, self.epochs, self.rows = tell, epochs, rows
        self.due = 0.0

    def draw(self, now: float, *, epoch: int, seen: int, loss: float) -> None:
        self.due = now + 0.5
        done = seen / self.rows if self.rows else epoch - 1
        self.tell(min(1.0, done / self.epochs))

    def close(self, seen: int) -> None:
        pass
