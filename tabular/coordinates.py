"""Where the flats of a table are, and whether latitude and longitude look swapped."""

import re
from collections.abc import Iterable
from itertools import chain

import numpy as np
import pandas as pd

from tabular.values import as_numbers

Box = tuple[float, float, float, float]
"""From and to a latitude, from and to a longitude."""
HABITABLE = 72.0
"""Degrees of latitude beyond which there are no flats for sale."""
HOMES: dict[str, list[Box]] = {
    "₽": [(41, 82, 27, 180), (54, 56, 19, 23)],
    "€": [(27, 71, -32, 35)],
    "£": [(49, 61, -9, 2)],
    "zł": [(49, 55, 14, 25)],
    "₴": [(44, 53, 22, 41)],
    "₸": [(40, 56, 46, 88)],
    "CHF": [(45.5, 48, 5.5, 11)],
    "₹": [(6, 36, 68, 98)],
    "₺": [(35.5, 42.5, 25.5, 45)],
    "₾": [(41, 44, 40, 47)],
    "Kč": [(48.5, 51.1, 12, 19)],
    "AED": [(22.5, 26.5, 51, 56.5)],
}
"""Where a currency is spent."""
ABROAD: list[Box] = [
    (29, 29.6, 47.5, 48.3),  # Kuwait
    (25.8, 26.7, 49.8, 50.8),  # Bahrain and Dammam
    (24.3, 25.1, 46.2, 47.2),  # Riyadh
    (21, 22, 38.9, 40.2),  # Jeddah and Mecca
    (23.3, 23.9, 57.7, 58.8),  # Muscat
    (39.9, 41.3, 43.8, 45.6),  # Armenia
    (40.2, 40.7, 49.5, 50.3),  # Baku
    (36.7, 41, 65, 75),  # from Samarkand and Dushanbe to Fergana
]
"""Where Russian tables have flats, too, whose coordinates are of Russia or beside it turned."""
AROUND = 3.0
"""Times the spread of most flats within which a flat is among them."""
LEAST_AROUND = 1.0
"""Degrees within which it is so at least."""
FAR, LEAST_FAR = 2.0, 10.0
"""Times the reach of most flats, and degrees, from zero within which a coordinate has two signs:
Spain lies on both sides of Greenwich."""


def look_swapped(
    latitude: float, longitude: float, *, russian: bool = False, currency: str = ""
) -> bool:
    """Whether a place looks as if its coordinates had each other's names.

    Nobody sells flats in Antarctica. In a table that speaks Russian, a place that is in Russia or
    beside it only the other way round looks swapped, too: Moscow's numbers are of Iran then. So
    does one that is where its currency is spent only the other way round.

    >>> look_swapped(-74.0, 40.7), look_swapped(37.6, 55.75, russian=True)
    (True, True)
    >>> look_swapped(-0.1, 51.5, currency="£"), look_swapped(25.2, 55.3, currency="₽")
    (True, False)
    """
    if abs(latitude) > HABITABLE >= abs(longitude):
        return True
    homes = [*HOMES.get(currency.rpartition(" ")[2], [])]
    if russian and not _within(latitude, longitude, ABROAD):
        # Novorossiysk turned is in the box of Turkey, and yet Russian; Dubai stays Dubai.
        if longitude <= HABITABLE:
            homes += HOMES["₽"]
        if not _within(latitude, longitude, chain(*HOMES.values())):
            homes += [(39, 82, 19, 180)]
    return _within(longitude, latitude, homes) and not _within(latitude, longitude, homes)


def _within(latitude: float, longitude: float, homes: Iterable[Box]) -> bool:
    return any(
        south <= latitude <= north and west <= longitude <= east
        for south, north, west, east in homes
    )


def swapped_rows(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Tell which flats lie where most do only the other way round, (n,) bool.

    latitude, longitude: (n,), NaN where nobody knows.

    >>> swapped_rows(np.array([55.7, 55.8, 37.6, 55.6]), np.array([37.5, 37.7, 55.7, 37.6]))
    array([False, False,  True, False])
    """
    north = _around(latitude, latitude), _around(longitude, longitude)
    other = _around(latitude, longitude), _around(longitude, latitude)
    return ~north[0] & ~north[1] & other[0] & other[1]


def mirrored_rows(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Tell which flats lie where most do only with another sign of a coordinate, (n,) bool.

    A coordinate that is near zero has both signs.

    >>> mirrored_rows(np.full(5, 40.7), np.array([-74.0, 74.1, -73.9, -73.8, -74.1]))
    array([False,  True, False, False, False])
    """
    north, east = _around(latitude, latitude), _around(longitude, longitude)
    south = _around(latitude, -latitude) & _is_far_from_zero(latitude)
    west = _around(longitude, -longitude) & _is_far_from_zero(longitude)
    return ~(north & east) & ((north | south) & (east | west))


def _around(usual: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Tell which values lie among the usual ones."""
    middle, reach = _reach(usual)
    return np.abs(values - middle) <= reach


def _is_far_from_zero(usual: np.ndarray) -> bool:
    middle, reach = _reach(usual)
    return abs(middle) > max(LEAST_FAR, FAR * reach)


def _reach(usual: np.ndarray) -> tuple[float, float]:
    """Return the middle of coordinates, and how far from it a flat is among most; NaN of none."""
    if not np.isfinite(usual).any():
        return float("nan"), float("nan")
    low, middle, high = np.nanpercentile(usual, [25, 50, 75])
    return float(middle), float(max(LEAST_AROUND, AROUND * (high - low)))


def notes_on_places(
    latitude: np.ndarray, longitude: np.ndarray, rows: pd.Index, names: Iterable[str], currency: str
) -> list[str]:
    """Say where the middle of all flats is, and whether the coordinates look swapped.

    Args:
        latitude, longitude: in degrees, (n,); NaN where nobody knows.
        rows: of the flats in the file.
        names: of the table's columns, which tell its language.
        currency: of its prices.
    """
    known = np.isfinite(latitude) & np.isfinite(longitude)
    centre = float(np.median(latitude[known])), float(np.median(longitude[known]))
    notes = [f"the middle of all is at {centre[0]:.2f} north, {centre[1]:.2f} east"]
    russian = any(re.search("[а-яё]", name, re.IGNORECASE) for name in names)
    if look_swapped(*centre, russian=russian, currency=currency):
        notes.append(
            "latitude and longitude look swapped: give the columns each other's names, or write "
            "the latitude first in a cell that holds both"
        )
    swapped = rows[swapped_rows(latitude, longitude)]
    if len(swapped):
        notes.append(
            f"latitude and longitude look swapped in {len(swapped):,} of {len(rows):,} rows, such "
            f"as row {swapped[0]}: the other way round they lie among the others; mend them there"
        )
    mirrored = rows[mirrored_rows(latitude, longitude)]
    if len(mirrored):
        notes.append(
            f"latitude or longitude has the wrong sign in {len(mirrored):,} of {len(rows):,} rows, "
            f"it seems, such as row {mirrored[0]}: with the other they lie among the others; mend "
            "them there"
        )
    return notes


def without_null_island(frame: pd.DataFrame, latitude: str, longitude: str) -> pd.DataFrame:
    """Return a frame in which coordinates 0, 0 are missing: there is nothing but sea.

    >>> flats = pd.DataFrame({"lat": [0.0, 0.0], "lon": [0.0, -78.5]})
    >>> without_null_island(flats, "lat", "lon")["lat"].tolist()
    [nan, 0.0]
    """
    north, east = as_numbers(frame[latitude], "latitude"), as_numbers(frame[longitude], "longitude")
    nowhere = (north == 0) & (east == 0)
    if not nowhere.any():
        return frame
    return frame.assign(**{name: frame[name].mask(nowhere) for name in (latitude, longitude)})
