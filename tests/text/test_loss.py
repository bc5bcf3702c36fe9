"""Each loss against an independent reference, and the traps of the field."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import wasserstein_distance
from sklearn.metrics import log_loss

from text.loss import (
    IGNORE_INDEX,
    CrossEntropyLoss,
    ExpectedCostLoss,
    FocalLoss,
    LabelSmoothingLoss,
    RankedProbabilityLoss,
)

COSTS = [
    [0.0, 40_000.0, 150_000.0, 200_000.0],
    [3_000.0, 0.0, 5_000.0, 7_000.0],
    [3_000.0, 500.0, 0.0, 100.0],
    [3_000.0, 500.0, 50.0, 0.0],
]
LOSSES = {
    "cross_entropy": CrossEntropyLoss,
    "smoothing": LabelSmoothingLoss,
    "focal": FocalLoss,
    "focal_below_one": lambda **more: FocalLoss(gamma=0.5, **more),
    "cost": lambda **more: ExpectedCostLoss(COSTS, **more),
    "cost_alone": lambda **more: ExpectedCostLoss(COSTS, ce_weight=0, **more),
    "ordinal": RankedProbabilityLoss,
    "ordinal_alone": lambda **more: RankedProbabilityLoss(ce_weight=0, **more),
}


@pytest.fixture(params=LOSSES, ids=str)
def make(request):
    return LOSSES[request.param]


def guesses(n=300, classes=4, *, dtype=torch.float64, spread=2.0):
    generator = np.random.default_rng(0)
    logits = torch.tensor(generator.normal(0, spread, (n, classes)), dtype=dtype)
    return logits, torch.tensor(generator.integers(0, classes, n))


def softmax(logits):
    shifted = np.exp(logits.double().numpy() - logits.double().numpy().max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


# --- values, against somebody else's implementation -------------------------------------------


def test_cross_entropy_is_scikit_learns_log_loss():
    logits, target = guesses()
    expected = log_loss(target, softmax(logits), labels=range(4))
    assert CrossEntropyLoss()(logits, target).item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.7])
def test_label_smoothing_is_torchs(epsilon):
    logits, target = guesses()
    expected = torch.nn.functional.cross_entropy(logits, target, label_smoothing=epsilon)
    torch.testing.assert_close(LabelSmoothingLoss(epsilon=epsilon)(logits, target), expected)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
def test_focal_is_what_numpy_computes(gamma):
    logits, target = guesses()
    true = softmax(logits)[np.arange(300), target]
    expected = -((1 - true) ** gamma) * np.log(true)
    rows = FocalLoss(gamma=gamma, reduction="none")(logits, target)
    np.testing.assert_allclose(rows, expected, rtol=1e-9)


@pytest.mark.parametrize("ce_weight", [0.0, 0.5])
def test_expected_cost_is_what_numpy_computes(ce_weight):
    logits, target = guesses()
    shares, prices = softmax(logits), np.array(COSTS)
    scale = prices.sum() / 12
    expected = (prices[target] * shares).sum(1) / scale
    expected += ce_weight * -np.log(shares[np.arange(300), target])
    rows = ExpectedCostLoss(COSTS, ce_weight=ce_weight, reduction="none")(logits, target)
    np.testing.assert_allclose(rows, expected, rtol=1e-9)


def test_ordinal_distance_is_the_squared_distance_of_distributions():
    logits, target = guesses(classes=5)
    shares = softmax(logits)
    heaps = np.eye(5)[target]
    expected = np.square(np.cumsum(shares, 1) - np.cumsum(heaps, 1)).sum(1) / 4
    rows = RankedProbabilityLoss(ce_weight=0, reduction="none")(logits, target)
    np.testing.assert_allclose(rows, expected, rtol=1e-9)


def test_ordinal_distance_orders_sure_answers_as_scipys_wasserstein():
    sure = torch.eye(5, dtype=torch.float64) * 60
    target = torch.full((5,), 1)
    rows = RankedProbabilityLoss(ce_weight=0, reduction="none")(sure, target)
    expected = [wasserstein_distance([rating], [1]) / 4 for rating in range(5)]
    np.testing.assert_allclose(rows, expected, atol=1e-9)


# --- properties ------------------------------------------------------------------------------


def test_expected_cost_does_not_care_for_the_currency():
    logits, target = guesses()
    kopecks = [[100 * price for price in row] for row in COSTS]
    torch.testing.assert_close(
        ExpectedCostLoss(kopecks)(logits, target), ExpectedCostLoss(COSTS)(logits, target)
    )


def test_expected_cost_of_equal_prices_is_the_chance_of_being_wrong():
    logits, target = guesses()
    rows = ExpectedCostLoss(1 - torch.eye(4), ce_weight=0, reduction="none")(logits, target)
    np.testing.assert_allclose(rows, 1 - softmax(logits)[np.arange(300), target], rtol=1e-9)


def test_expected_cost_alone_never_unlearns_a_sure_mistake_and_with_entropy_does():
    sure = torch.tensor([[-50.0, 50.0, 0.0, 0.0]], requires_grad=True)
    (alone,) = torch.autograd.grad(
        ExpectedCostLoss(COSTS, ce_weight=0)(sure, torch.tensor([0])), sure
    )
    (mended,) = torch.autograd.grad(ExpectedCostLoss(COSTS)(sure, torch.tensor([0])), sure)
    assert alone.abs().max() < 1e-6
    assert mended[0, 0] < -0.4


def test_expected_cost_alone_learns_the_answer_of_least_cost():
    # One message of five is gas, and gas is dear: the best constant answer is gas.
    logits = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    target = torch.tensor([0, 1, 1, 1, 1])
    loss = ExpectedCostLoss([[0, 150_000], [3_000, 0]], ce_weight=0)
    optimizer = torch.optim.SGD([logits], lr=1.0)
    for _ in range(200):
        optimizer.zero_grad()
        loss(logits.expand(5, 2), target).backward()
        optimizer.step()
    assert logits[0] > logits[1] + 2


def test_focal_without_gamma_is_cross_entropy():
    logits, target = guesses()
    torch.testing.assert_close(
        FocalLoss(gamma=0)(logits, target), CrossEntropyLoss()(logits, target)
    )


def test_gradient_is_that_of_finite_differences(make):
    logits, target = guesses(12)
    logits.requires_grad_()
    loss = make(reduction="none")
    assert torch.autograd.gradcheck(lambda z: loss(z, target), logits)


def test_mean_and_sum_are_those_of_none(make):
    logits, target = guesses()
    rows = make(reduction="none")(logits, target)
    assert rows.shape == target.shape
    torch.testing.assert_close(make()(logits, target), rows.mean())
    torch.testing.assert_close(make(reduction="sum")(logits, target), rows.sum())


def test_ignored_rows_weigh_nothing(make):
    logits, target = guesses()
    some = target.clone()
    some[::3] = IGNORE_INDEX
    kept = some != IGNORE_INDEX
    torch.testing.assert_close(make()(logits, some), make()(logits[kept], target[kept]))
    rows = make(reduction="none")(logits, some)
    assert (rows[~kept] == 0).all()


def test_an_ignored_row_may_even_be_infinite(make):
    logits, target = guesses(4)
    logits[1] = math.inf
    target[1] = IGNORE_INDEX
    assert make()(logits, target).isfinite()


def test_a_batch_of_ignored_rows_is_zero_with_zero_gradient(make):
    logits, target = guesses(5)
    logits.requires_grad_()
    loss = make()(logits, torch.full_like(target, IGNORE_INDEX))
    loss.backward()
    assert loss == 0
    assert (logits.grad == 0).all()


def test_order_of_the_batch_changes_nothing(make):
    logits, target = guesses()
    order = torch.randperm(300, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(make()(logits[order], target[order]), make()(logits, target))


def test_non_contiguous_input_gives_the_same(make):
    logits, target = guesses()
    turned = logits.T.contiguous().T
    assert not turned.is_contiguous()
    torch.testing.assert_close(make()(turned, target), make()(logits, target))


def test_inputs_are_left_alone(make):
    logits, target = guesses()
    target[0] = IGNORE_INDEX
    before = logits.clone(), target.clone()
    make()(logits.requires_grad_(), target).backward()
    torch.testing.assert_close((logits.detach(), target), before, rtol=0, atol=0)


# --- extremes --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_extremes_are_finite_with_finite_gradients(make, dtype):
    for value in (1e4, -1e4, 0.0):
        logits = torch.zeros(4, 4, dtype=dtype)
        logits[:, 1] = value
        logits.requires_grad_()
        loss = make()(logits, torch.arange(4))
        loss.backward()
        assert loss.isfinite(), value
        assert logits.grad.isfinite().all(), value
        assert loss.dtype == torch.float32, value


def test_low_precision_input_is_computed_in_float32(make):
    logits, target = guesses(dtype=torch.float32)
    narrow = make()(logits.bfloat16(), target)
    torch.testing.assert_close(narrow, make()(logits.bfloat16().float(), target))


@pytest.mark.parametrize("n", [0, 1])
def test_tiny_batches_are_finite(make, n):
    logits = torch.zeros(n, 4, requires_grad=True)
    loss = make()(logits, torch.zeros(n, dtype=torch.int64))
    loss.backward()
    assert loss.isfinite()


@pytest.mark.parametrize(
    ("prediction", "target"),
    [
        (torch.zeros(4), torch.zeros(4, dtype=torch.int64)),
        (torch.zeros(4, 4), torch.zeros(4, 1, dtype=torch.int64)),
        (torch.zeros(4, 4), torch.zeros(3, dtype=torch.int64)),
        (torch.zeros(4, 4), torch.zeros(4)),
    ],
)
def test_shapes_and_kinds_that_do_not_fit_are_refused(make, prediction, target):
    with pytest.raises(ValueError, match="expected"):
        make()(prediction, target)


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ([[0, 1, 1], [1, 0, 1]], r"shape \(2, 3\)"),
        ([[0.0]], r"shape \(1, 1\)"),
        ([[0, -1], [1, 0]], "from 0"),
        ([[1, 1], [1, 0]], "diagonal"),
        ([[0, math.nan], [1, 0]], "finite"),
    ],
)
def test_a_price_list_that_is_none_is_refused(costs, words):
    with pytest.raises(ValueError, match=words):
        ExpectedCostLoss(costs)


def test_settings_out_of_range_are_refused():
    for build in (
        lambda: FocalLoss(gamma=-1),
        lambda: LabelSmoothingLoss(epsilon=1),
        lambda: ExpectedCostLoss(COSTS, ce_weight=-1),
        lambda: RankedProbabilityLoss(ce_weight=-1),
    ):
        with pytest.raises(ValueError, match="expected"):
            build()


# --- labels that are none ----------------------------------------------------------------------


@pytest.mark.parametrize("label", [-1, 4, -99])
def test_a_label_that_is_no_class_is_refused(make, label):
    with pytest.raises(ValueError, match=f"label {label}, expected a class from 0 to 3, or -100"):
        make()(torch.zeros(3, 4), torch.tensor([0, label, 3]))


@pytest.mark.parametrize("index", [-100, -1, 255, 2])
def test_the_label_to_leave_out_can_be_chosen_as_in_torch(make, index):
    logits, target = guesses(20)
    kept = target != index
    kept[::4] = False
    marked = torch.where(kept, target, index)
    loss = make(ignore_index=index)
    torch.testing.assert_close(loss(logits, marked), loss(logits[kept], target[kept]))
    by_example = make(ignore_index=index, reduction="none")(logits, marked)
    assert (by_example[~kept] == 0).all()


def test_cross_entropy_leaves_out_what_torchs_does():
    logits, target = guesses(20)
    expected = torch.nn.CrossEntropyLoss(ignore_index=1)(logits, target)
    torch.testing.assert_close(CrossEntropyLoss(ignore_index=1)(logits, target), expected)
