"""The flats whose prices are known: where they lie, and which of them are a flat's neighbours.

With coordinates a flat lies where it stands, in kilometres; without, where its columns put it, if
flats that are alike there err alike (`tabular.similarity`). Everything is learned from the training
part, and no flat of it is ever its own neighbour.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

import numpy as np
from scipy.spatial import cKDTree

from common.errors import UserError
from tabular import neighbours
from tabular.similarity import AGREEMENT, Likeness, nearest_alike

MAX_KNOWN = 200_000
"""Flats that can be neighbours: in a larger table a random part of it, or memory would not do."""
MAX_ALIKE = 50_000
"""The same where neighbours are found by likeness, which looks at every one of them."""
LEAST_ALIKE = 100
"""Fewer flats than this cannot tell whether those that are alike err alike."""
MAX_NEIGHBOURS = 20_000_000
"""Numbers of neighbours that are kept for the training part: 80 MB."""

Coordinates = tuple[np.ndarray, np.ndarray]
"""Latitude and longitude in degrees, (n,) each; NaN where nobody knows."""


class KnownFlats:
    """Flats of the training part that can be neighbours; none where neighbours tell nothing.

    centre: latitude and longitude of the middle; None without coordinates.
    likeness: the space in which flats are compared without coordinates; None with them.
    rows: (m,) which rows of the training part are known.
    place: (m, 2) float32, kilometres from the centre; or (m, d), in the space of likeness.
    numbers: (m, d) float32, as the network gets them.
    trained: how many rows the training part had.
    """

    def __init__(
        self,
        centre: tuple[float, float] | None,
        likeness: Likeness | None,
        rows: np.ndarray,
        place: np.ndarray,
        numbers: np.ndarray,
        trained: int,
    ) -> None:
        self.centre, self.likeness, self.rows = centre, likeness, rows
        self.place, self.numbers, self.trained = place, numbers, trained

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def fit(
        cls,
        coordinates: Coordinates,
        numbers: np.ndarray,
        log_price: np.ndarray,
        labels: np.ndarray,
    ) -> Self:
        """Find out where the training flats lie.

        Args:
            coordinates: of each, (n,) and (n,).
            numbers: (n, d) float32, as the network gets them in training.
            log_price: (n,).
            labels: (n,), rows of one label are never neighbours.
        """
        rows = np.flatnonzero(np.isfinite(coordinates[0]) & np.isfinite(coordinates[1]))
        centre = likeness = None
        if len(rows) > 1:
            latitude, longitude = (float(np.median(degrees[rows])) for degrees in coordinates)
            centre = latitude, longitude
        elif len(numbers) > LEAST_ALIKE and numbers.shape[1]:
            found, agreement = Likeness.fit(numbers, log_price, labels)
            likeness = found if agreement >= AGREEMENT else None
        if centre is None:
            rows = np.arange(len(numbers) if likeness else 0)
        most = MAX_KNOWN if centre else MAX_ALIKE
        if len(rows) > most:
            rows = np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
        known = cls(centre, likeness, rows, numbers[:0], numbers[rows], len(numbers))
        known.place = known.where(coordinates, numbers)[rows]
        return known

    def where(self, coordinates: Coordinates, numbers: np.ndarray) -> np.ndarray:
        """Return where flats lie, (n, 2) or (n, d) float32; one without coordinates, in the centre.

        numbers: (n, d), of the same flats as the coordinates.
        """
        if self.centre is None:
            return self.likeness.place(numbers) if self.likeness else numbers[:, :0]
        place = neighbours.to_kilometres(*coordinates, centre=self.centre)
        return np.nan_to_num(place).astype(np.float32)

    def joined(self, coordinates: Coordinates, numbers: np.ndarray) -> "KnownFlats":
        """Return these flats and others, whose prices follow those of the training part.

        Args:
            coordinates: of the others, (n,) and (n,).
            numbers: (n, d) float32, as the network gets them.
        """
        there = np.isfinite(coordinates[0]) & np.isfinite(coordinates[1])
        rows = np.flatnonzero(there) if self.centre else np.arange(len(numbers))
        return KnownFlats(
            self.centre,
            self.likeness,
            np.concatenate([self.rows, self.trained + rows]),
            np.concatenate([self.place, self.where(coordinates, numbers)[rows]]),
            np.concatenate([self.numbers, numbers[rows]]),
            self.trained + len(numbers),
        )

    def before(self, learned: int) -> "KnownFlats":
        """Return those of the first `learned` rows: without the flats that joined them."""
        kept = self.rows < learned
        rows, place, numbers = self.rows[kept], self.place[kept], self.numbers[kept]
        return KnownFlats(self.centre, self.likeness, rows, place, numbers, learned)

    def nearest(
        self,
        place: np.ndarray,
        count: int,
        *,
        labels: np.ndarray | None = None,
        joined: bool = False,
        same: np.ndarray | None = None,
    ) -> np.ndarray:
        """Return which known flats are the nearest to each place, (n, k) int32, nearest first.

        labels: (n,) of the training part's own rows, those of `fit`, which keep flats apart; or,
            with `joined`, of those that joined them last; or, with `same`, of any others.
        same: (n,) which known flat each of those others is, see `same`.
        """
        count = min(count, len(self) - 1, max(4, MAX_NEIGHBOURS // self.trained))
        apart = None
        if labels is not None and same is not None:
            numbers = np.unique(labels, return_inverse=True)[1]
            of_known = len(numbers) + np.arange(len(self))  # each by itself, but for those met
            of_known[same[same >= 0]] = numbers[same >= 0]
            apart = (of_known, numbers)
        elif labels is not None and not joined:
            apart = (labels[self.rows], labels)
        elif labels is not None:
            numbers = np.unique(labels, return_inverse=True)[1]
            of_all = np.concatenate([np.full(self.trained - len(labels), -1), numbers])
            apart = (of_all[self.rows], numbers)
        if self.centre:
            return neighbours.nearest(self._tree, place, count, apart=apart)
        return nearest_alike(self.place, place, count, apart=apart)

    def same(self, numbers: np.ndarray, log_price: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Return which known flat each of some flats is, (n,) int64; -1 for one that is none.

        Args:
            numbers: (n, d) float32, without what categories cost: that differs in training.
            log_price: (n,) float32.
            known: log prices of the known flats, (m,) float32.
        """
        ours = _rows_of(self.numbers[:, : numbers.shape[1]], known)
        rows = {row: number for number, row in enumerate(ours)}
        found = [rows.get(row, -1) for row in _rows_of(numbers, log_price)]
        return np.array(found, dtype=np.int64)

    @cached_property
    def _tree(self) -> cKDTree:
        """What finds the nearest: whoever asks for a few prices at a time would build it anew."""
        return cKDTree(self.place)

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        scale = np.empty(0, np.float32) if self.likeness is None else self.likeness.scale
        arrays = {
            "known_place": self.place,
            "known_rows": self.rows,
            "known_numbers": self.numbers,
            "likeness": scale,
        }
        return {"centre": self.centre}, arrays

    @classmethod
    def restore(
        cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray], *, width: int, trained: int
    ) -> Self:
        """Take what `state` gave; raise UserError where it was not made by `fit`.

        Args:
            values, arrays: as `state` returns them.
            width: how many numbers the network gets of a flat.
            trained: how many rows the training part had.
        """
        rows, place, scale = arrays["known_rows"], arrays["known_place"], arrays["likeness"]
        centre, known = values["centre"], len(rows)
        fits = (
            known != 1
            and not (centre and known == 0)
            and scale.shape == ((width,) if known and not centre else (0,))
            and place.shape == (known, 2 if centre else place.shape[1])
            and (centre or known == 0 or place.shape[1] == width)
            and arrays["known_numbers"].shape[0] == known
            and (known == 0 or arrays["known_numbers"].shape[1] == width)
            and bool(np.isfinite(place).all())
            and bool(np.isfinite(scale).all())
            and (known == 0 or 0 <= rows.min() <= rows.max() < trained)
        )
        if not fits:
            raise UserError("preprocessing's neighbours do not fit its numbers")
        centre = centre and (float(centre[0]), float(centre[1]))
        likeness = Likeness(scale) if len(scale) else None
        return cls(centre, likeness, rows, place, arrays["known_numbers"], trained)

    def notes(self, count: int) -> list[str]:
        """Say which neighbours each flat sees."""
        if self.centre:
            return [f"each flat sees the prices of its {count} nearest in training"]
        if self.likeness:
            return [f"each flat sees the prices of the {count} most like it in training"]
        return []


def _rows_of(numbers: np.ndarray, log_price: np.ndarray) -> list[bytes]:
    """Return bytes of each flat that are the same for the same flat, whatever it was read from."""
    rounded = np.round(np.column_stack([numbers, log_price]).astype(np.float32), 4) + 0.0
    return [row.tobytes() for row in rounded]
