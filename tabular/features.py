"""Pieces of the preparation: numbers to a common scale, categories to row numbers of a table.

Each piece is fitted on the training part alone, and gives its state as plain values and arrays.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import combinations
from typing import Any, Self

import numpy as np
import pandas as pd

from common.errors import UserError
from common.exercises import exercise
from common.memory_mapped import empty
from tabular.columns import Column
from tabular.type_inference import SAMPLE_ROWS
from tabular.values import as_categories, as_numbers

MIN_SKEWNESS = 1.0
"""A positive column with a longer tail than this gets its logarithm taken."""
MIN_CORRELATION = 0.5
"""Two positive columns whose logarithms correlate above this get their ratio as a new column."""
MAX_RATIOS = 20
MIN_CATEGORY_ROWS = 3
"""A category with fewer rows than this in training is treated like an unknown one."""
MAX_CATEGORIES = 1000
_TIMES_BELOW = 10
"""So many times below the least of training a number is tiny."""


class NumericScaler:
    """Numeric columns on a common scale, in four steps.

    1. The logarithm of positive columns with a long tail: twice the area is one step anywhere.
    2. Ratios of kindred columns, ln a - ln b: the share of the kitchen, the people in a room.
       A network finds these slowly by itself, and a tree hardly at all.
    3. z = (x - median) / (interquartile range / 1.349), then z / sqrt(1 + (z/3)²): the bulk stays
       as it is, and an area with two zeros too many ends up at 3 and not at 900.
    4. A missing cell becomes 0, the median, and a column of its own says that it was missing.

    Source: steps 3 and 4 as in RealMLP (Holzmüller, Grinsztajn and Steinwart, 2024).
    """

    def __init__(
        self,
        kinds: Mapping[str, str],
        logs: list[str],
        ratios: list[tuple[str, str]],
        missing: list[str],
        center: np.ndarray,
        scale: np.ndarray,
        limits: np.ndarray,
    ) -> None:
        self.kinds, self.logs, self.ratios = dict(kinds), logs, ratios
        self.missing, self.center, self.scale = missing, center, scale
        self.limits = limits
        """(2, d) float64: the lowest and the highest of each column in training, NaN for none."""

    @property
    def names(self) -> list[str]:
        """What the columns of `transform` are."""
        ratios = [f"{a} / {b}" for a, b in self.ratios]
        return [*self.kinds, *ratios, *(f"{name} missing" for name in self.missing)]

    @classmethod
    def fit(cls, frame: pd.DataFrame, columns: list[Column]) -> Self:
        if len(frame) > SAMPLE_ROWS:  # quartiles of a large table are those of a good part of it
            frame = frame.sample(SAMPLE_ROWS, random_state=0)
        kinds = {c.name: c.kind for c in columns if c.kind not in ("category", "ignore")}
        numbers = pd.DataFrame(
            {name: as_numbers(frame[name], kind) for name, kind in kinds.items()}
        )
        positive = [
            name for name, kind in kinds.items() if kind == "number" and _is_positive(numbers[name])
        ]
        logs = [name for name in positive if numbers[name].skew() > MIN_SKEWNESS]
        none, limits = np.empty(0), numbers.agg(["min", "max"]).to_numpy(dtype=np.float64)
        limits = limits.reshape(2, len(kinds))
        fitted = cls(kinds, logs, _correlated_pairs(numbers[positive]), [], none, none, limits)
        known = pd.DataFrame(dict(fitted.raw(lambda name: numbers[name].to_numpy())))
        fitted.missing = [name for name in kinds if bool(known[name].isna().any())]
        fitted.center = known.median().fillna(0.0).to_numpy()
        spread = (known.quantile(0.75) - known.quantile(0.25)).to_numpy() / 1.349
        deviation = known.std().to_numpy()
        usable = np.where(spread > 0, spread, deviation)
        fitted.scale = np.where(np.isfinite(usable) & (usable > 0), usable, 1.0)
        return fitted

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """Return (n, len(self.names)) float32, every entry within -3 and 3."""
        return self.scaled(lambda name: as_numbers(frame[name], self.kinds[name]), len(frame))

    def scaled(self, read: Callable[[str], np.ndarray], rows: int) -> np.ndarray:
        """Return the same of columns that have been read.

        read: gives a column by its name, (rows,) float64, NaN where there is no value.
        """
        result = empty((rows, len(self.names)), np.float32)
        for place, (name, values) in enumerate(self.raw(read)):
            z = (values - self.center[place]) / self.scale[place]
            z /= np.hypot(1, z / 3)
            z[np.isnan(z)] = 0
            result[:, place] = z
            if name in self.missing:
                result[:, len(self.center) + self.missing.index(name)] = np.isnan(values)
        return result

    def raw(self, read: Callable[[str], np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
        """Yield each column and then each ratio before it is scaled, (name, (n,) float64).

        One at a time, for all at once would take twice the memory of the table.
        """
        kindred = {name for pair in self.ratios for name in pair}
        logarithms: dict[str, np.ndarray] = {}
        for name in self.kinds:
            values = read(name)
            if name in kindred:
                logarithms[name] = logarithm(values)
            yield name, logarithm(values) if name in self.logs else values
        for a, b in self.ratios:
            yield f"{a} / {b}", logarithms[a] - logarithms[b]

    def unlike(self, name: str, numbers: np.ndarray) -> np.ndarray:
        """Return which numbers lie beyond all that training saw of a column by half its range.

        Of a column of logarithms also what is ten times as large as all of training. What
        `not_positive` and `tiny` name is left to them.
        """
        low, high = self._usual[name]
        known = logarithm(numbers) if name in self.logs else numbers
        elsewhere = self.not_positive(name, numbers) | self.tiny(name, numbers)
        return ((known < low) | (known > high)) & ~elsewhere

    def tiny(self, name: str, numbers: np.ndarray) -> np.ndarray:
        """Return which numbers above 0 are below a tenth of the least of training.

        63.8 beside 27,200 is rather in thousands; but 0.04 km beside 0.5 km may be right.
        """
        lowest, is_number = self._lowest(name)
        return (numbers > 0) & (numbers < lowest / _TIMES_BELOW) & is_number

    def not_positive(self, name: str, numbers: np.ndarray) -> np.ndarray:
        """Return which numbers are 0 or below, where each in training was above: no area is 0."""
        lowest, is_number = self._lowest(name)
        return (numbers <= 0) & (is_number and lowest > 0)

    def _lowest(self, name: str) -> tuple[float, bool]:
        """Return the least of a column in training, and whether it is one of plain numbers."""
        return self.limits[0, list(self.kinds).index(name)], self.kinds[name] == "number"

    @cached_property
    def _usual(self) -> dict[str, tuple[float, float]]:
        """Of each column what is usual, from and to; of its logarithm, where that is taken."""
        found = {}
        limits = self.limits.T.tolist()
        for name, (low, high) in zip(self.kinds, limits, strict=True):
            most = np.inf
            if name in self.logs:
                low, high = logarithm(np.array([max(low, high / 1e6), high])).tolist()
                most = float(np.log(10))
            room = min((high - low) / 2, most)
            found[name] = low - room, high + room
        return found

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        values = {
            "kinds": self.kinds,
            "logs": self.logs,
            "ratios": self.ratios,
            "missing": self.missing,
        }
        return values, {"center": self.center, "scale": self.scale, "limits": self.limits}

    @classmethod
    def restore(cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        kinds, logs, missing = values["kinds"], list(values["logs"]), list(values["missing"])
        ratios = [(str(a), str(b)) for a, b in values["ratios"]]
        for name in [*logs, *missing, *(name for pair in ratios for name in pair)]:
            if name not in kinds:
                raise UserError(f"preprocessing names a column {name!r} that it does not have")
        width = len(kinds) + len(ratios)
        if arrays["center"].shape != (width,) or arrays["scale"].shape != (width,):
            raise UserError(f"preprocessing has no scale for each of its {width} numbers")
        if arrays["limits"].shape != (2, len(kinds)):
            raise UserError(f"preprocessing has no limits for each of its {len(kinds)} columns")
        return cls(
            kinds, logs, ratios, missing, arrays["center"], arrays["scale"], arrays["limits"]
        )


class CategoryEncoder:
    """Categories as whole numbers: 1, 2, … by frequency, 0 for what training hardly ever saw.

    The network learns what to make of 0 from the rare categories of the training part, so an
    unknown one at prediction finds it prepared. A missing cell is a category as any other.
    """

    def __init__(self, vocabulary: dict[str, list[str]]) -> None:
        self.vocabulary = vocabulary

    @property
    def sizes(self) -> list[int]:
        """How many numbers each column takes, the 0 included."""
        return [len(known) + 1 for known in self.vocabulary.values()]

    @classmethod
    def fit(cls, frame: pd.DataFrame, columns: list[Column]) -> Self:
        vocabulary = {}
        for column in columns:
            if column.kind == "category":
                counts = as_categories(frame[column.name]).value_counts()
                counts = (
                    counts[counts >= MIN_CATEGORY_ROWS]
                    .sort_index()
                    .sort_values(ascending=False, kind="stable")
                )
                vocabulary[column.name] = [str(category) for category in counts.index]
                del vocabulary[column.name][MAX_CATEGORIES:]
        return cls(vocabulary)

    @exercise(points=15, minutes=20, difficulty=1, uses="pandas", lesson="Data")
    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the categories of a frame as row numbers, (n, number of columns) int32.

        `self.vocabulary` holds for each column the categories that training knew, such as
        {"house": ["brick", "panel"]}. Its columns, in its order, are the columns of the answer; a
        category's number is its place in the list, counted from 1: "brick" is 1 and "panel" 2.
        Every other category is 0. Columns of the frame that are not in the vocabulary do not
        count, and the frame stays as it is.

        `as_categories(column)` tidies a column's cells first: in " Brick" and "brick" it sees the
        same category, and a missing cell is the empty text, which is a category as any other.
        Its answer keeps the index of the column, which may be anything.

        >>> known = CategoryEncoder({"house": ["brick", "panel"]})
        >>> known.transform(pd.DataFrame({"house": ["Panel ", "brick", "yurt"]})).tolist()
        [[2], [1], [0]]
        """
        result = empty((len(frame), len(self.vocabulary)), np.int32)
        for place, (name, known) in enumerate(self.vocabulary.items()):
            rows = {category: row for row, category in enumerate(known, start=1)}
            result[:, place] = [rows.get(category, 0) for category in as_categories(frame[name])]
        return result


def _is_positive(numbers: pd.Series) -> bool:
    """All but the dirt: a few areas of zero do not make an area anything but positive."""
    return bool(numbers.quantile(0.01) > 0)


def _correlated_pairs(positive: pd.DataFrame) -> list[tuple[str, str]]:
    """Return pairs of columns whose logarithms rise together, the closest first."""
    logarithms = pd.DataFrame({name: logarithm(positive[name].to_numpy()) for name in positive})
    correlation = logarithms.corr()
    pairs = [
        (float(correlation.loc[a, b]), a, b)
        for a, b in combinations(positive.columns, 2)
        if correlation.loc[a, b] > MIN_CORRELATION
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return [(a, b) for _, a, b in pairs[:MAX_RATIOS]]


def logarithm(values: np.ndarray) -> np.ndarray:
    """Return the logarithm of what is positive, and NaN of the rest."""
    return np.log(values, out=np.full(len(values), np.nan), where=values > 0)
