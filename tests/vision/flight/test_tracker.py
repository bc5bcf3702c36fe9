"""When the pad is believed, and when nothing is said."""

import numpy as np
import pytest

from vision.connected_components import connected_components
from vision.flight.finder import found_of
from vision.flight.lens import Lens
from vision.flight.tracker import CLOSE, NARROW, NEED, OF, QUIET, Sighting, Tracker


def pad(right=0.0, down=0.0, width=0.1, confidence=0.99):
    return Sighting(right, down, width, confidence)


def near(**given):
    """So large in the picture that it has to be surely the pad."""
    return pad(**{"width": 0.4, **given})


def told(tracker, frames, rate=15.0, start=0.0):
    return [tracker.update(start + k / rate, frame) for k, frame in enumerate(frames)]


def test_a_pad_is_said_from_the_fifth_frame_that_shows_it():
    said = told(Tracker(), [[pad()]] * 8)
    assert [one is not None for one in said] == [False] * (NEED - 1) + [True] * (9 - NEED)


def test_what_is_found_now_and_then_is_never_said():
    assert not any(told(Tracker(), ([[pad()]] + [[]] * 2) * 20))


def test_silence_begins_with_the_first_frame_without_it_and_the_track_goes_on():
    tracker = Tracker()
    told(tracker, [[pad()]] * 8)
    said = told(tracker, [[], [pad()], [], [pad()]], start=8 / 15)
    assert [one is not None for one in said] == [False, True, False, True]


def test_a_pad_that_is_lost_for_long_has_to_earn_its_belief_again():
    tracker = Tracker()
    told(tracker, [[pad()]] * 8)
    told(tracker, [[]] * OF, start=8 / 15)
    said = told(tracker, [[pad()]] * NEED, start=(8 + OF) / 15)
    assert [one is not None for one in said] == [False] * (NEED - 1) + [True]


def test_a_jump_is_not_followed():
    tracker = Tracker()
    told(tracker, [[pad()]] * 8)
    far = told(tracker, [[pad(right=0.6)]] * 2, start=8 / 15)
    assert far == [None, None]


def test_a_thing_of_another_size_is_not_the_pad():
    tracker = Tracker()
    told(tracker, [[pad(width=0.1)]] * 8)
    assert told(tracker, [[pad(width=0.3)]] * 2, start=8 / 15) == [None, None]


def test_the_pad_is_followed_through_swing_and_growth():
    tracker, rate = Tracker(), 15.0
    frames = [
        [pad(right=0.2 * np.sin(2 * k / rate), down=0.01 * k / rate, width=0.1 * 1.02**k)]
        for k in range(60)
    ]
    said = told(tracker, frames)
    assert sum(one is not None for one in said) == 60 - NEED + 1


def test_where_two_things_near_by_claim_to_be_the_pad_nothing_is_said():
    assert not any(told(Tracker(), [[near(), near(right=0.5)]] * 20))


def test_of_two_likely_things_far_off_one_is_told_and_kept_to():
    rng = np.random.default_rng(2)
    frames = [
        [pad(confidence=one), pad(right=0.5, confidence=other)]
        for one, other in rng.uniform(0.4, 0.9, (60, 2))
    ]
    said = {one.right for one in told(Tracker(), frames) if one}
    assert len(said) == 1


@pytest.mark.parametrize("confidence", [0.5, 0.99])
def test_what_is_too_small_to_be_known_is_not_told_and_told_again_where_it_was(confidence):
    def frames(width):
        return [[pad(width=width, confidence=confidence)]] * 20

    tracker, least = Tracker(), NARROW * 1.2  # the view is 1.2 wide, as a slope
    assert not any(told(tracker, frames(0.95 * least)))
    assert all(told(tracker, frames(1.05 * least), start=20 / 15)[NEED:])
    # A vehicle that climbs for another try does not lose what it was told.
    assert all(told(tracker, frames(0.95 * least), start=40 / 15))


@pytest.mark.parametrize(("size", "widths"), [((9, 16), 23.7), ((3, 4), 17.8), ((1, 1), 13.3)])
def test_from_how_many_of_its_widths_on_a_pad_is_told_goes_by_the_shorter_side(size, widths):
    # By hand: at 62 degrees 1 / (0.0625 * 2 * tan(31 degrees) * shorter / longer).
    view = Lens.of_view(62, size).half_view
    assert not any(told(Tracker(view), [[pad(width=1 / (1.02 * widths))]] * 20))
    assert any(told(Tracker(view), [[pad(width=1 / (0.98 * widths))]] * 20))


def test_what_looked_likelier_from_too_far_is_not_told_for_the_pad():
    frames = []
    for k in range(80):  # the vehicle comes down, and what was likely from afar is not any more
        width, own, other = 0.05 * 1.01**k, *((0.05, 0.9) if k < 12 else (0.9, 0.05))
        frames.append([pad(0, 0, width, own), pad(0.4, 0, width, other)])
    said = [one.right for one in told(Tracker(), frames) if one]
    assert len(said) > 10
    assert set(said) == {0.0}


def test_what_comes_into_the_picture_where_the_vehicle_leans_is_not_told_for_the_pad():
    # The pad leaves the picture on the right, something likelier comes into it on the left.
    tracker, rate = Tracker(), 15.0
    assert all(told(tracker, [[pad(right=0.5, confidence=0.5)]] * 20)[NEED:])
    start, away = 20 / rate, moved(right=0.3)
    said = [tracker.update(start, [pad(right=-0.5, confidence=0.7)], away)]
    said += told(tracker, [[pad(right=-0.5, confidence=0.7)]] * 60, start=start + 1 / rate)
    times = [start + k / rate for k, one in enumerate(said) if one is not None]
    # An autopilot flies on to the pad for two seconds; after them it may be told something else.
    assert times[0] == pytest.approx(19 / rate + QUIET, abs=1.01 / rate)
    assert len(times) > 20


def test_the_pad_that_comes_back_into_the_picture_is_told_at_once():
    tracker, rate = Tracker(), 15.0
    told(tracker, [[pad(right=0.5)]] * 20)
    tracker.update(20 / rate, [], moved(right=0.3))
    assert tracker.update(21 / rate, [pad(right=0.5)], moved(right=-0.3)) is not None


@pytest.mark.parametrize(("right", "silent"), [(0.5, NEED - 1), (-0.5, 6)])
def test_the_pad_that_was_lost_is_known_again_and_nothing_elsewhere(right, silent):
    # For 1.2 seconds nothing is seen, and nobody knows how the ground moved: its track is given up.
    tracker, rate = Tracker(), 8.0
    assert all(told(tracker, [[pad(right=0.5, confidence=0.5)]] * 20, rate)[NEED:])
    told(tracker, [[]] * 9, rate, start=20 / rate)
    assert not tracker.tracks
    said = told(tracker, [[pad(right=right, confidence=0.5)]] * 12, rate, start=29 / rate)
    assert [one is not None for one in said] == [False] * silent + [True] * (12 - silent)


def test_what_is_merely_likely_is_told_from_afar_and_not_from_near_by():
    # Even odds: worth a look, and nothing to land on.
    assert all(told(Tracker(), [[pad(confidence=0.5)]] * 20)[NEED:])
    assert not any(told(Tracker(), [[near(confidence=0.5)]] * 200))
    approached = [[pad(width=0.1 * 1.02**k, confidence=0.5)] for k in range(60)]
    widths = [one.width for one in told(Tracker(), approached) if one]
    assert len(widths) > 10
    assert max(widths) <= 1.2 * CLOSE


def test_a_hundred_frames_of_one_thing_are_no_hundred_witnesses():
    tracker = Tracker()
    assert not any(told(tracker, [[near(confidence=0.8)]] * 600))
    assert tracker.tracks[0].odds == pytest.approx(np.log(4))


def test_a_much_surer_thing_wins_over_another():
    said = told(Tracker(), [[pad(), pad(right=0.5, confidence=0.6)]] * 20)
    assert said[-1] == pytest.approx(pad())


def test_a_rival_that_comes_later_does_not_take_the_pads_place():
    tracker = Tracker()
    told(tracker, [[pad(confidence=0.95)]] * 8)
    said = told(
        tracker, [[pad(confidence=0.95), pad(right=0.5, confidence=1.0)]] * 20, start=8 / 15
    )
    assert all(one == pytest.approx(pad(confidence=0.95)) for one in said)


def test_what_looks_like_a_pad_now_and_then_and_seldom_enough_is_never_believed():
    rng = np.random.default_rng(0)
    frames = [[near(confidence=one)] for one in rng.uniform(0.05, 0.6, 600)]
    assert not any(told(Tracker(), frames))


def test_what_was_believed_from_afar_is_doubted_from_near_by():
    tracker = Tracker()
    assert told(tracker, [[near()]] * 30)[-1] is not None
    said = told(tracker, [[near(confidence=0.2)]] * 60, start=2.0)
    assert said[0] is not None
    assert said[-1] is None


def moved(right=0.0, down=0.0, scale=1.0, turn=0.0):
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    return np.array([[cosine, -sine, right], [sine, cosine, down]])


def test_a_pad_is_known_again_however_far_the_camera_swung():
    tracker = Tracker()
    told(tracker, [[pad()]] * 8)
    swung = pad(right=0.35, down=-0.2)
    assert tracker.update(8 / 15, [swung], moved(0.35, -0.2)) == pytest.approx(swung)
    # A fragment beside it, which nobody who saw the swing would take for it.
    assert tracker.update(9 / 15, [pad(right=0.42, down=-0.2)], moved()) is None


def test_a_pad_that_fills_the_frame_is_followed_by_the_grounds_motion():
    tracker, scale, turn = Tracker(), 1.03, 0.02
    place, width = np.array([0.05, -0.02]), 0.6
    motion = moved(0.001, 0.0, scale, turn)
    said = []
    for k in range(80):
        if k:
            place, width = motion @ (*place, 1.0), width * scale
        whole = width < 1.08  # nine tenths of the view
        found = [pad(*place, width)] if whole else [pad(0.3, 0.3, 0.25 * width)]  # a part of it
        said.append(tracker.update(k / 15, found, None if k == 0 else motion))
    assert width > 5
    assert said[60] == pytest.approx((*said[60][:2], 0.6 * scale**60, said[60].confidence))
    alone = [one is not None for one in said]
    assert alone[6:70] == [True] * 64
    assert not alone[-1]  # wider than anybody could know where its middle is
    at = 60
    turned = np.linalg.matrix_power(np.vstack([motion, (0, 0, 1)]), at)
    assert said[at][:2] == pytest.approx(turned[:2] @ (0.05, -0.02, 1.0), abs=1e-3)


def test_a_pad_that_fills_the_frame_is_not_followed_where_nobody_saw_the_motion():
    tracker = Tracker()
    told(tracker, [[pad(width=1.2)]] * 8)
    assert tracker.update(8 / 15, [], moved(scale=1.05)) is not None
    assert told(tracker, [[]] * 3, start=9 / 15) == [None] * 3


def test_one_frame_that_shows_something_as_large_as_itself_is_not_followed():
    tracker = Tracker()
    said = [tracker.update(k / 15, [pad(width=1.15)][k:], moved()) for k in range(12)]
    assert not any(said)


def test_two_tracks_of_one_pad_that_the_wind_shook_become_one():
    """The camera swung, and it was seen wrongly by how much: the pad lies a third of its width
    beside where it ought to. It is no rival of its own, and need not be learned to know anew."""
    tracker = Tracker()
    told(tracker, [[near()]] * 30)
    aside = near(right=0.16, confidence=0.85)
    said = [tracker.update(2.0 + k / 15, [aside], moved()) for k in range(20)]
    assert [one is not None for one in said] == [False] * (NEED - 1) + [True] * (21 - NEED)
    (track,) = tracker.tracks
    assert track.now[:2] == pytest.approx((0.16, 0.0), abs=1e-3)
    # What both of them saw counts, each frame as much: as surely as it was known before.
    assert track.odds > np.log(0.9 / 0.1)


def test_two_things_side_by_side_stay_two():
    tracker = Tracker()
    told(tracker, [[near(width=0.2), near(width=0.2, right=0.21)]] * 30)
    assert len(tracker.tracks) == 2


def test_a_pad_that_should_be_seen_whole_and_is_not_is_not_reported():
    tracker = Tracker()
    told(tracker, [[pad()]] * 8)
    assert tracker.update(8 / 15, [], moved()) is None


def disc(size, x, y, radius):
    rows, columns = np.mgrid[: size[0], : size[1]]
    return (((columns - x) ** 2 + (rows - y) ** 2) <= radius**2).astype(np.uint8)


def square(size, x, y, side, angle):
    rows, columns = np.mgrid[: size[0], : size[1]]
    along = (columns - x) * np.cos(angle) + (rows - y) * np.sin(angle)
    across = (rows - y) * np.cos(angle) - (columns - x) * np.sin(angle)
    return (np.maximum(abs(along), abs(across)) < side / 2).astype(np.uint8)


@pytest.mark.parametrize("shape", ["disc", "square"])
def test_a_pad_that_an_edge_cuts_off_is_completed(shape):
    for x, y in ((4, 50), (96, 50), (50, 3), (50, 97)):
        size, side = (101, 101), 20 * np.pi**0.5  # as large as a disc 40 pixels wide
        mask = disc(size, x, y, 20) if shape == "disc" else square(size, x, y, side, 0.3)
        (thing,), _ = connected_components(mask)
        found = found_of(thing, mask.shape, 0.9)
        assert np.hypot(found.x - x, found.y - y) < (0.6 if shape == "disc" else 1.6)
        assert found.width == pytest.approx(40, abs=0.6 if shape == "disc" else 2)
        assert np.hypot(thing.centre[0] - x, thing.centre[1] - y) > 4


def test_of_a_pad_that_fills_the_frame_nobody_knows_the_middle():
    mask = disc((101, 101), 50, 40, 60)
    (thing,), _ = connected_components(mask)
    assert found_of(thing, mask.shape, 0.9) is None


def test_a_whole_pad_stays_where_it_is():
    mask = disc((101, 101), 60, 40, 15)
    (thing,), _ = connected_components(mask)
    assert found_of(thing, mask.shape, 0.9)[:3] == pytest.approx((60, 40, 30), abs=0.1)
