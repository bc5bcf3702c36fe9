"""What an autopilot tries, and in which order: changes to a domain's settings.

A portfolio is written down once, from trials on several tables, and the plain default stands
first. Searching from nothing would spend most of seven minutes on settings that lose anywhere.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.errors import UserError
from common.loss_registry import names_in
from common.settings import flag

Changes = Mapping[str, Any]
"""Settings by name: a value to take, or `Times` of the default's."""


class Times(float):
    """So many times what the default has, which may depend on the data.

    >>> Times(1.5).of(16), Times(0.5).of(0.01), Times(0.1).of(3)
    (24, 0.005, 1)
    """

    def of(self, value: int | float) -> int | float:
        """Return the new value: of a whole number a whole one, from 1."""
        return max(1, round(value * self)) if isinstance(value, int) else value * float(self)


@dataclass(frozen=True)
class Portfolio:
    """What is tried in a domain.

    Args:
        changes: to the default settings, in the order in which they are tried; the first is
            empty, the default itself. What the preparation of the data depends on stays out of
            it: the data is prepared once.
        metric: key of the metric that the networks are judged by; by default the domain's first.
        losses: by metric, the losses that serve it; a metric that is not here is served by all.
        averages: whether the outputs of several networks may be averaged.
        refits: whether the networks that answer are trained again on the training and the
            validation part together, where the time is enough: in a domain that settles nothing on
            the validation part, see `Task.deciding`.
        ending: seconds that the last evaluation, the page and Python's end take, about, on one core
            with nothing else to do: held back where there is no time to measure it.
    """

    changes: Sequence[Changes] = (
        {},
        {"epochs": Times(2)},
        {"width": Times(2)},
        {"lr": Times(0.5)},
        {"depth": Times(2)},
        {"epochs": Times(0.5)},
        {"lr": Times(2)},
        {"width": Times(2), "epochs": Times(2)},
    )
    metric: str | None = None
    losses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    averages: bool = True
    refits: bool = False
    ending: float = 3.0

    def loss_for(self, metric: str, settings: Any, *, told: bool) -> str:
        """Return the loss to train with: the settings' own if it serves the metric.

        Args:
            told: a person chose the loss; otherwise one that serves the metric takes its place.

        Raises:
            UserError: a person chose a loss that contradicts the metric.
        """
        serving = self.losses.get(metric)
        strange = [] if serving is None else _strangers(settings.loss, serving)
        if not strange:
            return settings.loss
        assert serving is not None
        if told:
            others = [key for key, losses in self.losses.items() if strange[0] in losses]
            hint = f", or judge by --metric {others[0]}" if others else ""
            raise UserError(
                f"--loss {settings.loss} does not serve the metric {metric}, by which networks are "
                f"judged here; take {' or '.join(serving)}{hint}"
            )
        return serving[0]

    def candidates(self, base: Any, metric: str, fixed: set[str]) -> list[dict[str, Any]]:
        """Return the changes to try as plain values, without repetitions, the default first.

        Args:
            base: the default settings, completed by the data.
            metric: what is judged by: a loss that does not serve it is not tried.
            fixed: settings that a person chose; they are not changed.
        """
        found: list[dict[str, Any]] = []
        for changes in self.changes:
            serving = self.losses.get(metric)
            if "loss" in changes and serving and _strangers(changes["loss"], serving):
                continue
            settled = settle({k: v for k, v in changes.items() if k not in fixed}, base)
            if settled not in found:
                found.append(settled)
        return found


def settle(changes: Changes, base: Any) -> dict[str, Any]:
    """Return changes as plain values, only those that differ from the default.

    >>> from common.settings import Settings
    >>> settle({"epochs": Times(2), "width": 128}, Settings(epochs=5))
    {'epochs': 10}
    """
    values = {
        name: value.of(getattr(base, name)) if isinstance(value, Times) else value
        for name, value in changes.items()
    }
    return {name: value for name, value in values.items() if value != getattr(base, name)}


def changed(base: Any, changes: Changes) -> Any:
    """Return settings with the changes in them."""
    return dataclasses.replace(base, **changes)


def combinations(
    ranked: Sequence[Changes], tried: Sequence[Changes]
) -> Iterator[tuple[dict[str, Any], int, int]]:
    """Yield what was not tried yet: two settings that did well, put together, the best first.

    ranked: the changes that were tried, the best first.

    Yields:
        The changes, and the places in `ranked` of the two that they come from.

    >>> ranked = [{"width": 8}, {}, {"epochs": 9}]
    >>> list(combinations(ranked, tried=ranked))
    [({'epochs': 9, 'width': 8}, 0, 2)]
    """
    seen = [dict(changes) for changes in tried]
    for last in range(1, len(ranked)):
        for first in range(last):
            both = {**ranked[last], **ranked[first]}  # where both have a say, the better one's
            if both not in seen:
                seen.append(both)
                yield dict(both), first, last


def in_words(changes: Changes) -> str:
    """Say what was changed.

    >>> in_words({"width": 384, "lr": 0.001}), in_words({})
    ('width 384, lr 0.001', 'default')
    """
    if not changes:
        return "default"
    shown = {name: f"{v:g}" if isinstance(v, float) else str(v) for name, v in changes.items()}
    return ", ".join(f"{flag(name)[2:]} {value}" for name, value in shown.items())


def _strangers(loss: str, serving: Sequence[str]) -> list[str]:
    return [name for name in names_in(loss) if name not in serving]
