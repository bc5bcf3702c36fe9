"""A small table of flats, whose floors are pairs."""

import numpy as np
import pandas as pd


def flats(rows=120, seed=0):
    draw = np.random.default_rng(seed)
    area, floors = draw.uniform(30, 110, rows).round(1), draw.integers(5, 20, rows)
    return pd.DataFrame(
        {
            "район": draw.choice(["Арбат", "Сокол", "Митино"], rows),
            "площадь": area,
            "этаж": [f"{draw.integers(1, top + 1)}/{top}" for top in floors],
            "цена": (area * 2e5).round(),
        }
    )
