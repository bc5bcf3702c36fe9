"""From how high a run of vision finds a pad, and how sure it is of it.

    python -m benchmarks.heights RUN [--lands 20]

One frame of each land from each height, in the four kinds of weather by turns, the pad a little
aside. Said is how many pads were marked at all, how many were as likely as what is told from afar
and as what is landed on, and where something else was likelier than the pad and as likely as that.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from vision.calibration import logit
from vision.flight.command import opened
from vision.flight.tracker import LIKELY, SURE
from vision.flight.vehicle import WEATHERS
from vision.flight.view import View, looking, on_pad
from vision.synthetic.site import Pose, make_site
from vision.synthetic.world import VIEW

HEIGHTS = (60, 50, 40, 35, 30, 25, 20, 15, 10)
FIRST = 6000
"""Seed of the first land."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--lands", type=int, default=20)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    finder, size = opened(arguments.run)
    look = looking(finder)
    said: dict[int, list[tuple[float, float, float]]] = {height: [] for height in HEIGHTS}
    for seed in range(FIRST, FIRST + arguments.lands):
        site, rng = make_site(seed), np.random.default_rng([seed, 5])
        sensor = WEATHERS[seed % len(WEATHERS)].sensor(rng, size)
        for height in HEIGHTS:
            aside, lean = rng.normal(0, 0.08 * height, 2), rng.normal(0, 0.03, 2)
            pose = Pose(*aside, height, *lean, float(rng.uniform(0, 2 * np.pi)))
            view = View(site, pose, sensor, size, (seed, height))
            found = look(view)
            pad = max((one.confidence for one in found if on_pad(one, view)), default=0.0)
            other = max((one.confidence for one in found if not on_pad(one, view)), default=0.0)
            said[height].append((site.across, pad, other))
    print(f"{arguments.lands} pads    width   marked   likely   sure   something else likelier")
    for height, rows in said.items():
        across, pads, others = np.array(rows).T
        odds, rivals = logit(pads), logit(others)
        counts = (
            (pads > 0).sum(),
            (odds >= LIKELY).sum(),
            (odds >= SURE).sum(),
            ((others > pads) & (rivals >= LIKELY)).sum(),
        )
        pixels = across * size / VIEW / height
        shown = "   ".join(f"{count:6}" for count in counts)
        print(f"{height:4} m {pixels.min():5.0f}-{pixels.max():.0f} px {shown}", flush=True)


if __name__ == "__main__":
    main()
