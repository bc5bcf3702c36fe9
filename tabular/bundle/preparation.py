"""From cells to what the network takes: numbers, categories and neighbours, in NumPy."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from common.export.bundle.program import InputError
from tabular.bundle.cells import Cells, mark_of, numbers_of, taken_apart, tidy_categories
from tabular.similar_flats import nearest_alike

KM_PER_DEGREE = 111.2
BLOCK = 8_000_000
"""Distances that are held at once."""


class Preparation:
    """What training decided and measured, applied to new rows.

    values, arrays: as `preparation.json` and `preparation.npz` hold them.
    """

    def __init__(self, values: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.values, self.arrays = values, arrays
        self.kinds: dict[str, str] = values["kinds"]

    @property
    def needed(self) -> list[str]:
        """The columns that a table must have."""
        parts = {part for parts in self.values["compound"].values() for part in parts}
        names = [*self.kinds, *self.values["categories"]]
        return [*self.values["compound"], *(name for name in names if name not in parts)]

    def feed(
        self, columns: Mapping[str, Cells], *, decimal: str | Mapping[str, str] | None = None
    ) -> dict[str, np.ndarray]:
        """Return the network's inputs for the cells of a table, by column.

        Raises:
            InputError: a column is missing.
        """
        for name in self.needed:
            if name not in columns:
                raise InputError(
                    f"column {name!r} is missing, the network was trained with it",
                    f"нет столбца {name!r}, на котором училась сеть",
                )
        whole = dict(columns)
        for name, parts in self.values["compound"].items():
            whole |= dict(zip(parts, taken_apart(whole.pop(name), len(parts)), strict=True))
        units = self.values["units"]
        read = {
            name: numbers_of(whole[name], kind, unit=units[name], decimal=mark_of(name, decimal))
            for name, kind in self.kinds.items()
        }
        coordinates = [
            name for name, kind in self.kinds.items() if kind in ("latitude", "longitude")
        ]
        if len(coordinates) == 2:
            nowhere = (read[coordinates[0]] == 0) & (read[coordinates[1]] == 0)  # out at sea
            read |= {name: np.where(nowhere, np.nan, read[name]) for name in coordinates}
        categories = self._categories(whole)
        numbers = np.hstack([self._scaled(read), self._told(categories)])
        feed = {"numbers": numbers, "categories": categories}
        return feed | self._neighbours(read, numbers)

    def _scaled(self, read: Mapping[str, np.ndarray]) -> np.ndarray:
        """Numbers, their ratios, and whether one is missing: (n, columns) float32 in ±3."""
        logs, missing = self.values["logs"], self.values["missing"]
        raw = {name: _logarithm(x) if name in logs else x for name, x in read.items()}
        for above, below in self.values["ratios"]:
            raw[f"{above} / {below}"] = _logarithm(read[above]) - _logarithm(read[below])
        columns = []
        for values, center, scale in zip(
            raw.values(), self.arrays["center"], self.arrays["scale"], strict=True
        ):
            z = (values - center) / scale
            columns.append(np.nan_to_num(z / np.hypot(1, z / 3), nan=0.0))
        columns += [np.isnan(raw[name]).astype(np.float64) for name in missing]
        rows = len(next(iter(read.values()), ()))
        return np.array(columns, dtype=np.float32).reshape(len(columns), rows).T

    def _categories(self, columns: Mapping[str, Cells]) -> np.ndarray:
        """(n, columns) int32: 1, 2, … for a known category, 0 for another."""
        places = []
        for name, known in self.values["categories"].items():
            rows = {category: row for row, category in enumerate(known, start=1)}
            places.append([rows.get(cell, 0) for cell in tidy_categories(columns[name])])
        count = len(next(iter(columns.values())))
        return np.array(places, dtype=np.int32).reshape(len(places), count).T

    def _told(self, categories: np.ndarray) -> np.ndarray:
        """What each category costs on average."""
        sizes = [len(known) + 1 for known in self.values["categories"].values()]
        starts = np.cumsum([0, *sizes])[:-1].astype(np.int64)
        return self.arrays["category_means"][categories + starts].astype(np.float32)

    def _neighbours(
        self, read: Mapping[str, np.ndarray], numbers: np.ndarray
    ) -> dict[str, np.ndarray]:
        """What the nearest known flats are like, where they lie from here, what they cost."""
        if not self.values["neighbours"]:
            return {}
        centre, known = self.values["centre"], self.arrays["known_place"]
        if centre is None:
            place = numbers * self.arrays["likeness"]
        else:
            kinds = {kind: name for name, kind in self.kinds.items()}
            latitude, longitude = (read[kinds[kind]] for kind in ("latitude", "longitude"))
            east = (longitude - centre[1] + 180) % 360 - 180
            scale = np.cos(np.radians(centre[0]))
            both = np.stack([east * scale, latitude - centre[0]], axis=1)
            # nothing is known of a flat without coordinates: it is taken to lie in the middle
            place = np.nan_to_num(KM_PER_DEGREE * both).astype(np.float32)
        rows = self._nearest(known, place, self.values["neighbours"])
        return {
            "theirs": np.ascontiguousarray(self.arrays["known"][rows]),
            "offset": known[rows] - place[:, None],
        }

    def _nearest(self, known: np.ndarray, places: np.ndarray, count: int) -> np.ndarray:
        """(n, count) rows of `known`, the nearest first."""
        if self.values["tree"]:
            # Flats of one house are equally near: the same tree as in training picks the same.
            from scipy.spatial import cKDTree

            return cKDTree(known).query(places, count)[1].reshape(len(places), count)
        if self.values["centre"] is None:
            return nearest_alike(known, places, count)
        rows = np.empty((len(places), count), dtype=np.int64)
        step = max(1, BLOCK // known.size)
        for start in range(0, len(places), step):
            part = slice(start, start + step)
            offsets = places[part, None].astype(np.float64) - known
            distance = np.square(offsets).sum(axis=2)
            some = np.argpartition(distance, count - 1, axis=1)[:, :count]
            order = np.argsort(np.take_along_axis(distance, some, axis=1), axis=1, kind="stable")
            rows[part] = np.take_along_axis(some, order, axis=1)
        return rows


def _logarithm(values: np.ndarray) -> np.ndarray:
    return np.log(values, out=np.full(len(values), np.nan), where=values > 0)
