"""The flats: rooms, areas, floors, renovation and view, drawn house by house."""

import numpy as np
import pandas as pd

from tabular.synthetic import city
from tabular.synthetic import coefficients as c
from tabular.synthetic.houses import choose, draw_houses

FLATS_A_HOUSE = 3
FIRST_DAY, DAYS = np.datetime64("2024-01-01"), 731  # two years, the first of them a leap year

_RENOVATIONS = list(c.RENOVATION_PREMIUM)
_RENOVATION_SHARES = {
    "economy": (0.12, 0.53, 0.32, 0.03),
    "comfort": (0.10, 0.37, 0.45, 0.08),
    "business": (0.10, 0.20, 0.45, 0.25),
    "elite": (0.15, 0.07, 0.33, 0.45),
}
_NEW_RENOVATION_SHARES = (0.60, 0.25, 0.12, 0.03)


def _areas(rng: np.random.Generator, flats: pd.DataFrame) -> None:
    """Total, living and kitchen area; living and kitchen never fill more than 0.92 of the total."""
    count = len(flats)
    usual = np.array(c.ROOM_AREA)[flats["rooms"]] * flats["building_class"].map(c.CLASS_AREA)
    area = np.maximum(usual * rng.lognormal(0.0, c.AREA_SPREAD, count), 14.0)
    living = area * np.clip(rng.normal(0.57, 0.05, count), 0.4, 0.7)
    kitchen = flats["building_class"].map(c.CLASS_KITCHEN) * (area / 55.0) ** 0.35
    kitchen *= rng.lognormal(0.0, 0.15, count)
    flats["area"] = area.round(1)
    flats["living_area"] = living.round(1)
    flats["kitchen_area"] = np.minimum(kitchen, 0.92 * area - living).round(1)


def _views(rng: np.random.Generator, flats: pd.DataFrame) -> np.ndarray:
    """Parks and the river are seen near them, the Kremlin and the skyline from upper floors."""
    latitude, longitude = flats["latitude"], flats["longitude"]
    from_kremlin = city.distance(latitude, longitude)
    floor = flats["floor"].to_numpy()
    weights = {
        "yard": np.ones(len(flats)),
        "street": np.full(len(flats), 0.5),
        "park": 1.2 * np.exp(-city.distance_to_park(latitude, longitude) / 0.5),
        "river": 1.2 * np.exp(-city.distance_to_river(latitude, longitude) / 0.35),
        "skyline": 0.6 * (floor >= 15) * (from_kremlin < 12.0),
        "kremlin": 1.0 * (floor >= 5) * (from_kremlin < 1.8),
    }
    return choose(rng, list(weights), np.column_stack(list(weights.values())))


def _renovations(rng: np.random.Generator, flats: pd.DataFrame) -> np.ndarray:
    shares = np.array(list(flats["building_class"].map(_RENOVATION_SHARES)))
    shares[flats["new_building"].to_numpy()] = _NEW_RENOVATION_SHARES
    return choose(rng, _RENOVATIONS, shares)


def _listings(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers that grow with the day of listing, as a site's own do, and the days."""
    day = np.sort(rng.integers(0, DAYS, count))
    number = 280_000_000 + np.cumsum(rng.integers(1, 2_000, count))
    order = rng.permutation(count)
    return number[order], (FIRST_DAY + day[order]).astype("datetime64[s]")


def draw_flats(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Draw `count` flats, a row each, clean and complete, with the hidden columns of their houses.

    Several flats may be for sale in one house.
    """
    houses = draw_houses(rng, max(1, count // FLATS_A_HOUSE))
    popularity = houses["for_sale"] * rng.gamma(1.0, 1.0, len(houses))
    home = rng.choice(len(houses), count, p=popularity / popularity.sum())
    flats = houses.drop(columns="for_sale").iloc[home].reset_index(drop=True)
    shares = np.array(list(flats["building_class"].map(c.ROOM_SHARES)))
    flats["rooms"] = choose(rng, list(range(len(c.ROOM_AREA))), shares)
    _areas(rng, flats)
    flats["floor"] = rng.integers(1, flats["floors"], endpoint=True)
    flats["renovation"] = _renovations(rng, flats)
    flats["view"] = _views(rng, flats)
    flats["balconies"] = rng.binomial(3, 0.3, count) * (flats["floor"] > 1)
    owner = np.where(rng.random(count) < 0.3, "owner", "agent")
    flats["seller"] = np.where(flats["new_building"], "developer", owner)
    flats["listing_id"], flats["listed_on"] = _listings(rng, count)
    return flats
