import dataclasses
import json

import numpy as np
import pytest
import torch

from tests.vision.test_crops import rare
from tests.vision.test_task import pipeline
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
    [{"threshold": 2}, {"threshold": "x"}, {"smallest": -1}, {"smallest": 0.5}, {"sure": True}],
)
def test_what_is_no_decision_is_refused(change):
    assert Decision.from_dict(Decision(0.5, 9, 0.3).to_dict()) == Decision(0.5, 9, 0.3)
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
