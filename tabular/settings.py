"""What can be tuned in predicting prices, and where its table comes from. No torch here."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Self

from common.settings import ACTIVATIONS, HIDDEN, Options, Settings, option
from tabular.error_cost import (
    CATASTROPHE,
    CATASTROPHE_WEIGHT,
    CRITICAL,
    CRITICAL_WEIGHT,
    ErrorCost,
)

KINDS = (
    "number",
    "category",
    "date",
    "date_month_first",
    "boolean",
    "latitude",
    "longitude",
    "ignore",
)


FEW_ROWS = 4096
"""Fewer rows of training than this get smaller batches and more epochs, for want of steps."""
STEPS_FOR_FEW = 1600


@dataclass(frozen=True, kw_only=True)
class TableSource(Options):
    """A person's table, or one of the tables that come with the course."""

    file: str | None = option(
        None,
        "CSV, TSV, Excel, Parquet or a folder of Parquet files; if left out: the course's market, "
        "or the run's own data",
        positional=True,
    )
    target: str | None = option(None, "column that holds the price", metavar="COLUMN")
    sheet: str | None = option(
        None, "sheet of a workbook (default: the first that has the price's column)"
    )
    header_row: int | None = option(
        None, "row in which the columns' names stand (default: found)", at_least=1
    )
    hidden: str = option(
        "read", "hidden rows and columns of a workbook: read or skip", choices=HIDDEN
    )
    data: str | None = option(
        None,
        "a table of the course: 'moscow' is simulated, 'california' is downloaded",
        metavar="NAME",
    )
    column: tuple[str, ...] = option(
        (),
        f"say what a column is, NAME=KIND; kinds: {', '.join(KINDS)}",
        metavar="NAME=KIND",
        training_only=True,
    )
    group: str | None = option(
        None,
        "rows with one value in this column stay in one part",
        metavar="COLUMN",
        training_only=True,
    )
    time: str | None = option(
        None,
        "split by this column of dates: train on the oldest",
        metavar="COLUMN",
        training_only=True,
    )


@dataclass(frozen=True, kw_only=True)
class PredictOptions(Options):
    """What `predict` may be told."""

    lenient: bool = option(
        False, "price also where much of a column cannot be read, or one is not there"
    )
    hidden: str = option(
        "read", "hidden rows and columns of a workbook: read or skip", choices=HIDDEN
    )


@dataclass(frozen=True, kw_only=True)
class ExportOptions(Options):
    """What `export` may be told."""

    with_neighbours: bool = option(
        False,
        "take along the flats of training with their prices; otherwise means of ten of them",
    )


@dataclass(frozen=True, kw_only=True)
class TabularSettings(Settings):
    """The network, the training, and what an error costs."""

    loss: str = option(
        "relative",
        "loss to train with: mse, mse_log, relative, log_cosh, cost; "
        "or a sum, such as relative + 0.1*mse_log",
    )
    depth: int = option(3, "number of hidden layers", at_least=1, at_most=64)
    width: int = option(192, "neurons in a hidden layer", at_least=1, at_most=16384)
    activation: str = option("relu", "activation function", choices=ACTIVATIONS)
    lr: float = option(
        2e-3, "highest learning rate of the one-cycle schedule", above=0, at_most=1000
    )
    batch_size: int = option(
        0, "examples in one training step (0: by the table's rows)", at_least=0, at_most=2**24
    )
    epochs: int = option(
        0, "passes over the training part (0: by the table's rows)", at_least=0, at_most=10**6
    )
    members: int = option(4, "networks in the ensemble that share weights", at_least=1, at_most=64)
    dropout: float = option(0.1, "share of neurons dropped in training", at_least=0, at_most=0.9)
    neighbours: int = option(
        32, "nearest flats whose prices are looked at", at_least=1, at_most=512
    )
    catastrophe: float = option(CATASTROPHE, "an error in roubles that is a catastrophe", above=0)
    critical: float = option(CRITICAL, "an error in roubles that is critical", above=0)
    catastrophe_weight: float = option(
        CATASTROPHE_WEIGHT, "cost of a rouble beyond the first", at_least=1
    )
    critical_weight: float = option(
        CRITICAL_WEIGHT, "cost of a rouble beyond the second", at_least=1
    )
    over: float = option(1.0, "weight of valuing too high", above=0)
    under: float = option(1.0, "weight of valuing too low", above=0)
    rate: float | None = option(
        None, "roubles for one unit of the price's currency (default: by its sign)", above=0
    )

    def with_schedule(self, rows: int) -> Self:
        """Return the settings with a batch size and epochs for so many rows of training.

        Where few rows make few steps, the network is not done: on Ames, 2,051 rows, the
        validation MAPE over three seeds was 8.9 % after 128 steps of 256 rows in 16 epochs, and
        7.7 % after 1,584 steps of 64 in 48 (7.8 % after half of them). California, 14,448 rows,
        gained 0.02 from 28 epochs in place of 16.

        >>> few = TabularSettings().with_schedule(2_051)
        >>> few.batch_size, few.epochs
        (64, 50)
        >>> many = TabularSettings().with_schedule(14_448)
        >>> many.batch_size, many.epochs
        (256, 16)
        """
        few = rows < FEW_ROWS
        size = max(16, 2 ** int(math.log2(max(rows / 32, 1)))) if few else 256
        size = self.batch_size or size
        epochs = math.ceil(STEPS_FOR_FEW * size / max(rows, size)) if few else 16
        epochs = self.epochs or epochs
        return dataclasses.replace(self, batch_size=size, epochs=epochs)

    def error_cost(self) -> ErrorCost:
        """Return what an error costs, as `MoneyCostLoss` and `price_metrics` take it.

        Raises:
            ValueError: the rate is not settled yet; `Task.complete` does that.
        """
        if self.rate is None:
            raise ValueError("the rate of exchange is not settled: Task.complete comes first")
        return ErrorCost(
            catastrophe=self.catastrophe,
            critical=self.critical,
            catastrophe_weight=self.catastrophe_weight,
            critical_weight=self.critical_weight,
            over=self.over,
            under=self.under,
            rate=self.rate,
        )
