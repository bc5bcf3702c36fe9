"""What a search answers with: the mean of its best networks, or the best one alone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.autopilot import bonnet
from common.autopilot.trials import FailedError, Trial
from common.errors import UserError
from common.outcome import Outcome
from common.runs.ensemble import MeanOfModels
from common.runs.results import Prepared, Result

if TYPE_CHECKING:
    from common.autopilot.search import Search

SIZES = (5, 4, 3)
"""How many of the best networks may answer together, tried in this order."""


@dataclass(frozen=True)
class Answer:
    """The trials whose networks answer, the best first, and what they reach together.

    figure: of the metric, on the validation part.
    """

    trials: list[Trial]
    figure: float


def choose(search: "Search") -> Answer:
    """Take the mean of the best, if the validation part finds it no worse than the best alone."""
    ranked = search.ranked()
    best = ranked[0]
    assert best.figure is not None
    alone = Answer([best], best.figure)
    if not search.task.portfolio.averages:
        return alone
    for size in (size for size in SIZES if size <= len(ranked)):
        if search.budget.whole_left() < 2 * size * search.judging:
            break
        together = MeanOfModels([t.model for t in ranked[:size] if t.model is not None])
        try:
            figure = search.judge(together, search.settings_of(best))
        except (FailedError, UserError):
            continue
        search.say(f"the mean of the {size} best: {search.metric.title} {search.shown(figure)}")
        if search.metric.badness(figure) <= search.metric.badness(best.figure):
            return Answer(ranked[:size], figure)
    return alone


def examined(
    search: "Search", answer: Answer, prepared: Prepared, *, settings: Any, config: dict[str, Any]
) -> Result:
    """Examine the answer on the test part, once.

    Args:
        settings: those before they were completed by the data, as a person would give them.
        config: what config.json of the run is to hold, for the default settings.
    """
    best = answer.trials[0]
    chosen = search.settings_of(best)
    models = [trial.model for trial in answer.trials if trial.model is not None]
    pipeline = search.pipeline(models[0] if len(models) == 1 else MeanOfModels(models), chosen)
    part, exam = prepared.exam
    metrics, artifacts = search.task.evaluate(pipeline, exam)
    seconds = sum(trial.seconds for trial in search.trials)
    pipelines = {chosen.loss: pipeline}
    outcomes = [
        Outcome(chosen.loss, metrics, artifacts, best.history, seconds),
        *search.task.baselines(prepared.train, exam, chosen, pipelines),
    ]
    config = {**config, "settings": chosen.to_dict()}
    if len(models) > 1:
        config["ensemble"] = [search.settings_of(trial).to_dict() for trial in answer.trials]
    in_memory = bool(config.get("in_memory"))
    command = bonnet.by_hand(
        search.task, search.source, settings, best.changes, in_memory=in_memory
    )
    return Result(
        part,
        outcomes,
        pipelines,
        prepared,
        search.budget.spent(),
        config,
        sections=bonnet.sections(search, answer, command),
        facts={"autopilot": bonnet.facts(search, answer, command)},
    )
