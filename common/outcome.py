"""What a domain measures, and what a network or a baseline reached."""

from dataclasses import dataclass
from typing import Any, Literal

from common.training.history import History


@dataclass(frozen=True)
class Metric:
    """One figure that a domain reports: how it is called, printed and compared.

    best: "low", "high", "zero" (a bias) or the value that is best, in the metric's own unit: an
    interval for eight in ten is best where it covers 0.8. Format is applied by `str.format`
    after scaling.

    >>> Metric("mape", "MAPE, %", "{:.2f}", scale=100).show(0.1175)
    '11.75'
    >>> covered = Metric("covered", "covered, %", "{:.0f}", best=0.8, scale=100)
    >>> min([0.95, 0.78], key=covered.badness)
    0.78
    """

    key: str
    title: str
    format: str
    best: Literal["low", "high", "zero"] | float = "low"
    scale: float = 1.0

    def badness(self, value: float) -> float:
        """Return a number that is the smaller the better, to compare values by."""
        if self.best in ("low", "high"):
            return value if self.best == "low" else -value
        return abs(value - (0.0 if self.best == "zero" else float(self.best)))

    def show(self, value: float | None) -> str:
        return "-" if value is None or value != value else self.format.format(value * self.scale)


@dataclass(frozen=True)
class Outcome:
    """What one way of answering reached on the test part: a trained network, or a baseline.

    artifacts: whatever the domain keeps to draw its plots from. `history` and `seconds`, how
    long the training took, are None for a baseline, which was not trained.
    """

    name: str
    metrics: dict[str, float]
    artifacts: Any = None
    history: History | None = None
    seconds: float | None = None
