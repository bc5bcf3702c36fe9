"""The commands' work in Python: fit a table, keep the valuer, let it value."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from common.errors import UserError
from common.runs import experiment, store
from common.tables import read_table
from common.task import Pipeline
from common.training.history import History
from tabular.data import from_frame
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK, target_of


@dataclasses.dataclass(frozen=True)
class Valuer:
    """A trained network with its preparation.

    metrics: the figures on the test part (see `tabular.metrics`); None for a valuer that was
    loaded. history: the training, epoch by epoch. notes: what was decided about the table.
    """

    pipeline: Pipeline
    metrics: dict[str, float] | None = None
    history: History | None = None
    notes: tuple[str, ...] = ()

    def predict(self, table: str | Path | pd.DataFrame) -> pd.Series:
        """Return a price for each row of a file or frame, in the currency of the training prices.

        Raises UserError for a column that the network needs and the table lacks.
        """
        frame = table if isinstance(table, pd.DataFrame) else read_table(table).frame
        return TASK.prices(self.pipeline, frame)

    def evaluate(self, table: str | Path | pd.DataFrame) -> dict[str, float]:
        """Return the figures on a table that has the prices too."""
        frame = table if isinstance(table, pd.DataFrame) else read_table(table).frame
        source = TableSource(target=target_of(self.pipeline.source))
        metrics, _ = TASK.evaluate(self.pipeline, from_frame(frame, source, notes=[]))
        return metrics


def fit(
    table: str | Path | pd.DataFrame,
    target: str,
    *,
    columns: Mapping[str, str] | None = None,
    group: str | None = None,
    time: str | None = None,
    out: str | Path | None = None,
    progress: bool = True,
    settings: TabularSettings | None = None,
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
) -> Valuer:
    """Learn the prices in column `target` of a file or frame.

    columns: kinds of columns that you know better, such as {"floor": "category"}.
    group, time: columns to split by, as in `common.splits.split`.
    out: a folder to write the run into, with its report; nothing is written without.
    The rest are the settings that the course speaks of; what is not given comes from `settings`,
    which has all the others too.

    Raises UserError, with one clear line, for a table that cannot be learned from.

    >>> flats = pd.DataFrame({"area": range(30, 130), "price": [a * 3e5 for a in range(30, 130)]})
    >>> valuer = fit(flats, "price", epochs=2, width=8, device="cpu", progress=False)
    >>> len(valuer.predict(pd.DataFrame({"area": [50, 70]})))
    2
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
    chosen = (settings or TabularSettings()).changed(given)
    is_frame = isinstance(table, pd.DataFrame)
    if not is_frame and not isinstance(table, (str, Path)):
        raise UserError(f"table is a {type(table).__name__}, expected a file's path or a DataFrame")
    source = TableSource(
        file=None if is_frame else str(table),
        target=target,
        column=tuple(f"{name}={kind}" for name, kind in (columns or {}).items()),
        group=group,
        time=time,
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
    return Valuer(result.pipelines[chosen.loss], outcome.metrics, outcome.history, notes)


def load(folder: str | Path, *, device: str = "auto") -> Valuer:
    """Load the valuer of a run. Nothing in the folder is executed."""
    return Valuer(store.load(folder, TASK, device=device))
