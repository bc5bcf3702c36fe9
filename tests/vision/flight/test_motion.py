"""How the ground moved between two frames, against the map that made the second."""

import cv2
import numpy as np
import pytest

from vision.flight.motion import Registration, by_corners, by_pixels
from vision.synthetic.canvas import noise


def ground(seed=0, size=400):
    """A picture with bumps of many sizes."""
    rng = np.random.default_rng(seed)
    bumps = sum(noise(rng, size, cells) for cells in (6, 20, 60))
    return np.clip(110 + 25 * bumps, 0, 255).astype(np.uint8)


def seen(land, matrix, size=200):
    """What lies where a map (2, 3) leads to from the picture's middle."""
    return cv2.warpAffine(
        land[100:300, 100:300], matrix, (size, size), borderMode=cv2.BORDER_REFLECT_101
    )


def moved(right, down, scale, turn):
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    return np.array([[cosine, -sine, right], [sine, cosine, down]])


CASES = [(6.0, -4.0, 1.0, 0.0), (-3.0, 2.0, 1.05, 0.0), (0.0, 5.0, 0.97, 0.03)]


@pytest.mark.parametrize("how", [by_corners, by_pixels])
@pytest.mark.parametrize("case", CASES)
def test_the_map_is_the_one_that_made_the_second_frame(how, case):
    true = moved(*case)
    first = ground()[100:300, 100:300]
    found = how(first, seen(ground(), true))
    for place in ((60, 60), (100, 100), (140, 80)):
        assert found @ (*place, 1) == pytest.approx(true @ (*place, 1), abs=0.6)


def test_a_pad_with_too_few_corners_is_laid_over_itself_through_noise():
    # A bar on a plain plate, in a dim and noisy picture.
    rng = np.random.default_rng(3)
    plate = np.full((400, 400, 3), (60, 40, 30), np.uint8)
    cv2.line(plate, (190, 0), (260, 400), (90, 90, 40), 70)
    cv2.line(plate, (0, 240), (200, 190), (90, 90, 40), 70)
    true = moved(3.0, -2.0, 1.02, 0.0)
    frames = [seen(plate, moved(0, 0, 1, 0)), seen(plate, true)]
    noisy = [np.clip(one + rng.normal(0, 9, one.shape), 0, 255).astype(np.uint8) for one in frames]
    registration = Registration()
    assert registration.motion(noisy[0]) is None
    found = registration.motion(noisy[1])
    assert found @ (100, 100, 1) == pytest.approx(true @ (100, 100, 1), abs=1.5)


def test_large_frames_are_laid_over_each_other_small():
    land = cv2.resize(ground(), (1600, 1200), interpolation=cv2.INTER_CUBIC)
    true = moved(12.0, -8.0, 1.02, 0.01)
    frames = [cv2.warpAffine(land, one, (800, 600)) for one in (moved(0, 0, 1, 0), true)]
    registration = Registration()
    _, found = (registration.motion(np.dstack([one] * 3)) for one in frames)
    assert registration.last.shape == (240, 320, 3)
    for place in ((100, 100), (400, 300), (700, 500)):
        assert found @ (*place, 1) == pytest.approx(true @ (*place, 1), abs=1.5)


def test_two_lands_cannot_be_laid_over_each_other():
    registration = Registration()
    for seed in (0, 1):
        image = np.dstack([ground(seed, 200)] * 3)
        assert registration.motion(image) is None


def test_frames_of_another_size_or_without_anything_are_no_motion():
    registration = Registration()
    registration.motion(np.dstack([ground(0, 200)] * 3))
    assert registration.motion(np.zeros((100, 100, 3), np.uint8)) is None
    assert registration.motion(np.zeros((100, 100, 3), np.uint8)) is None
