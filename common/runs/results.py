"""What an experiment came to, and how it is written down."""

import dataclasses
import json
from collections.abc import Sequence, Sized
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from safetensors import SafetensorError
from torch.utils.data import Dataset

from common.errors import UserError
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.preprocessing import Preprocessing
from common.report import run_page
from common.report.pages import write_page
from common.report.section import Section
from common.runs import drafts, store, trained_on
from common.runs.fine_tuning import Start
from common.splits import Split
from common.tables import write_table
from common.task import Task


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
    start: Start | None = None
    """The run that the network begins from; None for weights drawn at random."""

    @property
    def sizes(self) -> dict[str, int]:
        """How many examples are in each part."""
        return {"train": len(self.train), "valid": len(self.valid), "test": len(self.test)}

    @property
    def epoch(self) -> int:
        """How many rows an epoch has: a Dataset may cut several out of an example."""
        data = self.train_data
        if isinstance(data, tuple):
            return len(data[1])
        return (
            len(data) if isinstance(data, Dataset) and isinstance(data, Sized) else len(self.train)
        )

    @property
    def for_training(self) -> Self:
        """Without what training has no use for: another process need not be handed that."""
        return dataclasses.replace(self, train=None, test=None, notes=[])

    def digest(self) -> str:
        """Return a text that another split, or another preparation, would not have."""
        values, arrays = self.preprocessing.state()
        found = sha256(json.dumps(store.plain(values), sort_keys=True).encode())
        parts = self.split.train, self.split.valid, self.split.test
        weights = self.start.pipeline.model.state_dict() if self.start else {}
        learned = [weights[name].numpy() for name in sorted(weights)]
        for array in (*parts, *(arrays[name] for name in sorted(arrays)), *learned):
            found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()

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
    config: dict[str, Any] = field(default_factory=dict)
    """What config.json of the run is to hold; empty for an experiment that was not `train`."""
    sections: Sequence[Section] = ()
    """What the page shows beside the domain's: how a search went."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What metrics.json holds beside the figures."""
    judged: Pipeline | None = None
    """What answered before it was trained again on the validation part too, which can judge it and
    not the one that answers; None where that is one and the same."""
    seen: tuple[Any, ...] = ()
    """The examples whose answers the pipelines know, in parts; none for the training part."""

    @property
    def known(self) -> tuple[Any, ...]:
        """The examples whose answers the pipelines know: figures on them are optimistic."""
        return self.seen or (self.prepared.train,)


def summary(result: Result) -> dict[str, Any]:
    """Return what metrics.json holds."""
    trained = {o.name: (o, o.history) for o in result.outcomes if o.history is not None}
    baselines = {
        outcome.name: {result.part: outcome.metrics}
        for outcome in result.outcomes
        if outcome.history is None
    }
    figures = {
        name: {
            result.part: outcome.metrics,
            "seconds": outcome.seconds,
            "epochs": len(history.rows),
            "best_epoch": history.best_epoch,
            "stopped": history.stopped,
        }
        for name, (outcome, history) in trained.items()
    }
    common = {"baselines": baselines, "examples": result.prepared.sizes, **result.facts}
    if len(figures) == 1:
        ((loss, own),) = figures.items()
        return {**own, "loss": loss, **common}
    return {"losses": figures, "seconds": result.seconds, **common}


def write(task: Task, folder: Path, result: Result, settings: Any, *, language: str = "en") -> None:
    """Write everything that a run holds into its draft; what is saved is `settings.loss`.

    language: of the page.
    """
    try:
        _write(task, folder, result, settings, language)
    except UserError:
        raise
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{folder}: the run cannot be written: {reason}") from None


def _write(task: Task, folder: Path, result: Result, settings: Any, language: str) -> None:
    saved = result.pipelines.get(settings.loss) or next(iter(result.pipelines.values()))
    store.save_pipeline(folder, saved)
    begun = result.prepared.start
    before = trained_on.NONE if begun is None else begun.trained_on
    trained_on.write(folder, task, saved, result.known, before=before)
    store.write_json(folder / "metrics.json", summary(result))
    prepared = result.prepared
    train = prepared.train if result.judged is None else result.known[0]
    facts = task.serving_facts(saved, train, prepared.valid, prepared.test, judged=result.judged)
    if facts:
        store.write_json(folder / "serving.json", facts)
    histories = {o.name: o.history for o in result.outcomes if o.history is not None}
    histories[saved.settings.loss].to_csv(folder / "history.csv")
    _, exam = result.prepared.exam
    extras = folder / drafts.EXTRAS
    extras.mkdir(exist_ok=True)
    for name, rows in task.tables(exam, result.outcomes).items():
        write_table(pd.DataFrame(rows), extras / f"{name}.csv")
    added = task.extras(extras, result.pipelines, exam)
    if not any(extras.iterdir()):
        extras.rmdir()
    write_page(folder / "report.html", page(task, result, saved, added, language=language))


def page(
    task: Task,
    result: Result,
    saved: Pipeline,
    added: Sequence[Section] = (),
    *,
    language: str = "en",
) -> str:
    """Return the page of a result in HTML.

    Args:
        saved: the pipeline whose settings the page shows.
        added: pictures that go with the files beside the page.
    """
    histories = {o.name: o.history for o in result.outcomes if o.history is not None}
    _, exam = result.prepared.exam
    title, about = task.heading(saved)
    return run_page.render(
        title=title,
        about=about,
        metrics=task.metrics,
        outcomes=result.outcomes,
        part=result.part,
        pictures=[
            *task.plots(result.prepared.train, exam, result.outcomes),
            *added,
            *result.sections,
            run_page.learning_curves(histories),
        ],
        notes=result.prepared.notes,
        settings=saved.settings.to_dict(),
        sizes=result.prepared.sizes,
        language=language,
        module=task.name,
    )
