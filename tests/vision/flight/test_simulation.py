"""The land from a pose, the law that follows messages, and the loop that both close."""

import math
import sys

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from benchmarks.landing import show
from vision.flight.estimator import Estimator, Moment
from vision.flight.precland import Parameters, PrecisionLanding, State
from vision.flight.simulation import (
    Conditions,
    Flight,
    Landing,
    band,
)
from vision.flight.vehicle import WEATHERS, Vehicle
from vision.flight.view import View, lens_of, motion, perfect
from vision.synthetic import land
from vision.synthetic.canvas import Canvas
from vision.synthetic.site import METRES, Pose, homography, make_site


@pytest.fixture(scope="module")
def site():
    return make_site(3, side=300)


def view(site, pose):
    weather = WEATHERS[0]
    return View(site, pose, weather.sensor(np.random.default_rng(0), 128), 128, (0, 0))


def test_a_camera_sees_the_pad_where_geometry_says(site):
    # 4 m north of the pad at 10 m, nose to the east: the pad is to the right, at atan(0.4).
    (found,) = perfect(view(site, Pose(4.0, 0.0, 10.0, yaw=math.pi / 2)))
    assert lens_of(128).angles(found.x, found.y) == pytest.approx((math.atan(0.4), 0), abs=1e-9)
    # Nose to the north, the pad is behind: below the middle of the picture.
    (found,) = perfect(view(site, Pose(4.0, 0.0, 10.0)))
    assert lens_of(128).angles(found.x, found.y) == pytest.approx((0, math.atan(0.4)), abs=1e-9)


def test_any_pose_agrees_with_rotations_of_scipy(site):
    rng = np.random.default_rng(1)
    for _ in range(20):
        north, east = rng.uniform(-3, 3, 2)
        height, roll, pitch, yaw = (
            rng.uniform(8, 60),
            *rng.uniform(-0.15, 0.15, 2),
            rng.uniform(0, 6),
        )
        pose = Pose(north, east, height, roll, pitch, yaw)
        turn = Rotation.from_euler("ZYX", [yaw, pitch, roll]).as_matrix()
        assert np.allclose(pose.rotation(), turn)
        forward, right, down = turn.T @ (-north, -east, height)
        x, y = lens_of(128).matrix[:2] @ (right / down, -forward / down, 1)
        there = np.linalg.inv(homography(pose, 128)) @ (0, 0, 1)
        assert (there[:2] / there[2]) == pytest.approx((x, y))


def test_the_grounds_motion_carries_the_pad_from_one_frame_to_the_next(site):
    before, now = (view(site, pose) for pose in (Pose(0.5, 0.2, 9.0, 0.02), Pose(0.3, 0.5, 8.8)))
    (one,), (other,) = perfect(before), perfect(now)
    carried = motion(before, now) @ (one.x, one.y, 1.0)
    assert carried == pytest.approx((other.x, other.y), abs=0.1)


def test_the_pad_that_is_drawn_lies_where_the_perfect_observer_says(site):
    for height in (12.0, 6.0, 3.5):
        one = view(site, Pose(0.04 * height, -0.1 * height, height, 0.05, -0.03, 1.0))
        (found,) = perfect(one)
        rows, columns = np.nonzero(one.mask)
        assert (columns.mean(), rows.mean()) == pytest.approx((found.x, found.y), abs=1.2)
        square = site.across**2 * math.pi / 4 * (128 / 1.2 / height) ** 2
        assert one.mask.sum() == pytest.approx(square, rel=0.15)


def test_the_land_is_one_land_at_every_height(site):
    # Seen from 12 m and made smaller, the ground looks as it does from 24 m.
    near, _ = site.look(Pose(0, 0, 12.0), 256)
    far, _ = site.look(Pose(0, 0, 24.0), 256)
    small = cv2.resize(near, (128, 128), interpolation=cv2.INTER_AREA)
    middle = far[64:192, 64:192]
    blurred = [cv2.GaussianBlur(one, (0, 0), 2).astype(float).ravel() for one in (small, middle)]
    assert np.corrcoef(*blurred)[0, 1] > 0.95


def test_pebbles_are_no_denser_where_the_pad_is():
    sun = np.array([0.5, 0.5])
    canvas = Canvas(900, 260.0, sun=sun, shade=0.4, window=260 / 9, texture=4)
    land.strew(canvas, land.SEASONS["summer"])
    drawn = canvas.image.any(2)
    middle = drawn[350:550, 350:550]  # 6.4 of 29 metres
    assert drawn.mean() > 0.003
    assert 0.7 < middle.mean() / drawn.mean() < 1.4


def test_a_land_without_a_pad_has_none_at_any_height():
    bare = make_site(3, pad=False, side=200)
    for height in (60.0, 10.0, 1.0, 0.3):
        ground, pad = bare.look(Pose(0, 0, height), 64)
        assert not pad.any()
        assert ground.std() > 1
    assert perfect(view(bare, Pose(0, 0, 5.0))) == []
    assert METRES > 2 * 60


def test_the_pad_fills_the_frame_from_close_by(site):
    assert view(site, Pose(0, 0, 0.3)).mask.all()


def test_a_vehicle_that_leans_forward_flies_forward():
    vehicle = Vehicle(np.zeros(2), 10.0, yaw=math.pi / 2)
    for _ in range(60):
        vehicle.step(np.array([0.0, 2.0]), 0.0, np.zeros(2), 1 / 60)
    assert vehicle.lean[1] < -0.1  # the nose is down, and it looks to the east
    assert vehicle.place[1] > 0.5
    assert abs(vehicle.place[0]) < 0.05
    # After a second, a vehicle without inertia would have gone 0.5 * 2 * 1 m.
    assert vehicle.place[1] < 1.0


def level(speed=(0.0, 0.0)):
    return Moment(np.eye(3), np.array(speed), np.zeros(2), 0.0)


def test_the_estimator_needs_two_seconds_and_forgets_after_two():
    estimator, dt = Estimator(lag=0.1, dt=0.02), 0.02
    ray = np.array([0.3, -0.1, 1.0]) / np.linalg.norm([0.3, -0.1, 1.0])
    known = {}
    for step in range(350):
        time = step * dt
        estimator.step(level(), time)
        if step % 5 == 0 and time < 3.0:
            estimator.measure(ray, 0.0, 10.0, time)
        known[step] = estimator.target()
    assert known[95] is None
    assert known[110] == pytest.approx([3.0, -1.0], abs=0.05)
    assert known[240] is not None  # 1.8 s after the last message
    assert known[255] is None


def test_the_lag_is_made_good_by_the_motion_since():
    # The vehicle flies north at 3 m/s; what is measured is what was there 0.2 s ago.
    estimator, dt, lag = Estimator(lag=0.2, dt=0.02), 0.02, 0.2
    for step in range(150):
        estimator.step(level((3.0, 0.0)), step * dt)
        then = 20.0 - 3.0 * (step * dt - lag)
        ray = np.array([then, 0.0, 10.0])
        estimator.measure(ray / np.linalg.norm(ray), 0.0, 10.0, step * dt)
    assert estimator.target()[0] == pytest.approx(20.0 - 3.0 * 149 * dt, abs=0.1)


def law_at(height, aside, **parameters):
    """Let the law see a pad `aside` metres north for three seconds; return its climb rate."""
    law = PrecisionLanding(Parameters(plnd_lag=0.02, **parameters), 0.02, np.zeros(2))
    vehicle = Vehicle(np.zeros(2), height, 0.0)

    class Said:
        position_valid, distance, angle_x, frame = 0, 0.0, 0.0, 12
        angle_y = -math.atan(aside / height)

    for step in range(150):
        law.take(Said, height, step * 0.02)
        wanted, climb = law.steer(vehicle, step * 0.02)
    return wanted, climb


@pytest.mark.parametrize(
    ("height", "aside", "climb"),
    [
        (5.0, 3.0, 0.0),  # farther than PLND_XY_DIST_MAX
        (5.0, 1.0, -0.5),  # LAND_SPEED
        (1.5, 0.0, -0.25),  # half of it in the last two metres
        (1.5, 0.06, -0.15),  # slower by 0.06 m * 0.25 / 0.15
        (1.5, 0.3, -0.1),  # never less than 0.1
        (20.0, 1.0, -1.5),  # above LAND_ALT_LOW
    ],
)
def test_the_law_descends_as_it_is_documented(height, aside, climb):
    wanted, rate = law_at(height, aside)
    assert rate == pytest.approx(climb, abs=0.01)
    if aside > 0.1:
        assert wanted[0] > 0
        assert abs(wanted[1]) < 1e-6


def test_below_plnd_alt_max_a_pad_never_seen_is_waited_for():
    law = PrecisionLanding(Parameters(), 0.02, np.zeros(2))
    assert law.steer(Vehicle(np.zeros(2), 9.0, 0.0), 0.0)[1] < 0
    assert law.steer(Vehicle(np.zeros(2), 7.9, 0.0), 0.02)[1] == 0
    assert law.state is State.HOLD


def test_a_pad_lost_on_the_way_is_tried_again_from_higher_up():
    law, vehicle = PrecisionLanding(Parameters(), 0.02, np.zeros(2)), Vehicle(np.zeros(2), 5.0, 0.0)

    class Said:
        position_valid, distance, angle_x, angle_y, frame = 0, 0.0, 0.0, 0.0, 12

    heights = []
    for step in range(1200):
        time = step * 0.02
        if time < 4:
            law.take(Said, vehicle.height, time)
        _, climb = law.steer(vehicle, time)
        vehicle.height += 0.02 * climb
        heights.append(vehicle.height)
    assert law.retries == 1
    lowest = int(np.argmin(heights))
    assert max(heights[lowest:]) > heights[lowest] + 1.5
    assert law.state is State.HOLD


def fly(seed, observer=perfect, by_mavlink=True, **told):
    conditions, site = Conditions.draw(seed, **told), told_site(seed, told)
    flight = Flight(conditions, observer, site=site, size=96, by_mavlink=by_mavlink)
    shots = list(flight)
    return flight, shots


SITES = {}


def told_site(seed, told):
    key = (seed % 2, told.get("pad", True))
    if key not in SITES:
        SITES[key] = make_site(key[0], pad=key[1], side=200)
    return SITES[key]


@pytest.mark.parametrize("seed", [0, 1])
def test_with_a_perfect_observer_it_lands_on_the_pad(seed):
    flight, shots = fly(seed, height=12.0)
    landing = flight.landing
    assert landing.outcome == "pad"
    assert landing.miss < 0.4
    assert set(flight.kinds) == {"HEARTBEAT", "LANDING_TARGET"}
    assert flight.kinds["LANDING_TARGET"] == landing.messages
    assert landing.messages == pytest.approx(sum(s.believed is not None for s in shots), abs=5)
    heights = [shot.height for shot in shots]
    assert heights[0] == 12.0
    assert heights[-1] < 0.3


def test_a_flight_is_the_same_whenever_it_is_flown():
    first, second = (fly(0, height=9.0)[0].landing for _ in range(2))
    assert (first.miss, first.seconds, first.messages) == (
        second.miss,
        second.seconds,
        second.messages,
    )


def test_messages_that_are_handed_over_land_where_those_by_mavlink_do(monkeypatch):
    sent = fly(0, height=9.0)[0].landing
    monkeypatch.setitem(sys.modules, "pymavlink", None)  # as where it is not installed
    handed = fly(0, by_mavlink=False, height=9.0)[0].landing
    assert (handed.outcome, handed.messages) == (sent.outcome, sent.messages)
    # MAVLink rounds angles to 32 bits.
    assert (handed.miss, handed.seconds) == pytest.approx((sent.miss, sent.seconds), abs=1e-3)


def test_where_there_is_no_pad_there_is_no_landing():
    flight, _ = fly(0, height=9.0, pad=False)
    assert flight.landing.outcome == "stayed up"
    assert flight.landing.messages == 0


def test_who_sees_nothing_does_not_land_though_the_pad_is_there():
    flight, _ = fly(0, observer=lambda view: [], height=9.0)
    assert flight.landing.outcome == "stayed up"


def test_who_takes_a_lookalike_for_the_pad_lands_on_it():
    site = told_site(0, {})
    spots = site.lookalikes
    spot = spots[np.argmin(np.hypot(*spots[:, :2].T))]

    def fooled(view):
        there = np.linalg.inv(homography(view.pose, view.size)) @ (spot[0], spot[1], 1.0)
        x, y = there[:2] / there[2]
        inside = 0 <= x < view.size and 0 <= y < view.size
        return [perfect_at(x, y)] if inside else []

    def perfect_at(x, y):
        from vision.flight.finder import Found

        return Found(float(x), float(y), 10.0, 1.0)

    flight, _ = fly(0, observer=fooled, height=30.0)
    assert flight.landing.outcome == "look-alike"


def test_bands_of_height():
    assert [band(h) for h in (60, 39.9, 1.0, 0.29)] == ["40-60", "20-40", "1-2", "0-0.3"]


def test_flights_over_lands_without_a_pad_alone_are_told_too(capsys):
    bare = Conditions.draw(5, pad=False)
    nowhere = math.nan
    show("nobody", [Landing(bare, "stayed up", nowhere, 9.0, 0, nowhere, nowhere, 0)])
    assert "no pad: 1 flights, 0 landed" in capsys.readouterr().out
