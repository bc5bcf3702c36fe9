"""A simulated market."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from tabular.market.dirt import repeats, soil
from tabular.market.flats import draw_flats
from tabular.market.price import deal_price, fair_price

COLUMNS = (
    "listing_id",
    "listed_on",
    "okrug",
    "metro",
    "metro_minutes",
    "latitude",
    "longitude",
    "rooms",
    "area",
    "living_area",
    "kitchen_area",
    "floor",
    "floors",
    "year_built",
    "material",
    "building_class",
    "ceiling_height",
    "renovation",
    "view",
    "balconies",
    "has_lift",
    "parking",
    "new_building",
    "seller",
    "price",
)


class Market(NamedTuple):
    """An export of flats, and the perfect valuer's price of each row."""

    flats: pd.DataFrame
    fair_price: np.ndarray


def simulate(n: int = 12_000, *, seed: int = 0) -> Market:
    rng = np.random.default_rng(seed)
    shown = repeats(rng, n)
    clean = draw_flats(rng, shown.max() + 1)
    fair = fair_price(clean)
    clean["price"] = deal_price(rng, fair)
    flats = soil(rng, clean)[list(COLUMNS)]
    return Market(flats.iloc[shown].reset_index(drop=True), fair[shown])
