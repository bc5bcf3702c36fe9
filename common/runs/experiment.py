"""Split, prepare, train, evaluate: the road that data takes, the same for any Task."""

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from torch import nn

from common.device import pick_device
from common.errors import UserError
from common.i18n import count_of
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.preprocessing import Preprocessing
from common.runs import drafts, starting, store
from common.runs.dry_run import check_prepared
from common.runs.learning import learn, new_model, training_threads
from common.runs.preflight import check_examples, check_wishes
from common.runs.results import Prepared, Result, write
from common.runs.side_by_side import Progress, side_by_side
from common.runs.starting import Start
from common.splits import split
from common.task import Task
from common.training.history import History
from common.training.model_state import Weights, copy_weights, weights_of
from common.training.ranks import Alone, current
from common.training.threads import usable_cores, using_threads

Say = Callable[[str], None]
SETTLING = 0.1
"""Of a training's time, how much more a domain may take to settle how outputs become answers."""


def _silent(line: str) -> None:
    pass


def prepare(
    task: Task, examples: Any, source: Any, settings: Any, *, start: Start | None = None
) -> Prepared:
    """Split first, then fit the preparation on the training part only.

    start: a run whose preparation is taken over as it is, in place of fitting one.
    """
    check_examples(task, examples)
    parts = split(examples, settings.shares, seed=settings.seed, **examples.split_by)
    train, valid, test = (examples[rows] for rows in (parts.train, parts.valid, parts.test))
    notes = list(examples.notes)
    if len(parts.left_out):
        gap = examples.split_by["gap"]
        lie = count_of(len(parts.left_out), "example lies", "examples lie")
        notes.append(f"left out: {lie} in the gaps of {gap}")
    preprocessing = task.prepare(source, settings)
    if start is None:
        preprocessing = preprocessing.fit(train)
    else:
        preprocessing = start.pipeline.preprocessing.continued(train, unfitted=preprocessing)
        notes += start.notes(task, {"validation": valid, "test": test})
    return Prepared(
        parts,
        train,
        valid,
        test,
        preprocessing,
        preprocessing.data(train, training=True),
        preprocessing.data(valid),
        [*notes, *preprocessing.notes, *task.notes_on_parts(train, valid, test)],
        start,
    )


def _learn_loss(
    shared: tuple[Task, Prepared, Any, dict[str, Any], int | None], loss: str, progress: Progress
) -> tuple[Weights, History, Preprocessing]:
    """Train with one of several losses, here or in a process that hands the weights back."""
    task, prepared, source, chosen, threads = shared
    with using_threads(threads):
        model, history = learn(task, prepared, chosen[loss], progress=progress)
        pipeline = _decided(task, prepared, model, chosen[loss], source)
    return weights_of(model), history, pipeline.preprocessing


def _decided(
    task: Task, prepared: Prepared, model: nn.Module, settings: Any, source: Any
) -> Pipeline:
    """Return the pipeline of a trained network, how it answers settled."""
    pipeline = Pipeline(prepared.preprocessing, model.eval(), settings, source)
    seconds = SETTLING * 60 * settings.minutes if settings.minutes else None
    return task.deciding(pipeline, prepared.train, prepared.valid, seconds=seconds)


def _settings_for(task: Task, settings: Any, losses: Sequence[str]) -> dict[str, Any]:
    """Return the settings of each loss; several get the same seconds, not the same epochs."""
    paces = task.paces if len(losses) > 1 else {}
    return {
        loss: dataclasses.replace(
            settings, loss=loss, epochs=max(1, round(settings.epochs * paces.get(loss, 1.0)))
        )
        for loss in losses
    }


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


def run(
    task: Task,
    prepared: Prepared,
    source: Any,
    settings: Any,
    *,
    losses: Sequence[str],
    processes: int | None = 1,
    say: Say = _silent,
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
    chosen = _settings_for(task, settings, losses)
    with using_threads(threads):
        ranks = current()
        if len(losses) == 1:
            say(f"training with {losses[0]}")
            only = chosen[losses[0]]
            model, history = learn(
                task, prepared, only, progress=progress, checkpoint=checkpoint, resume=resume
            )
            trained = [(_decided(task, prepared, model, only, source), history)]
        else:
            said = _epochs_said(chosen)
            for line in said:
                say(line)
            prepared = dataclasses.replace(prepared, notes=[*prepared.notes, *said])
            # The training part too: how outputs become answers may be learned from it.
            handed = dataclasses.replace(prepared.for_training, train=prepared.train)
            shared = (task, handed, source, chosen, threads)
            found = side_by_side(
                _learn_loss,
                shared,
                losses,
                processes=processes,
                if_it_pays=if_it_pays,
                say=say,
                progress=progress,
            )
            trained = [
                (Pipeline(decided, _with_weights(task, prepared, settings, w), own, source), h)
                for (w, h, decided), own in zip(found, chosen.values(), strict=True)
            ]
        if not ranks.first:  # what the network is worth, one of them says for all
            return Result(part, [], {}, prepared, time.monotonic() - began)
        for loss, (pipeline, history) in zip(losses, trained, strict=True):
            # The history's, for a training that was resumed spent some of them elsewhere.
            seconds = sum(history.column("seconds"))
            pipelines[loss] = pipeline
            metrics, artifacts = task.evaluate(pipelines[loss], exam)
            outcomes.append(Outcome(loss, metrics, artifacts, history, seconds))
    outcomes += task.baselines(prepared.train, exam, settings, pipelines)
    return Result(part, outcomes, pipelines, prepared, time.monotonic() - began)


def train(
    task: Task,
    source: Any,
    settings: Any,
    out: Path | None,
    *,
    examples: Any = None,
    losses: Sequence[str] = (),
    processes: int | None = 1,
    say: Say = _silent,
    progress: bool = True,
    language: str = "en",
    start: Start | None = None,
) -> Result:
    """Train the task's network and write the run into the folder `out`, if one is given.

    With several `losses` the same network is trained with each at equal budget, the page compares
    them all, and the pipeline that is saved is that of `settings.loss`; `processes` are trained at
    a time, see `run`. The page is written in `language`.

    The folder appears when everything is written. A training with one loss that is killed leaves
    its checkpoint beside `out`, and `resume` goes on from there. `examples` are used in place of
    what the source names; a run with such examples can read them again neither to resume nor to
    be examined. `start` is a run whose weights and preparation are taken over: fine-tuning.
    """
    losses = losses or [settings.loss]
    ranks = current()
    check_wishes(task, settings, losses)
    if start is not None:
        start.check(task, settings)
    if out and ranks.first:
        drafts.check_place(out, task.name)
    in_memory = examples is not None
    examples = read(task, source, start) if examples is None else examples
    settings = task.complete(settings, examples)
    prepared = prepare(task, examples, source, settings, start=start)
    check_same(prepared, ranks)
    # Only now, when the person's data and wishes have stood every check, is anything written.
    kept = _settings_for(task, settings, losses).get(settings.loss, settings)
    config = config_of(task, source, kept, examples, in_memory=in_memory)
    config |= {} if start is None else {"start": start.run}
    del examples  # the parts are copies, and the whole may be large
    with _led(ranks, drafts.draft(out, config), out) if out else contextlib.nullcontext() as folder:
        if folder and start and ranks.first:
            starting.keep(folder, start)
        result = _fill(
            task,
            folder,
            prepared,
            source,
            settings,
            losses=losses,
            processes=processes,
            say=say,
            progress=progress,
            language=language,
        )
    return dataclasses.replace(result, config=config)


def config_of(
    task: Task, source: Any, settings: Any, examples: Any, *, in_memory: bool
) -> dict[str, Any]:
    """Return what config.json of a run holds: enough to read and split the data again."""
    return {
        "task": task.name,
        "source": source.to_dict(),
        "settings": settings.to_dict(),
        "examples": len(examples),
        "fingerprint": task.fingerprint(examples),
        "in_memory": in_memory,
    }


def save(task: Task, result: Result, out: Path) -> None:
    """Write the run of a result that `train` returned, as it would have been written to `out`."""
    with drafts.draft(out, result.config) as folder:
        write(task, folder, result, next(iter(result.pipelines.values())).settings)


def resume(
    task: Task, out: Path, *, say: Say = _silent, progress: bool = True, language: str = "en"
) -> Result:
    """Go on with the training that was killed before the run `out` was complete."""
    ranks = current()
    with _led(ranks, drafts.reopened(out, task.name), out) as folder:
        config = store.read_config(folder, task)
        source, settings = config["source"], config["settings"]
        examples, start = reload(task, folder, config), starting.kept(task, folder, config)
        prepared = prepare(task, examples, source, settings, start=start)
        check_same(prepared, ranks)
        return _fill(
            task,
            folder,
            prepared,
            source,
            settings,
            losses=[settings.loss],
            say=say,
            progress=progress,
            resume=True,
            language=language,
        )


def _fill(
    task: Task,
    folder: Path | None,
    prepared: Prepared,
    source: Any,
    settings: Any,
    *,
    losses: Sequence[str],
    processes: int | None = 1,
    say: Say,
    progress: bool,
    resume: bool = False,
    language: str,
) -> Result:
    """Train into a draft. With several losses there is no checkpoint: a demo is soon over."""
    for note in prepared.notes:
        say(note)
    counts = " / ".join(f"{size:,}" for size in prepared.sizes.values())
    say(f"split {settings.shares}: {counts} for training / validation / test")
    result = run(
        task,
        prepared,
        source,
        settings,
        losses=losses,
        processes=processes,
        say=say,
        progress=progress,
        checkpoint=folder / drafts.CHECKPOINT if folder and len(losses) == 1 else None,
        resume=resume,
    )
    if folder and result.outcomes:
        write(task, folder, result, settings, language=language)
    return result


@contextlib.contextmanager
def _led(ranks: Alone, place: AbstractContextManager[Path], out: Path) -> Iterator[Path]:
    """Let the first rank make the draft and publish it; the others may look once it is there."""
    if not ranks.first:
        ranks.sum()
        yield drafts.unfinished(out.resolve())
        return
    with place as folder:
        ranks.sum()
        yield folder


def check_same(prepared: Prepared, ranks: Alone) -> None:
    """Refuse to let ranks train together that have not prepared the same data."""
    if ranks.size > 1 and len(set(ranks.gathered(prepared.digest()))) > 1:
        raise UserError(
            f"the {ranks.size} ranks have not prepared the same data: it must lie on each machine, "
            "and be read and prepared there by the same versions of everything"
        )


def read(task: Task, source: Any, start: Start | None) -> Any:
    """Read the examples that a source names; where it begins from a run, for its network."""
    return task.load(source) if start is None else task.load_to_start(start.pipeline, source)


def reload(task: Task, folder: Path, config: dict[str, Any]) -> Any:
    """Read the examples of a run again; raise UserError where they cannot be the same."""
    if config.get("in_memory"):
        raise UserError(
            f"{folder}: its data was handed over in Python and is not kept; name a file instead"
        )
    examples = read(task, config["source"], starting.kept(task, folder, config))
    if config.get("examples") != len(examples):
        raise UserError(
            f"{folder}: the data has changed since this training: {len(examples):,} examples, "
            f"expected {config.get('examples')!r}"
        )
    if config.get("fingerprint") != task.fingerprint(examples):
        raise UserError(f"{folder}: the data has changed since this training; name a file instead")
    return examples
