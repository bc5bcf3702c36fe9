"""From a table of flats to tensors, with pandas. Whatever is learned, the training part teaches.

column by column: numbers, dates, yes or no -> one scale   `features.Numbers`
                  categories -> row numbers                `features.Categories`
by place:         the nearest flats of the training part   `neighbours.nearest`
"""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from common.errors import UserError, nearest
from common.task import Preprocessing
from tabular import neighbours
from tabular.columns import Column, as_numbers, decide_columns
from tabular.data import PriceTable
from tabular.features import Categories, Numbers


class TablePreprocessing(Preprocessing):
    """Prepares tables of prices.

    `transform` gives a tuple of tensors, the arguments of the network:

        numbers    (n, d) float32, within -3 and 3
        categories (n, c) int64, 0 for unknown
        place      (n, 2) float32, kilometres east and north of the centre
        neighbours (n, k) int64, rows of the flats with known prices, nearest first

    The last two only where the table has coordinates.
    """

    def __init__(self, *, overrides: Mapping[str, str] | None = None, count: int = 32) -> None:
        self.overrides, self.count = dict(overrides or {}), count
        self.notes: list[str] = []

    def fit(self, train: PriceTable) -> Self:
        self.columns = decide_columns(train.frame, self.overrides)
        self.numbers = Numbers.fit(train.frame, self.columns)
        self.categories = Categories.fit(train.frame, self.columns)
        self.log_price = np.log(train.price).astype(np.float32)
        self._fit_places(train)
        if not self.numbers.names and not self.categories.vocabulary:
            reasons = (
                "; ".join(str(column) for column in self.columns) or "there is no other column"
            )
            raise UserError(f"no column is left to tell the price from: {reasons}")
        self.notes = self._describe()
        self._fitted_on = train
        return self

    def transform(self, examples: PriceTable) -> tuple[Tensor, ...]:
        return self._tensors(examples, themselves=None)

    def data(
        self, examples: PriceTable, *, training: bool = False
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """Return ((numbers, categories, …), price). In training no flat is its own neighbour."""
        if training and examples is not self._fitted_on:
            raise ValueError("training=True is for the very examples that fit() was given")
        inputs = self._tensors(examples, themselves=self._own_row if training else None)
        return inputs, torch.tensor(examples.price, dtype=torch.float32)

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        numbers, arrays = self.numbers.state()
        values = {
            "columns": [vars(column) for column in self.columns],
            "numbers": numbers,
            "categories": self.categories.vocabulary,
            "count": self.count,
            "centre": self.centre,
        }
        arrays = arrays | {
            "log_price": self.log_price,
            "known_place": self.known_place,
            "known_rows": self.known_rows,
            "known_numbers": self.known_numbers,
        }
        return values, arrays

    @classmethod
    def restore(cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        prepared = cls(count=int(values["count"]))
        prepared.columns = [Column(**column) for column in values["columns"]]
        prepared.numbers = Numbers.restore(values["numbers"], arrays)
        vocabulary = values["categories"]
        prepared.categories = Categories(
            {name: list(map(str, v)) for name, v in vocabulary.items()}
        )
        names = {column.name for column in prepared.columns}
        if not names >= {*prepared.numbers.kinds, *vocabulary}:
            raise UserError("preprocessing uses columns that it does not list")
        prepared.log_price = arrays["log_price"]
        prepared.known_place, prepared.known_rows = arrays["known_place"], arrays["known_rows"]
        prepared.known_numbers = arrays["known_numbers"]
        prepared.centre = values["centre"] and (
            float(values["centre"][0]),
            float(values["centre"][1]),
        )
        known = len(prepared.known_rows)
        fits = (
            prepared.known_place.shape == (known, 2)
            and prepared.known_numbers.shape == (known, len(prepared.numbers.names) if known else 0)
            and (known == 0 or prepared.known_rows.min() >= 0)
            and (known == 0 or prepared.known_rows.max() < len(prepared.log_price))
        )
        if not fits:
            raise UserError("preprocessing's neighbours do not fit its numbers")
        return prepared

    def _fit_places(self, train: PriceTable) -> None:
        """Remember where the training flats are, and what the network may know of them."""
        latitude, longitude = self._coordinates(train.frame)
        known = np.isfinite(latitude) & np.isfinite(longitude)
        self.centre = None
        if known.sum() > 1:
            self.centre = float(np.median(latitude[known])), float(np.median(longitude[known]))
        else:
            known[:] = False
        self.known_rows = np.flatnonzero(known)
        self._own_row = np.where(known, np.cumsum(known) - 1, -1)
        self.known_place = self._place(train.frame)[known].astype(np.float32)
        numbers = self.numbers.transform(train.frame)
        self.known_numbers = numbers[known] if self.centre else np.empty((0, 0), np.float32)

    def _tensors(
        self, examples: PriceTable, *, themselves: np.ndarray | None
    ) -> tuple[Tensor, ...]:
        frame = self._checked(examples)
        inputs = [self.numbers.transform(frame), self.categories.transform(frame)]
        if self.centre:
            place = self._place(frame).astype(np.float32)
            count = min(self.count, len(self.known_place) - 1)
            inputs += [
                place,
                neighbours.nearest(self.known_place, place, count, themselves=themselves),
            ]
        return tuple(torch.from_numpy(array) for array in inputs)

    def _checked(self, examples: PriceTable) -> pd.DataFrame:
        """Return the examples' frame; refuse one without a column that the network needs."""
        frame = examples.frame
        for name in (*self.numbers.kinds, *self.categories.vocabulary):
            if name not in frame.columns:
                alike = nearest(name, [str(c) for c in frame.columns])
                guess = f"; is it {alike[0]!r} there?" if alike else ""
                raise UserError(
                    f"column {name!r} is missing, the network was trained with it{guess}"
                )
        return frame

    def _coordinates(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        columns = {column.kind: column.name for column in self.columns}
        if "latitude" not in columns:
            nowhere = np.full(len(frame), np.nan)
            return nowhere, nowhere
        latitude, longitude = (
            as_numbers(frame[columns[kind]], kind) for kind in ("latitude", "longitude")
        )
        return latitude, longitude

    def _place(self, frame: pd.DataFrame) -> np.ndarray:
        """Kilometres from the centre; a flat without coordinates is put into the centre."""
        if self.centre is None:
            return np.zeros((len(frame), 2))
        latitude, longitude = self._coordinates(frame)
        return np.nan_to_num(neighbours.to_kilometres(latitude, longitude, centre=self.centre))

    def _describe(self) -> list[str]:
        notes = [f"column {column}" for column in self.columns]
        if self.numbers.logs:
            notes.append("logarithm taken of: " + ", ".join(self.numbers.logs))
        if self.numbers.ratios:
            ratios = ", ".join(f"{a} / {b}" for a, b in self.numbers.ratios)
            notes.append(f"ratios added: {ratios}")
        if self.centre:
            notes.append(f"each flat sees the prices of its {self.count} nearest in training")
        return notes
