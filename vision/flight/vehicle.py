"""A quadcopter that flies in numbers: it leans to go somewhere, has inertia and feels the wind."""

import math
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from vision.synthetic.camera import Sensor
from vision.synthetic.site import Pose

GRAVITY = 9.81
LEAN_LAG = 0.15
"""Seconds in which a vehicle leans to 63 % of what it was told."""
CLIMB_LAG = 0.35
DRAG = 0.25
"""Acceleration, m/s², for each m/s of air that comes from aside."""
STEEPEST = math.radians(30)


@dataclass(frozen=True)
class Weather:
    """What a flight meets.

    wind, gust: mean and deviation in m/s. swing: degrees that the camera swings on its mount.
    light: how bright. noise: grey levels. haze: share of the ground that fog hides at most.
    """

    name: str
    wind: float = 1.0
    gust: float = 0.3
    swing: float = 0.5
    light: float = 1.0
    noise: float = 3.0
    haze: float = 0.05

    def sensor(self, rng: np.random.Generator, size: int) -> Sensor:
        """Return a camera's sensor, drawn at random, in this weather."""
        drawn = Sensor.draw(rng, size)
        haze = self.haze * rng.uniform(0.5, 1.0)
        return replace(drawn, gain=drawn.gain * self.light, haze=haze, noise=self.noise)


WEATHERS = (
    Weather("calm"),
    Weather("wind", wind=5.0, gust=1.8, swing=2.0),
    Weather("haze", wind=1.5, gust=0.5, haze=0.55),
    Weather("dusk", wind=2.0, gust=0.6, light=0.45, noise=11.0),
)


@dataclass
class Vehicle:
    """A quadcopter's motion; all vectors are (north, east).

    height: metres above ground. lean: radians of (roll, pitch). yaw: radians, which stays.
    """

    place: np.ndarray
    height: float
    yaw: float
    speed: np.ndarray = field(default_factory=lambda: np.zeros(2))
    climb: float = 0.0
    lean: np.ndarray = field(default_factory=lambda: np.zeros(2))
    push: np.ndarray = field(default_factory=lambda: np.zeros(2))
    """Acceleration of the last step: what an inertial sensor would have measured."""

    def step(self, wanted: np.ndarray, climb: float, wind: np.ndarray, dt: float) -> None:
        """Go on for dt seconds, told to accelerate by `wanted` m/s² and to climb by m/s."""
        cosine, sine = math.cos(self.yaw), math.sin(self.yaw)
        forward, right = (
            cosine * wanted[0] + sine * wanted[1],
            cosine * wanted[1] - sine * wanted[0],
        )
        told = np.clip(np.arctan([right / GRAVITY, -forward / GRAVITY]), -STEEPEST, STEEPEST)
        self.lean += (told - self.lean) * (1 - math.exp(-dt / LEAN_LAG))
        right, forward = GRAVITY * np.tan(self.lean) * (1, -1)
        self.push = np.array([cosine * forward - sine * right, sine * forward + cosine * right])
        self.push = self.push + DRAG * (wind - self.speed)
        self.place = self.place + self.speed * dt + self.push * dt * dt / 2
        self.speed = self.speed + self.push * dt
        self.climb += (climb - self.climb) * (1 - math.exp(-dt / CLIMB_LAG))
        self.height += self.climb * dt

    def camera(self, swing: np.ndarray) -> Pose:
        """Return the pose of the camera, which swings by (roll, pitch) on its mount."""
        roll, pitch = self.lean + swing
        north, east = self.place
        return Pose(float(north), float(east), max(self.height, 0.05), roll, pitch, self.yaw)


@dataclass
class Air:
    """Wind with gusts: about a mean, each gust fading within `FADE` seconds (a first-order Dryden
    model), and what the camera's mount makes of it."""

    weather: Weather
    mean: np.ndarray
    rng: np.random.Generator
    gust: np.ndarray = field(default_factory=lambda: np.zeros(2))
    phase: np.ndarray = field(default_factory=lambda: np.zeros(2))
    pace: np.ndarray = field(default_factory=lambda: np.zeros(2))
    FADE = 2.5

    @classmethod
    def draw(cls, weather: Weather, rng: np.random.Generator) -> Self:
        bearing, strength = rng.uniform(0, 2 * np.pi), weather.wind * rng.uniform(0.6, 1.4)
        mean = strength * np.array([np.cos(bearing), np.sin(bearing)])
        phase, pace = rng.uniform(0, 2 * np.pi, 2), 2 * np.pi * rng.uniform(0.4, 1.3, 2)
        return cls(weather, mean, rng, phase=phase, pace=pace)

    def wind(self, dt: float) -> np.ndarray:
        """Return the wind (north, east) in m/s, dt seconds later."""
        keep = math.exp(-dt / self.FADE)
        fresh = self.weather.gust * math.sqrt(1 - keep**2)
        self.gust = keep * self.gust + fresh * self.rng.standard_normal(2)
        return self.mean + self.gust

    def swing(self, time: float) -> np.ndarray:
        """Return the camera's (roll, pitch) on its mount in radians."""
        return math.radians(self.weather.swing) * np.sin(self.pace * time + self.phase)
