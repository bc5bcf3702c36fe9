"""The networks that answer, trained once more on the training and the validation part together.

The preparation is fitted anew on both parts, and each network is trained from its first weights
with its own settings, as many epochs as its best had. Nothing is left to judge them by but the
test part, and that chooses nothing: they answer by rule, if the time is enough. Only where they
know the validation part, which they have seen now, worse than the first ones did, something has
gone wrong, and the first ones answer.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.autopilot.speed import epoch_seconds_of
from common.autopilot.trials import FailedError, Trial
from common.pipeline import Pipeline
from common.runs.ensemble import MeanOfModels
from common.runs.learning import learn
from common.runs.results import Prepared

if TYPE_CHECKING:
    from common.autopilot.search import Search

SHARE = 0.4
"""Of a search's time, so much at most is kept from what comes after the portfolio."""
CAUTION = 1.15
"""How much longer it may take than the first time, the longer part counted."""


@dataclass(frozen=True)
class Refitted:
    """What came of it: the pipeline that answers now, and what it was trained on.

    epochs: of each network, in the order of the answer's trials. notes: what the preparation says.
    """

    pipeline: Pipeline
    examples: Any
    epochs: list[int]
    seconds: float
    notes: list[str]

    def notes_in_place(self, prepared: Prepared) -> list[str]:
        """Return the notes of a search, those of its preparation replaced by those of this one."""
        old = prepared.preprocessing.notes
        places = range(len(prepared.notes) - len(old) + 1)
        at = next((place for place in places if prepared.notes[place : place + len(old)] == old), 0)
        after = at + len(old)
        return [*prepared.notes[:at], *self.notes, *prepared.notes[after:]]


def possible(search: "Search") -> bool:
    """Whether these networks may be trained again: a test part must be left to examine them."""
    return search.task.portfolio.refits and len(search.prepared.test) > 0


def seconds_for(search: "Search", trials: Sequence[Trial]) -> float:
    """Return about how long it takes to train some trials' networks again."""
    sizes = search.prepared.sizes
    more = (sizes["train"] + sizes["valid"]) / sizes["train"]
    epochs = (epoch_seconds_of(search, trial) * epochs_of(trial) for trial in trials)
    return CAUTION * more * (search.preparing + sum(epochs))


def to_hold_back(search: "Search", most: int) -> float:
    """Return the seconds to keep from the trials, to train what answers again.

    None while the portfolio lasts, whose settings are worth more; and none where it would take
    more than `SHARE`.

    most: how many may answer together.
    """
    if not possible(search) or search.waiting:
        return 0.0
    seconds = seconds_for(search, search.ranked()[:most])
    return seconds if seconds <= SHARE * search.budget.seconds else 0.0


def fits(search: "Search", trials: Sequence[Trial], ending: float) -> bool:
    """Whether there is time to train some trials' networks again, and for the end after it."""
    if not possible(search) or search.interrupted:
        return False
    return seconds_for(search, trials) <= search.budget.whole_left() - ending


def epochs_of(trial: Trial) -> int:
    """Return how many epochs a trial's best weights were trained."""
    return trial.history.best_epoch or len(trial.history.rows)


def refit(
    search: "Search",
    trials: Sequence[Trial],
    figure: float,
    both: Callable[[], Any],
    *,
    ending: float,
) -> Refitted | None:
    """Train the networks of the answer again.

    Args:
        figure: what they reach together on the validation part.
        both: gives the examples of both parts.
        ending: seconds that follow.

    Returns:
        None where there is not enough time for all of them, or it comes to nothing.
    """
    if not fits(search, trials, ending):
        return None
    began = search.budget.spent()
    try:
        found = _trained(search, trials, both(), ending)
        if found is not None:
            seen = search.judge_pipeline(found.pipeline)
            if not search.metric.badness(seen) <= search.metric.badness(figure):
                raise FailedError(
                    f"{search.metric.title} {search.shown(seen)} on what they have seen"
                )
    except KeyboardInterrupt:
        search.interrupted = True
        search.say("interrupted: the networks answer as they are")
        return None
    except Exception as error:
        if not search.is_of_the_trial(error):
            raise
        search.say(f"training again came to nothing: {str(error).splitlines()[0][:200]}")
        return None
    if found is None:
        search.say("training again takes too long: the networks answer as they are")
        return None
    seconds = search.budget.spent() - began
    told = ", ".join(map(str, found.epochs))
    search.say(f"trained again on both parts, epochs {told} · {seconds:.1f} s")
    return dataclasses.replace(found, seconds=seconds)


def _trained(
    search: "Search", trials: Sequence[Trial], examples: Any, ending: float
) -> Refitted | None:
    """Return the networks trained on all examples; None where the time is over before the end."""
    task, clock = search.task, search.budget.clock
    preprocessing = task.prepare(search.source, search.base).fit(examples)
    prepared = dataclasses.replace(
        search.prepared,
        train=examples,
        preprocessing=preprocessing,
        train_data=preprocessing.data(examples, training=True),
        valid_data=None,
    )
    models, epochs = [], []
    for trial in trials:
        left = search.budget.whole_left() - ending
        if left <= 0:
            return None
        settings = dataclasses.replace(
            search.settings_of(trial), epochs=epochs_of(trial), minutes=left / 60
        )
        model, history = learn(task, prepared, settings, progress=False, clock=clock)
        if history.stopped == "deadline":
            return None
        models.append(model.eval())
        epochs.append(len(history.rows))
    model = models[0] if len(models) == 1 else MeanOfModels(models)
    chosen = search.settings_of(trials[0])
    pipeline = Pipeline(preprocessing, model, chosen, search.source)
    return Refitted(pipeline, examples, epochs, 0.0, list(preprocessing.notes))
