"""With time left after the portfolio: Optuna goes on from what was found.

Its tree-structured Parzen estimator (TPE) draws where settings did well, and is told of every trial
before. It chooses among the settings that the portfolio changes, each between the least and the
most that stand there, and a little beyond. Without Optuna, settings that did well are put together.

Source: Bergstra et al., "Algorithms for Hyper-Parameter Optimization" (2011).
"""

import dataclasses
import importlib.util
import math
from collections.abc import Sequence
from typing import Any

from common.autopilot.portfolio import Changes, Portfolio
from common.autopilot.trials import Trial
from common.errors import UserError
from common.outcome import Metric

BEYOND = 1.25
"""How far beyond the portfolio's values numbers are drawn, as a factor."""
BEGIN = 5
"""Trials that the estimator wants to have seen before it draws by anything but chance."""


def there() -> bool:
    """Whether Optuna is installed."""
    return importlib.util.find_spec("optuna") is not None


class Sampler:
    """Draws settings that were not tried.

    Args:
        portfolio: whose changes say what may be drawn.
        base: the default settings, completed by the data.
        metric: what is judged by.
        fixed: settings that a person chose; they are not drawn.
    """

    def __init__(self, portfolio: Portfolio, base: Any, metric: Metric, fixed: set[str]) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.base, self.metric = base, metric
        self.space = space(portfolio.candidates(base, metric.key, fixed), base)
        sampler = optuna.samplers.TPESampler(seed=base.seed, n_startup_trials=BEGIN)
        self.study = optuna.create_study(sampler=sampler)
        self.told = 0

    def tell(self, trials: Sequence[Trial]) -> None:
        """Tell of trials that are done; those that were told before are passed over."""
        import optuna

        for trial in trials[self.told :]:
            values = {
                name: trial.changes.get(name, getattr(self.base, name)) for name in self.space
            }
            failed = trial.figure is None
            state = optuna.trial.TrialState.FAIL if failed else optuna.trial.TrialState.COMPLETE
            value = None if trial.figure is None else self.metric.badness(trial.figure)
            inside = all(self.space[n]._contains(self.space[n].to_internal_repr(v))
                         for n, v in values.items())  # fmt: skip
            if inside:
                self.study.add_trial(
                    optuna.trial.create_trial(
                        state=state, value=value, params=values, distributions=self.space
                    )
                )
        self.told = len(trials)

    def draw(self) -> dict[str, Any] | None:
        """Return changes to the default settings; None where there is nothing to choose."""
        if not self.space:
            return None
        drawn = self.study.ask(self.space)
        changes = {
            name: value for name, value in drawn.params.items() if value != getattr(self.base, name)
        }
        try:
            dataclasses.replace(self.base, **changes)
        except UserError:  # a value beyond the portfolio's is no setting
            return {}
        return changes


def space(candidates: Sequence[Changes], base: Any) -> dict[str, Any]:
    """Return what may be drawn of each setting, as Optuna's distributions.

    Numbers are drawn evenly on a scale of logarithms, from the least that a candidate has to the
    most and a little beyond; dropout, which may be 0, on a plain one; all else from what is there.
    """
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    found: dict[str, Any] = {}
    for name in dict.fromkeys(name for changes in candidates for name in changes):
        values = [changes.get(name, getattr(base, name)) for changes in candidates]
        least = min(values, key=str) if isinstance(values[0], str | bool) else min(values)
        if isinstance(least, str | bool) or None in values:
            found[name] = CategoricalDistribution(list(dict.fromkeys(values)))
        elif isinstance(least, int):
            most = math.ceil(max(values) * BEYOND)
            found[name] = IntDistribution(max(1, int(least / BEYOND)), most, log=True)
        elif "dropout" in name:
            found[name] = FloatDistribution(0.0, min(0.9, max(values) * BEYOND))
        else:
            found[name] = FloatDistribution(least / BEYOND, max(values) * BEYOND, log=True)
    return found
