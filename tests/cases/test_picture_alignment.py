"""Masks that lie beside what they mark, or on another picture."""

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from common.translation import translator
from tests.cases.masks import Pairs, notes
from vision.mask_alignment import _outlines, describe_alignment
from vision.pixel_loss import edges
from vision.synthetic import fly

SIZE = (72, 96)


def scene(seed, blobs=3):
    """Bright discs before a dark noisy background, and their mask."""
    draw = np.random.default_rng(seed)
    rows, columns = np.indices(SIZE)
    mask = np.zeros(SIZE, bool)
    for _ in range(blobs):
        y, x, radius = draw.uniform((8, 8, 5), (64, 88, 12))
        mask |= (rows - y) ** 2 + (columns - x) ** 2 < radius**2
    noise = draw.normal(0, 6, (*SIZE, 3))
    return (80 + 100 * mask[..., None] + noise).clip(0, 255).astype(np.uint8), 255 * np.uint8(mask)


def folder(place, change, *, count=12, picture=lambda image: image):
    pairs = Pairs(place)
    scenes = [scene(n) for n in range(count)]
    for n, (image, _) in enumerate(scenes):
        Image.fromarray(picture(image)).save(pairs.images / f"{n:02}.png")
        Image.fromarray(change(n, [mask for _, mask in scenes])).save(pairs.masks / f"{n:02}.png")
    return pairs


ELSEWHERE = "the outlines of the masks would meet the edges of the pictures far better "


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda mask: np.roll(mask, (5, -7), (0, 1)), "moved by +7 pixels in x and -5 in y (12"),
        (lambda mask: np.roll(mask, 3, 1), "moved by -3 pixels in x and +0 in y (12"),
        (lambda mask: mask[:, ::-1], "mirrored from left to right (12"),
        (lambda mask: mask[::-1], "turned upside down (12"),
        (lambda mask: mask[::-1, ::-1], "turned by 180 degrees (12"),
    ],
)
def test_masks_that_lie_elsewhere_are_said_to(tmp_path, change, said):
    pairs = folder(tmp_path, lambda n, masks: np.ascontiguousarray(change(masks[n])))
    found = notes(pairs.load())
    assert ELSEWHERE + said in found
    (own,) = [note for note in pairs.load().notes if note.startswith(ELSEWHERE)]
    assert translator("ru", "vision")(own).startswith("контуры масок легли бы на границы")


@pytest.mark.parametrize(
    ("other", "least"),
    [(lambda n: (n + 1) % 12, 8), (lambda n: 11 - n, 8), (lambda n: n ^ 1 if n < 4 else n, 3)],
)
def test_masks_of_other_pictures_are_said_to_be(tmp_path, other, least):
    pairs = folder(tmp_path, lambda n, masks: masks[other(n)])
    (said,) = [note for note in pairs.load().notes if "lie far better on another" in note]
    assert said.startswith("of 12 masks ")
    assert int(said.split()[3]) >= least
    assert translator("ru", "vision")(said).startswith("из 12 масок")


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        (lambda mask: mask[:, ::-1], "mirrored from left to right"),
        (lambda mask: mask[::-1], "turned upside down"),
        (lambda mask: mask[::-1, ::-1], "turned by 180 degrees"),
    ],
)
def test_one_mask_alone_that_is_turned_is_named(tmp_path, turn, said):
    pairs = folder(tmp_path, lambda n, masks: turn(masks[n]).copy() if n == 4 else masks[n])
    (found,) = [note for note in pairs.load().notes if "far better" in note]
    assert found.startswith("of 12 masks 1 would meet the edges of the picture far better turned")
    assert f"such as that of 04.png {said}: does it lie right?" in found
    assert translator("ru", "vision")(found).startswith("из 12 масок на границы")


def soft(image):
    """Blurred, so that nothing has an edge, and under a caption that all pictures share."""
    flat = np.full_like(image, 90) + image // 30
    flat[6:14, 10:80:4] = 255
    return flat


@pytest.mark.parametrize("picture", [lambda image: image, soft, np.zeros_like])
@pytest.mark.parametrize(
    "change",
    [
        lambda n, masks: masks[n],
        lambda n, masks: np.roll(masks[n], 1, 1),  # as an outline drawn by hand
        lambda n, masks: masks[0],
    ],
)
def test_masks_that_lie_right_or_where_nothing_tells_get_no_note(tmp_path, picture, change):
    found = notes(folder(tmp_path, change, picture=picture).load())
    assert "outlines" not in found
    assert "far better" not in found


class Scenes:
    """Discs, of which masks show less than there is, or more."""

    def __init__(self, change, around, *, count=12, blobs=2):
        scenes = [scene(n, blobs) for n in range(count)]
        self.names = [f"{n}.png" for n in range(count)]
        self.images = [image for image, _ in scenes]
        self.masks = [
            change(mask // 255, np.ones((around, around), np.uint8)) for _, mask in scenes
        ]

    def image(self, row):
        return self.images[row]

    def mask(self, row):
        return self.masks[row]


@pytest.mark.parametrize(
    ("change", "around", "count", "blobs"),
    [(cv2.erode, 7, 12, 2), (cv2.erode, 9, 16, 1), (cv2.dilate, 7, 24, 2)],
)
def test_outlines_within_a_thing_or_around_it_lie_right(change, around, count, blobs):
    """They meet edges better by a shift to any side, and by chance on some other picture."""
    store = Scenes(change, around, count=count, blobs=blobs)
    assert describe_alignment(store, [SIZE] * count) == []


def test_outlines_are_what_the_loss_for_boundaries_calls_edges():
    draw = np.random.default_rng(0)
    for _ in range(20):
        mask = draw.choice(np.array([0, 1, 2, 255], np.uint8), draw.integers(1, 9, 2))
        ids = torch.tensor(mask)[None]
        assert np.array_equal(_outlines(mask), edges(ids != 255, ids)[0].numpy())


class Flown:
    def __init__(self, turned=lambda mask: mask):
        flights = fly(6, 2, 128, seed=5)
        self.images, self.masks = flights.images, turned(flights.masks)
        self.names = [f"{n}.png" for n in range(len(self.images))]

    def image(self, row):
        return self.images[row]

    def mask(self, row):
        return self.masks[row]


def test_the_courses_own_flights_lie_right_and_mirrored_ones_do_not():
    sizes = [(128, 128)] * 12
    assert describe_alignment(Flown(), sizes) == []
    (said,) = describe_alignment(Flown(lambda masks: masks[:, :, ::-1].copy()), sizes)
    assert "mirrored" in said


class Drawn:
    """Two discs in each picture, of which the fainter, on the left, is marked."""

    def __init__(self, apart=None, side=256):
        self.names, self.read, discs = [f"{n}.png" for n in range(12)], [], []
        rows, columns = np.indices((side, side))
        draw = np.random.default_rng(0)
        for _ in self.names:
            y, x, radius = draw.uniform((0.2, 0.2, 0.03), (0.8, 0.35, 0.05)) * side
            other = side - 1 - x if apart is None else x + apart
            discs.append([(rows - y) ** 2 + (columns - at) ** 2 < radius**2 for at in (x, other)])
        noise = draw.normal(80, 6, (12, side, side))
        lights = np.array([30 * left + 100 * right for left, right in discs])
        self.images = np.repeat(np.uint8((noise + lights).clip(0, 255))[..., None], 3, 3)
        self.masks = np.uint8([left for left, _ in discs])

    def image(self, row):
        self.read.append(row)
        return self.images[row]

    def mask(self, row):
        return self.masks[row]


@pytest.mark.parametrize("apart", [None, 36])
def test_a_fainter_thing_that_is_marked_beside_another_lies_right(apart):
    """The other organ of a pair, or what is always 36 pixels beside."""
    drawn = Drawn(apart)
    assert describe_alignment(drawn, [(256, 256)] * 12) == []
    drawn.masks = np.ascontiguousarray(drawn.masks[:, ::-1])
    (said,) = describe_alignment(drawn, [(256, 256)] * 12)
    assert said.endswith("is something of stronger edges always beside what they mark?")


@pytest.mark.parametrize(("side", "looked"), [(1000, 12), (4000, 8)])
def test_of_large_pictures_few_are_looked_at(side, looked):
    drawn = Drawn(36, side=64)
    describe_alignment(drawn, [(side, side)] * 12)
    assert len(set(drawn.read)) == looked


def test_pictures_that_are_tiny_empty_or_huge_tell_nothing(tmp_path):
    assert "far better" not in notes(folder(tmp_path, lambda n, masks: masks[n], count=2).load())
    store = Flown(lambda masks: np.roll(masks, 9, 2))
    assert describe_alignment(store, [(2**13, 2**13)] * 12) == []
    thin = Pairs(tmp_path / "thin")
    for n in range(12):
        mask = np.zeros((1, 40), np.uint8)
        mask[0, n : n + 9] = 1
        thin.add(f"{n}", mask)
    assert "far better" not in notes(thin.load())
