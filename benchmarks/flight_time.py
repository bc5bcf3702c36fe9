"""What a frame costs on its way to a message: a run of vision, and what was exported of it.

    python -m benchmarks.flight_time RUN [MODEL.zip ...] [--flights 2]

Frames of straight descents over the pad, in every weather, go to each by turns, as `fly` hands them
over: found, laid over the last frame, followed, said. Processor time of one core, so that
neighbours count little; and how far the pad's place differs from the run's.
"""

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import torch

from vision.flight.command import opened
from vision.flight.messages import Vehicle
from vision.flight.perception import Lookout
from vision.flight.simulation import SIZE
from vision.flight.tracker import Sighting
from vision.flight.vehicle import WEATHERS
from vision.flight.view import lens_of
from vision.synthetic.site import Pose, make_site

FRAMES = 90
HIGHEST, LOWEST = 40.0, 1.0
FIRST = 900
"""Seed of the first land."""


def descent(seed: int) -> list[np.ndarray]:
    """Return frames of a descent, each lower than the one before by the same share."""
    rng, site = np.random.default_rng([seed, 3]), make_site(seed)
    sensor = WEATHERS[seed % len(WEATHERS)].sensor(rng, SIZE)
    frames = []
    for height in np.geomspace(HIGHEST, LOWEST, FRAMES):
        lean = rng.normal(0, 0.01, 2)
        pose = Pose(0.05 * height, -0.03 * height, height, *lean, 1.0)
        frames.append(sensor.develop(site.look(pose, SIZE)[0], height, rng))
    return frames


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("places", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--flights", type=int, default=2)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    finders = {str(place): opened(place)[0] for place in arguments.places}
    spent: dict[str, dict[str, list[float]]] = {
        name: {"looking for it": [], "believed": [], "followed": []} for name in finders
    }
    apart: dict[str, list[float]] = {name: [] for name in finders}
    reported = dict.fromkeys(finders, 0)
    for number in range(arguments.flights):
        lookouts = {name: Lookout(lens_of(SIZE)) for name in finders}
        for k, frame in enumerate(descent(FIRST + number)):
            said: dict[str, Sighting | None] = {}
            for name, finder in finders.items():
                lookout, began = lookouts[name], time.process_time()
                about = lookout.about
                found = finder(frame, about)
                said[name] = believed = lookout.judge(k / 15, found, frame)
                if believed is not None:
                    lookout.say(believed, k / 15, Vehicle())
                    reported[name] += 1
                taken = time.process_time() - began
                kind = "looking for it" if about is None else "believed"
                kind = "followed" if about is not None and about > 0.9 * SIZE else kind
                if k:  # the first answer takes longer
                    spent[name][kind].append(taken)
            first = said[next(iter(finders))]
            for name, one in said.items():
                if first is not None and one is not None:
                    moved = np.hypot(one.right - first.right, one.down - first.down)
                    apart[name].append(float(moved))
    for name, kinds in spent.items():
        times = ", ".join(
            f"{kind} {1000 * np.median(some):.1f} ms ({len(some)})"
            for kind, some in kinds.items()
            if some
        )
        farthest = 1000 * max(apart[name], default=float("nan"))
        print(f"{name}: {times}; reported {reported[name]}; apart {farthest:.2f} mrad at most")


if __name__ == "__main__":
    main()
