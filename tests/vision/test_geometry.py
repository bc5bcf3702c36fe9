"""Letterbox and back, against plain NumPy."""

import numpy as np
import pytest

from vision.geometry import Placement, letterbox, resize

SIZES = [(100, 200), (200, 100), (256, 256), (31, 57), (1, 500), (700, 3), (640, 427)]
CANVASES = [256, (256, 256), (64, 320), (97, 41)]


@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize("size", SIZES)
def test_a_picture_fills_its_canvas_and_keeps_its_proportions(size, canvas):
    array = np.full(size, 9, np.uint8)
    placed, placement = letterbox(array, canvas)
    shape = (canvas, canvas) if isinstance(canvas, int) else canvas
    assert placed.shape == shape
    rows, columns = np.flatnonzero(placed.any(1)), np.flatnonzero(placed.any(0))
    height, width = len(rows), len(columns)
    assert (height, width) == placement.inner
    assert height == shape[0] or width == shape[1]
    scale = min(shape[0] / size[0], shape[1] / size[1])
    assert abs(height - size[0] * scale) <= 1
    assert abs(width - size[1] * scale) <= 1
    assert abs(rows[0] - (shape[0] - 1 - rows[-1])) <= 1
    assert abs(columns[0] - (shape[1] - 1 - columns[-1])) <= 1


def bilinear(array, size):
    """Half-pixel centres, edges held, in float64."""
    for axis in (0, 1):
        n, m = array.shape[axis], size[axis]
        place = np.clip((np.arange(m) + 0.5) * n / m - 0.5, 0, n - 1)
        low = np.minimum(place.astype(int), max(n - 2, 0))
        weight = np.expand_dims(place - low, tuple(i for i in range(array.ndim) if i != axis))
        high = np.minimum(low + 1, n - 1)
        array = array.take(low, axis) * (1 - weight) + array.take(high, axis) * weight
    return array


@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize("size", SIZES)
def test_class_ids_are_taken_from_the_nearest_pixel_both_ways(size, canvas):
    placement = Placement.of(np.empty(size), canvas)
    for axis, source in enumerate(np.indices(size, dtype=np.uint16)):
        placed = placement.apply(source, nearest=True, fill=9999)
        (top, left), (height, width) = placement.corner, placement.inner
        inside = placed[top : top + height, left : left + width]
        assert (placed == 9999).sum() == placed.size - inside.size
        assert_nearest(inside, size, axis)
        back = placement.back(
            np.pad(np.indices((height, width), dtype=np.uint16)[axis], margins(placement)),
            nearest=True,
        )
        assert_nearest(back, (height, width), axis)


def assert_nearest(found, source_size, axis):
    """`found` holds the row (or column) that each pixel was taken from."""
    n, m = source_size[axis], found.shape[axis]
    exact = (np.arange(m) + 0.5) * n / m - 0.5
    exact = exact[:, None] if axis == 0 else exact[None]
    assert np.abs(found - exact).max() < 0.51


def margins(placement):
    (top, left), (height, width) = placement.corner, placement.inner
    tall, wide = placement.canvas
    return (top, tall - top - height), (left, wide - left - width)


@pytest.mark.parametrize("channels", [(), (1,), (3,), (7,)])
def test_probabilities_come_back_by_bilinear_interpolation(channels):
    placement = Placement((75, 105), (32, 32))
    canvas = np.random.default_rng(0).random((32, 32, *channels), dtype=np.float32)
    (top, left), (height, width) = placement.corner, placement.inner
    expected = bilinear(canvas[top : top + height, left : left + width].astype(float), (75, 105))
    assert placement.back(canvas) == pytest.approx(expected, abs=1e-5)


def test_a_picture_made_smaller_is_the_mean_of_what_it_covers():
    image = np.random.default_rng(0).integers(0, 256, (64, 128, 3), dtype=np.uint8)
    canvas, _ = letterbox(image, 32)
    means = image.reshape(16, 4, 32, 4, 3).mean((1, 3))
    assert canvas[8:24] == pytest.approx(means, abs=0.51)


def test_many_classes_are_made_smaller_like_one():
    likely = np.random.default_rng(0).random((12, 18, 7), dtype=np.float32)
    means = likely.reshape(4, 3, 6, 3, 7).mean((1, 3))
    assert resize(likely, (4, 6)) == pytest.approx(means, abs=1e-6)


def test_where_one_side_shrinks_and_the_other_grows_nothing_is_overlooked():
    wire = np.zeros((40, 5), dtype=np.float32)
    wire[17] = 1
    assert resize(wire, (4, 9)) == pytest.approx(np.repeat([[0], [0.1], [0], [0]], 9, axis=1))
    assert resize(wire.T, (9, 4)) == pytest.approx(np.repeat([[0, 0.1, 0, 0]], 9, axis=0))


def test_a_disc_comes_back_where_it_was():
    rows, columns = np.mgrid[:480, :854]
    disc = (np.hypot(rows - 300, columns - 150) < 60).astype(np.uint8)
    placement = Placement.of(disc, 256)
    back = placement.back(placement.apply(disc, nearest=True), nearest=True)
    assert (back & disc).sum() / (back | disc).sum() > 0.95
    soft = placement.back(placement.apply(disc.astype(np.float32)))
    assert ((soft > 0.5) & (disc > 0)).sum() / ((soft > 0.5) | (disc > 0)).sum() > 0.97


def test_arrays_of_another_size_are_refused():
    placement = Placement((10, 20), (64, 64))
    with pytest.raises(ValueError, match="for a picture"):
        placement.apply(np.zeros((20, 10)))
    with pytest.raises(ValueError, match="for a canvas"):
        placement.back(np.zeros((10, 20)))
