"""Split, prepare, train, evaluate: the road that data takes, the same for any Task."""

import dataclasses
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from common import report, runs
from common.device import pick_device
from common.errors import UserError, unknown
from common.history import History
from common.splits import Split, split
from common.task import Outcome, Pipeline, Preprocessing, Task
from common.trainer import Trainer

Say = Callable[[str], None]


def _silent(line: str) -> None:
    pass


@dataclass(frozen=True)
class Prepared:
    """The three parts, and what was learned from the first of them alone."""

    split: Split
    train: Any
    valid: Any
    test: Any
    preprocessing: Preprocessing
    train_data: Any
    valid_data: Any
    notes: list[str]

    @property
    def sizes(self) -> dict[str, int]:
        """How many examples are in each part."""
        return {"train": len(self.train), "valid": len(self.valid), "test": len(self.test)}

    @property
    def exam(self) -> tuple[str, Any]:
        """The part that figures are reported on: the validation part if there is no test part."""
        return ("test", self.test) if len(self.test) else ("valid", self.valid)


@dataclass(frozen=True)
class Result:
    """What an experiment came to: the part examined, every outcome, and the trained pipelines."""

    part: str
    outcomes: list[Outcome]
    pipelines: dict[str, Pipeline]
    prepared: Prepared
    seconds: float


def prepare(task: Task, examples: Any, source: Any, settings: Any) -> Prepared:
    """Split first, then fit the preparation on the training part only."""
    parts = split(examples, settings.shares, seed=settings.seed, **examples.split_by)
    train, valid, test = (examples[rows] for rows in (parts.train, parts.valid, parts.test))
    preprocessing = task.prepare(source, settings).fit(train)
    return Prepared(
        parts,
        train,
        valid,
        test,
        preprocessing,
        preprocessing.data(train, training=True),
        preprocessing.data(valid),
        [*examples.notes, *preprocessing.notes],
    )


def learn(
    task: Task,
    prepared: Prepared,
    settings: Any,
    *,
    progress: bool = True,
    checkpoint: Path | None = None,
    resume: bool = False,
) -> tuple[nn.Module, History]:
    """Train the task's network with the loss that the settings name."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        model = task.model(prepared.preprocessing, settings)
    trainer = Trainer(
        model,
        task.losses[settings.loss](settings),
        lr=settings.lr,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        device=settings.device,
        seed=settings.seed,
        minutes=settings.minutes,
        patience=settings.patience,
        metrics=dict(task.curves),
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        bf16=settings.bf16,
        progress=progress,
        checkpoint=checkpoint,
    )
    history = trainer.fit(prepared.train_data, valid=prepared.valid_data, resume=resume)
    return model, history


def run(
    task: Task,
    prepared: Prepared,
    source: Any,
    settings: Any,
    *,
    losses: Sequence[str],
    say: Say = _silent,
    progress: bool = True,
    checkpoint: Path | None = None,
    resume: bool = False,
) -> Result:
    """Train one network for each loss, at equal budget, and examine each once."""
    began = time.monotonic()
    part, exam = prepared.exam
    outcomes, pipelines = [], {}
    for loss in losses:
        chosen = dataclasses.replace(settings, loss=loss)
        say(f"training with {loss}")
        started = time.monotonic()
        model, history = learn(
            task, prepared, chosen, progress=progress, checkpoint=checkpoint, resume=resume
        )
        seconds = time.monotonic() - started
        pipelines[loss] = Pipeline(prepared.preprocessing, model, chosen, source)
        metrics, evidence = task.evaluate(pipelines[loss], exam)
        outcomes.append(Outcome(loss, metrics, evidence, history, seconds))
    outcomes += task.references(prepared.train, exam, settings)
    return Result(part, outcomes, pipelines, prepared, time.monotonic() - began)


def train(
    task: Task,
    source: Any,
    settings: Any,
    out: Path | None,
    *,
    examples: Any = None,
    losses: Sequence[str] = (),
    say: Say = _silent,
    progress: bool = True,
) -> Result:
    """Train the task's network and write the run into the folder `out`, if one is given.

    With several `losses` the same network is trained with each at equal budget, the page compares
    them all, and the pipeline that is saved is that of `settings.loss`.

    The folder appears when everything is written. A training with one loss that is killed leaves
    its checkpoint beside `out`, and `resume` goes on from there. `examples` are those of the
    source, where they have been read already.
    """
    losses = losses or [settings.loss]
    for loss in {*losses, settings.loss}:
        if loss not in task.losses:
            raise unknown("loss", loss, task.losses)
    pick_device(settings.device)
    examples = task.load(source) if examples is None else examples
    settings = task.complete(settings, examples)
    prepared = prepare(task, examples, source, settings)
    # Only now, when the person's data and wishes have stood every check, is anything written.
    config = {
        "task": task.name,
        "source": source.to_dict(),
        "settings": settings.to_dict(),
        "examples": len(examples),
    }
    alone = len(losses) == 1
    with runs.draft(out, config) if out else nullcontext() as folder:
        _tell(prepared, settings, say)
        checkpoint = folder / runs.CHECKPOINT if folder and alone else None
        result = run(
            task,
            prepared,
            source,
            settings,
            losses=losses,
            say=say,
            progress=progress,
            checkpoint=checkpoint,
        )
        if folder:
            _write(task, folder, result, settings)
    return result


def resume(task: Task, out: Path, *, say: Say = _silent, progress: bool = True) -> Result:
    """Go on with the training that was killed before the run `out` was complete."""
    with runs.reopened(out) as folder:
        config = runs.read_config(folder, task)
        source, settings = config["source"], config["settings"]
        examples = task.load(source)
        if config.get("examples") != len(examples):
            raise UserError(f"{folder}: the data has changed since this training began")
        prepared = prepare(task, examples, source, settings)
        _tell(prepared, settings, say)
        result = run(
            task,
            prepared,
            source,
            settings,
            losses=[settings.loss],
            say=say,
            progress=progress,
            checkpoint=folder / runs.CHECKPOINT,
            resume=True,
        )
        _write(task, folder, result, settings)
    return result


def evaluate(task: Task, folder: Path, source: Any, *, device: str | None = None) -> Outcome:
    """Examine a saved run on examples with known targets."""
    pipeline = runs.load(folder, task, device=device)
    metrics, _ = task.evaluate(pipeline, task.examples_like(pipeline, source))
    return Outcome(pipeline.settings.loss, metrics)


def predict(task: Task, folder: Path, source: Path, out: Path, *, device: str | None = None) -> str:
    """Let a saved run answer for every example of `source`, into the file `out`."""
    pipeline = runs.load(folder, task, device=device)
    return task.predict(pipeline, source, out)


def summary(task: Task, result: Result) -> dict[str, Any]:
    """Return what metrics.json holds."""
    trained = [outcome for outcome in result.outcomes if outcome.history is not None]
    references = {
        outcome.name: {result.part: outcome.metrics}
        for outcome in result.outcomes
        if outcome.history is None
    }
    figures = {
        outcome.name: {
            result.part: outcome.metrics,
            "seconds": outcome.seconds,
            "epochs": len(outcome.history.rows),
            "best_epoch": outcome.history.best_epoch,
            "stopped": outcome.history.stopped,
        }
        for outcome in trained
    }
    common = {"references": references, "examples": result.prepared.sizes}
    if len(trained) == 1:
        return {**figures[trained[0].name], "loss": trained[0].name, **common}
    return {"losses": figures, "seconds": result.seconds, **common}


def _tell(prepared: Prepared, settings: Any, say: Say) -> None:
    for note in prepared.notes:
        say(note)
    counts = " / ".join(f"{size:,}" for size in prepared.sizes.values())
    say(f"split {settings.shares}: {counts} for training / validation / test")


def _write(task: Task, folder: Path, result: Result, settings: Any) -> None:
    saved = result.pipelines.get(settings.loss) or next(iter(result.pipelines.values()))
    runs.save_pipeline(folder, saved)
    runs.write_json(folder / "metrics.json", summary(task, result))
    histories = {o.name: o.history for o in result.outcomes if o.history is not None}
    histories[saved.settings.loss].to_csv(folder / "history.csv")
    _, exam = result.prepared.exam
    report.write(
        folder / "report.html",
        title=task.title,
        about=task.about,
        metrics=task.metrics,
        outcomes=result.outcomes,
        part=result.part,
        pictures=[
            *task.pictures(result.prepared.train, exam, result.outcomes),
            report.learning_curves(histories),
        ],
        notes=result.prepared.notes,
        settings=saved.settings.to_dict(),
        sizes=result.prepared.sizes,
    )
