"""The rendered flights: what they promise, and that colour alone does not find the pad."""

import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest

from benchmarks.flights import best_colours, best_range, otsu
from vision.connected_components import connected_components
from vision.synthetic import fly
from vision.synthetic.camera import LEAST_SEEN, Camera
from vision.synthetic.canvas import Canvas, Places, circle, variations, vary
from vision.synthetic.close_ups import close_ups
from vision.synthetic.pads import LETTERS
from vision.synthetic.town import build_town
from vision.synthetic.world import make_world


@pytest.fixture(scope="module")
def flown():
    return fly(20, 6, seed=3)


@pytest.fixture(scope="module")
def lands():
    return [make_world(np.random.default_rng([4, number]), 8) for number in range(50)]


def test_frames_masks_and_figures_belong_together(flown):
    assert flown.images.shape == (120, 256, 256, 3)
    assert flown.masks.shape == (120, 256, 256)
    assert flown.images.dtype == flown.masks.dtype == np.uint8
    assert set(np.unique(flown.masks)) == {0, 1, 255}
    assert (np.bincount(flown.flight) == 6).all()
    assert ((flown.seen >= LEAST_SEEN).any(1) == (flown.masks == 1).any((1, 2))).all()


def test_a_flight_is_the_same_whatever_their_number_and_in_another_process():
    three, two = fly(3, 2, size=64, seed=5), fly(2, 2, size=64, seed=5)
    assert (three.images[:4] == two.images).all()
    assert (three.images[:4] != fly(2, 2, size=64, seed=6).images).any()
    code = (
        "import hashlib; from vision.synthetic import fly; f = fly(2, 2, size=64, seed=5);"
        "print(hashlib.sha256(f.images.tobytes() + f.masks.tobytes()).hexdigest())"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert said.strip() == sha256(two.images.tobytes() + two.masks.tobytes()).hexdigest()


def test_pads_take_the_share_of_the_frame_that_is_promised(flown):
    share = (flown.masks == 1).mean((1, 2))
    counted = flown.seen >= LEAST_SEEN
    alone = (counted.sum(1) == 1) & (flown.seen.max(1) > 0.95)
    assert 0.6 < (share > 0).mean() < 0.95
    assert share[alone].min() >= 0.0015
    assert share[alone].max() <= 0.035
    assert 0.1 < (flown.seen[counted] < 0.8).mean() < 0.5


def test_a_land_has_up_to_four_pads_and_a_sliver_of_one_counts_for_nothing(flown, lands):
    counts = np.bincount([len(land.outlines) for land in lands], minlength=5)
    assert len(counts) == 5
    assert counts.min() > 0
    sliver = (flown.seen > 0.05) & (flown.seen < LEAST_SEEN - 0.05)
    assert sliver.any()
    for row in np.flatnonzero((flown.seen > 0).any(1)):
        found, _ = connected_components((flown.masks[row] == 1).astype(np.uint8))
        whole = (flown.seen[row] > 0.95).sum()
        assert len(found) >= whole
        if not (flown.seen[row] >= LEAST_SEEN).any():
            assert not found
            assert (flown.masks[row] == 255).any()


def test_altitudes_span_what_is_promised(lands):
    lowest = [land.lowest for land in lands]
    assert 15 <= min(lowest) < 18
    assert 70 < max(lowest) <= 80  # a flight climbs to half as high again


def test_seen_is_the_share_of_the_whole_pad():
    """A pad in the middle of the frame is seen whole; moved over the edge, in part."""
    rng = np.random.default_rng(8)
    world = next(w for w in (make_world(rng, 256) for _ in range(20)) if len(w.outlines) == 1)
    camera = Camera(world, 256, rng)
    open_part = (world.pad > 127).sum() / world.scale**2
    x, y = world.outlines[0].T
    whole = 0.5 * abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))
    seen = [camera.shoot(time, rng).seen[0] for time in np.linspace(0, 4, 120)]
    assert max(seen) == pytest.approx(min(1, open_part / whole), abs=0.08)
    assert min(seen) == 0


def test_a_flight_is_one_continuous_way():
    """A 25th of a second later the frame is much the same; a second later, another."""
    rng = np.random.default_rng(2)
    camera = Camera(make_world(rng, 128), 128, rng)
    near, far = [], []
    for time in np.linspace(0, 1, 12):
        _, here = camera.pose(time)
        _, soon = camera.pose(time + 0.04 / 25)
        _, later = camera.pose(time + 1 / 25)
        middle = np.array([64, 64, 1])
        pixel = here[0, 0] ** 2 + here[1, 0] ** 2
        for moved, kept in ((soon, near), (later, far)):
            kept.append(np.linalg.norm((moved - here) @ middle) / np.sqrt(pixel))
    assert max(near) < 3
    assert np.median(far) > 3


def test_lands_differ_in_light_and_colour(flown):
    means = np.array([flown.images[flown.flight == i].mean((0, 1, 2)) for i in range(20)])
    assert means.std(0).min() > 15
    assert len(np.unique(means.round(1), axis=0)) == 20


def test_thresholding_colour_fails(flown):
    pads = flown.masks == 1
    pairs = [(flown.images[i], pads[i]) for i in np.flatnonzero(pads.any((1, 2)))]
    for way, most in ((otsu, 0.15), (best_range, 0.5)):
        scores = [way(*pair) for pair in pairs]
        assert max(np.mean([score[name] for score in scores]) for name in scores[0]) < most
    assert best_colours(flown.images, flown.masks, flown.flight < 16) < 0.35


def test_no_look_alike_is_a_pad():
    """Plates among the look-alikes bear any letter but H."""
    assert "H" in LETTERS
    strokes = {name: sorted(lines) for name, lines in LETTERS.items()}
    assert all(lines != strokes["H"] for name, lines in strokes.items() if name != "H")


def test_colours_that_are_varied_at_once_are_those_that_are_varied_one_by_one():
    colours = np.random.default_rng(1).uniform(0, 255, (40, 3))
    rng = np.random.default_rng(2)
    expected = [vary(rng, colour, 30) for colour in colours]
    chance = 30 * np.random.default_rng(2).standard_normal((40, 4))
    np.testing.assert_allclose(variations(colours, chance), expected, atol=1e-9)
    assert np.abs(np.array(expected) - colours).max() > 30


def test_things_do_not_stand_in_each_other():
    rng, places = np.random.default_rng(0), Places()
    found = [places.find(rng, 100, 5) for _ in range(60)]
    spots = np.array([spot for spot in found if spot is not None])
    gaps = np.linalg.norm(spots[:, None] - spots[None], axis=-1)
    assert len(spots) > 20
    assert gaps[~np.eye(len(spots), dtype=bool)].min() > 10


def test_no_house_and_no_yard_covers_the_middle():
    """What lies there keeps its colour, if a shade darker."""
    shown = []
    for seed in range(30):
        canvas, places = Canvas(60, 120, sun=np.array([0.5, 0.5]), shade=0.4), Places()
        canvas.image[:] = (0, 200, 0)
        places.take([np.zeros(2)], 9)
        rng = np.random.default_rng(seed)
        build_town(canvas, rng, places, count=20, largest=34, spared=[(np.zeros(2), 9)])
        red, green, _ = canvas.image[27:33, 27:33].reshape(-1, 3).astype(int).T
        assert (green > 2 * red).all(), seed
        shown.append((canvas.image[..., 0] > 100).mean())
    assert min(shown) > 0.02  # there are houses and yards elsewhere


def test_close_ups_say_where_each_thing_is_how_wide_and_whether_it_is_a_pad(monkeypatch):
    """Pads are drawn magenta here and all else cyan, so that every picture tells by its colours."""

    def painted(colour):
        def draw(canvas, rng, centre, across, *_):
            canvas.disc(centre, across / 2, colour)
            return circle(centre, across / 2)

        return draw

    monkeypatch.setattr("vision.synthetic.pads.draw_pad", painted((250, 0, 250)))
    for other in ("draw_plate", "draw_lookalike"):
        monkeypatch.setattr(f"vision.synthetic.pads.{other}", painted((0, 250, 250)))
    shown = list(close_ups(1, seed=4))
    assert 0.3 < np.mean([one.thing for one in shown]) < 0.6
    right = []
    for image, x, y, across, thing in shown:
        left, top = (max(int(at - across), 0) for at in (x, y))
        part = image[top : int(y + across) + 2, left : int(x + across) + 2].astype(int)
        level = (part[..., 0] - part[..., 1]) * (1 if thing else -1)
        rows, columns = np.indices(level.shape)
        far = np.hypot(columns + left - x, rows + top - y)
        own = (level > 60) & (far < 0.62 * across)  # what lies farther is another's
        wide = 2 * np.sqrt(own.sum() / np.pi)
        as_wide = abs(wide - across) < 0.12 * across + 1
        right.append(as_wide and level[far < 0.2 * across].mean() > 60)
    assert len(right) > 100  # all of a land is shown
    assert np.mean(right) > 0.93  # a tree reaches over some, a yard or a house over a look-alike


def test_the_same_seed_gives_the_same_close_ups_and_another_one_others():
    first, again, other = (next(close_ups(1, 64, seed=seed)) for seed in (1, 1, 2))
    assert (first.image == again.image).all()
    assert first[1:] == again[1:]
    assert first[1:] != other[1:]
