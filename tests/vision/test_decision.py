import dataclasses
import json

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from tests.vision.test_crops import rare
from tests.vision.test_task import pipeline
from vision.calibration import fitted_odds
from vision.candidates import marked_in
from vision.connected_components import connected_components
from vision.decision import Decision
from vision.decision_search import cheapest
from vision.metrics import evaluate_mask
from vision.predict import predict_scored
from vision.settings import PictureSource
from vision.task import TASK


def test_areas_that_are_too_small_or_not_sure_enough_are_not_marked():
    rng = np.random.default_rng(3)
    own = np.clip(rng.normal(0.4, 0.2, (40, 50, 1)), 0, 1).astype(np.float32)
    decide = Decision(0.55, 5, 0.66)
    mask, sure = decide(own)
    marked, numbers = connected_components((own[..., 0] > 0.55).astype(np.uint8))
    expected = np.zeros((40, 50), np.uint8)
    for number, one in enumerate(marked, 1):
        there = numbers == number
        if one.area >= 5 and own[there].astype(np.float64).mean() >= 0.66:
            expected[there] = 1
    assert 0 < expected.sum() < (own > 0.55).sum()
    np.testing.assert_array_equal(mask, expected)
    np.testing.assert_allclose(sure, np.where(expected, own[..., 0], 1 - own[..., 0]), rtol=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        *({"threshold": 2}, {"threshold": "x"}, {"smallest": -1}, {"smallest": 0.5}),
        *({"sure": True}, {"odds": 1.0}, {"odds": [1.0]}, {"odds": [0.0, 1.0]}),
        *({"odds": [1.0, float("nan")]}, {"odds": ["1", "2"]}),
    ],
)
def test_what_is_no_decision_is_refused(change):
    sound = Decision(0.5, 9, 0.3, odds=(0.8, -2.0))
    assert Decision.from_dict(json.loads(json.dumps(sound.to_dict()))) == sound
    with pytest.raises(ValueError, match="decision"):
        Decision.from_dict({**Decision().to_dict(), **change})


class Likely(torch.nn.Module):
    """Says of a grey level what a logit it is."""

    def forward(self, pictures):
        return (pictures[:, :1].float() - 128) / 32


def shaded(levels):
    """Things of the course's kind, and false ones, at so many grey levels each."""
    pictures = rare(len(levels), 64)
    store_ = pictures.store
    store_.images[:], store_.masks[:] = 20, 0
    for row, (true, false) in enumerate(levels):
        store_.images[row, 10:20, 10:20], store_.masks[row, 10:20, 10:20] = true, 1
        store_.images[row, 40:50, 40:50] = false
    trained = pipeline(pictures, size=64)
    return pictures, dataclasses.replace(trained, model=Likely(), source=PictureSource())


def test_the_cheapest_decision_of_all_that_are_tried_is_taken():
    pictures, trained = shaded([(200, 150), (170, 150), (220, 180)])
    decision = cheapest(trained, pictures)
    # A logit of (170 - 128) / 32 is a probability of 0.79: one false thing at 180 is let in.
    masks = [mask for _, mask, _ in predict_scored(decided(trained, decision), images(pictures))]
    found = [evaluate_mask(mask, pictures.mask(row)) for row, mask in enumerate(masks)]
    assert [one.misses for one in found] == [0, 0, 0]
    assert [one.false_alarms for one in found] == [0, 0, 1]
    dear = dataclasses.replace(trained.settings, miss_price=1.0, false_price=100.0)
    strict = cheapest(dataclasses.replace(trained, settings=dear), pictures)
    masks = [mask for _, mask, _ in predict_scored(decided(trained, strict), images(pictures))]
    assert [bool(mask.any()) for mask in masks] == [True, False, True]


def test_how_often_marks_are_right_is_fitted_where_the_decision_was_made():
    pictures, trained = shaded([(200, 150), (170, 150), (220, 180)])
    decision = cheapest(trained, pictures)
    (found,) = marked_in(trained, pictures, (decision.threshold,))
    assert decision.odds == fitted_odds(found.sure, found.right)
    assert decision.odds[0] > 0


@pytest.mark.parametrize("seed", range(3))
def test_fitted_odds_are_those_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    right = rng.random(4000) < 0.15
    logits = rng.normal(np.where(right, 2.0, -1.5), 1.5)
    model = LogisticRegression(C=1e6, tol=1e-8).fit(logits[:, None], right)
    slope, offset = fitted_odds(1 / (1 + np.exp(-logits)), right)
    assert slope == pytest.approx(float(model.coef_[0, 0]), rel=0.02)
    assert offset == pytest.approx(float(model.intercept_[0]), abs=0.03)


def test_fitted_odds_stay_finite_where_one_threshold_tells_everything():
    slope, offset = fitted_odds(np.repeat([0.0, 1.0], 50), np.repeat([False, True], 50))
    # 51 of 52 on either side, as far as fifty things can tell.
    assert slope * 20.7 + offset == pytest.approx(np.log(51), rel=0.02)
    assert fitted_odds(np.array([0.5, 0.6]), np.array([True, True])) is None


def decided(trained, decision):
    return dataclasses.replace(trained, preprocessing=trained.preprocessing.deciding(decision))


def images(pictures):
    return [pictures.image(row) for row in range(len(pictures))]


def test_the_decision_is_saved_with_the_run_and_a_named_threshold_overrules_it(tmp_path):
    pictures, trained = shaded([(200, 150)])
    plain = pipeline(pictures, size=64)
    own = decided(dataclasses.replace(plain, source=PictureSource()), Decision(0.3, 20, 0.9))
    values, arrays = own.preprocessing.state()
    restored = type(own.preprocessing).restore(json.loads(json.dumps(values)), arrays)
    assert restored.decision == Decision(0.3, 20, 0.9)
    assert plain.preprocessing.decision == Decision()  # the shared one is as it was
    both = decided(trained, Decision(0.3, 20, 0.9))
    ((_, mask, _),) = predict_scored(both, images(pictures))
    assert mask[15, 15] == 1
    assert mask[45, 45] == 0
    ((_, mask, _),) = predict_scored(both, images(pictures), 0.5)
    assert mask[45, 45] == 1


def test_only_where_mistakes_have_prices_is_anything_decided():
    pictures, trained = shaded([(200, 150)])
    assert TASK.deciding(trained, pictures, pictures).preprocessing.decision != Decision()
    foreign = dataclasses.replace(trained, source=PictureSource(images="a", masks="b"))
    assert TASK.deciding(foreign, pictures, pictures) is foreign


def test_a_picture_that_is_marked_all_over_is_one_object():
    mask, _ = Decision(0.5, 9, 0.6)(np.full((8, 8, 1), 0.9, np.float32))
    assert mask.all()
