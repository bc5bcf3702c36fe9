import pytest
import torch

from common.errors import UserError
from common.losses import Loss, reduce


class Squared(Loss):
    def per_example(self, prediction, target):
        return (prediction - target) ** 2


def test_float16_does_not_overflow():
    big = torch.full((4,), 300.0, dtype=torch.float16)
    assert Squared()(big, torch.zeros(4, dtype=torch.float16)).item() == 90_000


def test_float64_stays_wide():
    assert Squared()(torch.ones(2).double(), torch.zeros(2).double()).dtype == torch.float64


def test_autocast_does_not_narrow_the_loss():
    class Matrix(Loss):
        def per_example(self, prediction, target):
            return (prediction @ target.T).sum(1)

    a = torch.rand(4, 8)
    with torch.autocast("cpu", torch.bfloat16):
        inside = Matrix()(a, a)
    assert inside.dtype == torch.float32
    torch.testing.assert_close(inside, Matrix()(a, a))


def test_silent_broadcasting_is_refused():
    with pytest.raises(ValueError, match=r"\(4, 1\), target \(4,\)"):
        Squared()(torch.zeros(4, 1), torch.zeros(4))


@pytest.mark.parametrize("weight", [None, torch.zeros(0)])
def test_an_empty_batch_is_zero(weight):
    values = torch.zeros(0, requires_grad=True)
    loss = reduce(values, weight=weight)
    loss.backward()
    assert loss.item() == 0


def test_an_ignored_batch_is_zero_with_zero_gradient():
    values = torch.tensor([1.0, float("inf")], requires_grad=True)
    loss = reduce(values, weight=torch.zeros(2))
    loss.backward()
    assert loss.item() == 0
    assert values.grad.tolist() == [0, 0]


def test_weighted_mean_is_that_of_a_hand():
    assert reduce(torch.tensor([1.0, 5.0]), weight=torch.tensor([3.0, 1.0])).item() == 2


def test_unknown_reduction_is_named():
    with pytest.raises(UserError, match="did you mean 'mean'"):
        Squared(reduction="meen")
    with pytest.raises(UserError, match="unknown reduction"):
        reduce(torch.ones(1), "average")
