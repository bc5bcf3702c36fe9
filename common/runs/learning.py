"""Train a task's network: from its settings to the arguments of the Trainer."""

import functools
import inspect
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from common.device import pick_device
from common.runs.results import Prepared
from common.runs.side_by_side import Progress
from common.task import Task
from common.trainer import Trainer
from common.training.history import History
from common.training.prediction import InputBatches
from common.training.threads import threads_for


def learn(
    task: Task,
    prepared: Prepared,
    settings: Any,
    *,
    progress: Progress = True,
    checkpoint: Path | None = None,
    resume: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[nn.Module, History]:
    """Train the task's network with the loss that the settings name."""
    trainer = new_trainer(
        task, prepared, settings, progress=progress, checkpoint=checkpoint, clock=clock
    )
    history = trainer.fit(prepared.train_data, valid=prepared.valid_data, resume=resume)
    return trainer.model, history


def new_trainer(task: Task, prepared: Prepared, settings: Any, **how: Any) -> Trainer:
    """Return what trains the task's network with the loss that the settings name.

    how: what the settings say nothing of: progress, checkpoint, clock.
    """
    model = new_model(task, prepared, settings)
    arguments = {
        "lr": settings.lr,
        "epochs": settings.epochs,
        "batch_size": settings.batch_size,
        "device": settings.device,
        "seed": settings.seed,
        "minutes": settings.minutes,
        "patience": settings.patience,
        "metrics": {name: _seeing(c, prepared.valid) for name, c in task.curves.items()},
        "weight_decay": settings.weight_decay,
        "clip": settings.clip,
        "bf16": settings.bf16,
        "compile": settings.compile,
        **task.training(settings),
    }
    if prepared.valid_data is None:  # there is nothing to stop or to choose by
        arguments |= {"patience": None, "metrics": {}, "monitor": "valid_loss"}
    loss = task.losses[settings.loss](settings, prepared.preprocessing)
    return Trainer(model, loss, **arguments, **how)


def new_model(task: Task, prepared: Prepared, settings: Any) -> nn.Module:
    """Build the task's network: with the weights that the seed gives it, or those of a run."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        model = task.model(prepared.preprocessing, settings)
    if prepared.start is not None:
        prepared.start.fill(model)
    return model


def training_threads(task: Task, prepared: Prepared, settings: Any, processes: int) -> int | None:
    """Return how many threads one training computes with; None for as many as PyTorch takes."""
    on_cpu = pick_device(settings.device).type == "cpu"
    if settings.threads is not None or not on_cpu or torch.get_num_threads() == 1:
        return settings.threads
    if processes > 1:
        return 1
    few = prepared.train[np.arange(min(settings.batch_size, len(prepared.train)))]
    size = settings.batch_size
    cpu = torch.device("cpu")
    inputs = prepared.preprocessing.transform(few)
    batch = next(iter(InputBatches(inputs, batch_size=size, device=cpu, workers=0)))
    return threads_for(new_model(task, prepared, settings), batch)


def takes_examples(curve: Callable[..., Any]) -> bool:
    """Whether a curve wants the validation examples beside predictions and targets.

    >>> takes_examples(lambda prediction, target, examples: 0.0), takes_examples(max)
    (True, False)
    """
    try:
        return "examples" in inspect.signature(curve).parameters
    except (TypeError, ValueError):  # of some things written in C, and of objects that are fed
        return False


def _seeing(curve: Callable[..., Any], examples: Any) -> Callable[..., Any]:
    """Hand a curve the validation examples, if it has an argument for them."""
    if not takes_examples(curve):
        return curve
    return functools.partial(curve, examples=examples)
