import math

import cv2
import numpy as np
import pytest
import torch
from scipy import ndimage
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    jaccard_score,
    precision_score,
    recall_score,
)

from vision.connected_components import connected_components
from vision.decision import MIN_AREA
from vision.loss import IGNORE_INDEX
from vision.metrics import METRICS, evaluate_mask, mask_metrics
from vision.pixel_metrics import PixelAveragePrecision, PixelIoU, classes
from vision.predict import scored_components


def blobs(seed=0, *, size=64, count=6, labels=1):
    """A mask of rectangles of several classes, some of them touching."""
    rng = np.random.default_rng(seed)
    mask = np.zeros((size, size), np.uint8)
    for _ in range(count):
        y, x = rng.integers(0, size - 14, 2)
        height, width = rng.integers(4, 14, 2)
        mask[y : y + height, x : x + width] = rng.integers(1, labels + 1)
    return mask


def square(y, x, side=10, *, size=64, label=1):
    mask = np.zeros((size, size), np.uint8)
    mask[y : y + side, x : x + side] = label
    return mask


# --- objects ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_objects_are_scipys_connected_areas(seed):
    mask = blobs(seed, labels=3)
    things, numbers = connected_components(mask)
    expected = []
    for label in (1, 2, 3):
        parts, count = ndimage.label(mask == label, structure=np.ones((3, 3)))
        for part in range(1, count + 1):
            y, x = ndimage.center_of_mass(parts == part)
            expected.append((label, round(x, 6), round(y, 6), int((parts == part).sum())))
    found = [(t.label, round(t.centre[0], 6), round(t.centre[1], 6), t.area) for t in things]
    assert sorted(found) == sorted(expected)
    for i, thing in enumerate(things):
        assert (numbers == i + 1).sum() == thing.area
        assert (mask[numbers == i + 1] == thing.label).all()


@pytest.mark.parametrize("seed", range(20))
def test_objects_have_the_order_and_centres_of_the_whole_picture_to_the_bit(seed):
    rng = np.random.default_rng(seed)
    top, left, below, right = rng.integers(0, 40, 4)
    noise = (rng.random(rng.integers(1, 60, 2)) < rng.choice([0.02, 0.3, 0.6])).astype(np.uint8)
    mask = np.pad(noise, ((top, below), (left, right)))
    count, parts, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    things, numbers = connected_components(mask)
    assert [(*one.box, one.area) for one in things] == [tuple(row) for row in stats[1:].tolist()]
    assert [one.centre for one in things] == [tuple(row) for row in centres[1:].tolist()]
    np.testing.assert_array_equal(numbers, parts)
    sure = rng.random(mask.shape, dtype=np.float32)
    means = np.bincount(parts.ravel(), sure.ravel(), count)[1:] / stats[1:, cv2.CC_STAT_AREA]
    assert [confidence for _, confidence in scored_components(mask, sure)] == (
        means[stats[1:, cv2.CC_STAT_AREA] >= MIN_AREA].tolist()
    )


def test_what_touches_at_a_corner_is_one_object():
    mask = square(10, 10) + square(20, 20)
    assert len(connected_components(mask)[0]) == 1


def test_an_empty_mask_has_no_objects():
    assert connected_components(np.zeros((5, 7), np.uint8))[0] == []
    assert connected_components(np.full((5, 7), IGNORE_INDEX, np.uint8))[0] == []


# --- who found what --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shift", "found"),
    [(0, True), (3, True), (4, False), (12, False)],  # 10x10: IoU 7/13 at 3, 6/14 at 4
)
def test_an_object_is_found_by_more_than_half_of_what_both_cover(shift, found):
    answer = evaluate_mask(square(20, 20 + shift), square(20, 20))
    assert (answer.misses, answer.false_alarms) == ((0, 0) if found else (1, 1))
    assert answer.distances == ((float(shift),) if found else ())


def test_exactly_half_is_not_enough():
    true, said = square(20, 20, 10), square(20, 20, 10)
    said[20:25] = 0  # 50 of 100
    assert evaluate_mask(said, true).misses == 1


def test_one_large_blob_does_not_find_two_objects():
    true = square(10, 10) + square(10, 24)
    said = np.zeros_like(true)
    said[10:20, 10:34] = 1
    answer = evaluate_mask(said, true)
    assert (answer.misses, answer.false_alarms) == (2, 1)


def test_two_pieces_of_an_object_are_one_hit_and_one_false():
    true, said = square(10, 10, 12), square(10, 10, 12)
    said[10:22, 18] = 0  # 8 columns on one side, 3 on the other
    answer = evaluate_mask(said, true)
    assert (answer.misses, answer.false_alarms) == (0, 1)


def test_another_class_finds_nothing():
    answer = evaluate_mask(square(10, 10, label=2), square(10, 10, label=1))
    assert (answer.misses, answer.false_alarms, answer.tp) == (1, 1, 0)


def test_specks_are_no_objects_but_false_pixels():
    said = np.zeros((64, 64), np.uint8)
    said[0, : MIN_AREA - 1] = 1
    answer = evaluate_mask(said, np.zeros_like(said))
    assert (answer.false_alarms, answer.fp) == (0, MIN_AREA - 1)
    said[0, :MIN_AREA] = 1
    assert evaluate_mask(said, np.zeros_like(said)).false_alarms == 1


def test_unknown_pixels_are_nobodys():
    true = square(20, 20)
    true[:, 40:] = IGNORE_INDEX
    said = square(20, 20) | square(20, 45)
    answer = evaluate_mask(said, true)
    assert (answer.misses, answer.false_alarms, answer.fp) == (0, 0, 0)
    assert answer.known == 64 * 40
    assert answer.iou == 1


def test_masks_of_two_sizes_are_refused():
    with pytest.raises(ValueError, match="equal shapes"):
        evaluate_mask(np.zeros((4, 4), np.uint8), np.zeros((4, 5), np.uint8))


# --- figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_pixel_figures_are_scikit_learns(seed):
    pairs = [(blobs(10 * seed + i), blobs(10 * seed + i + 1)) for i in range(4)]
    result = mask_metrics([evaluate_mask(*pair) for pair in pairs])
    said, true = (np.concatenate([p[k].ravel() for p in pairs]) for k in (0, 1))
    assert result["precision"] == pytest.approx(precision_score(true, said))
    assert result["recall"] == pytest.approx(recall_score(true, said))
    assert result["accuracy"] == pytest.approx(accuracy_score(true, said))
    assert result["f1"] == pytest.approx(f1_score(true, said))
    each = [jaccard_score(t.ravel(), s.ravel()) for s, t in pairs]
    assert result["iou"] == pytest.approx(np.mean(each))


def test_iou_of_several_classes_is_the_mean_over_those_in_the_picture():
    said, true = blobs(1, labels=3), blobs(2, labels=3)
    present = sorted(set(np.unique(true)) - {0})
    expected = jaccard_score(true.ravel(), said.ravel(), labels=present, average="macro")
    assert evaluate_mask(said, true).iou == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("labels", [1, 3])
def test_dice_is_monais(seed, labels):
    from monai.metrics import DiceMetric

    masks = [blobs(20 * seed + i, labels=labels) for i in range(8)]
    pairs = list(zip(masks[:4], masks[4:], strict=True))
    result = mask_metrics([evaluate_mask(*pair) for pair in pairs])
    score = DiceMetric(include_background=False, num_classes=labels + 1, reduction="mean")
    for pair in pairs:
        said, true = (torch.from_numpy(mask.astype(np.int64))[None, None] for mask in pair)
        score(said, true)
    assert result["dice"] == pytest.approx(float(score.aggregate()), abs=1e-6)


@pytest.mark.parametrize("tolerance", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("labels", [1, 3])
def test_the_tolerance_is_scipys_distance(tolerance, labels):
    said, true = blobs(3, labels=labels), blobs(4, labels=labels)
    true[:9] = 255
    evaluation = evaluate_mask(said, true, tolerance=tolerance)
    said = np.where(true == 255, 0, said)
    true = np.where(true == 255, 0, true)
    near_said = near_true = 0
    for label in range(1, labels + 1):
        near_said += (distances_to(true == label)[said == label] <= tolerance).sum()
        near_true += (distances_to(said == label)[true == label] <= tolerance).sum()
    assert evaluation.near_predicted == near_said
    assert evaluation.near_true == near_true
    if tolerance == 0:
        assert evaluation.near_predicted == evaluation.near_true == evaluation.tp


def distances_to(there):
    if not there.any():
        return np.full(there.shape, np.inf)
    return ndimage.distance_transform_edt(~there)


def test_a_wire_that_lies_two_pixels_beside_is_right_with_a_tolerance_of_two():
    true, said = np.zeros((2, 40, 40), np.uint8)
    true[:, 10:12] = 1
    said[:, 12:14] = 1
    result = {n: mask_metrics([evaluate_mask(said, true, tolerance=n)]) for n in (0, 1, 2)}
    assert [result[n]["near_f1"] for n in (0, 1, 2)] == [0, 0.5, 1]
    assert all(figures["f1"] == figures["dice"] == 0 for figures in result.values())


def test_where_there_is_nothing_nothing_can_be_said():
    empty = np.zeros((20, 20), np.uint8)
    result = mask_metrics([evaluate_mask(empty, empty)])
    assert all(math.isnan(result[key]) for key in ("f1", "near_f1", "dice"))
    result = mask_metrics([evaluate_mask(square(5, 5)[:20, :20], empty)])
    assert result["f1"] == result["near_f1"] == 0


def test_figures_are_what_a_hand_computes():
    empty = np.zeros((64, 64), np.uint8)
    answers = [
        evaluate_mask(square(20, 22), square(20, 20)),  # found, 2 off
        evaluate_mask(empty, square(5, 5)),  # missed
        evaluate_mask(square(5, 5), empty),  # false
        evaluate_mask(empty, empty),
    ]
    result = mask_metrics(answers, miss_price=700.0, false_price=50.0)
    assert result["found"] == 0.5
    assert result["false"] == 25.0
    assert result["object_precision"] == 0.5
    assert result["cost"] == pytest.approx(100 * (700 + 50) / 4)
    assert result["iou"] == pytest.approx((80 / 120 + 0) / 2)
    assert result["dice"] == pytest.approx((160 / 200 + 0) / 2)
    assert result["f1"] == pytest.approx(160 / 400)
    assert result["precision"] == pytest.approx(80 / 200)
    assert result["recall"] == pytest.approx(80 / 200)
    assert result["centre"] == 2.0
    assert result["accuracy"] == pytest.approx(1 - 240 / (4 * 64 * 64))
    assert set(result) == {metric.key for metric in METRICS}


def test_saying_nothing_is_nearly_all_right_and_finds_nothing():
    true = square(3, 3, 6)
    result = mask_metrics([evaluate_mask(np.zeros_like(true), true)])
    assert result["accuracy"] > 0.99
    assert result["found"] == result["recall"] == result["iou"] == 0
    assert math.isnan(result["precision"])
    assert math.isnan(result["centre"])


# --- curves ----------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3])
def test_the_curve_is_the_iou_of_all_pixels_whatever_the_batches(channels):
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(7, channels, 9, 8, generator=generator)
    target = torch.randint(0, max(channels, 2), (7, 9, 8), generator=generator).to(torch.uint8)
    target[:, 0] = IGNORE_INDEX
    said, true = classes(logits).numpy(), target.numpy()
    known = true != IGNORE_INDEX
    shared = ((said == true) & (true > 0) & known).sum()
    covered = (((said > 0) | (true > 0)) & known).sum()
    curve = PixelIoU()
    for size in (1, 3, 7):
        curve.reset()
        for part in range(0, 7, size):
            curve.update(logits[part : part + size], target[part : part + size])
        assert curve.compute() == pytest.approx(shared / covered)


def test_nothing_to_find_and_nothing_found_is_all_that_can_be_asked():
    curve = PixelIoU()
    curve.reset()
    curve.update(torch.full((1, 1, 4, 4), -9.0), torch.zeros(1, 4, 4, dtype=torch.uint8))
    assert curve.compute() == 1.0


@pytest.mark.parametrize("channels", [1, 3])
def test_average_precision_is_that_of_scikit_learn_whatever_the_batches(channels):
    generator = torch.Generator().manual_seed(1)
    logits = 3 * torch.randn(7, channels, 9, 8, generator=generator)
    target = torch.randint(0, max(channels, 2), (7, 9, 8), generator=generator).to(torch.uint8)
    target[:, 0] = IGNORE_INDEX
    known = (target != IGNORE_INDEX).numpy()
    score = logits[:, 0] if channels == 1 else logits[:, 1:].logsumexp(1) - logits[:, 0]
    expected = average_precision_score(target.numpy()[known] > 0, score.numpy()[known])
    curve = PixelAveragePrecision()
    for size in (1, 3, 7):
        curve.reset()
        for part in range(0, 7, size):
            curve.update(logits[part : part + size], target[part : part + size])
        assert curve.compute() == pytest.approx(expected, abs=2e-3)  # steps of 0.05


def test_average_precision_does_not_mind_a_network_that_is_too_sure():
    generator = torch.Generator().manual_seed(2)
    logits = torch.randn(2, 1, 16, 16, generator=generator).mul(20).round() / 20
    target = torch.rand(2, 16, 16, generator=generator) < logits[:, 0].sigmoid()
    values = []
    for shift in (0.0, 5.0):
        curve = PixelAveragePrecision()
        curve.reset()
        curve.update(logits + shift, target.to(torch.uint8))
        values.append(curve.compute())
    assert values[0] == pytest.approx(values[1])
    curve.reset()
    assert curve.compute() == 1.0
