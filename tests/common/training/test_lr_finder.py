"""The learning rate range test, beside the theory of gradient descent on a quadratic."""

import numpy as np
import pytest
import torch
from torch import nn

from common.errors import UserError
from common.trainer import Trainer
from common.training.lr_finder import RateSweep, find_lr


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=1.0)


def quadratic(curvature):
    """A loss of curvature / 2 · w², by a regression through the origin on one batch."""
    X = torch.full((8, 1), float(np.sqrt(curvature / 2)))
    model = nn.Linear(1, 1, bias=False)
    nn.init.ones_(model.weight)
    return model, (X, torch.zeros(8, 1))


def trainer(model, loss=None, **settings):
    settings = {"batch_size": 8, "optimizer": sgd, "progress": False, **settings}
    return Trainer(model, loss or nn.MSELoss(), **settings)


def test_the_rates_are_geometric_and_each_is_a_real_step():
    model, data = quadratic(2.0)
    sweep = find_lr(trainer(model), data, lowest=1e-3, highest=0.1, steps=5)
    np.testing.assert_allclose(sweep.rates, np.geomspace(1e-3, 0.1, 5))
    weight, losses, mean = 1.0, [], 0.0
    for step, rate in enumerate(sweep.rates, 1):
        mean = 0.9 * mean + 0.1 * weight**2  # curvature 2: the loss is w², its gradient 2 w
        losses.append(mean / (1 - 0.9**step))
        weight -= rate * 2 * weight
    np.testing.assert_allclose(sweep.losses, losses, rtol=1e-5)


@pytest.mark.parametrize("curvature", [2.0, 200.0])
def test_the_end_is_where_gradient_descent_diverges(curvature):
    """Gradient descent on curvature c diverges beyond a rate of 2 / c.

    It takes some steps until that is seen, as many for one curvature as for the other.
    """
    model, data = quadratic(curvature)
    sweep = find_lr(trainer(model), data, steps=401, highest=100.0)
    assert 2 < sweep.rates[-1] * curvature < 20
    assert sweep.suggested < 1 / curvature


def test_the_model_and_a_loss_with_weights_are_left_as_they_were():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(()))

        def forward(self, prediction, target):
            return (self.scale * prediction - target).square().mean()

    class Network(nn.Sequential):
        def __init__(self):
            super().__init__(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
            self.loss = Scaled()  # its parameter is trained with the network's

        def forward(self, x):
            return self[2](self[1](self[0](x)))

    torch.manual_seed(0)
    model = Network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    X = torch.randn(64, 3)
    find_lr(trainer(model, model.loss, clip=1.0, metrics={"mae": nn.L1Loss()}), (X, X.sum(1, True)))
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_groups_keep_the_ratio_of_their_rates():
    def two(parameters):
        first, second = parameters
        return torch.optim.SGD([{"params": [first]}, {"params": [second], "lr": 0.0}], lr=1.0)

    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    seen = []
    model.register_forward_hook(lambda m, _, out: seen.append(m.bias.item()))
    find_lr(trainer(model, optimizer=two), (torch.ones(8, 1), torch.ones(8, 1)), steps=20)
    assert set(seen) == {0.0}


def test_what_is_not_finite_ends_the_sweep_or_is_refused_from_the_start():
    model, (X, y) = quadratic(2.0)

    def breaks_when_far(prediction, target):
        value = (prediction - target).square().mean()
        return torch.where(value > 1.5, torch.nan, value)

    sweep = find_lr(trainer(model, breaks_when_far), (X, y))
    assert np.isfinite(sweep.losses).all()
    with pytest.raises(UserError, match="not finite"):
        find_lr(trainer(model), (X * torch.nan, y))


def test_a_loss_that_only_rises_suggests_the_lowest_rate():
    sweep = RateSweep([1e-6, 1e-5, 1e-4], [1.0, 1.1, 2.0])
    assert sweep.suggested == sweep.lowest == 1e-6


@pytest.mark.parametrize("wrong", [{"lowest": 0.0}, {"lowest": 1.0, "highest": 0.1}, {"steps": 1}])
def test_a_sweep_that_goes_nowhere_is_refused(wrong):
    model, data = quadratic(2.0)
    with pytest.raises(UserError, match="goes nowhere"):
        find_lr(trainer(model), data, **wrong)
