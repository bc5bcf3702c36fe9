"""What a search answers with: the mean of its best networks, or the best one alone."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.autopilot import page, refit
from common.autopilot.trials import FailedError, Trial
from common.errors import UserError
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.runs.ensemble import MeanOfModels
from common.runs.results import Prepared, Result

if TYPE_CHECKING:
    from common.autopilot.search import Search

SIZES = (5, 4, 3)
"""How many of the best networks may answer together, tried in this order."""
SETTLING = 0.1
"""Share of a search's time in which a domain may settle how the networks' outputs are answered,
where it does not ask for more by `Task.settling`."""
EVALUATIONS = 3
"""How often each of them is at work at the end: for the choice, for the test part, for the page."""


@dataclass(frozen=True)
class Answer:
    """The trials whose networks answer, the best first, and what they reach together.

    figure: of the metric, on the validation part. decided: whether it is that of what is answered
    in the end; the trials' own figures are from before the domain settled it, see `Task.deciding`.
    joined: that with the validation examples among those that the network remembers, each judged
    without itself; None where that is no better.
    """

    trials: list[Trial]
    figure: float
    joined: float | None = None
    decided: bool = False


def choose(search: "Search") -> Answer:
    """Take the mean of the best, if the validation part finds it no worse than the best alone."""
    ranked = search.ranked()
    best = ranked[0]
    assert best.figure is not None
    alone = Answer([best], best.figure)
    if not search.task.portfolio.averages:
        return alone
    for size in (size for size in SIZES if size <= len(ranked)):
        if search.budget.whole_left() < search.budget.ending + added(search, size):
            continue
        together = MeanOfModels([t.model for t in ranked[:size] if t.model is not None])
        try:
            figure = search.judge(together, search.settings_of(best))
        except (FailedError, UserError):
            continue
        search.say(f"the mean of the {size} best: {search.metric.title} {search.shown(figure)}")
        if search.metric.badness(figure) <= search.metric.badness(best.figure):
            return Answer(ranked[:size], figure)
    return alone


def ending(search: "Search", size: int) -> float:
    """Return the seconds that follow when so many networks answer."""
    return search.budget.ending + EVALUATIONS * size * search.judging


def added(search: "Search", size: int) -> float:
    """Return the seconds that so many networks, and what a domain settles, add to the end of one.

    What is settled is judged once more, see `_as_decided`.
    """
    judged = size * search.judging
    if search.settling:
        return search.settling + (EVALUATIONS + 1) * judged
    return EVALUATIONS * judged if search.task.portfolio.averages else 0.0


def remembering(
    search: "Search", answer: Answer, train: Any, valid: Any
) -> tuple[Pipeline, Answer]:
    """Return the pipeline that answers, with the validation examples remembered if that is better.

    A network that looks at examples with known answers may look at more of them when all is
    chosen: nothing is trained for that. Each of them is judged by all but itself.
    """
    settings = search.settings_of(answer.trials[0])
    models = [trial.model for trial in answer.trials if trial.model is not None]
    pipeline = search.pipeline(models[0] if len(models) == 1 else MeanOfModels(models), settings)
    left = search.budget.whole_left()
    if search.settling:
        after = search.judging * len(models) + ending(search, len(models))
        seconds = min(search.settling, left - after)
    else:
        seconds = min(SETTLING * search.budget.seconds, left / EVALUATIONS)
    undecided = pipeline
    pipeline = search.task.deciding(pipeline, train, valid, seconds=max(seconds, 0.0))
    if pipeline is not undecided:
        answer = _as_decided(search, answer, pipeline)
    joined = search.task.joined(pipeline, valid)
    if joined is None:
        return pipeline, answer
    more, metrics = joined
    figure = metrics[search.metric.key]
    if not search.metric.badness(figure) <= search.metric.badness(answer.figure):
        return pipeline, answer
    search.say(f"with the validation part remembered: {search.metric.title} {search.shown(figure)}")
    return more, dataclasses.replace(answer, joined=figure)


def _as_decided(search: "Search", answer: Answer, pipeline: Pipeline) -> Answer:
    """Return the answer with the figure that it has now that the domain has settled the rest.

    The trials were judged without: a count of objects, or a price of mistakes, changes much.
    """
    if search.budget.whole_left() < ending(search, len(answer.trials)):
        return answer
    try:
        figure = search.judge_pipeline(pipeline)
    except FailedError:
        return answer
    search.say(
        f"answers settled on the validation part: {search.metric.title} {search.shown(figure)}"
    )
    return dataclasses.replace(answer, figure=figure, decided=True)


def examined(
    search: "Search",
    answer: Answer,
    prepared: Prepared,
    *,
    settings: Any,
    config: dict[str, Any],
    both: Callable[[], Any] | None = None,
) -> Result:
    """Examine the answer on the test part, once.

    Args:
        settings: those before they were completed by the data, as a person would give them.
        config: what config.json of the run is to hold, for the default settings.
        both: gives the examples of training and validation part, to train the answer's networks
            again if there is time; None to leave them as they are.
    """
    best = answer.trials[0]
    chosen = search.settings_of(best)
    pipeline, answer = remembering(search, answer, prepared.train, prepared.valid)
    judged, again = None, None
    seen = (prepared.train,) if answer.joined is None else (prepared.train, prepared.valid)
    if both is not None:
        after = ending(search, len(answer.trials))
        again = refit.refit(search, answer.trials, answer.figure, both, ending=after)
    if again is not None:
        judged, pipeline, seen = pipeline, again.pipeline, (again.examples,)
        prepared = dataclasses.replace(prepared, notes=again.notes_in_place(prepared))
    part, exam = prepared.exam
    metrics, artifacts = search.task.evaluate(pipeline, exam)
    seconds = sum(trial.seconds for trial in search.trials)
    pipelines = {chosen.loss: pipeline}
    outcomes = [
        Outcome(chosen.loss, metrics, artifacts, best.history, seconds),
        *search.task.baselines(prepared.train, exam, chosen, pipelines),
    ]
    config = {**config, "settings": chosen.to_dict()}
    if len(answer.trials) > 1:
        config["ensemble"] = [search.settings_of(trial).to_dict() for trial in answer.trials]
    in_memory = bool(config.get("in_memory"))
    command = page.by_hand(search.task, search.source, settings, best.changes, in_memory=in_memory)
    return Result(
        part,
        outcomes,
        pipelines,
        prepared,
        search.budget.spent(),
        config,
        sections=page.sections(search, answer, command, again),
        facts={"autopilot": page.facts(search, answer, command, again)},
        judged=judged,
        seen=seen,
    )
