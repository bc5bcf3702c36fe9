"""What can be told of a Task before anything is trained, in a second and a line for each lack.

Without it a missing title comes out when all is trained and the page is to be written, a key that
`state` misspells when somebody loads the run a week later.
"""

import contextlib
import dataclasses
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torch import nn

from common.device import pick_device
from common.errors import UserError, nearest, unknown
from common.outcome import Metric, Outcome
from common.preprocessing import Preprocessing
from common.settings import Options, Settings
from common.task import Task
from common.training.batches import describe
from common.training.setting_checks import COLUMNS
from common.training.validation import BatchMetric

SPLITS_BY = ("stratify", "groups", "times", "gap")


class TaskError(UserError):
    """A Task lacks something; the message has a line for each thing."""


def check_task(task: Task) -> None:
    """Check what a Task says of itself; nothing is read and nothing computed.

    Raises:
        TaskError: with a line for each thing that is missing or wrong.
    """
    problems = [*_words(task), *_metrics(task), *_classes(task), *_functions(task)]
    complain(task, problems)


def check_wishes(task: Task, settings: Any, losses: Sequence[str] = ()) -> None:
    """Refuse a task that lacks something, a loss or a device that is not there; reads no data.

    losses: beside that of the settings.
    """
    check_task(task)
    for loss in {*losses, settings.loss}:
        if loss not in task.losses:
            raise unknown("loss", loss, task.losses)
    pick_device(settings.device)


def check_examples(task: Task, examples: Any) -> None:
    """Check what `Task.load` returned: how it is to be split, its notes, its fingerprint.

    Raises:
        TaskError: with a line for each thing that is missing or wrong.
    """
    problems = []
    split_by = getattr(examples, "split_by", None)
    if not isinstance(split_by, Mapping):
        problems.append(f"examples.split_by is {describe(split_by)}, expected a dict; {{}} is none")
    else:
        for key in split_by:
            if key not in SPLITS_BY:
                problems.append(f"examples.split_by: {unknown('argument', key, SPLITS_BY)}")
    notes = getattr(examples, "notes", None)
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        problems.append(f"examples.notes is {describe(notes)}, expected a list of texts")
    fingerprint = task.fingerprint(examples)
    if not isinstance(fingerprint, str):
        problems.append(f"fingerprint returned {describe(fingerprint)}, expected a text")
    complain(task, problems)


def metric_problems(task: Task, metrics: Any, where: str) -> list[str]:
    """Say which of a Task's metrics are not there, and which figures have no metric."""
    if not isinstance(metrics, Mapping):
        return [f"{where} returned {describe(metrics)}, expected the metrics as a dict"]
    keys = [metric.key for metric in task.metrics]
    problems = []
    for key in [key for key in keys if key not in metrics]:
        guess = _guess(key, [name for name in metrics if name not in keys])
        problems.append(f"{where} gives no {key!r}, which `metrics` names{guess}")
    for key in [key for key in metrics if key not in keys] if not problems else []:
        problems.append(f"{where} gives {key!r}, which no Metric in `metrics` names")
    return problems


def outcome_problems(task: Task, outcomes: Any) -> list[str]:
    """Say what is wrong with what `Task.baselines` returned."""
    if not isinstance(outcomes, list) or not all(isinstance(one, Outcome) for one in outcomes):
        return [f"baselines returned {describe(outcomes)}, expected a list of Outcome"]
    return [
        problem
        for one in outcomes
        for problem in metric_problems(task, one.metrics, f"the baseline {one.name!r}")
    ]


def complain(task: Task, problems: Sequence[str]) -> None:
    name = called(task)
    if len(problems) == 1:
        raise TaskError(f"{name}: {problems[0]}")
    if problems:
        lines = "".join(f"\n  {problem}" for problem in problems)
        raise TaskError(f"{name}: {len(problems)} things are missing or wrong{lines}")


def _guess(name: str, options: Sequence[str]) -> str:
    alike = nearest(name, options, 1) or list(options[:1])
    return f"; did you mean {alike[0]!r}?" if alike else ""


def called(thing: Any) -> str:
    return type(thing).__name__


def _words(task: Task) -> Iterator[str]:
    for name in ("name", "title", "about"):
        value = getattr(task, name, None)
        if value is None:
            yield f"{name} is missing, expected a text"
        elif not isinstance(value, str) or not value.strip():
            yield f"{name} is {value!r}, expected a text"


def _metrics(task: Task) -> Iterator[str]:
    metrics = getattr(task, "metrics", None)
    if not isinstance(metrics, Sequence) or not metrics:
        yield f"metrics is {describe(metrics)}, expected at least one Metric"
        return
    seen: set[str] = set()
    for metric in metrics:
        if not isinstance(metric, Metric):
            yield f"metrics holds {describe(metric)}, expected Metric"
            continue
        if metric.key in seen:
            yield f"metrics: {metric.key!r} is there twice"
        seen.add(metric.key)
        number = isinstance(metric.best, (int, float)) and not isinstance(metric.best, bool)
        if metric.best not in ("low", "high", "zero") and not number:
            yield (
                f"metrics: best of {metric.key!r} is {metric.best!r}, "
                "expected low, high, zero or a number"
            )
        try:
            metric.show(0.5)
        except (ValueError, LookupError, TypeError) as error:
            yield f"metrics: {metric.key!r} cannot be shown as {metric.format!r}: {error}"


def _classes(task: Task) -> Iterator[str]:
    kinds = {"source": Options, "settings": Settings, "preprocessing": Preprocessing}
    for name, kind in kinds.items():
        found = getattr(task, name, None)
        if not isinstance(found, type) or not issubclass(found, kind):
            yield f"{name} is {found!r}, expected a subclass of {kind.__name__}"
            continue
        if not issubclass(found, Options):
            continue
        options = {field.name for field in dataclasses.fields(found)}
        left = [word for word in inspect.get_annotations(found) if word not in options]
        if left:
            yield f"{name}: {found.__name__} needs @dataclass(frozen=True, kw_only=True) above it"
            continue
        try:
            found()
        except (TypeError, UserError) as error:
            yield f"{name}: {found.__name__}() fails, every option needs a default: {error}"


def _functions(task: Task) -> Iterator[str]:
    losses = getattr(task, "losses", None)
    if not isinstance(losses, Mapping) or not losses:
        yield f"losses is {describe(losses)}, expected a dict with at least one loss"
    else:
        for name, build in losses.items():
            if not callable(build) or isinstance(build, nn.Module):
                yield (
                    f"losses: {name!r} is {describe(build)}, "
                    "expected a function of (settings, preprocessing) that returns the loss"
                )
        with contextlib.suppress(TypeError, UserError, AttributeError):
            if (usual := task.settings().loss) not in losses:
                yield f"losses: {usual!r} is the settings' default and is not among them"
    curves = getattr(task, "curves", None)
    if not isinstance(curves, Mapping):
        yield f"curves is {describe(curves)}, expected a dict; {{}} is none"
        return
    for name, curve in curves.items():
        if not callable(curve) and not isinstance(curve, BatchMetric):
            yield f"curves: {name!r} is {describe(curve)}, expected a function"
        if name in COLUMNS:
            yield f"curves: {name!r} is a column of the history already"
