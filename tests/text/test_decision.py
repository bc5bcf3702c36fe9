"""The decision by least expected cost, and the figures, against other implementations."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score

from common.pipeline import Pipeline
from text.decision import decision_of, expected_costs, least_cost, most_likely
from text.metrics import calibration_error, class_metrics, costliest_class, macro_f1
from text.settings import TextSettings

COSTS = np.array([[0, 40, 150], [3, 0, 5], [3, 0.5, 0]]) * 1000


def drawn(n=5000, classes=3, seed=0):
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.full(classes, 0.5), n)
    true = (probabilities.cumsum(1) > generator.random((n, 1))).argmax(1)
    return probabilities, true


def test_expected_costs_are_sums_over_the_true_classes():
    probabilities, _ = drawn(5)
    for row, found in zip(probabilities, expected_costs(probabilities, COSTS), strict=True):
        by_hand = [sum(row[y] * COSTS[y][j] for y in range(3)) for j in range(3)]
        np.testing.assert_allclose(found, by_hand)


def test_no_answer_beats_the_least_cost_one_where_probabilities_are_honest():
    probabilities, true = drawn()
    lost = COSTS[true, least_cost(probabilities, COSTS)].mean()
    assert lost < 0.8 * COSTS[true, most_likely(probabilities)].mean()
    for always in range(3):
        assert lost < COSTS[true, always].mean()


def test_equal_costs_make_the_likeliest_class_the_cheapest():
    probabilities, _ = drawn()
    equal = 1 - np.eye(3)
    np.testing.assert_array_equal(least_cost(probabilities, equal), most_likely(probabilities))


def test_macro_f1_is_scikit_learns():
    probabilities, true = drawn(300, 6, seed=1)
    answers = most_likely(probabilities)
    assert macro_f1(answers, true, 6) == pytest.approx(f1_score(true, answers, average="macro"))
    assert macro_f1(answers, true, 9) == pytest.approx(f1_score(true, answers, average="macro"))


def test_calibration_of_honest_probabilities_is_near_zero_and_of_boasts_is_not():
    probabilities, true = drawn(20_000)
    assert calibration_error(probabilities, true) < 0.015
    boasts = probabilities**4 / (probabilities**4).sum(1, keepdims=True)
    assert calibration_error(boasts, true) > 0.1


def test_calibration_is_what_a_loop_over_bins_computes():
    probabilities, true = drawn(400, 4, seed=2)
    confidence, right = probabilities.max(1), probabilities.argmax(1) == true
    expected = 0.0
    for low in np.arange(10) / 10:
        inside = (confidence >= low) & ((confidence < low + 0.1) | (low == 0.9))
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    assert calibration_error(probabilities, true) == pytest.approx(expected)


def test_missed_is_the_share_of_the_costliest_class_that_went_elsewhere():
    true, answers = np.array([0, 0, 0, 0, 1, 2]), np.array([0, 1, 2, 0, 0, 2])
    figures = class_metrics(answers, true, COSTS)
    assert figures["missed"] == 0.5
    assert figures["lost"] == pytest.approx((40_000 + 150_000 + 3_000) / 6 * 1000)
    assert figures["accuracy"] == 0.5


def test_without_prices_no_class_is_costliest():
    assert costliest_class(1 - np.eye(4)) is None
    figures = class_metrics(np.array([0, 1]), np.array([0, 0]), 1 - np.eye(2))
    assert np.isnan(figures["missed"])
    assert figures["lost"] == 500


@pytest.mark.parametrize(
    ("loss", "priced", "asked", "expected"),
    [
        ("focal", True, None, "least_cost"),
        ("focal", False, None, "most_likely"),
        ("cost", True, None, "most_likely"),
        ("focal + 0.5*cost", True, None, "most_likely"),
        ("focal + smoothing", True, None, "least_cost"),
        ("cost", True, "least_cost", "least_cost"),
    ],
)
def test_a_network_decides_by_cost_unless_its_loss_has_done_so(loss, priced, asked, expected):
    prepared, settings = SimpleNamespace(priced=priced), TextSettings(loss=loss, decision=asked)
    assert decision_of(Pipeline(prepared, torch.nn.Identity(), settings, None)) == expected
