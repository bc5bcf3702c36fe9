"""Where the pad is, as ArduPilot works it out of LANDING_TARGET: late rays, and its motion."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

SETTLE, SPARSE = 2.0, 0.5
"""Seconds that the filter has to run before it is believed, with a message at least so often."""
TIMEOUT = 2.0
"""Seconds without a message after which the pad is lost."""
UNLIKELY, STUBBORN = 3.0, 3
"""Normalised innovation squared above which a message is doubted; after so many, it is believed."""
SHAKE = 2.5
"""PLND_ACC_P_NSE: how much the accelerometer is doubted."""


@dataclass
class Axis:
    """A Kalman filter of position and velocity along one axis, told of acceleration."""

    state: np.ndarray
    spread: np.ndarray

    def predict(self, dt: float, gained: float, noise: float) -> None:
        """Go on for dt seconds; gained: velocity in that time. noise: its deviation."""
        move = np.array([[1.0, dt], [0.0, 1.0]])
        self.state = move @ self.state + np.array([0.5 * dt * gained, gained])
        by = np.array([0.5 * dt, 1.0]) * noise
        self.spread = move @ self.spread @ move.T + np.outer(by, by)

    def surprise(self, position: float, variance: float) -> float:
        return float((position - self.state[0]) ** 2 / (self.spread[0, 0] + variance))

    def update(self, position: float, variance: float) -> None:
        gain = self.spread[:, 0] / (self.spread[0, 0] + variance)
        self.state = self.state + gain * (position - self.state[0])
        self.spread = self.spread - np.outer(gain, self.spread[0])


class Moment(NamedTuple):
    """What the vehicle knows of itself at a moment: its rotation (3, 3), speed (north, east), the
    speed that it gained in the step, and how fast it turns, radians a second."""

    rotation: np.ndarray
    speed: np.ndarray
    gained: np.ndarray
    turning: float


@dataclass
class Estimator:
    """Follows the pad relative to the vehicle, at a horizon that lies `lag` seconds back.

    A ray is turned by the attitude that the vehicle had when the picture was taken, PLND_LAG
    earlier; from there it is carried to the present by the motion since.

    Source: ArduPilot, AC_PrecLand: run_estimator, construct_pos_meas_using_rangefinder,
    run_output_prediction, check_ekf_init_timeout.
    """

    lag: float
    dt: float
    axes: list[Axis] | None = None
    acquired: bool = False
    updated: float = -math.inf
    began: float = 0.0
    doubted: int = 0
    history: deque[Moment] = field(default_factory=deque)

    def step(self, moment: Moment, time: float) -> None:
        """Take in the present moment and go on by one step."""
        self.history.append(moment)
        while len(self.history) > max(1, round(self.lag / self.dt)):
            self.history.popleft()
        if self.axes is not None:
            old = self.history[0]
            for axis, gained in zip(self.axes, old.gained, strict=True):
                axis.predict(self.dt, -float(gained), SHAKE * self.dt)
        self._check(time)

    def _check(self, time: float) -> None:
        if self.axes is None:
            return
        silent = time - self.updated
        if silent > (TIMEOUT if self.acquired else SPARSE):
            self.axes, self.acquired = None, False
        elif not self.acquired and time - self.began > SETTLE:
            self.acquired = True

    def measure(self, ray: np.ndarray, distance: float, height: float | None, time: float) -> None:
        """Take in a ray (forward, right, down) of length 1; distance: metres, 0 where unknown;
        height: of the rangefinder, None where it is out of its range."""
        if not self.history or ray[2] <= 0:
            return
        if distance > 0:
            reach = distance
        elif height is not None:
            reach = height / float(ray[2])
        else:
            return
        old = self.history[0]
        there = old.rotation @ ray * reach
        variance = (float(there[2]) * (0.01 + 0.01 * old.turning) + 0.02) ** 2
        if self.axes is None:
            spread = np.diag([variance, 4.0])
            self.axes = [Axis(np.array([there[k], -old.speed[k]]), spread.copy()) for k in range(2)]
            self.began = self.updated = time
            self.doubted = 0
            return
        worst = max(self.axes[k].surprise(float(there[k]), variance) for k in range(2))
        if worst < UNLIKELY or self.doubted >= STUBBORN:
            self.doubted = 0
            for k in range(2):
                self.axes[k].update(float(there[k]), variance)
            self.updated = time
        else:
            self.doubted += 1

    def target(self) -> np.ndarray | None:
        """Return where the pad is now, metres (north, east) from the vehicle; None where nobody
        knows."""
        if self.axes is None or not self.acquired:
            return None
        place = np.array([axis.state[0] for axis in self.axes])
        speed = np.array([axis.state[1] for axis in self.axes])
        for moment in list(self.history)[1:]:
            speed = speed - moment.gained
            place = place + speed * self.dt
        return place
