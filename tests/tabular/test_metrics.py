import numpy as np
import pytest
import torch
from sklearn import metrics as sklearn_metrics

from tabular.loss import MoneyCostLoss
from tabular.metrics import METRICS, price_metrics


@pytest.fixture
def valuations():
    generator = np.random.default_rng(0)
    price = np.exp(generator.normal(16.5, 1, 1000))
    return price * np.exp(generator.normal(0.02, 0.2, 1000)), price


def test_figures_are_scikit_learns(valuations):
    predicted, price = valuations
    figures = price_metrics(predicted, price)
    assert figures["mape"] == pytest.approx(
        sklearn_metrics.mean_absolute_percentage_error(price, predicted)
    )
    assert figures["mae"] == pytest.approx(sklearn_metrics.mean_absolute_error(price, predicted))
    assert figures["rmse"] == pytest.approx(
        sklearn_metrics.root_mean_squared_error(price, predicted)
    )


def test_money_lost_is_the_mean_of_the_loss(valuations):
    predicted, price = valuations
    cost = MoneyCostLoss(over=2.0, under=0.7, rate=80.0)(
        torch.tensor(np.log(predicted)), torch.tensor(price)
    )
    lost = price_metrics(predicted, price, over=2.0, under=0.7, rate=80.0)["money_lost"]
    assert lost * 80 / 1e6 == pytest.approx(cost.item())


def test_shares_are_those_of_a_hand():
    price = np.full(5, 10e6)
    predicted = price + np.array([0, -0.9e6, 1.5e6, 2.5e6, 16e6])
    figures = price_metrics(predicted, price)
    assert figures["within_10"] == pytest.approx(0.4)
    assert figures["within_20"] == pytest.approx(0.6)
    assert figures["catastrophic"] == pytest.approx(0.8)
    assert figures["critical"] == pytest.approx(0.2)
    assert figures["bias"] == pytest.approx(0.15)
    assert figures["median_ape"] == pytest.approx(0.15)


def test_every_figure_has_a_title(valuations):
    assert set(price_metrics(*valuations)) == {metric.key for metric in METRICS}
