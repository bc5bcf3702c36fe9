"""What a finished run is asked to do: to be examined, and to answer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.i18n import count_of
from common.outcome import Outcome
from common.runs import experiment, store, trained_on
from common.settings import Options
from common.splits import split
from common.task import Task

PARTS = {
    "test": "the test part of the run's own data",
    "valid": "the validation part of the run's own data, which also chose the best epoch "
    "(there was no test part)",
    "given": "the data named here",
}


@dataclass(frozen=True)
class Examination:
    """What a run reached, and on what: "test" or "valid" of its own data, or what was "given"."""

    part: str
    examples: int
    outcome: Outcome
    trained_on: int = 0
    """How many of the examples given the run was trained on."""


def evaluate(
    task: Task,
    folder: Path,
    source: Any = None,
    *,
    device: str | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Examination:
    """Examine a saved run on examples with known targets.

    Without a source, on the test part of its own data: the source is read again and split as it
    was. `say` hears what a person should know about the examples.
    """
    pipeline = store.load(folder, task, device=device)
    if source is None or source == task.source():
        part, examples, notes = _own_exam(task, folder)
        known = 0
    else:
        part, examples = "given", task.examples_like(pipeline, source)
        notes = examples.notes
        known = trained_on.count(store.standing(folder), task, pipeline, examples)
    for note in notes:
        say(note)
    say(f"figures of {PARTS[part]}: {count_of(len(examples), 'example')}")
    if known:
        say(trained_on.remark(known, len(examples)))
    metrics, artifacts = task.evaluate(pipeline, examples)
    outcome = Outcome(pipeline.settings.loss, metrics, artifacts)
    return Examination(part, len(examples), outcome, known)


def _own_exam(task: Task, folder: Path) -> tuple[str, Any, list[str]]:
    config = store.read_config(folder, task)
    settings = config["settings"]
    examples = experiment.reload(task, folder, config)
    parts = split(examples, settings.shares, seed=settings.seed, **examples.split_by)
    part = "test" if len(parts.test) else "valid"
    return part, examples[getattr(parts, part)], examples.notes


def predict(
    task: Task,
    folder: Path,
    source: Path,
    out: Path,
    *,
    options: Options | None = None,
    device: str | None = None,
) -> str:
    """Let a saved run answer for every example of `source`, into the file or folder `out`."""
    pipeline = store.load(folder, task, device=device)
    return task.predict(pipeline, source, out, options or task.predict_options())
