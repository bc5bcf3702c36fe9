"""Binds the rooms of the tabular domain into the Task that common works with."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from common.errors import UserError
from common.losses import relative_error
from common.settings import Options
from common.tables import read_table, write_table
from common.task import Outcome, Picture, Pipeline, Task
from tabular import plots
from tabular.columns import parse_overrides
from tabular.data import LOWEST_PRICE, from_frame, load, named_apart
from tabular.loss import LogCosh, MoneyCost, RelativeError, SquaredError, SquaredLogError
from tabular.metrics import METRICS, price_metrics
from tabular.model import PriceNetwork
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource, TabularSettings
from tabular.table import PriceTable, fingerprint

ROUBLES = {"₽": 1.0, "$": 80.0, "€": 90.0, "": 1.0}
"""Nominal rates that place the course's thresholds in another currency; `--rate` sets another."""

EPSILON = LOWEST_PRICE
"""What a loss divides by at least. No price is below it, so it never changes an answer."""

UNLIKELY = 10_000
"""A median price below this is hardly in roubles."""

COST = ("catastrophe", "critical", "catastrophe_weight", "critical_weight", "over", "under", "rate")


def cost_arguments(settings: TabularSettings) -> dict[str, float]:
    """Return what an error costs, as `MoneyCost` and `price_metrics` take it."""
    return {name: getattr(settings, name) for name in COST}


def mape(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean absolute relative error of log prices, for the learning curves."""
    return relative_error(prediction.double().exp(), target.double())


class TabularTask(Task):
    name = "tabular"
    title = "What is a flat worth?"
    about = (
        "One network learns real-estate prices with several losses. The standard one squares the "
        "error and so looks at the dearest flats alone; the others know that a mistake is a share "
        "of the price, or that half a million roubles off is a catastrophe and fifteen million "
        "are critical."
    )
    metrics = METRICS
    source = TableSource
    settings = TabularSettings
    preprocessing = TablePreprocessing
    curves: Mapping[str, Any] = {"mape": mape}
    losses: Mapping[str, Any] = {
        "mse": lambda settings, _: SquaredError(unit=1e6 / settings.rate, epsilon=EPSILON),
        "mse_log": lambda settings, _: SquaredLogError(epsilon=EPSILON),
        "relative": lambda settings, _: RelativeError(epsilon=EPSILON),
        "log_cosh": lambda settings, _: LogCosh(epsilon=EPSILON),
        "cost": lambda settings, _: MoneyCost(**cost_arguments(settings), epsilon=EPSILON),
    }

    def load(self, source: TableSource) -> PriceTable:
        return load(source)

    def complete(self, settings: TabularSettings, examples: PriceTable) -> TabularSettings:
        """Set the rate of exchange by the currency that the table speaks of."""
        if len(examples) > 1 and np.ptp(examples.price) == 0:
            raise UserError(f"all {len(examples):,} prices are the same: there is nothing to learn")
        if settings.critical < settings.catastrophe:
            raise UserError(
                f"--critical {settings.critical:g} is below --catastrophe {settings.catastrophe:g}"
            )
        if settings.critical_weight < settings.catastrophe_weight:
            raise UserError("--critical-weight is below --catastrophe-weight: worse must cost more")
        if settings.rate is not None:
            return settings
        rate = ROUBLES[examples.currency]
        if not examples.currency and np.median(examples.price) < UNLIKELY:
            examples.notes.append(
                f"the median price is {np.median(examples.price):g}: if it is in millions, "
                "say --rate 1000000, so that the thresholds in roubles mean something"
            )
        return dataclasses.replace(settings, rate=rate)

    def fingerprint(self, examples: PriceTable) -> str:
        return fingerprint(examples)

    def prepare(self, source: TableSource, settings: TabularSettings) -> TablePreprocessing:
        return TablePreprocessing(
            overrides=parse_overrides(source.column), count=settings.neighbours
        )

    def model(self, preprocessing: TablePreprocessing, settings: TabularSettings) -> nn.Module:
        known = None
        if preprocessing.centre:
            known = (
                torch.from_numpy(preprocessing.known_place),
                torch.from_numpy(preprocessing.known_numbers),
                torch.from_numpy(preprocessing.log_price[preprocessing.known_rows]),
            )
        return PriceNetwork(
            len(preprocessing.numbers.names),
            preprocessing.categories.sizes,
            torch.from_numpy(preprocessing.log_price),
            known=known,
            width=settings.width,
            depth=settings.depth,
            activation=settings.activation,
            members=settings.members,
            dropout=settings.dropout,
        )

    def evaluate(
        self, pipeline: Pipeline, examples: PriceTable
    ) -> tuple[dict[str, float], np.ndarray]:
        predicted = pipeline(examples).double().exp().numpy()
        costs = cost_arguments(pipeline.settings)
        return price_metrics(predicted, examples.price, **costs), predicted

    def baselines(
        self,
        train: PriceTable,
        test: PriceTable,
        settings: TabularSettings,
        pipelines: Mapping[str, Pipeline],
    ) -> list[Outcome]:
        """The perfect valuer, where the market is simulated, and the laziest one, anywhere."""
        guesses = {"median price": np.full(len(test), np.median(train.price))}
        if test.fair_price is not None:
            guesses = {"perfect valuer": test.fair_price, **guesses}
        costs = cost_arguments(settings)
        return [
            Outcome(name, price_metrics(guess, test.price, **costs), guess)
            for name, guess in guesses.items()
        ]

    def plots(
        self, train: PriceTable, test: PriceTable, outcomes: Sequence[Outcome]
    ) -> list[Picture]:
        return plots.draw(train, test, outcomes)

    def examples_like(self, pipeline: Pipeline, source: TableSource) -> PriceTable:
        """Read a table with known prices; its target is the run's own unless another is named."""
        if source.file is None and source.data is None:
            raise UserError("name the table to examine: a FILE, or --data NAME")
        if source.file is not None and source.target is None:
            source = dataclasses.replace(source, target=target_of(pipeline.source))
        return load(source)

    def predict(self, pipeline: Pipeline, source: Path, out: Path, options: Options) -> str:
        """Add a column of prices to a table; every other cell is kept."""
        if out.exists() and out.samefile(source):
            raise UserError(f"{out}: is the file to be priced; name another to write")
        table = read_table(source)
        prices = self.prices(pipeline, table.frame)
        while prices.name in table.frame.columns:
            prices = prices.rename(f"{prices.name}_new")
        write_table(table.frame.assign(**{prices.name: prices}), out, like=table.found)
        return f"{len(prices):,} prices in column {prices.name!r} of {out}"

    def read(
        self,
        *data: Any,
        pipeline: Pipeline | None = None,
        table: Any = None,
        columns: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> tuple[TableSource, PriceTable | None]:
        """Take a table, a file's path or a DataFrame, and the column that holds the price.

        Args:
            data: the table and the target.
            pipeline: see `Task.read`; its target is the one where none is named.
            table: the first of data, by name.
            columns: kinds of columns that you know better, such as {"floor": "category"}.
            fields: of `TableSource`.

        >>> frame = pd.DataFrame({"area": [30.0, 50.0], "price": [9e6, 15e6]})
        >>> source, examples = TASK.read(frame, "price")
        >>> source.target, examples.price.tolist()
        ('price', [9000000.0, 15000000.0])
        """
        table, *others = (*data, None) if table is None else (table, *data)
        is_frame = isinstance(table, pd.DataFrame)
        if not is_frame and not isinstance(table, str | Path | None):
            raise UserError(
                f"table is a {type(table).__name__}, expected a file's path or a DataFrame"
            )
        if pipeline is not None and (others or [None])[0] is None and not fields.get("target"):
            fields["target"] = target_of(pipeline.source)
        if columns is not None:
            fields["column"] = tuple(f"{name}={kind}" for name, kind in columns.items())
        source, _ = super().read(None if is_frame else table, *others, **fields)
        return source, from_frame(table, source, notes=[]) if is_frame else None

    def answer(self, pipeline: Pipeline, data: Any) -> pd.Series:
        """Return a price for each row of a file or frame, in the currency of the training prices.

        Raises:
            UserError: the table lacks a column that the network needs.
        """
        if not isinstance(data, str | Path | pd.DataFrame):
            raise UserError(
                f"table is a {type(data).__name__}, expected a file's path or a DataFrame"
            )
        frame = data if isinstance(data, pd.DataFrame) else read_table(data).frame
        return self.prices(pipeline, frame)

    def prices(self, pipeline: Pipeline, frame: pd.DataFrame) -> pd.Series:
        """Return a price for each row of a frame, without cents where prices are large."""
        examples = PriceTable(named_apart(frame), np.ones(len(frame)))
        predicted = pipeline(examples).double().exp().numpy()
        if np.median(predicted) >= 1000:
            predicted = predicted.round()
        return pd.Series(predicted, frame.index, name=f"predicted_{target_of(pipeline.source)}")


def target_of(source: TableSource) -> str:
    """Return the column that a run's prices came from."""
    course = {None: "price", "moscow": "price", "california": "median_house_value"}
    return source.target or course.get(source.data, "price")


TASK = TabularTask()
