"""The commands' work in Python: fit texts, keep the sorter, let it sort."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from common.errors import UserError
from common.runs import experiment, store
from common.task import Pipeline
from common.training.history import History
from text.data import from_frame
from text.predict import answer, class_probabilities, unlabelled_texts
from text.settings import TextSettings, TextSource
from text.task import TASK


@dataclasses.dataclass(frozen=True)
class Sorter:
    """A trained network with its preparation.

    metrics: the figures on the test part (see `text.metrics`); None for a sorter that was loaded.
    history: the training, epoch by epoch. notes: what was decided about the texts.
    """

    pipeline: Pipeline
    metrics: dict[str, float] | None = None
    history: History | None = None
    notes: tuple[str, ...] = ()

    def predict(self, texts: Sequence[str]) -> pd.DataFrame:
        """Return a row for each text: its class, how probable it is, and what it must be expected
        to cost. A text with nothing to read is answered too, by what is common."""
        if isinstance(texts, str):
            raise UserError("texts is one text, expected a list of them")
        found = answer(self.pipeline, unlabelled_texts(self.pipeline, list(map(str, texts))))
        return pd.DataFrame(
            {
                "predicted": found.label,
                "probability": found.probability,
                "expected_cost": found.cost,
            }
        )

    def probabilities(self, texts: Sequence[str]) -> pd.DataFrame:
        """Return the probability of each class, a column each."""
        examples = unlabelled_texts(self.pipeline, list(map(str, texts)))
        classes = self.pipeline.preprocessing.classes
        return pd.DataFrame(class_probabilities(self.pipeline, examples), columns=classes)


def fit(
    table: str | Path | pd.DataFrame,
    *,
    text: str | None = None,
    label: str | None = None,
    costs: str | Path | None = None,
    group: str | None = None,
    vectors: str | Path | None = None,
    out: str | Path | None = None,
    progress: bool = True,
    settings: TextSettings | None = None,
    loss: str | None = None,
    depth: int | None = None,
    width: int | None = None,
    activation: str | None = None,
    batch_size: int | None = None,
    lr: float | None = None,
    epochs: int | None = None,
    shares: str | None = None,
    seed: int | None = None,
    device: str | None = None,
    minutes: float | None = None,
) -> Sorter:
    """Learn to sort the texts of a table or a folder.

    text, label: the columns of a table; a folder has its classes in its files' names.
    costs: a price list, see `text.costs.read_costs`. group: a column to split by.
    vectors: word vectors in word2vec's format. out: a folder to write the run into, with its
    report; nothing is written without.
    The rest are the settings that the course speaks of; what is not given comes from `settings`,
    which has all the others too.

    Raises UserError, with one clear line, for texts that cannot be learned from.

    >>> frame = pd.DataFrame({"text": ["течёт кран", "спасибо мастеру"] * 20, "n": range(40)})
    >>> frame["text"] = frame["text"] + " " + frame["n"].astype(str)
    >>> frame["class"] = ["repair", "thanks"] * 20
    >>> sorter = fit(frame, text="text", label="class", epochs=3, width=8, progress=False)
    >>> sorter.predict(["кран течёт", "мастеру спасибо"])["predicted"].tolist()
    ['repair', 'thanks']
    """
    given = {
        "loss": loss,
        "depth": depth,
        "width": width,
        "activation": activation,
        "batch_size": batch_size,
        "lr": lr,
        "epochs": epochs,
        "shares": shares,
        "seed": seed,
        "device": device,
        "minutes": minutes,
    }
    chosen = (settings or TextSettings()).changed(given)
    is_frame = isinstance(table, pd.DataFrame)
    if not is_frame and not isinstance(table, (str, Path)):
        raise UserError(f"table is a {type(table).__name__}, expected a path or a DataFrame")
    source = TextSource(
        file=None if is_frame else str(table),
        text=text,
        label=label,
        costs=None if costs is None else str(costs),
        group=group,
        vectors=None if vectors is None else str(vectors),
    )
    result = experiment.train(
        TASK,
        source,
        chosen,
        None if out is None else Path(out),
        examples=from_frame(table, source, notes=[]) if is_frame else None,
        progress=progress,
    )
    outcome = result.outcomes[0]
    notes = tuple(result.prepared.notes)
    return Sorter(result.pipelines[chosen.loss], outcome.metrics, outcome.history, notes)


def load(folder: str | Path, *, device: str = "auto") -> Sorter:
    """Load the sorter of a run. Nothing in the folder is executed."""
    return Sorter(store.load(folder, TASK, device=device))
