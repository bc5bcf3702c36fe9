"""ArduPilot's documented law of a precision landing, driven by real MAVLink messages.

A model of what Copter does in the mode LAND with PLND_ENABLED, PLND_TYPE 1 and the values below. It
is no autopilot: what is modelled is what decides where a vehicle comes down. It leans more than
ArduPilot, up to 30 degrees, for that one goes to the pad on a path that keeps to WPNAV_ACCEL and
PSC_JERK_XY; and where the pad is lost it flies on to where it was, while that one stops.
"""

import math
import select
import socket
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from vision.flight.estimator import Estimator, Moment
from vision.flight.link import INSTALL
from vision.flight.vehicle import Vehicle


@dataclass(frozen=True)
class Parameters:
    """What ArduPilot's parameters are set to; each by its name there, in metres and seconds.

    Those of landing and of the position controller are ArduPilot's own defaults. PLND_STRICT is 2:
    no landing anywhere but on the pad. plnd_alt_min: how far down the camera is trusted.
    """

    plnd_lag: float = 0.15
    plnd_xy_dist_max: float = 2.5
    plnd_timeout: float = 4.0
    plnd_ret_max: int = 4
    plnd_alt_min: float = 0.75
    plnd_alt_max: float = 8.0
    land_speed: float = 0.5
    land_alt_low: float = 10.0
    speed_down: float = 1.5
    speed_up: float = 2.5
    rangefinder_max: float = 40.0
    psc_posxy_p: float = 1.0
    psc_velxy_p: float = 2.0
    psc_velxy_i: float = 1.0
    accel: float = 2.5
    speed: float = 5.0


class State(Enum):
    """What the law does: come down, climb for another try, or stay where it is."""

    DESCEND = "descend"
    RETRY = "retry"
    HOLD = "hold"


ACCEPTABLE, SLOWEST = 0.15, 0.1
"""Metres aside, and metres a second, of the last two metres."""
NEAR, NEARER = 2.0, 0.35
CLOSE, HIGHER = 0.75, 1.5
"""A retry has arrived within so many metres; it begins so much higher than the pad was seen."""


class Ear:
    """Hears LANDING_TARGET at a port of this machine, as MAVLink 2 over UDP."""

    def __init__(self) -> None:
        try:
            from pymavlink.dialects.v20 import common as dialect
        except ImportError:
            from common.errors import UserError

            raise UserError(INSTALL) from None
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.parser = dialect.MAVLink(None)
        self.parser.robust_parsing = True
        self.kinds: dict[str, int] = {}

    @property
    def address(self) -> str:
        return f"udpout:127.0.0.1:{self.socket.getsockname()[1]}"

    def hear(self, wait: float = 0.0) -> list[Any]:
        """Return the LANDING_TARGETs that came; wait: seconds to wait for the first message."""
        heard: list[Any] = []
        while select.select([self.socket], [], [], 0.0 if heard else wait)[0]:
            for message in self.parser.parse_buffer(self.socket.recv(1 << 16)) or []:
                kind = message.get_type()
                self.kinds[kind] = self.kinds.get(kind, 0) + 1
                if kind == "LANDING_TARGET":
                    heard.append(message)
            wait = 0.0
        return heard

    def close(self) -> None:
        self.socket.close()


class PrecisionLanding:
    """Steers a vehicle in the mode LAND."""

    def __init__(self, parameters: Parameters, dt: float, start: np.ndarray) -> None:
        self.parameters, self.dt = parameters, dt
        self.estimator = Estimator(parameters.plnd_lag, dt)
        self.hold = start.copy()
        """Where the vehicle stays, metres (north, east), unless it sees the pad."""
        self.trim = np.zeros(2)
        self.state = State.DESCEND
        self.seen_at: tuple[np.ndarray, float] | None = None
        self.seen_time = -math.inf
        self.retries, self.climbing = 0, False

    def take(self, message: Any, height: float, time: float) -> None:
        """Take in a LANDING_TARGET as AC_PrecLand_MAVLink does."""
        if message.position_valid == 1:
            if message.frame != 12 or message.distance <= 0:
                return
            ray = np.array([message.x, message.y, message.z]) / message.distance
        else:
            ray = np.array([-math.tan(message.angle_y), math.tan(message.angle_x), 1.0])
            ray /= np.linalg.norm(ray)
        self.estimator.measure(ray, message.distance, self._ranged(height), time)

    def _ranged(self, height: float) -> float | None:
        return height if 0 < height < self.parameters.rangefinder_max else None

    def steer(self, vehicle: Vehicle, time: float) -> tuple[np.ndarray, float]:
        """Return the acceleration (north, east) and the climb rate that are wanted now."""
        rotation = vehicle.camera(np.zeros(2)).rotation()
        gained = vehicle.push * self.dt
        turning = float(np.linalg.norm(gained)) / self.dt / 9.81
        self.estimator.step(Moment(rotation, vehicle.speed.copy(), gained, turning), time)
        target = self.estimator.target()
        if target is not None:
            self.hold = vehicle.place + target
            self.seen_at, self.seen_time = (vehicle.place.copy(), vehicle.height), time
        self._decide(vehicle, target, time)
        return self._horizontal(vehicle), self._vertical(vehicle, target)

    def _decide(self, vehicle: Vehicle, target: np.ndarray | None, time: float) -> None:
        """Source: AC_PrecLand::check_target_status and AC_PrecLand_StateMachine."""
        own = self.parameters
        if target is not None:
            self.state, self.climbing = State.DESCEND, False
            return
        within = own.plnd_alt_min <= vehicle.height <= own.plnd_alt_max
        if self.state is State.DESCEND and within:
            if self.seen_at is None:
                self.state = State.HOLD
            elif time - self.seen_time >= own.plnd_timeout:
                self.retries += 1
                self.climbing = True
                self.state = State.RETRY if self.retries <= own.plnd_ret_max else State.HOLD
        if self.state is State.RETRY and self.seen_at is not None:
            place, height = self.seen_at
            self.hold = place
            goal = height + (HIGHER if self.climbing else 0.0)
            aside = float(np.linalg.norm(place - vehicle.place))
            if math.hypot(aside, goal - vehicle.height) < CLOSE:
                if self.climbing:
                    self.climbing = False
                else:
                    self.state = State.HOLD

    def _horizontal(self, vehicle: Vehicle) -> np.ndarray:
        """Position by a square root controller, velocity by P and I."""
        own = self.parameters
        error = self.hold - vehicle.place
        far = float(np.linalg.norm(error))
        wanted = error * (_rooted(far, own.psc_posxy_p, own.accel, own.speed) / max(far, 1e-9))
        off = wanted - vehicle.speed
        self.trim = np.clip(self.trim + own.psc_velxy_i * off * self.dt, -4.0, 4.0)
        return own.psc_velxy_p * off + self.trim

    def _vertical(self, vehicle: Vehicle, target: np.ndarray | None) -> float:
        """Source: Copter, Mode::land_run_vertical_control."""
        own = self.parameters
        if self.state is State.HOLD:
            return 0.0
        if self.state is State.RETRY and self.seen_at is not None:
            goal = self.seen_at[1] + (HIGHER if self.climbing else 0.0)
            return float(np.clip(goal - vehicle.height, -own.land_speed, own.speed_up))
        above = vehicle.height - max(own.land_alt_low, 1.0)
        rate = -_rooted(above, 1.0, own.accel, own.speed_down) if above > 0 else 0.0
        rate = min(rate, -own.land_speed)
        if target is not None:
            aside = float(np.linalg.norm(target))
            if aside > own.plnd_xy_dist_max:
                return 0.0
            if NEARER < vehicle.height < NEAR:
                fastest = own.land_speed / 2
                return min(-SLOWEST, -fastest + aside * fastest / ACCEPTABLE)
        return rate


def _rooted(error: float, gain: float, accel: float, most: float) -> float:
    """Return the speed towards a goal: linear near it, and farther off no more than can be braked.

    >>> _rooted(1.0, 1.0, 2.5, 5.0), round(_rooted(5.0, 1.0, 2.5, 5.0), 3)
    (1.0, 4.33)
    """
    linear = accel / gain**2
    speed = gain * error if error < linear else math.sqrt(2 * accel * (error - linear / 2))
    return min(speed, most)
