"""The price of a flat: the formula of `tabular.synthetic`, term by term."""

import numpy as np
import pandas as pd

from tabular.synthetic import coefficients as c


def _house_premium(flats: pd.DataFrame) -> pd.Series:
    age = (flats["listed_on"].dt.year - flats["year_built"]).clip(0, c.AGE_LIMIT)
    return (
        flats["building_class"].map(c.CLASS_PREMIUM)
        + flats["material"].map(c.MATERIAL_PREMIUM)
        + flats["parking"].map(c.PARKING_PREMIUM)
        + c.AGE_PREMIUM * age
        + c.CEILING_PREMIUM * (flats["ceiling_height"] - c.CEILING_USUAL)
    )


def _floor_premium(flats: pd.DataFrame) -> pd.Series:
    floor, last = flats["floor"], flats["floors"]
    climb = (floor - 2).clip(lower=0) * ~flats["has_lift"]
    return (
        flats["building_class"].map(c.FIRST_FLOOR_PREMIUM) * (floor == 1)
        + flats["building_class"].map(c.LAST_FLOOR_PREMIUM) * ((floor == last) & (floor > 1))
        + c.TOWER_PREMIUM * (floor - c.TOWER_FLOORS).clip(0, c.TOWER_LIMIT)
        + c.NO_LIFT_PREMIUM * climb
    )


def _flat_premium(flats: pd.DataFrame) -> pd.Series:
    taste = flats["building_class"].map(c.TASTE)
    elasticity = flats["building_class"].map(c.AREA_ELASTICITY)
    finish = flats["renovation"].map(c.RENOVATION_PREMIUM) + flats["view"].map(c.VIEW_PREMIUM)
    return (
        elasticity * np.log(flats["area"] / c.AREA_USUAL)
        + taste * finish
        + c.BALCONY_PREMIUM * flats["balconies"].clip(upper=2)
    )


def _deal_premium(flats: pd.DataFrame) -> pd.Series:
    listed_on = flats["listed_on"]
    months = 12 * (listed_on.dt.year - 2024) + listed_on.dt.month - 1 + listed_on.dt.day / 31
    autumn = np.cos(2.0 * np.pi * (months - 9.5) / 12.0)
    return (
        c.MONTH_PREMIUM * months + c.SEASON_PREMIUM * autumn + flats["seller"].map(c.SELLER_PREMIUM)
    )


def fair_price(flats: pd.DataFrame) -> np.ndarray:
    """What half of the buyers would overpay and half underpay: the median price, (flats,) roubles.

    Needs the clean flats of `draw_flats`.
    """
    place = (
        flats["known_quality"]
        + flats["hidden_quality"]
        + c.METRO_PREMIUM * np.log(flats["metro_minutes"] / 10.0)
        + flats["ring"].map(c.RING_PREMIUM)
    )
    premium = (
        _house_premium(flats) + _floor_premium(flats) + _flat_premium(flats) + _deal_premium(flats)
    )
    return np.round(flats["area"] * np.exp(place + premium)).to_numpy(np.float64)


def noise_scale(fair: np.ndarray) -> np.ndarray:
    """Deviation of the log price of a deal around the fair one: expensive flats vary more.

    >>> noise_scale(np.array([1e6, 15e6, 1e9]))
    array([0.05, 0.08, 0.15])
    """
    return np.clip(c.NOISE * (fair / c.NOISE_PRICE) ** c.NOISE_POWER, *c.NOISE_LIMITS)


def deal_price(rng: np.random.Generator, fair: np.ndarray) -> np.ndarray:
    """The price on which two people agreed: (flats,) whole roubles, to ten thousand."""
    noise = rng.normal(0.0, 1.0, len(fair)) * noise_scale(fair)
    return (np.round(fair * np.exp(noise) / 10_000.0) * 10_000.0).astype(np.int64)
