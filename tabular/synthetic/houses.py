"""The houses: where they stand, when and of what they were built, and of what class they are."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from tabular.synthetic import city
from tabular.synthetic import coefficients as c
from tabular.synthetic.stations import STATIONS


class Era(NamedTuple):
    """What was built in some years: shares by distance from the Kremlin, looks, and standing."""

    years: tuple[int, int]
    shares: tuple[float, float, float]  # within 4 km, within 9 km, farther
    materials: dict[str, float]
    floors: dict[int, float]
    ceilings: tuple[float, float]
    standing: float  # moves a house's class up or down


ERAS = {
    "tenement": Era((1890, 1917), (0.20, 0.01, 0.0), {"brick": 1.0},
                    {4: 0.3, 5: 0.4, 6: 0.3}, (3.2, 3.8), 0.30),
    "stalin": Era((1935, 1957), (0.27, 0.18, 0.02), {"stalin": 0.85, "brick": 0.15},
                  {5: 0.25, 6: 0.1, 7: 0.2, 8: 0.3, 10: 0.15}, (2.9, 3.3), 0.0),
    "khrushchev": Era((1958, 1969), (0.04, 0.18, 0.18), {"panel": 0.6, "brick": 0.3, "block": 0.1},
                      {5: 0.8, 9: 0.2}, (2.48, 2.6), -0.45),
    "soviet": Era((1970, 1989), (0.13, 0.23, 0.32), {"panel": 0.65, "brick": 0.2, "block": 0.15},
                  {9: 0.35, 12: 0.25, 14: 0.1, 16: 0.2, 17: 0.1}, (2.5, 2.7), -0.30),
    "turn": Era((1990, 2005), (0.08, 0.12, 0.18), {"panel": 0.6, "brick": 0.2, "monolith": 0.2},
                {10: 0.1, 14: 0.15, 17: 0.45, 22: 0.3}, (2.64, 2.8), -0.05),
    "modern": Era((2006, 2022), (0.18, 0.16, 0.17),
                  {"monolith": 0.5, "monolith_brick": 0.35, "panel": 0.15},
                  {7: 0.1, 9: 0.1, 14: 0.15, 17: 0.25, 22: 0.2, 25: 0.15, 40: 0.05},
                  (2.7, 3.0), 0.22),
    "new": Era((2023, 2027), (0.10, 0.12, 0.13), {"monolith": 0.7, "monolith_brick": 0.3},
               {7: 0.1, 12: 0.15, 17: 0.25, 25: 0.3, 33: 0.15, 52: 0.05}, (2.7, 3.1), 0.30),
}  # fmt: skip
_RINGS = (4.0, 9.0)
_OLD_TOWN, _OLD_TOWN_FLOORS = 2.5, 9  # km; nothing taller is allowed near the Kremlin
_CLASS_CEILING = np.array([0.0, 0.03, 0.10, 0.35])
_CLASS_UNDERGROUND = np.array([0.05, 0.35, 0.80, 0.97])
_FLATS_FOR_SALE = {"new": 3.0, "modern": 1.5}  # a house under construction sells many at once


def choose(rng: np.random.Generator, options: list, weights: np.ndarray) -> np.ndarray:
    """One option for each row, by the row's own weights (rows, options)."""
    totals = np.cumsum(weights, axis=-1)
    drawn = rng.random(len(totals)) * totals[:, -1]
    return np.asarray(options)[(totals <= drawn[:, None]).sum(axis=-1)]


def _places(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Houses scattered around the stations; outer stations serve more of them."""
    stations = pd.DataFrame(STATIONS)
    from_centre = city.distance(stations["latitude"], stations["longitude"])
    weights = 1.0 + from_centre / 20.0
    nearest = rng.choice(len(stations), count, p=weights / weights.sum())
    places = stations.iloc[nearest].reset_index(drop=True).rename(columns={"name": "metro"})
    minutes = np.clip(rng.lognormal(np.log(10.0), 0.55, count), 1.0, 45.0)
    straight = minutes * 0.06  # km a minute: a walk of 4.8 km/h, a quarter of it around corners
    direction = rng.uniform(0.0, 2.0 * np.pi, count)
    places["latitude"] += straight * np.sin(direction) / city.KM_PER_LATITUDE
    places["longitude"] += straight * np.cos(direction) / city.KM_PER_LONGITUDE
    places["metro_minutes"] = np.maximum(minutes.round(), 1.0)
    return places.round({"latitude": 5, "longitude": 5})


def _buildings(rng: np.random.Generator, era_names: np.ndarray) -> pd.DataFrame:
    """Year, material, floors and ceilings, each as the era had them."""
    count = len(era_names)
    table = pd.DataFrame({"year_built": np.zeros(count, dtype=np.int64)})
    table[["material", "floors", "ceiling_height"]] = "", 0, 0.0
    for name, era in ERAS.items():
        rows = np.flatnonzero(era_names == name)
        for column, shares in (("material", era.materials), ("floors", era.floors)):
            weights = np.tile(list(shares.values()), (len(rows), 1))
            table.loc[rows, column] = choose(rng, list(shares), weights)
        table.loc[rows, "year_built"] = rng.integers(*era.years, len(rows), endpoint=True)
        table.loc[rows, "ceiling_height"] = rng.uniform(*era.ceilings, len(rows))
    return table


def _classes(rng: np.random.Generator, quality: np.ndarray, era_names: np.ndarray) -> np.ndarray:
    """The class of each house as an index into CLASSES.

    A house's standing is the known quality of its place over a quiet suburb's, plus its era's, plus
    chance; three thresholds turn it into a class. The hidden quality has no part in it, so that
    nothing but prices tells of it.
    """
    standing = quality - np.log(c.SUBURB_PRICE) + rng.normal(0.0, c.CLASS_SPREAD, len(quality))
    standing += [ERAS[name].standing for name in era_names]
    return np.digitize(standing, c.CLASS_THRESHOLDS)


def _comforts(rng: np.random.Generator, houses: pd.DataFrame, recent: np.ndarray) -> None:
    """Ceilings, parking and lift, which follow the class in houses of this century."""
    grade = houses["building_class"].map(c.CLASSES.index).to_numpy()
    ceiling = houses["ceiling_height"] + np.where(recent, _CLASS_CEILING[grade], 0.0)
    houses["ceiling_height"] = ceiling.round(2)
    underground = np.where(recent, _CLASS_UNDERGROUND[grade], 0.0)
    weights = np.column_stack([0.4 * (1 - underground), 0.6 * (1 - underground), underground])
    houses["parking"] = choose(rng, list(c.PARKING_PREMIUM), weights)
    houses["has_lift"] = (houses["floors"] > 5) | (recent & (houses["floors"] > 3))


def draw_houses(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Draw `count` houses, a row each, with the known and the hidden quality of their places."""
    houses = _places(rng, count)
    quality = city.known_quality(houses["latitude"], houses["longitude"])
    from_centre = city.distance(houses["latitude"], houses["longitude"])
    shares = np.array([era.shares for era in ERAS.values()]).T
    era_names = choose(rng, list(ERAS), shares[np.digitize(from_centre, _RINGS)])
    houses = pd.concat([houses, _buildings(rng, era_names)], axis=1)
    low = houses["floors"].clip(upper=_OLD_TOWN_FLOORS)
    houses["floors"] = houses["floors"].mask(from_centre < _OLD_TOWN, low)
    houses["building_class"] = np.array(c.CLASSES)[_classes(rng, quality, era_names)]
    _comforts(rng, houses, np.isin(era_names, ["modern", "new"]))
    houses["new_building"] = era_names == "new"
    houses["known_quality"] = quality
    houses["hidden_quality"] = city.hidden_quality(houses["latitude"], houses["longitude"])
    houses["for_sale"] = [_FLATS_FOR_SALE.get(name, 1.0) for name in era_names]
    return houses
