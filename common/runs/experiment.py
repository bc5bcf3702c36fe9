"""Split, prepare, train, evaluate: the road that data takes, the same for any Task."""

import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from common.errors import UserError
from common.i18n import count_of
from common.runs import drafts, fine_tuning, store
from common.runs.equal_budget import Say, run, settings_for, silent
from common.runs.fine_tuning import Start
from common.runs.preflight import check_examples, check_wishes
from common.runs.results import Prepared, Result, write
from common.splits import split
from common.task import Task
from common.training.freed_memory import give_back_freed_memory
from common.training.ranks import Alone, current
from common.training.shared_data import made_once


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


def train(
    task: Task,
    source: Any,
    settings: Any,
    out: Path | None,
    *,
    examples: Any = None,
    losses: Sequence[str] = (),
    processes: int | None = 1,
    say: Say = silent,
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
        for note in drafts.note_of_replaced(out):
            say(note)

    def made() -> tuple[Any, Prepared, dict[str, Any]]:
        own = read(task, source, start) if examples is None else examples
        complete = task.complete(settings, own)
        prepared = prepare(task, own, source, complete, start=start)
        kept = settings_for(task, complete, losses).get(complete.loss, complete)
        config = config_of(task, source, kept, own, in_memory=examples is not None)
        return complete, prepared, config

    # The parts are copies, and the whole, which may be large, is kept no longer.
    settings, prepared, config = made_once(made, ranks)
    give_back_freed_memory()  # of a table that was read, more than what is left of it
    check_same(prepared, config, ranks)
    # Only now, when the person's data and wishes have stood every check, is anything written.
    config |= {} if start is None else {"start": start.run}
    with _led(ranks, drafts.draft(out, config), out) if out else contextlib.nullcontext() as folder:
        if folder and start and ranks.first:
            fine_tuning.keep(folder, start)
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
    task: Task, out: Path, *, say: Say = silent, progress: bool = True, language: str = "en"
) -> Result:
    """Go on with the training that was killed before the run `out` was complete."""
    ranks = current()
    with _led(ranks, drafts.reopened(out, task.name), out) as folder:
        config = store.read_config(folder, task)
        source, settings = config["source"], config["settings"]
        start = fine_tuning.kept(task, folder, config)

        def made() -> Prepared:
            examples = reload(task, folder, config)
            return prepare(task, examples, source, settings, start=start)

        prepared = made_once(made, ranks)
        give_back_freed_memory()
        check_same(prepared, config, ranks)
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


def check_same(prepared: Prepared, config: dict[str, Any], ranks: Alone) -> None:
    """Refuse to let ranks train together that have not read and prepared the same data."""
    if ranks.size == 1:
        return
    if len(set(ranks.gathered((prepared.digest(), config["fingerprint"])))) > 1:
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
    examples = read(task, config["source"], fine_tuning.kept(task, folder, config))
    if config.get("examples") != len(examples):
        raise UserError(
            f"{folder}: the data has changed since this training: {len(examples):,} examples, "
            f"expected {config.get('examples')!r}"
        )
    if config.get("fingerprint") != task.fingerprint(examples):
        raise UserError(f"{folder}: the data has changed since this training; name a file instead")
    return examples
