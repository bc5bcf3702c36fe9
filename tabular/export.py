"""How a run of prices leaves: its network without the table of known flats, which stays out of the
graph, and with it or with means of it beside.

A network that looks at neighbours has to be told what they cost, and these are prices of people's
flats. So in place of the flats of the training part a bundle holds means of ten or more of them,
unless somebody says that they may leave.
"""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from common.export.exporter import Exporter, json_bytes, npz_bytes
from common.export.quantization import to_int8
from common.export.runtime import Feed
from common.i18n import Text
from common.pipeline import Pipeline
from common.runs.ensemble import MeanOfModels, leading
from common.task import Task
from tabular.known_flats import KnownFlats
from tabular.model import NeighbourAttention, PriceNetwork
from tabular.new_tables import MOST_UNREAD
from tabular.predict import target_of
from tabular.preprocessing import TablePreprocessing

LEAST = 10
"""Flats of which one mean is made, at least."""
_LEAST_GROUPS = 4
"""With fewer means than this there is nothing to be looked up."""


class PriceExporter(Exporter):
    """A run of prices on its way out.

    with_neighbours: take along the flats of the training part that the network looks at.
    """

    outputs = ("log_price",)
    unit = Text("row", "строка")
    modules = (
        "common.export.bundle.program",
        "common.tables.number_parsing",
        "common.tables.decimals",
        "common.tables.units",
        "common.tables.coordinate_parsing",
        "common.tables.date_forms",
        "common.tables.measure_parsing",
        "tabular.similar_flats",
        "tabular.bundle.cells",
        "tabular.bundle.table",
        "tabular.bundle.preparation",
        "tabular.bundle.pricing",
    )
    usage = Text(
        "INPUT is a table in text, CSV or TSV, with the columns that the network was trained with, "
        "named in the first row. What is written beside it has a column of prices more. Cells are "
        "read as in training: `12 500 000`, `30,6 м²`, `31.05.2024`, yes and no; a column of which "
        "more than one cell in twenty cannot be read is refused, and so are dates that are plainly "
        "written the other way round, month or day first; `--lenient` prices all the same.",
        "INPUT — таблица в виде текста, CSV или TSV, со столбцами, на которых училась сеть; их "
        "имена стоят в первой строке. Рядом записывается таблица с ещё одним столбцом — ценами. "
        "Ячейки читаются как при обучении: `12 500 000`, `30,6 м²`, `31.05.2024`, да и нет; "
        "столбец, в котором не прочитать больше одной ячейки из двадцати, отклоняется, как и даты, "
        "записанные явно наоборот, с месяца или с дня; `--lenient` оценивает и такие.",
    )

    def __init__(self, task: Task, pipeline: Pipeline, *, with_neighbours: bool) -> None:
        super().__init__(task, pipeline)
        prepared: TablePreprocessing = pipeline.preprocessing
        self.neighbours = len(prepared.flats) > 0
        self.rows = self.neighbours and with_neighbours
        self.inputs = ("numbers", "categories", *(("theirs", "offset") if self.neighbours else ()))
        if self.neighbours and not with_neighbours:
            self.pipeline = without_rows(pipeline)
            self.left_out = f"neighbours as means of {LEAST}"
        if self.rows and prepared.flats.centre:
            self.libraries = ("scipy>=1.16",)
        self.holds = self._held()

    def _held(self) -> list[Text]:
        prepared: TablePreprocessing = self.pipeline.preprocessing
        count = len(prepared.flats)
        held = []
        if self.rows:
            held.append(
                Text(
                    f"the bundle HOLDS {count:,} flats of the training part: the price of each, "
                    "its numbers, where it lies; whoever has it can read them",
                    f"В АРХИВЕ ЛЕЖАТ квартиры обучающей выборки, {count}: цена каждой, её числа и "
                    "место; их прочтёт всякий, у кого есть архив",
                )
            )
        elif self.neighbours:
            held.append(
                Text(
                    f"no flat of the training part is in the bundle, but {count:,} means of "
                    f"{LEAST} flats or more: price, numbers and place; what that costs stands in "
                    "the table; --with-neighbours takes the flats themselves along",
                    f"квартир обучающей выборки в архиве нет, есть средние по {LEAST} и более "
                    f"квартирам, {count}: цена, числа и место; чего это стоит, видно в таблице; "
                    "--with-neighbours берёт с собой сами квартиры",
                )
            )
        held.append(
            Text(
                "names of columns, of categories that three flats or more have, and what each of "
                "these costs on average; medians and spreads of columns",
                "имена столбцов; категории, которые есть хотя бы у трёх квартир, и средняя цена "
                "каждой; медианы и разброс столбцов",
            )
        )
        return held

    def network(self) -> nn.Module:
        network = copy.deepcopy(self.pipeline.model)
        for one in network.models if isinstance(network, MeanOfModels) else [network]:
            assert isinstance(one, PriceNetwork)
            if one.attention is not None:
                one.attention = GivenNeighbours(one.attention)  # type: ignore[assignment]
        return network

    def sample(self) -> tuple[Tensor, ...]:
        return self._drawn(3)

    def one(self) -> tuple[Tensor, ...]:
        return self._drawn(1)

    def _drawn(self, rows: int) -> tuple[Tensor, ...]:
        prepared: TablePreprocessing = self.pipeline.preprocessing
        draw = torch.Generator().manual_seed(0)
        categories = torch.zeros((rows, len(prepared.categories.sizes)), dtype=torch.int32)
        inputs = [torch.randn((rows, prepared.width), generator=draw), categories]
        if self.neighbours:
            known = self._known()
            count, dimensions = self._count(), prepared.flats.place.shape[1]
            inputs += [
                torch.from_numpy(np.resize(known, (rows, count, known.shape[1]))),
                torch.randn((rows, count, dimensions), generator=draw),
            ]
        return tuple(inputs)

    def free_axes(self) -> tuple[dict[int, str], ...]:
        return tuple({0: "rows"} for _ in self.inputs)

    def feed(self, *inputs: Tensor) -> Feed:
        numbers, categories, *looked_up = (tensor.numpy() for tensor in inputs)
        feed = {"numbers": numbers, "categories": categories}
        if looked_up:
            place, rows = looked_up
            flats: KnownFlats = self.pipeline.preprocessing.flats
            feed |= {"theirs": self._known()[rows], "offset": flats.place[rows] - place[:, None]}
        return feed

    def _known(self) -> np.ndarray:
        """What is known of neighbours: (m, d + 1), their numbers and their price, as scaled."""
        own = leading(self.pipeline.model)
        assert isinstance(own.attention, NeighbourAttention)
        both = [own.attention.numbers, own.attention.price[:, None]]
        return torch.cat(both, dim=1).numpy()

    def _count(self) -> int:
        flats, count = self.pipeline.preprocessing.flats, self.pipeline.preprocessing.count
        return flats.nearest(flats.place[:1], count).shape[1]

    def to_int8(self, content: bytes, examples: Any) -> bytes:
        """Return the graph in int8, its ranges found anew for each batch.

        Fixed ranges cost too much here: the rare row that lies beyond them is cut off. On the
        course's market they cost 7 % of the MAPE (9.92 -> 10.65 %), the other way 0.1 % (9.93 %).
        """
        return to_int8(content, kinds=("MatMul", "Gemm"), how="dynamic")

    def files(self) -> dict[str, bytes]:
        prepared: TablePreprocessing = self.pipeline.preprocessing
        units = {column.name: column.unit for column in prepared.columns}
        values = {
            "column": f"predicted_{target_of(self.pipeline.source)}",
            "kinds": prepared.numbers.kinds,
            "units": {name: units[name] for name in prepared.numbers.kinds},
            "most_unread": MOST_UNREAD,
            "logs": prepared.numbers.logs,
            "ratios": prepared.numbers.ratios,
            "missing": prepared.numbers.missing,
            "categories": prepared.categories.vocabulary,
            "compound": prepared.compound,
            "centre": prepared.flats.centre,
            "neighbours": self._count() if self.neighbours else 0,
            "tree": bool(self.libraries),
        }
        arrays = {
            "center": prepared.numbers.center,
            "scale": prepared.numbers.scale,
            "category_means": prepared.means.state(),
        }
        if self.neighbours:
            arrays |= {"known_place": prepared.flats.place, "known": self._known()}
        if prepared.flats.likeness is not None:
            arrays["likeness"] = prepared.flats.likeness.scale
        return {"preparation.json": json_bytes(values), "preparation.npz": npz_bytes(arrays)}


class GivenNeighbours(nn.Module):
    """The attention to neighbours that come with the input: no table of flats is in the graph.

    numbers (batch, d), offset (batch, k, p), theirs (batch, k, d + 1) with the price last
    """

    def __init__(self, attention: NeighbourAttention) -> None:
        super().__init__()
        self.attention = attention
        self.heads = attention.heads

    def forward(self, numbers: Tensor, theirs: Tensor, offset: Tensor) -> tuple[Tensor, Tensor]:
        return self.attention.attend(numbers, theirs[..., :-1], theirs[..., -1], offset)


def without_rows(pipeline: Pipeline) -> Pipeline:
    """Return a pipeline whose neighbours are means of `LEAST` flats or more that lie together.

    It looks at as many of them as stand for the flats that the network looked at.
    """
    prepared = copy.copy(pipeline.preprocessing)
    known: KnownFlats = prepared.flats
    groups = list(groups_of(known.place, LEAST))
    if len(groups) < _LEAST_GROUPS:
        groups = [np.arange(len(known))] * _LEAST_GROUPS
    prices = prepared.log_price[known.rows]

    def means(values: np.ndarray) -> np.ndarray:
        wide = np.array([values[rows].mean(axis=0, dtype=np.float64) for rows in groups])
        return wide.astype(np.float32)

    place, numbers, price = means(known.place), means(known.numbers), means(prices)
    rows = np.arange(len(groups))
    prepared.flats = KnownFlats(known.centre, known.likeness, rows, place, numbers, known.trained)
    prepared.log_price, prepared.count = price, max(1, round(prepared.count / LEAST))
    model = copy.deepcopy(pipeline.model)
    for one in model.models if isinstance(model, MeanOfModels) else [model]:
        assert isinstance(one, PriceNetwork)
        assert one.attention is not None
        one.attention.place, one.attention.numbers = map(torch.from_numpy, (place, numbers))
        one.attention.price = (torch.from_numpy(price) - one.mean) / one.std
    return replace(pipeline, preprocessing=prepared, model=model)


def groups_of(place: np.ndarray, least: int) -> Iterator[np.ndarray]:
    """Yield the rows of groups of points that lie together, each of `least` or more.

    Halved near the median of the longer side, again and again, as a k-d tree is, but never between
    points of one place: two means of one house would be equally near to everybody. Fewer points
    than `least` are one group.

    >>> [rows.tolist() for rows in groups_of(np.array([[0.0], [9.0], [1.0], [8.0]]), 2)]
    [[1, 3], [0, 2]]
    >>> [rows.tolist() for rows in groups_of(np.array([[0.0], [0.0], [0.0], [0.0]]), 2)]
    [[0, 1, 2, 3]]
    """
    waiting = [np.arange(len(place))]
    while waiting:
        rows = waiting.pop()
        halves = _halves(place, rows, least)
        if halves is None:
            yield np.sort(rows)
        else:
            waiting += halves


def _halves(place: np.ndarray, rows: np.ndarray, least: int) -> list[np.ndarray] | None:
    for side in np.argsort(-np.ptp(place[rows], axis=0), kind="stable"):
        ordered = rows[np.argsort(place[rows, side], kind="stable")]
        cuts = np.flatnonzero(np.diff(place[ordered, side]) > 0) + 1
        cuts = cuts[(cuts >= least) & (cuts <= len(rows) - least)]
        if len(cuts):
            cut = cuts[np.abs(cuts - len(rows) / 2).argmin()]
            return [ordered[:cut], ordered[cut:]]
    return None
