"""How much of the money lost hangs on a handful of flats: without that, its mean is misread."""

from collections.abc import Mapping

import numpy as np

from common.pipeline import Pipeline
from common.report.section import Section
from tabular.currency import money
from tabular.loss import MoneyCostLoss
from tabular.price_table import PriceTable

FEW = 0.01
"""Share of the flats that are set apart: the costliest."""
ENOUGH = 100
"""Fewer flats than this have no costliest hundredth."""
UNIT = 1e6


def cost_concentration(pipelines: Mapping[str, Pipeline], test: PriceTable) -> list[Section]:
    """Compare losses by what they lose on the costliest flats, and on all others.

    Args:
        pipelines: trained with several losses, by the loss's name.
        test: the flats that were examined.

    Returns:
        A table with the difference to the first loss flat by flat, d, and its standard error
        std(d) / √n; nothing for one loss or few flats.
    """
    if len(pipelines) < 2 or len(test) < ENOUGH:
        return []
    costs = {name: costs_of(pipeline, test) for name, pipeline in pipelines.items()}
    few = max(1, round(FEW * len(test)))
    names = list(costs)
    rows = [_row(name, names[0], costs, few, test.currency) for name in names]
    caption = (
        f"The mean of the money lost hangs on few flats: the {few} costliest of "
        f"{len(test):,} stand apart here. The last column is the difference to {names[0]} flat by "
        "flat, with its standard error. A difference within two of these, or one that is gone "
        "without the costliest flats, says more of this test part than of the loss."
    )
    of_money = ("money lost", "the others", f"against {names[0]}")
    return [Section("Who pays", caption, table=rows, worded=of_money)]


def costs_of(pipeline: Pipeline, flats: PriceTable) -> np.ndarray:
    """Return what the error of each flat costs, (n,), in the currency of the prices."""
    settings = pipeline.settings.error_cost()
    loss = MoneyCostLoss(**settings, unit=UNIT, reduction="none")
    price = pipeline.preprocessing.data(flats)[1].double()
    return loss(pipeline(flats).double(), price).numpy() * UNIT / settings["rate"]


def _row(
    name: str, first: str, costs: Mapping[str, np.ndarray], few: int, currency: str
) -> dict[str, str]:
    own = costs[name]
    order = np.argsort(-own)
    rest = np.delete(own, order[:few])
    difference = own - costs[first]
    error = float(difference.std(ddof=1) / len(own) ** 0.5)
    shown = f"{money(float(difference.mean()), currency)} ± {money(error, currency, digits=2)}"
    return {
        "loss function": name,
        "money lost": money(float(own.mean()), currency),
        "share of the costliest": f"{100 * own[order[:few]].sum() / own.sum():.0f} %",
        "the others": money(float(rest.mean()), currency),
        f"against {first}": "–" if name == first else shown,
    }
