"""The dirt of a real export: empty cells, repeats, slips of the keyboard. Prices stay honest."""

import numpy as np
import pandas as pd

from tabular.synthetic import coefficients as c

MISSPELT_COLUMNS = ("okrug", "material", "renovation", "view", "parking", "seller")
_SPELLINGS = (str.upper, str.capitalize, lambda word: word + " ", lambda word: "  " + word)


def _some(rng: np.random.Generator, count: int, share: float) -> np.ndarray:
    return np.flatnonzero(rng.random(count) < share)


def _slip(rng: np.random.Generator, flats: pd.DataFrame) -> None:
    """Impossible areas and floors."""
    count = len(flats)
    flats.loc[_some(rng, count, c.ZERO_AREA), "area"] = 0.0
    lost = _some(rng, count, c.LOST_DECIMAL_MARK)
    flats.loc[lost, "area"] = (flats.loc[lost, "area"] * 100.0).round()
    swapped = _some(rng, count, c.LIVING_OVER_TOTAL)
    flats.loc[swapped, ["area", "living_area"]] = flats.loc[
        swapped, ["living_area", "area"]
    ].to_numpy()
    swapped = _some(rng, count, c.FLOOR_OVER_FLOORS)
    flats.loc[swapped, ["floor", "floors"]] = flats.loc[swapped, ["floors", "floor"]].to_numpy()


def _misspell(rng: np.random.Generator, flats: pd.DataFrame) -> None:
    for column in MISSPELT_COLUMNS:
        rows = _some(rng, len(flats), c.MISSPELT)
        hands = rng.integers(0, len(_SPELLINGS), len(rows))
        words = flats.loc[rows, column]
        flats.loc[rows, column] = [
            _SPELLINGS[hand](word) for hand, word in zip(hands, words, strict=True)
        ]


def left_out_more_often(flats: pd.DataFrame) -> dict[str, pd.Series]:
    """Whose cells of a column are empty more often than others'. Needs the clean flats."""
    return {
        "kitchen_area": flats["rooms"] == 0,
        "living_area": flats["rooms"] == 0,
        "year_built": flats["year_built"] < 1960,
        "renovation": flats["renovation"] == "bare",
        "ceiling_height": flats["building_class"] == "economy",
        "view": flats["view"] == "yard",
        "building_class": ~flats["new_building"],
    }


def _leave_out(rng: np.random.Generator, flats: pd.DataFrame, clean: pd.DataFrame) -> None:
    more_often = left_out_more_often(clean)
    for column, (share, added) in c.MISSING.items():
        chance = share + added * more_often.get(column, False)
        empty = np.flatnonzero(rng.random(len(flats)) < chance)
        columns = ["latitude", "longitude"] if column == "coordinates" else [column]
        for name in columns:
            flats[name] = flats[name].where(~np.isin(np.arange(len(flats)), empty))


def make_dirty(rng: np.random.Generator, flats: pd.DataFrame) -> pd.DataFrame:
    """A copy of clean flats with impossible values, misspelt categories and empty cells."""
    soiled = flats.copy()
    _slip(rng, soiled)
    _misspell(rng, soiled)
    _leave_out(rng, soiled, flats)
    return soiled


def repeats(rng: np.random.Generator, count: int) -> np.ndarray:
    """Which row each row of the export shows: (count,) indices, shuffled, some of them twice."""
    twice = round(c.DUPLICATES * count)
    rows = np.arange(count - twice)
    return rng.permutation(np.concatenate([rows, rng.choice(rows, twice, replace=False)]))
