"""Who pays: the costs by hand, the share of the costliest, and the error of a difference."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

from tabular.cost_concentration import cost_concentration, costs_of
from tabular.currency import money
from tabular.price_table import PriceTable
from tabular.settings import TabularSettings


class Says:
    """A pipeline that values each flat at so many times its price."""

    def __init__(self, factors, rate=1.0):
        self.factors = torch.as_tensor(factors)
        self.settings = TabularSettings(rate=rate)
        self.preprocessing = SimpleNamespace(data=lambda t: (None, torch.tensor(t.price)))

    def __call__(self, flats):
        return (torch.tensor(flats.price) * self.factors).log()


def flats(n, price=10e6):
    frame = pd.DataFrame({"area": np.arange(n, dtype=float)})
    return PriceTable(frame, np.full(n, price), currency="₽", notes=[])


def test_an_error_costs_what_the_lesson_says():
    """Ten million off by 4 %, by 20 % and by 200 %: 0.4; 2 + 1.5; 20 + 19.5 + 8 · 5."""
    found = costs_of(Says([1.04, 0.8, 3.0]), flats(3))
    np.testing.assert_allclose(found, [0.4e6, 3.5e6, 79.5e6], rtol=1e-6)


def test_costs_are_in_the_currency_of_the_prices():
    found = costs_of(Says([1.04], rate=100.0), flats(1, price=1e5))
    np.testing.assert_allclose(found, [0.4e4], rtol=1e-6)


def test_one_flat_that_makes_the_difference_is_set_apart():
    n = 200
    calm, wild = np.full(n, 1.04), np.full(n, 1.03)
    wild[:2] = 3.0
    (section,) = cost_concentration({"mse": Says(calm), "cost": Says(wild)}, flats(n))
    first, second = section.table
    assert first["against mse"] == "–"
    assert first["share of the costliest"] == "1 %"
    assert second["share of the costliest"] == f"{100 * 2 * 79.5 / (2 * 79.5 + 198 * 0.3):.0f} %"
    assert second["the others"] == "300 k ₽"
    difference = np.where(np.arange(n) < 2, 79.5e6 - 0.4e6, -0.1e6)
    error = difference.std(ddof=1) / n**0.5
    assert second["against mse"].startswith("692 k ₽ ± ")
    assert difference.mean() == pytest.approx(692e3)
    assert second["against mse"] == f"692 k ₽ ± {money(error, '₽', digits=2)}"


@pytest.mark.parametrize(("losses", "rows"), [(1, 200), (2, 99)])
def test_there_is_nothing_to_tell_of_one_loss_or_few_flats(losses, rows):
    pipelines = {str(i): Says(np.full(rows, 1.1)) for i in range(losses)}
    assert cost_concentration(pipelines, flats(rows)) == []
