"""A simulated market: flats in Moscow, their deals in roubles, and what each was really worth.

No real flat is here. The stations, river and parks are where they are; everything else is drawn
from the model below. So one thing is known that no real table tells: the fair price, and with it
the error that nobody can go under.

**The deal.** Two people haggle around the fair price, and over an expensive flat more widely:

    price = fair · exp(σ · z),   z ~ N(0, 1)
    σ     = 0.080 · (fair / 15 million)^0.28, kept within 0.05 and 0.15

**The fair price** is a price of a square metre times the area, in logarithms a sum:

    ln fair = ln area + place + house + flat + deal

    place = ln 178,000                                     far from everything
          + 1.32 · exp(−d / 9.5 km)                        d: distance to the Kremlin
          + 0.13 · cos(bearing − 245°) · (1 − exp(−d / 6 km))   west costs more than east
          + 0.07 · exp(−river / 0.6 km) + 0.06 · exp(−park / 0.7 km)
          + Σ premium · exp(−(distance / scale)²)          nine enclaves such as Ostozhenka
          − 0.06 · ln(walk / 10 min)                       the metro
          + 0.03 on the circle line, 0.02 on the big circle
          + local(x, y)                                    no column tells of it

    house = class + material + parking
          − 0.003 · min(age, 50)
          + 0.16 · (ceiling − 2.7 m)

    flat  = e[class] · ln(area / 55 m²)                    a metre of a large flat: cheaper in
                                                           economy, costlier in elite
          + taste[class] · (renovation + view)             finish pays more in elite houses
          + first[class] on the first floor, last[class] on the last: a penthouse in elite
          + 0.004 · floors over the tenth, 25 at most
          − 0.02 · floors over the second without a lift
          + 0.012 · balconies, two at most

    deal  = 0.007 · months since January 2024
          + 0.015 · cos(2π · (months − 9.5) / 12)          autumn
          + seller

`local` is the quality of the neighbourhood: the sum of two smooth random surfaces, one changing
over 0.7 km (deviation 0.11), the other over 2 km (0.07). Only what neighbours paid reveals it. It
belongs to the city, not to the seed: another seed gives other houses and flats in the same city,
and one may train on a seed and value the flats of another.

The tables behind the words, and all numbers, are in `tabular.synthetic.coefficients`; the landmarks
in `city`; how houses and flats come about in `houses` and `flats`.

**The dirt** is that of an export from a listings site. About 1.5 % of the rows are repeated;
categories are misspelt in case and spaces (2 % of cells); some areas are zero, or a hundred times
too large for want of a decimal mark (0.3 % each), or swapped with the living area (0.4 %); some
floors are swapped with the house's height (0.4 %). Cells are empty, and not at random: the kitchen
of a studio, the year of an old house, the renovation of bare walls. Prices are left alone.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from common.errors import UserError
from tabular.synthetic.dirty_data import make_dirty, repeats
from tabular.synthetic.flats import draw_flats
from tabular.synthetic.price import deal_price, fair_price

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
    """An export of flats, and the perfect valuer's price of each of its rows."""

    flats: pd.DataFrame
    fair_price: np.ndarray


def simulate(n: int = 12_000, *, seed: int = 0) -> Market:
    """Draw an export of `n` flats, dirt included, and the fair price of each row.

    Areas are in m², ceilings in metres, the walk to the metro in minutes, `price` in roubles;
    `rooms` is 0 for a studio. `flats` has the index 0 to n − 1, and `fair_price` (n,) float64
    follows it: a repeated row repeats its fair price, and a row with an impossible area keeps the
    fair price of the true one. After cleaning, `fair_price[flats.index]` still fits. The same `n`
    and `seed` give the same market.

    Raises `UserError` if `n` is below 1.

    >>> flats, fair = simulate(2_000, seed=1)
    >>> flats.loc[0, ["metro", "rooms", "area", "price"]].to_dict()
    {'metro': 'park_pobedy', 'rooms': 3, 'area': 72.8, 'price': 30020000}
    >>> error = (fair / flats["price"] - 1).abs().mean()
    >>> f"a perfect valuer is {error:.1%} off"
    'a perfect valuer is ...% off'
    """
    if n < 1:
        raise UserError(f"number of flats: {n}, expected 1 or more")
    rng = np.random.default_rng(seed)
    shown = repeats(rng, n)
    clean = draw_flats(rng, shown.max() + 1)
    fair = fair_price(clean)
    clean["price"] = deal_price(rng, fair)
    flats = make_dirty(rng, clean)[list(COLUMNS)]
    return Market(flats.iloc[shown].reset_index(drop=True), fair[shown])
