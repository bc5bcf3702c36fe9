"""Each loss against an independent reference, and the traps of the field."""

import itertools
import math

import mpmath
import numpy as np
import pytest
import torch
from sklearn.metrics import mean_absolute_percentage_error, mean_squared_error

from tabular.loss import LogCoshLoss, MAPELoss, MoneyCostLoss, SquaredErrorLoss, SquaredLogErrorLoss

LOSSES = {
    "squared": SquaredErrorLoss,
    "squared_log": SquaredLogErrorLoss,
    "relative": MAPELoss,
    "log_cosh": LogCoshLoss,
    "money": MoneyCostLoss,
}


@pytest.fixture(params=LOSSES, ids=str)
def loss_class(request):
    return LOSSES[request.param]


def market(n=400, *, dtype=torch.float64, spread=0.3):
    """Prices like a city's, and valuations of them that are off by some `spread`."""
    generator = np.random.default_rng(0)
    price = np.exp(generator.normal(16.5, 0.9, n))
    log_price = np.log(price) + generator.normal(0, spread, n)
    return torch.tensor(log_price, dtype=dtype), torch.tensor(price, dtype=dtype)


# --- values, against somebody else's implementation -------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_relative_error_is_scikit_learns_mape(dtype):
    prediction, price = market(dtype=dtype)
    expected = mean_absolute_percentage_error(price.double(), prediction.double().exp())
    assert MAPELoss()(prediction, price).item() == pytest.approx(expected, rel=1e-5)


def test_squared_error_is_scikit_learns_mse_in_millions():
    prediction, price = market()
    expected = mean_squared_error(price / 1e6, prediction.exp() / 1e6)
    assert SquaredErrorLoss()(prediction, price).item() == pytest.approx(expected, rel=1e-9)


def test_squared_log_error_is_torchs_mse_of_logarithms():
    prediction, price = market()
    expected = torch.nn.functional.mse_loss(prediction, price.log())
    torch.testing.assert_close(SquaredLogErrorLoss()(prediction, price), expected)


def test_log_cosh_is_numpys_logaddexp():
    prediction, price = market(spread=5)
    r = (prediction - price.log()).numpy()
    expected = np.logaddexp(r, -r) - np.log(2)
    np.testing.assert_allclose(
        LogCoshLoss(reduction="none")(prediction, price), expected, rtol=1e-9
    )


def test_log_cosh_keeps_its_digits_near_zero():
    r = 1e-4
    loss = LogCoshLoss()(torch.tensor([r], dtype=torch.float64), torch.ones(1, dtype=torch.float64))
    assert loss.item() == pytest.approx(float(mpmath.log(mpmath.cosh(r))), rel=1e-6)


@pytest.mark.parametrize(
    ("predicted", "price", "expected"),
    [
        (10.5e6, 10e6, 0.5),  # at the first threshold every rouble still costs one
        (11e6, 10e6, 0.5 + 2 * 0.5),
        (9e6, 10e6, 0.5 + 2 * 0.5),
        (120e6, 100e6, 0.5 + 2 * 14.5 + 10 * 5),
        (80e6, 100e6, 0.5 + 2 * 14.5 + 10 * 5),
    ],
)
def test_money_cost_is_what_a_hand_computes(predicted, price, expected):
    prediction = torch.tensor([predicted], dtype=torch.float64).log()
    cost = MoneyCostLoss()(prediction, torch.tensor([price], dtype=torch.float64))
    assert cost.item() == pytest.approx(expected, rel=1e-9)


def test_money_cost_tells_over_from_under():
    price = torch.tensor([10e6], dtype=torch.float64)
    cost = MoneyCostLoss(over=3.0, under=0.5)
    assert cost(torch.log(price * 1.04), price).item() == pytest.approx(3.0 * 0.4)
    assert cost(torch.log(price * 0.96), price).item() == pytest.approx(0.5 * 0.4)


# --- properties ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["relative", "log_cosh", "squared_log"])
def test_relative_losses_ignore_currency(name):
    prediction, price = market()
    loss = LOSSES[name]()
    in_dollars = loss(prediction - math.log(80), price / 80)
    torch.testing.assert_close(in_dollars, loss(prediction, price))


def test_money_cost_keeps_its_thresholds_in_another_currency():
    prediction, price = market()
    in_dollars = MoneyCostLoss(rate=80.0)(prediction - math.log(80), price / 80)
    torch.testing.assert_close(in_dollars, MoneyCostLoss()(prediction, price))


def test_money_cost_of_plain_weights_is_the_absolute_error():
    prediction, price = market()
    cost = MoneyCostLoss(catastrophe_weight=1, critical_weight=1)(prediction, price)
    expected = (prediction.exp() - price).abs().mean() / 1e6
    torch.testing.assert_close(cost, expected)


def test_relative_error_is_lowest_at_the_median_weighted_by_one_over_price():
    price = torch.tensor([1.0, 2.0, 6.0, 10.0, 20.0], dtype=torch.float64)
    weights = (1 / price) / (1 / price).sum()
    median = price[int(torch.searchsorted(weights.cumsum(0), torch.tensor(0.5).double()))]
    grid = torch.linspace(0.5, 25, 2000, dtype=torch.float64)
    losses = torch.stack([MAPELoss()(p.log().expand(5), price) for p in grid])
    assert grid[losses.argmin()].item() == pytest.approx(median.item(), abs=0.02)
    assert median < price.median()


def test_zero_error_costs_nothing(loss_class):
    _, price = market()
    assert loss_class()(price.log(), price).item() == pytest.approx(0, abs=1e-9)


def test_gradient_is_that_of_finite_differences(loss_class):
    price = torch.tensor([3e6, 10e6, 60e6, 400e6], dtype=torch.float64)
    away_from_kinks = torch.tensor([0.11, -0.4, 0.7, -0.2], dtype=torch.float64)
    prediction = (price.log() + away_from_kinks).requires_grad_()
    assert torch.autograd.gradcheck(lambda p: loss_class(reduction="none")(p, price), prediction)


def test_gradient_of_the_tangent_is_that_of_finite_differences(loss_class):
    price = torch.tensor([3e6, 10e6], dtype=torch.float64)
    prediction = (price.log() + torch.tensor([3.5, 9.0])).requires_grad_()
    assert torch.autograd.gradcheck(lambda p: loss_class(reduction="none")(p, price), prediction)


def test_mean_and_sum_are_those_of_none(loss_class):
    prediction, price = market()
    rows = loss_class(reduction="none")(prediction, price)
    assert rows.shape == price.shape
    torch.testing.assert_close(loss_class()(prediction, price), rows.mean())
    torch.testing.assert_close(loss_class(reduction="sum")(prediction, price), rows.sum())


def test_order_of_the_batch_changes_nothing(loss_class):
    prediction, price = market()
    order = torch.randperm(len(price), generator=torch.Generator().manual_seed(1))
    shuffled = loss_class()(prediction[order], price[order])
    torch.testing.assert_close(shuffled, loss_class()(prediction, price))


def test_non_contiguous_input_gives_the_same(loss_class):
    prediction, price = market()
    wide = torch.stack([prediction, price], dim=1)
    assert not wide[:, 0].is_contiguous()
    torch.testing.assert_close(
        loss_class()(wide[:, 0], wide[:, 1]), loss_class()(prediction, price)
    )


def test_inputs_are_left_alone(loss_class):
    prediction, price = market()
    before = prediction.clone(), price.clone()
    loss_class()(prediction.requires_grad_(), price).backward()
    torch.testing.assert_close((prediction.detach(), price), before, rtol=0, atol=0)


# --- extremes --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_extremes_are_finite_with_finite_gradients(loss_class, dtype):
    for value, price in itertools.product((1e4, -1e4, 0.0), (0.0, -3.0, 1.0, 6.5e4)):
        prediction = torch.tensor([value, 10.0], dtype=dtype, requires_grad=True)
        loss = loss_class()(prediction, torch.tensor([price, 2e4], dtype=dtype))
        loss.backward()
        assert loss.isfinite(), (value, price)
        assert prediction.grad.isfinite().all(), (value, price)
        assert loss.dtype == torch.float32, (value, price)


@pytest.mark.parametrize("price", [3e6, 4e8, 1e12])
def test_absurd_predictions_of_real_prices_are_finite(loss_class, price):
    prediction = torch.tensor([1e4, -1e4], requires_grad=True)
    loss = loss_class()(prediction, torch.tensor([price, price]))
    loss.backward()
    assert loss.isfinite()
    assert prediction.grad.isfinite().all()


def test_an_absurd_prediction_is_still_pulled_back(loss_class):
    prediction = torch.tensor([1e4], requires_grad=True)
    loss_class()(prediction, torch.tensor([1e7])).backward()
    assert prediction.grad.item() > 0


def test_low_precision_input_is_computed_in_float32(loss_class):
    prediction, price = market(dtype=torch.float32)
    narrow = loss_class()(prediction.bfloat16(), price)
    torch.testing.assert_close(narrow, loss_class()(prediction.bfloat16().float(), price))


@pytest.mark.parametrize("n", [0, 1])
def test_tiny_batches_are_finite(loss_class, n):
    prediction = torch.full((n,), 16.0, requires_grad=True)
    loss = loss_class()(prediction, torch.full((n,), 1e7))
    loss.backward()
    assert loss.isfinite()


def test_shapes_that_would_broadcast_are_refused(loss_class):
    with pytest.raises(ValueError, match="expected the same"):
        loss_class()(torch.zeros(4, 1), torch.ones(4))


def test_a_cost_that_falls_with_the_error_is_refused():
    with pytest.raises(ValueError, match="weights 2, 1"):
        MoneyCostLoss(catastrophe_weight=2, critical_weight=1)
    with pytest.raises(ValueError, match="thresholds"):
        MoneyCostLoss(catastrophe=2e6, critical=1e6)


def test_the_weights_of_the_sides_keep_the_digits_of_float64():
    price = torch.tensor([1e7], dtype=torch.float64)
    cost = MoneyCostLoss(over=1.1, under=0.3, reduction="none")
    assert cost((price + 4e5).log(), price).item() == pytest.approx(0.44, rel=1e-9)
    assert cost((price - 4e5).log(), price).item() == pytest.approx(0.12, rel=1e-9)
