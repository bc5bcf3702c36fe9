"""What the page shows of a search: each trial, the way to the best, and how to go it by hand."""

import dataclasses
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from common.autopilot.portfolio import Changes, in_words
from common.autopilot.trials import Trial
from common.i18n import count_of
from common.report.plots import LEGEND, label, new_figure, series_styles, styled
from common.report.section import Section
from common.settings import Options, flag
from common.task import Task

if TYPE_CHECKING:
    from common.autopilot.answer import Answer
    from common.autopilot.refit import Refitted
    from common.autopilot.search import Search


WORDED = ("changed", "epochs", "came to")
"""Columns of the table of trials whose cells are words."""


def by_hand(
    task: Task, source: Options, settings: Any, changes: Changes, *, in_memory: bool = False
) -> str:
    """Return the command that trains with the settings of a trial.

    Args:
        settings: those that the search began with, before they were completed by the data.
        changes: of the trial.
        in_memory: the data was handed over in Python: a file of it is named FILE.
    """
    data = ["FILE"] if in_memory else []
    words = ["python", "-m", task.name, "train", *data, *_words(source), *_words(settings, changes)]
    return shlex.join(words)


def _words(options: Options, changes: Changes | None = None) -> list[str]:
    """Return an options' words, only those that are not as they are by default."""
    words: list[str] = []
    for field in dataclasses.fields(options):
        value = (changes or {}).get(field.name, getattr(options, field.name))
        if value == field.default or value is None:
            continue
        if field.metadata.get("positional"):
            words.insert(0, str(value))
        elif isinstance(value, bool):
            words.append(flag(field.name) if value else f"--no-{flag(field.name)[2:]}")
        else:
            many = value if isinstance(value, tuple) else (value,)
            for one in many:
                shown = f"{one:.12g}" if isinstance(one, float) else str(one)
                words += [flag(field.name), shown]
    return words


def facts(
    search: "Search", answer: "Answer", command: str, again: "Refitted | None" = None
) -> dict[str, Any]:
    """Return what metrics.json holds of a search."""
    refitted = None
    if again is not None:
        refitted = {
            "examples": len(again.examples),
            "epochs": again.epochs,
            "seconds": again.seconds,
        }
    return {
        "metric": search.metric.key,
        "valid": answer.figure,
        "valid_remembered": answer.joined,
        "decided": answer.decided,
        "answer": [trial.number for trial in answer.trials],
        "refitted": refitted,
        "by_hand": command,
        "trials": [
            {
                "number": trial.number,
                "changes": trial.changes,
                "seconds": trial.seconds,
                "valid": trial.figure,
                "epochs": len(trial.history.rows),
                "error": trial.error or None,
            }
            for trial in by_number(search.trials)
        ],
        "not_tried": [changes for changes, _ in search.skipped],
    }


def sections(
    search: "Search", answer: "Answer", command: str, again: "Refitted | None" = None
) -> list[Section]:
    """Return the search for the page: its course as a picture, and its trials as a table."""
    count = count_of(len(search.trials), "trial")
    if len(answer.trials) > 1:
        said = (
            f"The answer is the mean of what {len(answer.trials)} networks say, trials "
            f"{_numbers(answer.trials)}: {search.metric.title} {search.shown(answer.figure)} on "
            "the validation part."
        )
    elif not search.task.portfolio.averages:
        said = "The answer is the best one alone: what these networks say is not averaged."
    else:
        said = "The answer is the best one alone."
    if answer.decided:
        said += (
            " The trials were judged before the rest was settled on the validation part, such as "
            f"how sure to be; with that: {search.metric.title} {search.shown(answer.figure)}."
        )
    if answer.joined is not None:
        said += (
            " When all was chosen, the validation part joined what the answer remembers, each "
            f"example judged without itself: {search.metric.title} {search.shown(answer.joined)}."
        )
    if again is not None:
        said += (
            f" Then what answers was trained again on the {len(again.examples):,} examples of "
            "training and validation part, as many epochs as the best weights had: "
            f"{', '.join(map(str, again.epochs))}; {again.seconds:.0f} s. The figures of the "
            "validation part and the learning curves are from before that."
        )
    course = (
        f"{count} in {search.budget.spent():.0f} seconds, each judged by the validation part: "
        f"the figure is a little optimistic, for it chose among them. {said} "
        f"To drive this by hand, trial {answer.trials[0].number}: {command}"
    )
    table = (
        "What was changed in the default settings, what it cost and what it reached on the "
        "validation part, in the order of the trials. Nothing here looked at the test part."
    )
    return [
        Section("How the autopilot got there", course, _course(search, answer)),
        Section("Under the bonnet", table, table=_table(search, answer), worded=WORDED),
    ]


def _course(search: "Search", answer: "Answer") -> Any:
    figure = new_figure(2.8)
    axes = styled(figure.add_subplot())
    label(axes, x="seconds", y=f"{search.metric.title}, validation")
    done = [trial for trial in search.trials if trial.figure is not None]
    scale = search.metric.scale
    points, line, star = series_styles(3)
    x = [trial.ended for trial in done]
    y = [(trial.figure or 0.0) * scale for trial in done]
    best, bests = None, []
    for trial in done:
        assert trial.figure is not None
        if best is None or search.metric.badness(trial.figure) < search.metric.badness(best):
            best = trial.figure
        bests.append(best * scale)
    axes.plot(x, y, **{**points.line(), "linestyle": ""}, label="a trial")
    axes.step(x, bests, where="post", color=line.colour, linewidth=1.4, label="best so far")
    for trial, height in zip(done, y, strict=True):
        axes.annotate(
            str(trial.number),
            (trial.ended, height),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    if len(answer.trials) > 1:
        end = max(x)
        axes.plot(
            end,
            answer.figure * scale,
            "*",
            color=star.colour,
            markersize=11,
            label=f"mean of {len(answer.trials)}",
        )
    axes.margins(0.06, 0.12)
    axes.legend(loc="lower right" if search.metric.best == "high" else "upper right", **LEGEND)
    return figure


def _table(search: "Search", answer: "Answer") -> list[dict[str, str]]:
    title = f"{search.metric.title}, validation"
    rows = [
        {
            "trial": str(trial.number),
            "changed": in_words(trial.changes),
            "seconds": f"{trial.seconds:.1f}",
            "epochs": _epochs(trial),
            title: search.shown(trial.figure),
            "came to": _fate(answer, trial),
        }
        for trial in by_number(search.trials)
    ]
    for changes, needed in search.skipped:
        known = needed == needed
        fate = f"not tried: needs about {needed:.0f} s" if known else "not tried: no time was left"
        rows.append(
            {
                "trial": "–",
                "changed": in_words(changes),
                "seconds": "–",
                "epochs": "–",
                title: "–",
                "came to": fate,
            }
        )
    return rows


def _epochs(trial: Trial) -> str:
    rows = len(trial.history.rows)
    if trial.figure is None:
        return "–"
    stopped = {"deadline": ", the time was over", "patience": ", no progress"}
    return f"{rows}{stopped.get(trial.history.stopped or '', '')}"


def _fate(answer: "Answer", trial: Trial) -> str:
    if trial.figure is None:
        return f"failed: {trial.error}"
    if trial is answer.trials[0]:
        return "the best; answers" if len(answer.trials) == 1 else "the best; answers with others"
    if trial in answer.trials:
        return f"one of the {len(answer.trials)} best; answers with them"
    return "left out"


def by_number(trials: Sequence[Trial]) -> list[Trial]:
    """Return trials as they were begun: side by side they may end in another order."""
    return sorted(trials, key=lambda trial: trial.number)


def _numbers(trials: Sequence[Trial]) -> str:
    return ", ".join(str(trial.number) for trial in by_number(trials))
