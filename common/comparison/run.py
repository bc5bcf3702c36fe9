"""Solve a domain's task by several hands, on the same rows, and lay the results side by side.

the data is read, split and prepared once
the domain's own network, then each of its `comparison.ways`: train, then the test part, once
the traps: two mistakes, made in each framework
"""

import dataclasses
import importlib
import inspect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from common.comparison.traps import Trap, sprung
from common.comparison.ways import Comparison, Way, code_lines, code_of, not_there, opened
from common.errors import UserError
from common.files import refuse_file
from common.outcome import Metric
from common.pipeline import Pipeline
from common.runs import experiment
from common.runs.dry_run import check_prepared
from common.runs.learning import training_threads
from common.runs.preflight import check_task
from common.runs.results import Prepared
from common.task import Task
from common.training.threads import using_threads

LEAST_SECONDS = 10.0
"""What an AutoML gets at least; otherwise as long as the domain's own network took."""
OWN = "the course's network"


@dataclass(frozen=True)
class Row:
    """What came of one way.

    said: why there is nothing, in one line; "" where there is something.
    """

    name: str
    changes: str
    metrics: dict[str, float] = field(default_factory=dict)
    seconds: float | None = None
    lines: int | None = None
    code: str = ""
    said: str = ""


@dataclass(frozen=True)
class Contest:
    """All of it: what the page shows."""

    loss: str
    metrics: tuple[Metric, ...]
    part: str
    examples: int
    rows: list[Row]
    traps: list[Trap]
    no_traps: str
    notes: list[str]
    settings: Any
    prepared: Prepared
    by_clock: bool = False
    """Whether one of the ways searches by itself, for as long as the course's network took."""


def compare(
    task: Task,
    comparison: Comparison,
    source: Any,
    settings: Any,
    *,
    say: Callable[[str], None] = lambda line: None,
    progress: bool = True,
) -> Contest:
    """Train by each way and examine each once.

    Raises:
        UserError: for data and settings that cannot be learned with. What a way lacks, a library
            that is not installed for example, is said in its row.
    """
    check_task(task)
    if settings.minutes is not None:
        raise UserError(
            "--minutes: compare trains by each way for the same epochs, and the time would cut "
            "short the course's network alone; take --epochs"
        )
    comparison.check(settings)
    examples = task.load(source)
    settings = task.complete(settings, examples)
    prepared = experiment.prepare(task, examples, source, settings)
    del examples
    check_prepared(task, prepared, source, settings, [settings.loss])
    part, exam = prepared.exam
    for note in prepared.notes:
        say(note)
    result = experiment.run(
        task, prepared, source, settings, losses=[settings.loss], say=say, progress=progress
    )
    own = result.outcomes[0]
    rows = [_own(task, own.metrics, own.seconds or 0.0)]
    limit = max(own.seconds or 0.0, LEAST_SECONDS)
    with using_threads(training_threads(task, prepared, settings, 1)):
        for way in comparison.ways:
            say(f"training by {way.name}")
            rows.append(_by(way, task, comparison, prepared, source, settings, limit))
    rows += [Row(name, "–", said=why) for name, why in comparison.missing.items()]
    traps, no_traps = _traps()
    by_key = {metric.key: metric for metric in task.metrics}
    known = [key for key in comparison.metrics if any(_is_there(row, key) for row in rows)]
    shown = tuple(by_key[key] for key in known)
    return Contest(
        settings.loss,
        shown,
        part,
        len(exam),
        rows,
        traps,
        no_traps,
        prepared.notes,
        settings,
        prepared,
        any(way.by_clock for way in comparison.ways),
    )


def _own(task: Task, metrics: dict[str, float], seconds: float) -> Row:
    """The row of the domain's own network; its code is the lesson."""
    rooms = [importlib.import_module(f"{task.name}.{room}") for room in ("model", "loss")]
    lines = sum(code_lines(inspect.getsource(room)) for room in rooms)
    changes = "everything: model.py and loss.py are the lesson"
    return Row(OWN, changes, metrics, seconds, lines)


def _by(
    way: Way,
    task: Task,
    comparison: Comparison,
    prepared: Prepared,
    source: Any,
    settings: Any,
    limit: float,
) -> Row:
    """Train by one way, and examine it."""
    empty = Row(way.name, way.changes)
    try:
        train = opened(way).train
        code = code_of(way)
        if way.by_clock:
            settings = dataclasses.replace(settings, minutes=limit / 60)
        began = time.monotonic()
        answer = train(prepared, settings)
        seconds = time.monotonic() - began
    except ModuleNotFoundError as error:
        told = not_there(error)
        if not isinstance(told, UserError):
            raise
        return dataclasses.replace(empty, said=str(told))
    except UserError as error:
        return dataclasses.replace(empty, said=str(error))
    pipeline = Pipeline(prepared.preprocessing, _Answering(answer).eval(), settings, source)
    exam = prepared.exam[1]
    pipeline = task.deciding(pipeline, prepared.train, prepared.valid)  # as the domain's own does
    evaluate = comparison.evaluate or (lambda p, e: task.evaluate(p, e)[0])
    metrics = evaluate(pipeline, exam)
    return dataclasses.replace(
        empty, metrics=metrics, seconds=seconds, lines=code_lines(code), code=code
    )


def _is_there(row: Row, key: str) -> bool:
    """Whether a way has a figure of a metric: of costs there is none where nothing has a price."""
    return not math.isnan(row.metrics.get(key, math.nan))


class _Answering(nn.Module):
    """Whatever answers, as a network: what the domain's evaluation takes."""

    def __init__(self, answer: Callable[..., Tensor]) -> None:
        super().__init__()
        self.answer = answer

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.answer(*inputs)


def _traps() -> tuple[list[Trap], str]:
    """Return the traps, or why they could not be run."""
    try:
        return sprung(), ""
    except UserError as error:
        return [], str(error)


def facts(contest: Contest) -> dict[str, Any]:
    """Return what comparison.json holds."""
    known = [metric.key for metric in contest.metrics]
    return {
        "loss": contest.loss,
        "part": contest.part,
        "examples": contest.prepared.sizes,
        "settings": contest.settings.to_dict(),
        "ways": {
            row.name: {
                "metrics": {key: row.metrics.get(key, math.nan) for key in known},
                "seconds": row.seconds,
                "lines": row.lines,
                "said": row.said or None,
            }
            for row in contest.rows
        },
        "traps": {trap.name: {"keras": trap.keras, "ours": trap.ours} for trap in contest.traps},
    }


def place_for(out: Path) -> Path:
    """Return the folder to write into; refuse one that holds something else.

    Raises:
        UserError: it is a file, or has other files than those of a comparison.
    """
    refuse_file(out)
    known = {"comparison.json", "report.html"}
    strange = sorted(p.name for p in out.iterdir() if p.name not in known) if out.exists() else []
    if strange:
        raise UserError(f"{out}: holds {strange[0]!r}, no comparison; name a new or empty folder")
    return out
