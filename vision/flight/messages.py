"""What is said to an autopilot: where the pad is, by LANDING_TARGET, and that somebody is there.

Nothing else is ever sent: no command, no mode, no arming.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from vision.flight.tracker import Sighting

FRESH = 0.5
"""Seconds for which a range or a pose that was heard counts."""
BODY_FRD, LOCAL_NED = 12, 1
"""MAV_FRAME: forward, right, down of the vehicle; north, east, down from where it started."""
DOWN = 25
"""MAV_SENSOR_ROTATION_PITCH_270: a rangefinder that looks down."""
IDENTITY = (1.0, 0.0, 0.0, 0.0)
VISION_OTHER = 3
"""LANDING_TARGET_TYPE_VISION_OTHER: a visual target that is neither a code nor a light."""


class Heard(NamedTuple):
    """A message and when it came, seconds of the monotonic clock."""

    message: Any
    time: float


@dataclass
class Vehicle:
    """What a vehicle said of itself last: its range to the ground, attitude and position."""

    range: Heard | None = None
    attitude: Heard | None = None
    position: Heard | None = None

    def hear(self, message: Any, time: float) -> None:
        """Take a message, if it is one of those that are needed."""
        kind = message.get_type()
        if kind == "DISTANCE_SENSOR" and message.orientation == DOWN:
            within = message.min_distance < message.current_distance < message.max_distance
            self.range = Heard(message, time) if within else None
        elif kind == "ATTITUDE":
            self.attitude = Heard(message, time)
        elif kind == "LOCAL_POSITION_NED":
            self.position = Heard(message, time)

    def height(self, time: float) -> float | None:
        """Return the metres to the ground along the vehicle's down axis, None if unknown."""
        heard = _fresh(self.range, time)
        return None if heard is None else heard.current_distance / 100


def _fresh(heard: Heard | None, time: float) -> Any:
    return heard.message if heard is not None and abs(time - heard.time) <= FRESH else None


def ardupilot_target(sighting: Sighting, time: float, vehicle: Vehicle) -> dict[str, Any]:
    """Return LANDING_TARGET as ArduPilot takes it.

    The angles are those of the picture, as they are: ArduPilot makes of them the ray forward =
    -tan(angle_y), right = tan(angle_x), down = 1. Where a rangefinder's distance was heard, the
    position is given too, and is valid; else the autopilot asks its own.

    Source: ArduPilot, "Precision Landing" of the developers' wiki; AC_PrecLand_MAVLink.

    >>> said = ardupilot_target(Sighting(0.5, -0.25, 0.1, 0.9), 2.0, Vehicle())
    >>> said["frame"], round(said["angle_x"], 4), round(said["angle_y"], 4), said["position_valid"]
    (12, 0.4636, -0.245, 0)
    """
    said = _plain(sighting, time, BODY_FRD)
    height = vehicle.height(time)
    if height is not None:
        forward, right, down = height * -sighting.down, height * sighting.right, height
        distance = math.sqrt(forward**2 + right**2 + down**2)
        said |= {"x": forward, "y": right, "z": down, "distance": distance, "position_valid": 1}
    return said


def px4_target(sighting: Sighting, time: float, vehicle: Vehicle) -> dict[str, Any] | None:
    """Return LANDING_TARGET as PX4 takes it, None where what it needs was not heard.

    PX4 believes a position in LOCAL_NED alone. The ray is turned by the attitude that was heard,
    and followed to the ground: down by the rangefinder, or where there is none by the height above
    where the vehicle started.

    Source: PX4, MavlinkReceiver::handle_message_landing_target.
    """
    attitude, position = _fresh(vehicle.attitude, time), _fresh(vehicle.position, time)
    if attitude is None or position is None:
        return None
    rotation = rotation_of(attitude.roll, attitude.pitch, attitude.yaw)
    ray = rotation @ np.array([-sighting.down, sighting.right, 1.0])
    ranged = vehicle.height(time)
    drop = -position.z if ranged is None else ranged * float(rotation[2, 2])
    if ray[2] < 0.1 or drop <= 0:
        return None
    north, east, down = ray * (drop / ray[2])
    said = _plain(sighting, time, LOCAL_NED)
    return said | {
        "x": position.x + float(north),
        "y": position.y + float(east),
        "z": position.z + float(down),
        "distance": float(np.linalg.norm([north, east, down])),
        "position_valid": 1,
    }


def rotation_of(roll: float, pitch: float, yaw: float) -> np.ndarray:
    """Return the matrix (3, 3) that turns forward, right, down into north, east, down."""
    (a, b), (c, d), (e, f) = ((math.cos(x), math.sin(x)) for x in (roll, pitch, yaw))
    return np.array(
        [
            [c * e, b * d * e - a * f, a * d * e + b * f],
            [c * f, b * d * f + a * e, a * d * f - b * e],
            [-d, b * c, a * c],
        ]
    )


def _plain(sighting: Sighting, time: float, frame: int) -> dict[str, Any]:
    width = 2 * math.atan(sighting.width / 2)
    return {
        "time_usec": round(time * 1e6),
        "target_num": 0,
        "frame": frame,
        "angle_x": math.atan(sighting.right),
        "angle_y": math.atan(sighting.down),
        "distance": 0.0,
        "size_x": width,
        "size_y": width,
        "x": 0.0,
        "y": 0.0,
        "z": 0.0,
        "q": IDENTITY,
        "type": VISION_OTHER,
        "position_valid": 0,
    }


WAYS: Mapping[str, Any] = {"ardupilot": ardupilot_target, "px4": px4_target}
"""How each autopilot wants to be told; None is silence."""
