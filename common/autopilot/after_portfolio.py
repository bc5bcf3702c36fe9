"""What is tried when the portfolio is done: what did well put together, then what Optuna draws."""

from typing import TYPE_CHECKING, Any

from common.autopilot import sampler
from common.autopilot.budget import LEAST
from common.autopilot.portfolio import combinations

if TYPE_CHECKING:
    from common.autopilot.search import Search

PUT_TOGETHER = 4
"""Settings that are put together of two, before Optuna draws; without Optuna, all that fit."""
DRAWS = 12
"""Drawn settings that may be too long for the time left, before the search ends."""


class Further:
    """Chooses what comes after the portfolio.

    portfolio: how many settings that has.
    """

    def __init__(self, search: "Search", portfolio: int) -> None:
        self.search, self.portfolio = search, portfolio
        self.sampler: sampler.Sampler | None = None

    def next(self) -> dict[str, Any] | None:
        """Return changes that were not tried and fit into the time; None where none do."""
        beyond = len(self.search.tried()) - self.portfolio
        together = beyond < PUT_TOGETHER or not sampler.there()
        both = self._put_together() if together else None
        return both if both is not None else self._drawn()

    def _put_together(self) -> dict[str, Any] | None:
        """Return two settings that did well in one."""
        search = self.search
        finished = [trial for trial in search.trials if trial.figure is not None]
        ranked = sorted(finished, key=search.badness)
        usual = next((t.seconds for t in finished if not t.changes), LEAST)
        pairs = combinations([trial.changes for trial in ranked], search.tried())
        for both, *places in pairs:
            one, other = (max(ranked[place].seconds, 1e-3) for place in places)
            # As if what the one costs more and what the other costs more came together.
            if search.budget.allows(max(one, other, one * other / max(usual, 1e-3))):
                return both
        return None

    def _drawn(self) -> dict[str, Any] | None:
        """Return settings that Optuna draws; one that it draws again was the best it knows of."""
        search = self.search
        if not sampler.there() or not search.budget.allows(LEAST):
            return None
        if self.sampler is None:
            self.sampler = sampler.Sampler(
                search.task.portfolio, search.base, search.metric, search.told
            )
            search.say("what did well is told to Optuna, which draws the next settings")
        self.sampler.tell(search.trials)
        for _ in range(DRAWS):
            changes = self.sampler.draw()
            if changes is None or search.budget.left() < LEAST:
                return None
            if changes not in search.tried() and search.fits(changes, aloud=False):
                return changes
        return None
