"""Binds the rooms of the tabular domain into the Task that common works with."""

import copy
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from common.errors import UserError
from common.files import megabytes
from common.loss_registry import LossRegistry
from common.losses import relative_error
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.report.section import Section
from common.runs.trained_on import hashes_of
from common.splits import parse_shares
from common.tables import answered_suffix
from common.task import Task
from tabular import plots
from tabular.baselines import baseline_outcomes
from tabular.columns import parse_overrides
from tabular.cost_concentration import cost_concentration
from tabular.currency import money, rate_of
from tabular.data import LOWEST_PRICE, from_frame, load
from tabular.error_cost import CATASTROPHE, CRITICAL, consequences
from tabular.loss import (
    EnsembleLoss,
    LogCoshLoss,
    MAPELoss,
    MoneyCostLoss,
    SquaredErrorLoss,
    SquaredLogErrorLoss,
)
from tabular.metrics import METRICS, price_metrics
from tabular.model import PriceNetwork
from tabular.neighbours import HiddenNeighbours
from tabular.portfolio import PORTFOLIO
from tabular.predict import (
    predict_file,
    predict_prices,
    predict_table,
    prices_of_joined,
    read_like,
    target_of,
    with_remarks,
)
from tabular.preprocessing import TablePreprocessing
from tabular.price_table import PriceTable, fingerprint
from tabular.served_facts import facts_of
from tabular.settings import TableSource, TabularSettings

EPSILON = LOWEST_PRICE
"""What a loss divides by at least. No price is below it, so it never changes an answer."""

READING = 0.15
"""Seconds that a megabyte of a table takes at least to be read and prepared, on one core."""


def mape(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean absolute relative error of log prices, for the learning curves."""
    return relative_error(prediction.double().exp(), target.double())


def _judged(build: Callable[[Any], nn.Module]) -> Callable[..., nn.Module]:
    """Let a loss judge each member of the network's ensemble by itself."""
    return lambda settings, _: EnsembleLoss(build(settings))


class TabularTask(Task):
    name = "tabular"
    title = "What is a flat worth?"
    about = (
        "One network learns real-estate prices with several losses. The standard one squares the "
        "error and so looks at the most expensive flats alone; the others know that a mistake is "
        "a share of the price, or that half a million roubles off is a catastrophe and fifteen "
        "million are critical."
    )
    metrics = METRICS
    of_network = (*Task.of_network, "members", "neighbours")
    portfolio = PORTFOLIO
    source = TableSource
    settings = TabularSettings
    preprocessing = TablePreprocessing
    curves: Mapping[str, Callable[..., Tensor]] = {"mape": mape}
    losses = LossRegistry(
        {
            "mse": _judged(lambda s: SquaredErrorLoss(unit=1e6 / s.rate, epsilon=EPSILON)),
            "mse_log": _judged(lambda _: SquaredLogErrorLoss(epsilon=EPSILON)),
            "relative": _judged(lambda _: MAPELoss(epsilon=EPSILON)),
            "log_cosh": _judged(lambda _: LogCoshLoss(epsilon=EPSILON)),
            "cost": _judged(lambda s: MoneyCostLoss(**s.error_cost(), epsilon=EPSILON)),
        }
    )

    def reading_seconds(self, source: TableSource) -> float:
        return READING * megabytes(source.file) if source.file else 0.0

    def load(self, source: TableSource) -> PriceTable:
        return load(source)

    def complete(self, settings: TabularSettings, examples: PriceTable) -> TabularSettings:
        """Set the rate of exchange by the currency, and the schedule by the number of rows."""
        if len(examples) > 1 and np.ptp(examples.price) == 0:
            raise UserError(f"all {len(examples):,} prices are the same: there is nothing to learn")
        if settings.critical < settings.catastrophe:
            raise UserError(
                f"--critical {settings.critical:g} is below --catastrophe {settings.catastrophe:g}"
            )
        if settings.critical_weight < settings.catastrophe_weight:
            raise UserError("--critical-weight is below --catastrophe-weight: worse must cost more")
        told, median = settings.rate is not None, float(np.median(examples.price))
        if not told:
            as_meant = (settings.catastrophe, settings.critical) == (CATASTROPHE, CRITICAL)
            rate = rate_of(examples.currency, median, as_meant=as_meant)
            settings = dataclasses.replace(settings, rate=rate)
        cost = settings.error_cost()
        examples.notes.append(consequences(examples.currency, median, cost, told=told))
        return settings.with_schedule(int(len(examples) * parse_shares(settings.shares)[0]))

    def fingerprint(self, examples: PriceTable) -> str:
        return fingerprint(examples)

    def hashes(self, pipeline: Pipeline, examples: PriceTable) -> np.ndarray:
        """Of what the network sees of a row and of its price, however its cells are spelt."""
        rows = pipeline.preprocessing.seen_of(examples)
        prices = examples.price.astype(np.float32)
        return hashes_of(
            row.tobytes() + price.tobytes() for row, price in zip(rows, prices, strict=True)
        )

    def prepare(self, source: TableSource, settings: TabularSettings) -> TablePreprocessing:
        return TablePreprocessing(
            overrides=parse_overrides(source.column), count=settings.neighbours
        )

    def model(self, preprocessing: TablePreprocessing, settings: TabularSettings) -> nn.Module:
        return PriceNetwork(
            preprocessing.width,
            preprocessing.categories.sizes,
            torch.from_numpy(preprocessing.log_price[: preprocessing.learned]),
            known=preprocessing.known,
            width=settings.width,
            depth=settings.depth,
            activation=settings.activation,
            members=settings.members,
            dropout=settings.dropout,
        )

    def training(self, settings: TabularSettings) -> dict[str, Any]:
        """Return what hides some of the neighbours."""
        return {"augment": HiddenNeighbours(seed=settings.seed)}

    def evaluate(
        self, pipeline: Pipeline, examples: PriceTable
    ) -> tuple[dict[str, float], np.ndarray]:
        predicted = predict_prices(pipeline, examples)
        cost = pipeline.settings.error_cost()
        return price_metrics(predicted, examples.price, **cost), predicted

    def joined(
        self, pipeline: Pipeline, examples: PriceTable
    ) -> tuple[Pipeline, dict[str, float]] | None:
        """Let flats whose prices are known join the neighbours; the weights stay as they are."""
        prepared: TablePreprocessing = pipeline.preprocessing
        more = prepared.joined(examples) if len(prepared.flats) else None
        if more is None or more.known is None:
            return None
        model = copy.deepcopy(pipeline.model)
        for network in model.modules():
            if isinstance(network, PriceNetwork):
                network.know(more.known)
        pipeline = dataclasses.replace(pipeline, preprocessing=more, model=model)
        said = prices_of_joined(pipeline, examples)
        return pipeline, price_metrics(said, examples.price, **pipeline.settings.error_cost())

    def baselines(
        self,
        train: PriceTable,
        test: PriceTable,
        settings: TabularSettings,
        pipelines: Mapping[str, Pipeline],
    ) -> list[Outcome]:
        return baseline_outcomes(train, test, settings.error_cost())

    def heading(self, pipeline: Pipeline) -> tuple[str, str]:
        """Of the lesson, or of a person's own table."""
        source: TableSource = pipeline.source
        if source.file is None and (source.target is None or source.data is not None):
            return self.title, self.about
        whose = Path(source.file).resolve().name if source.file else "a table"
        cost, target = pipeline.settings.error_cost(), target_of(source)
        catastrophe, critical = (
            money(bound / cost["rate"]) for bound in (cost["catastrophe"], cost["critical"])
        )
        return f"Prices of {whose}", (
            f"A network that was trained with the loss {pipeline.settings.loss} tells the column "
            f"{target!r} from the others. An error above {catastrophe} counts as a catastrophe, "
            f"and one above {critical} as critical, in the money of this table. What was "
            "understood of it stands under “How the data was read”."
        )

    def plots(
        self, train: PriceTable, test: PriceTable, outcomes: Sequence[Outcome]
    ) -> list[Section]:
        return plots.draw(train, test, outcomes)

    def extras(
        self, folder: Path, pipelines: Mapping[str, Pipeline], test: PriceTable
    ) -> list[Section]:
        return cost_concentration(pipelines, test)

    def source_to_start(self, own: TableSource, given: TableSource) -> TableSource:
        """Take the target of the run that is begun from, and its kinds of columns."""
        if given.column not in ((), own.column):
            raise UserError(
                f"--column {given.column[0]}: the run that is begun from knows its columns",
                ru=f"--column {given.column[0]}: прогон, с которого начинают, знает свои столбцы",
            )
        target = given.target
        if given.file is not None and target is None:
            target = target_of(own)
        return dataclasses.replace(given, target=target)

    def load_to_start(self, pipeline: Pipeline, source: TableSource) -> PriceTable:
        """Read a table, and say what of it the run's preparation cannot read."""
        table = load(source)
        pipeline.preprocessing.check_columns(table)
        return with_remarks(pipeline, table)

    def examples_like(self, pipeline: Pipeline, source: TableSource) -> PriceTable:
        return read_like(pipeline, source)

    def answers_suffix(self, source: Path) -> str:
        return answered_suffix(source)

    def exporter(self, pipeline: Pipeline, options: Any) -> Any:
        from tabular.export import PriceExporter

        return PriceExporter(self, pipeline, with_neighbours=options.with_neighbours)

    def predict(self, pipeline: Pipeline, source: Path, out: Path, options: Any) -> str:
        return predict_file(pipeline, source, out, **options.to_dict())

    def serving_facts(
        self,
        pipeline: Pipeline,
        train: PriceTable,
        valid: PriceTable,
        test: PriceTable,
        *,
        judged: Pipeline | None = None,
    ) -> dict[str, Any]:
        """Keep what the form asks for, how far prices are off, and what sold flats are like."""
        return facts_of(pipeline, train, valid, test, judged=judged)

    def serving(self) -> type:
        from tabular.serving import TableServing

        return TableServing

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
        if is_frame and source.target is None:
            shown = ", ".join(map(str, table.columns[:20]))
            raise UserError(f"say which column holds the price, target=COLUMN; there are: {shown}")
        return source, from_frame(table, source, notes=[]) if is_frame else None

    def answer(self, pipeline: Pipeline, data: Any) -> pd.Series:
        return predict_table(pipeline, data)


TASK = TabularTask()
