"""What a Task must keep, as one call for a domain's tests: the whole road on a little data.

    def test_the_task_keeps_its_contract(tmp_path):
        check_domain(TASK, TableSource(file="small.csv"), TabularSettings(epochs=1), tmp_path)

What of it takes no training goes before every training: `common.runs.preflight` and `.dry_run`.
"""

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from common.report.section import Section
from common.runs import experiment, inference, store
from common.runs.dry_run import check_prepared
from common.runs.preflight import (
    TaskError,
    check_examples,
    check_task,
    metric_problems,
    outcome_problems,
)
from common.runs.results import Result
from common.settings import Options
from common.task import Task

__all__ = ["TaskError", "check_domain", "check_examples", "check_prepared", "check_task"]


def check_domain(
    task: Task,
    source: Any,
    settings: Any,
    folder: Path,
    *,
    given: Path | None = None,
    options: Options | None = None,
) -> Result:
    """Train a Task on a little data, save it, load it, examine it, and let it answer.

    Args:
        source, settings: few examples and a short training; every loss is tried before it.
        folder: where the run may be written, empty.
        given: a file or folder for the command `predict`; without it that is left out.
        options: the domain's own options of that command.

    Returns:
        What the training came to.

    Raises:
        TaskError: with a line for each thing that the Task lacks.
        UserError: for data or settings that are wrong.
    """
    check_task(task)
    examples = task.load(source)
    check_examples(task, examples)
    settled = task.complete(settings, examples)
    prepared = experiment.prepare(task, examples, source, settled)
    check_prepared(task, prepared, source, settled, list(task.losses))

    run = folder / "run"
    result = experiment.train(task, source, settings, run, progress=False)
    _, exam = result.prepared.exam
    problems = outcome_problems(task, [o for o in result.outcomes if o.history is None])
    for outcome in result.outcomes:
        problems += metric_problems(task, outcome.metrics, f"evaluate, with {outcome.name!r},")
    pictures = task.plots(result.prepared.train, exam, result.outcomes)
    if not isinstance(pictures, list) or not all(isinstance(one, Section) for one in pictures):
        problems.append(f"plots returned {type(pictures).__name__}, expected a list of Section")
    problems += _saved(task, run, result)
    if given is not None:
        problems += _answered(task, run, given, folder / f"answers{given.suffix}", options)
    if problems:
        lines = "".join(f"\n  {problem}" for problem in problems)
        raise TaskError(f"{type(task).__name__}: {len(problems)} things are wrong{lines}")
    return result


def _saved(task: Task, run: Path, result: Result) -> list[str]:
    """Say where a saved run is not what was trained."""
    problems = []
    _, exam = result.prepared.exam
    (trained,) = result.pipelines.values()
    loaded = store.load(run, task)
    if not torch.equal(trained(exam), loaded(exam)):
        problems.append("a saved run answers otherwise than the network that was saved")
    for name in ("settings", "source"):
        saved, own = getattr(loaded, name), getattr(trained, name)
        if dataclasses.asdict(saved) != dataclasses.asdict(own):
            problems.append(f"{name} of a saved run are {saved}, expected {own}")
    found = inference.evaluate(task, run)
    (outcome,) = (one for one in result.outcomes if one.history is not None)
    if different := _different(outcome.metrics, found.outcome.metrics):
        problems.append(f"evaluate on a saved run gives other figures: {', '.join(different)}")
    again = task.examples_like(loaded, loaded.source)
    if len(again) != len(task.load(loaded.source)):
        problems.append(f"examples_like reads {len(again)} examples, load another number")
    return problems


def _different(left: Mapping[str, float], right: Mapping[str, float]) -> list[str]:
    both_nan = {key for key in left if left[key] != left[key] and right[key] != right[key]}
    return [
        key
        for key in left
        if key not in both_nan and not math.isclose(left[key], right[key], rel_tol=1e-6)
    ]


def _answered(task: Task, run: Path, given: Path, out: Path, options: Options | None) -> list[str]:
    line = inference.predict(task, run, given, out, options=options)
    problems = [] if out.exists() else [f"predict wrote nothing at {out.name}"]
    if not isinstance(line, str) or not line.strip():
        problems.append(f"predict returned {line!r}, expected a line that says what was written")
    return problems
