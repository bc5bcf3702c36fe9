"""How long an epoch takes with some settings: a short run of it is timed."""

import dataclasses
from typing import TYPE_CHECKING, Any

from common.autopilot.budget import LEAST, Load
from common.autopilot.trials import Trial
from common.runs.learning import learn

if TYPE_CHECKING:
    from common.autopilot.search import Search

SHORT_LOOK = 0.03
"""Share of the time left that measuring the speed of a setting may take."""
FREE = ("epochs", "lr", "weight_decay", "dropout", "minutes", "patience")
"""Settings that do not change how long an epoch takes."""


def epoch_seconds(search: "Search", settings: Any) -> float:
    """Return the seconds of one epoch, measured in a short run unless they are known."""
    key = speed_key(settings)
    if key not in search.speeds:
        seconds, steps = look(search, settings)
        if steps == 1:  # the first one of a network is slow, and says little
            seconds = min(seconds, look(search, settings)[0])
        search.speeds[key] = seconds
    return search.speeds[key]


def learn_speed(search: "Search", trial: Trial, seconds: float) -> None:
    """Remember how long an epoch took, of a part of one too where the time was over."""
    # Of a search that goes on, nobody knows how far into its last epoch a training came.
    epochs = trial.history.position.seen / search.prepared.epoch or len(trial.history.rows)
    if epochs > 0:
        search.speeds[speed_key(search.settings_of(trial))] = seconds / epochs


def look(search: "Search", settings: Any) -> tuple[float, int]:
    """Train for two epochs, or a share of the time left.

    The network of the first look is kept in the search, to rehearse its end with.

    Returns:
        The seconds of an epoch, and how many steps there were.
    """
    budget, prepared = search.budget, search.prepared
    minutes = SHORT_LOOK * max(budget.left(), LEAST) / 60
    short = dataclasses.replace(settings, epochs=2, minutes=minutes)
    clock, began, load = budget.clock, budget.clock(), Load(budget.clock)
    marks: list[tuple[float, float]] = []

    def tell(share: float) -> None:
        marks.append((clock(), share * short.epochs))

    model, history = learn(search.task, prepared, short, progress=tell, clock=clock)
    if not search.speeds:
        search.sketch, search.sketch_history = model, history
        budget.slowed(load.times())
    seen = max(1, history.position.seen)
    steps = -(-seen // settings.batch_size)
    if seen >= prepared.epoch * short.epochs:  # the first of the two warmed up
        return history.rows[-1]["seconds"], steps
    if marks and marks[-1][1] > marks[0][1]:  # nor does the first step count
        (first, before), (last, done) = marks[0], marks[-1]
        return (last - first) / (done - before), steps
    return (clock() - began) * prepared.epoch / seen, steps


def epoch_seconds_of(search: "Search", trial: Trial) -> float:
    """Return how long an epoch of a trial took."""
    rows = trial.history.rows
    took = sum(trial.history.column("seconds")) / max(len(rows), 1)
    return search.speeds.get(speed_key(search.settings_of(trial)), took)


def speed_key(settings: Any) -> tuple:
    """Return what an epoch's seconds depend on."""
    values = settings.to_dict()
    return tuple(sorted((k, str(v)) for k, v in values.items() if k not in FREE))
