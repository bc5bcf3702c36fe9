import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch

from common.errors import UserError
from tabular.data import from_frame, load
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


def test_equal_prices_are_refused():
    frame = pd.DataFrame({"area": [30.0, 50.0], "price": [5.0, 5.0]})
    table = from_frame(frame, TableSource(target="price"), notes=[])
    with pytest.raises(UserError, match="all 2 prices are the same"):
        TASK.complete(TabularSettings(), table)


def test_the_rate_is_set_by_the_currency():
    table = load(TableSource())
    assert TASK.complete(TabularSettings(), table).rate == 1
    dollars = dataclasses.replace(table, currency="$")
    assert TASK.complete(TabularSettings(), dollars).rate == 80
    assert TASK.complete(TabularSettings(rate=100.0), dollars).rate == 100


def test_prices_that_look_like_millions_are_remarked_upon():
    frame = pd.DataFrame({"area": [30.0, 50.0], "price": [7.5, 12.5]})
    table = from_frame(frame, TableSource(target="price"), notes=[])
    TASK.complete(TabularSettings(), table)
    assert any("--rate 1000000" in note for note in table.notes)
