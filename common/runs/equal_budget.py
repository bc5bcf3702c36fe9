"""Train one network for each loss, at equal budget, and evaluate each of them once."""

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from torch import nn

from common.device import pick_device
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.preprocessing import Preprocessing
from common.runs.dry_run import check_prepared
from common.runs.learning import learn, new_model, training_threads
from common.runs.results import Prepared, Result
from common.runs.side_by_side import Progress, side_by_side
from common.task import Task
from common.training.history import History
from common.training.model_state import Weights, copy_weights, weights_of
from common.training.ranks import current
from common.training.threads import usable_cores, using_threads

Say = Callable[[str], None]
SETTLING = 0.1
"""Of a training's time, how much more a domain may take to settle how outputs become answers."""


def silent(line: str) -> None:
    """Say nothing."""


def run(
    task: Task,
    prepared: Prepared,
    source: Any,
    settings: Any,
    *,
    losses: Sequence[str],
    processes: int | None = 1,
    say: Say = silent,
    progress: bool = True,
    checkpoint: Path | None = None,
    resume: bool = False,
) -> Result:
    """Train one network for each loss, at equal budget, and examine each once.

    The budget is time: a loss that takes less of it trains more epochs, see `Task.paces`.

    processes: with several losses on the CPU, how many are trained at a time, each in a process
    of its own and on one thread if the settings name no other number; None: as many as there are
    cores, if the first training shows that it pays, else one after the other on one thread.
    """
    began = time.monotonic()
    check_prepared(task, prepared, source, settings, losses)
    on_cpu = pick_device(settings.device).type == "cpu"
    if_it_pays = processes is None
    processes = min(processes or usable_cores(), len(losses)) if on_cpu else 1
    threads = training_threads(task, prepared, settings, processes)
    part, exam = prepared.exam
    outcomes, pipelines = [], {}
    chosen = settings_for(task, settings, losses)
    with using_threads(threads):
        ranks = current()
        if len(losses) == 1:
            say(f"training with {losses[0]}")
            only = chosen[losses[0]]
            model, history = learn(
                task, prepared, only, progress=progress, checkpoint=checkpoint, resume=resume
            )
            pipeline = _decided(task, prepared, model, only, source, progress)
            # What the network is worth, one of several ranks says for all.
            found = task.evaluate(pipeline, exam) if ranks.first else ({}, None)
            trained = [(pipeline, history, *found)]
        else:
            said = _epochs_said(chosen)
            for line in said:
                say(line)
            prepared = dataclasses.replace(prepared, notes=[*prepared.notes, *said])
            # All parts: how outputs become answers is learned from the training part, and each
            # network is examined where it was trained.
            handed = dataclasses.replace(prepared, notes=[])
            shared = (task, handed, source, chosen, threads)
            learned = side_by_side(
                _learn_loss,
                shared,
                losses,
                processes=processes,
                if_it_pays=if_it_pays,
                say=say,
                progress=progress,
            )
            trained = [
                (Pipeline(decided, _with_weights(task, prepared, settings, w), own, source), *rest)
                for (w, decided, *rest), own in zip(learned, chosen.values(), strict=True)
            ]
        if not ranks.first:
            return Result(part, [], {}, prepared, time.monotonic() - began)
        for loss, (pipeline, history, metrics, artifacts) in zip(losses, trained, strict=True):
            # The history's, for a training that was resumed spent some of them elsewhere.
            seconds = sum(history.column("seconds"))
            pipelines[loss] = pipeline
            outcomes.append(Outcome(loss, metrics, artifacts, history, seconds))
    outcomes += task.baselines(prepared.train, exam, settings, pipelines)
    return Result(part, outcomes, pipelines, prepared, time.monotonic() - began)


def settings_for(task: Task, settings: Any, losses: Sequence[str]) -> dict[str, Any]:
    """Return the settings of each loss; several get the same seconds, not the same epochs."""
    paces = task.paces if len(losses) > 1 else {}
    return {
        loss: dataclasses.replace(
            settings, loss=loss, epochs=max(1, round(settings.epochs * paces.get(loss, 1.0)))
        )
        for loss in losses
    }


def _learn_loss(
    shared: tuple[Task, Prepared, Any, dict[str, Any], int | None], loss: str, progress: Progress
) -> tuple[Weights, Preprocessing, History, dict[str, float], Any]:
    """Train with one of several losses and examine the network once, here or in a process that
    hands back the weights and what they came to."""
    task, prepared, source, chosen, threads = shared
    own = chosen[loss]
    before, after = _in_turn(progress, 1 - task.settling(source, own))
    with using_threads(threads):
        model, history = learn(task, prepared, own, progress=before)
        pipeline = _decided(task, prepared, model, own, source, after)
        metrics, artifacts = task.evaluate(pipeline, prepared.exam[1])
    return weights_of(pipeline.model), pipeline.preprocessing, history, metrics, artifacts


def _in_turn(progress: Progress, share: float) -> tuple[Progress, Progress]:
    """Return what is told of two works that follow each other, the first of which is a share.

    >>> told = []
    >>> first, second = _in_turn(told.append, 0.5)
    >>> first(1.0), second(0.5), told
    (None, None, [0.5, 0.75])
    """
    if not callable(progress):
        return progress, progress
    tell = progress
    return lambda done: tell(share * done), lambda done: tell(share + (1 - share) * done)


def _decided(
    task: Task,
    prepared: Prepared,
    model: nn.Module,
    settings: Any,
    source: Any,
    progress: Progress,
) -> Pipeline:
    """Return the pipeline of a trained network, how it answers settled."""
    pipeline = Pipeline(prepared.preprocessing, model.eval(), settings, source)
    seconds = SETTLING * 60 * settings.minutes if settings.minutes else None
    return task.deciding(
        pipeline, prepared.train, prepared.valid, seconds=seconds, progress=progress
    )


def _epochs_said(chosen: dict[str, Any]) -> list[str]:
    """Say how many epochs each loss trains, where they are not as many."""
    epochs = {loss: settings.epochs for loss, settings in chosen.items()}
    if len(set(epochs.values())) == 1:
        return []
    each = ", ".join(f"{loss} {count}" for loss, count in epochs.items())
    return [f"epochs, so that each loss has about the same seconds: {each}"]


def _with_weights(task: Task, prepared: Prepared, settings: Any, weights: Weights) -> nn.Module:
    model = new_model(task, prepared, settings).to(pick_device(settings.device))
    copy_weights(weights, weights_of(model))
    return model.eval()
