"""From a table of flats to tensors, with pandas. Whatever is learned, the training part teaches.

column by column: numbers, dates, yes or no -> one scale   `features.NumericScaler`
                  categories -> row numbers                `features.CategoryEncoder`
                  and what they cost on average            `target_encoding.TargetEncoder`
by place:         the nearest flats of the training part,  `known_flats.KnownFlats`
                  or those of it that are most alike
"""

import copy
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from common.errors import UserError, nearest
from common.memory_mapped import beside
from common.preprocessing import Preprocessing
from tabular.cells import (
    find_compound,
    in_units,
    pairs_in_order,
    parts_among,
    take_apart,
)
from tabular.column_notes import notes_on_columns
from tabular.columns import Column, decide_columns
from tabular.coordinates import notes_on_places, without_null_island
from tabular.features import CategoryEncoder, NumericScaler
from tabular.known_flats import KnownFlats
from tabular.price_table import PriceTable, ReadTable
from tabular.target_encoding import TargetEncoder
from tabular.target_leakage import notes_on_leakage
from tabular.values import DATES, as_numbers, dates_of


class TablePreprocessing(Preprocessing):
    """Prepares tables of prices.

    `transform` gives a tuple of tensors, the arguments of the network:

        numbers    (n, d) float32, within -3 and 3; last what each category costs on average
        categories (n, c) int32, 0 for unknown
        place      (n, 2) float32, kilometres east and north of the centre; without coordinates
                   (n, d), the numbers by how much they say of the price
        neighbours (n, k) int32, rows of the flats with known prices, nearest first

    The last two only where the table has coordinates, or flats that are alike err alike.
    """

    def __init__(self, *, overrides: Mapping[str, str] | None = None, count: int = 32) -> None:
        self.overrides, self.count = dict(overrides or {}), count
        self.notes: list[str] = []
        self._same: np.ndarray | None = None

    def fit(self, train: PriceTable) -> Self:
        found = find_compound(train.frame)
        self.compound = {name: p for name, p in found.items() if name not in self.overrides}
        frame = take_apart(train.frame, self.compound)
        self.in_order = pairs_in_order(frame, self.compound)
        self.columns = decide_columns(frame, self.overrides)
        placed = self._on_land(frame)
        if placed is not frame:
            frame, self.columns = placed, decide_columns(placed, self.overrides)
        frame = in_units(frame, self.columns)
        self.numbers = NumericScaler.fit(frame, self.columns)
        self.categories = CategoryEncoder.fit(frame, self.columns)
        self.log_price = np.log(train.price).astype(np.float32)
        self.learned, self.currency = len(train), train.currency
        self.means, self._told = TargetEncoder.fit(
            self.categories.transform(frame),
            self.categories.sizes,
            self.log_price,
            groups=train.split_by.get("groups"),
        )
        if not self.numbers.names and not self.categories.vocabulary:
            reasons = (
                "; ".join(str(column) for column in self.columns) or "there is no other column"
            )
            raise UserError(f"no column is left to tell the price from: {reasons}")
        numbers = beside(self.numbers.transform(frame), self._told)
        places = self._coordinates(frame)
        self.flats = KnownFlats.fit(places, numbers, self.log_price, _labels(train))
        self.notes = notes_on_columns(self, train.frame, frame)
        self.notes += notes_on_leakage(self.numbers.kinds, frame, self.log_price)
        if self.flats.centre:
            self.notes += notes_on_places(*places, frame.index, map(str, frame), train.currency)
        self.notes += self.flats.notes(self.count)
        self._fitted_on = train
        return self

    def continued(self, train: PriceTable, *, unfitted: Any) -> Self:
        """Return this preparation for a training on other flats, whose neighbours are its own.

        Some of them may be flats that it has learned from. Such a one is again not its own
        neighbour, and is told what it was told: of its categories, without its own price. Flats
        that joined later are neighbours no more: they may be those that are to examine it.
        """
        other = copy.copy(self)
        other.flats = self.flats.before(self.learned)
        other.log_price = self.log_price[: self.learned]
        frame = self._checked(train)
        numbers, told = (
            self.numbers.transform(frame),
            self.means.transform(self.categories.transform(frame)),
        )
        log_price = np.log(train.price).astype(np.float32)
        other._same = other.flats.same(numbers, log_price, other.log_price[other.flats.rows])
        met = other._same >= 0
        told[met] = other.flats.numbers[other._same[met], numbers.shape[1] :]
        other._told, other._fitted_on = told, train
        other.notes = notes_on_columns(self, train.frame, frame)
        return other

    def check_columns(self, examples: PriceTable) -> None:
        """Refuse a table that has other columns than those that were learned from."""
        self._checked(examples)
        known = {column.name for column in self.columns}
        columns = map(str, take_apart(examples.frame, self.compound).columns)
        if strange := [name for name in columns if name not in known]:
            names = ", ".join(map(repr, strange[:12]))
            raise UserError(
                f"columns that the network does not know: {names}; leave them out of the table",
                ru=f"столбцы, которых сеть не знает: {names}; уберите их из таблицы",
            )

    @property
    def width(self) -> int:
        """How many numbers the network gets of each flat."""
        return len(self.numbers.names) + len(self.categories.vocabulary)

    @property
    def known(self) -> tuple[Tensor, Tensor, Tensor] | None:
        """What is known of possible neighbours: place, numbers and log price; None without any."""
        if not len(self.flats):
            return None
        arrays = self.flats.place, self.flats.numbers, self.log_price[self.flats.rows]
        place, numbers, price = (torch.from_numpy(array) for array in arrays)
        return place, numbers, price

    def joined(self, examples: PriceTable) -> "TablePreprocessing":
        """Return this preparation with more flats whose prices are known: possible neighbours.

        Nothing is learned anew. `log_price` has their prices at its end, `learned` is where they
        begin.
        """
        frame = self._checked(examples)
        told = self.means.transform(self.categories.transform(frame))
        numbers = beside(self.numbers.transform(frame), told)
        more = copy.copy(self)
        more.flats = self.flats.joined(self._coordinates(frame), numbers)
        more.log_price = np.append(self.log_price, np.log(examples.price).astype(np.float32))
        return more

    def transform(self, examples: PriceTable) -> tuple[Tensor, ...]:
        return self._tensors(examples, training=False)

    def transform_joined(self, examples: PriceTable) -> tuple[Tensor, ...]:
        """Return the inputs of the flats that `joined` was given, none its own neighbour."""
        return self._tensors(examples, training=False, joined=True)

    def data(
        self, examples: PriceTable, *, training: bool = False
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """Return ((numbers, categories, …), price). In training no flat is its own neighbour,
        and none is of its own group, where groups were kept together by the split."""
        if training and examples is not self._fitted_on:
            raise ValueError("training=True is for the very examples that fit() was given")
        inputs = self._tensors(examples, training=training)
        return inputs, torch.tensor(examples.price, dtype=torch.float32)

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        numbers, arrays = self.numbers.state()
        flats, known = self.flats.state()
        values = {
            "columns": [vars(column) for column in self.columns],
            "compound": {name: len(parts) for name, parts in self.compound.items()},
            "in_order": self.in_order,
            "currency": self.currency,
            "numbers": numbers,
            "categories": self.categories.vocabulary,
            "count": self.count,
            "learned": self.learned,
            **flats,
        }
        means = self.means.state()
        arrays = arrays | known | {"category_means": means, "log_price": self.log_price}
        return values, arrays

    @classmethod
    def restore(cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        prepared = cls(count=int(values["count"]))
        prepared.columns = [Column(**column) for column in values["columns"]]
        names = {column.name for column in prepared.columns}
        prepared.compound = {
            str(name): parts_among(names, str(name), int(n))
            for name, n in values["compound"].items()
        }
        in_order = map(str, values.get("in_order", ()))  # of before: nobody looked
        prepared.in_order = [n for n in in_order if len(prepared.compound.get(n, ())) == 2]
        prepared.currency = str(values.get("currency", ""))
        prepared.numbers = NumericScaler.restore(values["numbers"], arrays)
        vocabulary = values["categories"]
        prepared.categories = CategoryEncoder(
            {name: list(map(str, v)) for name, v in vocabulary.items()}
        )
        if not names >= {*prepared.numbers.kinds, *vocabulary}:
            raise UserError("preprocessing uses columns that it does not list")
        means = arrays["category_means"]
        prepared.means = TargetEncoder.restore(means, prepared.categories.sizes)
        log_price = prepared.log_price = arrays["log_price"]
        rightful = log_price.ndim == 1 and len(log_price) > 0 and np.isfinite(log_price).all()
        prepared.learned = int(values.get("learned", len(log_price)))  # of before: all of them
        if not (rightful and prepared.count > 0 and 0 < prepared.learned <= len(log_price)):
            raise UserError("preprocessing has no prices, or looks at no neighbours")
        if values["centre"] and not {"latitude", "longitude"} <= {c.kind for c in prepared.columns}:
            raise UserError("preprocessing has a centre and no coordinates")
        size = {"width": prepared.width, "trained": len(log_price)}
        prepared.flats = KnownFlats.restore(values, arrays, **size)
        return prepared

    def _tensors(
        self, examples: PriceTable, *, training: bool, joined: bool = False
    ) -> tuple[Tensor, ...]:
        frame = self._checked(examples)
        categories = self.categories.transform(frame)
        told = self._told if training else self.means.transform(categories)
        numbers = beside(self.numbers.transform(frame), told)
        inputs = [numbers, categories]
        if len(self.flats):
            place = self.flats.where(self._coordinates(frame), numbers)
            labels = _labels(examples) if training or joined else None
            same = self._same if training else None
            near = self.flats.nearest(place, self.count, labels=labels, joined=joined, same=same)
            inputs += [place, near]
        return tuple(torch.from_numpy(array) for array in inputs)

    def seen_of(self, examples: PriceTable) -> np.ndarray:
        """Return the numbers and categories of each row as the network sees them, (n, d) float32.

        Rounded, so that the same table read from another format is the same here.
        """
        frame = self._checked(examples)
        numbers = self.numbers.transform(frame)
        numbers = np.round(numbers, 4, out=numbers)
        numbers += 0.0  # no -0.0
        return beside(numbers, self.categories.transform(frame))

    @property
    def needed(self) -> list[str]:
        """The columns of a file that the network needs."""
        parts = {part for both in self.compound.values() for part in both}
        names = [*self.numbers.kinds, *self.categories.vocabulary]
        return [*self.compound, *(name for name in names if name not in parts)]

    def _checked(self, examples: PriceTable) -> pd.DataFrame:
        """Return the examples' frame; refuse one without a column that the network needs."""
        if isinstance(examples, ReadTable):
            return examples.frame
        frame, needed = examples.frame, self.needed
        for name in needed:
            if name not in frame.columns:
                alike = nearest(name, [str(c) for c in frame.columns if c not in needed])
                guess = f"; is it {alike[0]!r} there?" if alike else ""
                raise UserError(
                    f"column {name!r} is missing, the network was trained with it{guess}"
                )
        return in_units(self._on_land(take_apart(frame, self.compound)), self.columns)

    def read(self, examples: PriceTable) -> ReadTable:
        """Return the table with its columns of numbers read, once for whoever asks for them."""
        frame = self._checked(examples)
        numbers = {
            name: dates_of(frame[name], kind) if kind in DATES else as_numbers(frame[name], kind)
            for name, kind in self.numbers.kinds.items()
        }
        return ReadTable(frame.assign(**numbers), examples.price)

    def cells_of(self, whole: pd.DataFrame, name: str) -> pd.Series:
        """Return a column as the file has it: of a part of others, the cells with all of them."""
        items = self.compound.items()
        return whole[next((both for both, parts in items if name in parts), name)]

    def without_place(self, examples: PriceTable) -> pd.Index:
        """Return the rows that have no coordinates, where the network looks at neighbours."""
        latitude, longitude = self._coordinates(examples.frame)
        lost = ~(np.isfinite(latitude) & np.isfinite(longitude)) & (self.flats.centre is not None)
        return examples.frame.index[lost]

    def _on_land(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame without the coordinates 0, 0, where it has any."""
        names = {column.kind: column.name for column in self.columns}
        if not {names.get("latitude"), names.get("longitude")} <= {*frame.columns}:
            return frame
        return without_null_island(frame, names["latitude"], names["longitude"])

    def _coordinates(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        columns = {column.kind: column.name for column in self.columns}
        if "latitude" not in columns:
            nowhere = np.full(len(frame), np.nan)
            return nowhere, nowhere
        placed = self._on_land(frame)
        latitude, longitude = (
            as_numbers(placed[columns[kind]], kind) for kind in ("latitude", "longitude")
        )
        return latitude, longitude


def _labels(examples: PriceTable) -> np.ndarray:
    """What keeps flats apart: their groups, where the split knew any; else each is its own."""
    return examples.split_by.get("groups", np.arange(len(examples)))
