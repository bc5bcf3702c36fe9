"""What an autopilot receives: real MAVLink over loopback, and numbers worked out by hand."""

import math
import time

import numpy as np
import pytest
from pymavlink import mavutil
from pymavlink.dialects.v20 import common as dialect
from scipy.spatial.transform import Rotation

from common.errors import UserError
from tests.vision.flight import autopilot
from vision.flight.link import Link
from vision.flight.messages import Vehicle, ardupilot_target, px4_target, rotation_of
from vision.flight.tracker import Sighting

RIGHT_AND_BELOW = Sighting(right=0.5, down=0.25, width=0.1, confidence=0.9)


@pytest.fixture
def receiver():
    """A receiver of MAVLink at a port of this machine, as an autopilot's is."""
    connection = autopilot.receiver()
    yield connection
    connection.close()


def heard(receiver, kind):
    message = receiver.recv_match(type=kind, blocking=True, timeout=5)
    assert message is not None
    return message


def test_ardupilot_is_told_the_angles_of_the_picture(receiver):
    with Link(receiver.test_address) as link:
        link.send(ardupilot_target(RIGHT_AND_BELOW, 12.5, Vehicle()))
        said = heard(receiver, "LANDING_TARGET")
    assert said.get_msgbuf()[0] == 0xFD  # MAVLink 2
    assert (said.get_srcSystem(), said.get_srcComponent()) == (1, 191)
    assert said.frame == mavutil.mavlink.MAV_FRAME_BODY_FRD
    assert said.time_usec == 12_500_000
    # atan(0.5) = 26.565 degrees to the right, atan(0.25) = 14.036 below the middle
    assert said.angle_x == pytest.approx(0.463648, abs=1e-5)
    assert said.angle_y == pytest.approx(0.244979, abs=1e-5)
    assert (said.position_valid, said.distance) == (0, 0)
    # ArduPilot: forward = -tan(angle_y), right = tan(angle_x): the pad is behind and to the right.
    assert -math.tan(said.angle_y) == pytest.approx(-0.25, abs=1e-6)
    assert math.tan(said.angle_x) == pytest.approx(0.5, abs=1e-6)


def test_a_range_that_was_heard_makes_a_position(receiver):
    vehicle = Vehicle()
    vehicle.hear(dialect.MAVLink_distance_sensor_message(0, 20, 4000, 800, 0, 0, 25, 0), 10.0)
    with Link(receiver.test_address) as link:
        link.send(ardupilot_target(RIGHT_AND_BELOW, 10.2, vehicle))
        said = heard(receiver, "LANDING_TARGET")
    assert said.position_valid == 1
    assert (said.x, said.y, said.z) == pytest.approx((-2.0, 4.0, 8.0))
    assert said.distance == pytest.approx(math.sqrt(4 + 16 + 64))
    assert ardupilot_target(RIGHT_AND_BELOW, 10.8, vehicle)["position_valid"] == 0  # too old


@pytest.mark.parametrize(("centimetres", "facing"), [(800, 0), (10, 25), (5000, 25)])
def test_a_range_that_is_none_of_the_ground_is_not_believed(centimetres, facing):
    vehicle = Vehicle()
    message = dialect.MAVLink_distance_sensor_message(0, 20, 4000, centimetres, 0, 0, facing, 0)
    vehicle.hear(message, 10.0)
    assert ardupilot_target(RIGHT_AND_BELOW, 10.0, vehicle)["position_valid"] == 0


def test_px4_is_told_a_place_in_its_own_frame(receiver):
    vehicle = Vehicle()
    # Nose to the east, level, at (100 north, 50 east), 20 m above where it started.
    vehicle.hear(dialect.MAVLink_attitude_message(0, 0, 0, math.pi / 2, 0, 0, 0), 3.0)
    vehicle.hear(dialect.MAVLink_local_position_ned_message(0, 100, 50, -20, 0, 0, 0), 3.0)
    with Link(receiver.test_address) as link:
        link.send(px4_target(RIGHT_AND_BELOW, 3.1, vehicle))
        said = heard(receiver, "LANDING_TARGET")
    assert said.frame == mavutil.mavlink.MAV_FRAME_LOCAL_NED
    assert said.position_valid == 1
    # Right of an eastward nose is south, 0.5 * 20 m; behind it is west, 0.25 * 20 m.
    assert (said.x, said.y, said.z) == pytest.approx((90, 45, 0), abs=1e-4)


def test_px4_is_told_nothing_where_its_place_is_not_known():
    vehicle = Vehicle()
    assert px4_target(RIGHT_AND_BELOW, 3.0, vehicle) is None
    vehicle.hear(dialect.MAVLink_attitude_message(0, 0, 0, 0, 0, 0, 0), 3.0)
    assert px4_target(RIGHT_AND_BELOW, 3.0, vehicle) is None
    vehicle.hear(dialect.MAVLink_local_position_ned_message(0, 0, 0, -20, 0, 0, 0), 3.0)
    assert px4_target(RIGHT_AND_BELOW, 3.0, vehicle) is not None
    assert px4_target(RIGHT_AND_BELOW, 4.0, vehicle) is None


def test_a_lean_is_taken_out_for_px4():
    vehicle = Vehicle()
    # Nose up by 10 degrees: what the camera has in its middle lies 20 * tan(10 deg) ahead.
    vehicle.hear(dialect.MAVLink_attitude_message(0, 0, math.radians(10), 0, 0, 0, 0), 3.0)
    vehicle.hear(dialect.MAVLink_local_position_ned_message(0, 0, 0, -20, 0, 0, 0), 3.0)
    said = px4_target(Sighting(0, 0, 0.1, 0.9), 3.0, vehicle)
    assert said["x"] == pytest.approx(20 * math.tan(math.radians(10)), abs=1e-6)
    assert said["y"] == pytest.approx(0)


def test_attitudes_turn_as_scipys_do():
    for roll, pitch, yaw in np.random.default_rng(0).uniform(-1.4, 1.4, (20, 3)):
        theirs = Rotation.from_euler("ZYX", [yaw, pitch, roll]).as_matrix()
        assert np.allclose(rotation_of(roll, pitch, yaw), theirs)


def test_heartbeats_come_once_a_second_and_nothing_else_is_sent(receiver):
    kinds = []
    with Link(receiver.test_address) as link:
        for step in range(40):
            link.tend(step / 10)
            link.send(ardupilot_target(RIGHT_AND_BELOW, step / 10, Vehicle()))
        while (message := receiver.recv_match(blocking=True, timeout=0.3)) is not None:
            kinds.append(message.get_type())
            if kinds[-1] == "HEARTBEAT":
                assert message.type == mavutil.mavlink.MAV_TYPE_ONBOARD_CONTROLLER
                assert message.base_mode == 0
    assert kinds.count("HEARTBEAT") == 4
    assert kinds.count("LANDING_TARGET") == 40
    assert set(kinds) == {"HEARTBEAT", "LANDING_TARGET"}


def test_an_autopilot_that_answers_is_heard(receiver):
    with Link(receiver.test_address) as link:
        link.tend(0.0)
        heard(receiver, "HEARTBEAT")
        receiver.mav.heartbeat_send(2, 3, 0, 0, 4)
        receiver.mav.distance_sensor_send(0, 20, 4000, 700, 0, 0, 25, 0)
        said, deadline = None, time.monotonic() + 5
        while link.vehicle.range is None and time.monotonic() < deadline:
            said = link.tend(0.1) or said
        assert said == f"{link.address}: an autopilot answers"
        assert link.vehicle.height(0.1) == 7.0


def test_an_address_that_nobody_hears_is_said_once():
    with Link("udpout:127.0.0.1:9") as link:
        said = [link.tend(second) for second in range(20)]
        link.send(ardupilot_target(RIGHT_AND_BELOW, 1.0, Vehicle()))
    assert [line for line in said if line] == [said[6]]
    assert "nobody answers" in said[6]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "no address"),
        ("somewhere", "no address"),
        ("udpout:127.0.0.1", "expected udpout:HOST:PORT"),
        ("udpout:127.0.0.1:99999", "expected udpout:HOST:PORT"),
        ("udpout:no-such-host.invalid:14550", "there is no host no-such-host.invalid"),
        ("tcp:127.0.0.1:1", "cannot be opened"),
        ("/dev/nothing-is-here", "/dev/nothing-is-here"),
        ("/dev/ttyAMA0,fast", "is no speed"),
    ],
)
def test_an_address_that_is_none_is_one_line(address, words):
    with pytest.raises(UserError) as error:
        Link(address)
    assert words in str(error.value) or "pyserial" in str(error.value)
    assert "\n" not in str(error.value)
