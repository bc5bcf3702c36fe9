import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch

from common.errors import UserError
from common.pipeline import Pipeline
from tabular.data import from_frame
from tabular.loss import MoneyCostLoss
from tabular.metrics import price_metrics
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK


@pytest.mark.parametrize("name", list(TASK.losses))
def test_prices_in_millions_are_learned_as_prices_in_roubles(name):
    # A price of 0.5 is half a million, and no loss may take it for a rouble.
    price = torch.tensor([0.5, 3.0, 40.0], dtype=torch.float64)
    log_price = price.log() + torch.tensor([0.1, -0.2, 0.3])
    in_millions = TASK.losses[name](TabularSettings(rate=1e6), None)
    in_roubles = TASK.losses[name](TabularSettings(rate=1.0), None)
    torch.testing.assert_close(
        in_millions(log_price, price), in_roubles(log_price + np.log(1e6), price * 1e6)
    )


def test_a_sum_of_losses_is_the_sum_of_each():
    settings = TabularSettings(rate=1.0)
    price = torch.tensor([3e6, 10e6, 90e6], dtype=torch.float64)
    log_price = price.log() + torch.tensor([0.1, -0.2, 0.3])
    parts = [TASK.losses[name](settings, None)(log_price, price) for name in ("relative", "cost")]
    both = TASK.losses["relative + 0.5*cost"](settings, None)
    torch.testing.assert_close(both(log_price, price), parts[0] + 0.5 * parts[1])


def test_the_thresholds_of_a_costly_error_have_one_home():
    """The settings' defaults, the loss's and the metrics' are the same numbers."""
    settings = TabularSettings(rate=1.0).error_cost()
    price = np.array([10e6, 90e6])
    predicted = np.array([10.9e6, 60e6])
    own, given = price_metrics(predicted, price), price_metrics(predicted, price, **settings)
    assert own == given
    loss = MoneyCostLoss()
    assert {name: getattr(loss, name) for name in settings} == settings


def test_what_an_error_costs_is_not_known_before_the_rate():
    with pytest.raises(ValueError, match="rate of exchange is not settled"):
        TabularSettings().error_cost()


def test_equal_prices_are_refused():
    frame = pd.DataFrame({"area": [30.0, 50.0], "price": [5.0, 5.0]})
    table = from_frame(frame, TableSource(target="price"), notes=[])
    with pytest.raises(UserError, match="all 2 prices are the same"):
        TASK.complete(TabularSettings(), table)


def test_the_rate_is_set_by_the_currency():
    roubles = dataclasses.replace(priced([5e6, 9e6]), currency="₽")
    assert TASK.complete(TabularSettings(), roubles).rate == 1
    dollars = dataclasses.replace(roubles, currency="$")
    assert TASK.complete(TabularSettings(), dollars).rate == 80
    assert TASK.complete(TabularSettings(rate=100.0), dollars).rate == 100


def test_prices_that_look_like_millions_are_remarked_upon():
    frame = pd.DataFrame({"area": [30.0, 50.0], "price": [7.5, 12.5]})
    table = from_frame(frame, TableSource(target="price"), notes=[])
    TASK.complete(TabularSettings(), table)
    assert any("--rate 1000000" in note for note in table.notes)


def priced(prices, name="price"):
    frame = pd.DataFrame({"area": range(len(prices)), name: prices})
    return from_frame(frame, TableSource(target=name), notes=[])


@pytest.mark.parametrize(
    ("prices", "name", "catastrophe", "said"),
    [
        (["9 000 000 ₽", "11 000 000 ₽"], "цена", 500_000, "above 500 k ₽"),
        (["$200,000", "$400,000"], "price", 6_250, "above $6.25 k"),
        (["£200,000", "£400,000"], "price", 500_000 / 105, "above £4.76 k"),
        ([200_000, 400_000], "price_eur", 500_000 / 90, "above €5.56 k"),
        ([9e6, 11e6], "price", 500_000, "as if in roubles, a catastrophe is an error above 500 k"),
        ([150_000, 250_000], "SalePrice", 10_000, "by their median, a catastrophe is an error abo"),
        ([8.0, 12.0], "price", 0.5, "--rate 1000000 for millions of roubles"),
    ],
)
def test_a_catastrophe_is_one_in_the_money_of_the_table_and_said(prices, name, catastrophe, said):
    table = priced(prices, name)
    settings = TASK.complete(TabularSettings(), table)
    assert settings.catastrophe / settings.rate == pytest.approx(catastrophe)
    assert said in table.notes[-1]


def test_thresholds_that_a_person_gives_are_in_the_money_of_the_table():
    table = priced([150_000, 250_000])
    settings = TASK.complete(TabularSettings(catastrophe=20_000.0, critical=90_000.0), table)
    assert settings.catastrophe / settings.rate == 20_000
    assert "above 20 k, critical is one above 90 k" in table.notes[-1]


def test_the_page_of_a_persons_own_table_speaks_of_it():
    settings = TabularSettings(rate=50.0, loss="mse_log")
    for source in (TableSource(), TableSource(data="california")):
        assert TASK.heading(Pipeline(None, None, settings, source)) == (TASK.title, TASK.about)
    own = TableSource(file="deals/flats.csv", target="Preis")
    title, about = TASK.heading(Pipeline(None, None, settings, own))
    assert title == "Prices of flats.csv"
    assert "the loss mse_log tells the column 'Preis'" in about
    assert "above 10 k counts as a catastrophe" in about
    assert "rouble" not in about
    title, about = TASK.heading(Pipeline(None, None, settings, TableSource(target="Preis")))
    assert title == "Prices of a table"
