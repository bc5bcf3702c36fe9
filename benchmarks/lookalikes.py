"""What a network takes for a pad from near by: pads, and what lies about, each by itself.

    python -m benchmarks.lookalikes RUN | MODEL.zip [--lands 24] [--seed 8000] [--near 7]

Half of the lands have a pad. A camera hangs over it, or over everything on the other lands that
lies within `WITHIN` metres of their middle, a little aside and aslant, at several heights. A
landing costs half a minute; a look from near by costs a moment, and tells whether one would come
down there: what is `SURE` at least is landed on.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from vision.calibration import logit
from vision.flight.command import opened
from vision.flight.finder import Finder
from vision.flight.simulation import SIZE
from vision.flight.tracker import EACH, SURE
from vision.flight.vehicle import WEATHERS
from vision.synthetic.site import LOOKALIKES, Pose, Site, homography, make_site
from vision.synthetic.world import VIEW

HEIGHTS = (15.0, 10.0, 7.0, 5.0)
WITHIN = 12.0
"""Metres: what lies farther off is drawn too coarsely."""
NARROWEST = 16
"""Pixels of a thing that is looked at, at least."""


def looks(finder: Finder, site: Site, x: float, y: float, across: float, seed: int) -> list[float]:
    """Return how sure the finder is of a thing at each height, nan where it is too small."""
    rng = np.random.default_rng([seed, round(1000 * abs(x))])
    sensor = WEATHERS[seed % len(WEATHERS)].sensor(rng, SIZE)
    said = []
    for height in HEIGHTS:
        north, east = rng.normal(0, 0.08 * height, 2).tolist()
        roll, pitch = rng.normal(0, 0.05, 2).tolist()
        yaw = float(rng.uniform(0, 2 * np.pi))
        pose = Pose(north - y, x + east, height, roll, pitch, yaw)
        wide = across * SIZE / VIEW / height
        if wide < NARROWEST:
            said.append(np.nan)
            continue
        image = sensor.develop(site.look(pose, SIZE)[0], height, rng)
        to_frame = np.linalg.inv(homography(pose, SIZE))
        place = cv2.perspectiveTransform(np.array([[[x, y]]], np.float64), to_frame)[0, 0]
        near = [
            one.confidence
            for one in finder(image, wide)
            if np.hypot(*(np.array(one[:2]) - place)) < wide / 3
        ]
        said.append(max(near, default=0.0))
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--lands", type=int, default=24)
    parser.add_argument("--seed", type=int, default=8000, help="of the first land")
    parser.add_argument(
        "--near", type=int, default=LOOKALIKES, help="look-alikes around the middle"
    )
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    finder, _ = opened(arguments.run)
    said: dict[str, list[list[float]]] = defaultdict(list)
    for seed in range(arguments.seed, arguments.seed + arguments.lands):
        has_pad = seed % 2 == 0
        site = make_site(seed, pad=has_pad, lookalikes=arguments.near)
        things = [(0.0, 0.0, site.across)] if has_pad else site.lookalikes.tolist()
        for x, y, across in things:
            if np.hypot(x, y) < WITHIN:
                said["pads" if has_pad else "others"].append(
                    looks(finder, site, x, y, across, seed)
                )
    for name, rows in said.items():
        table = np.array(rows)
        print(f"{name}, {len(table)} things; from each height, as sure as what is landed on:")
        for height, column in zip(HEIGHTS, table.T, strict=True):
            seen = column[~np.isnan(column)]
            if len(seen):
                sure = int((logit(seen) >= SURE).sum())
                print(f"  {height:4.0f} m: {sure} of {len(seen)}")
        # One frame is not believed, but the mean of many.
        means = np.nanmean(np.clip(logit(table), -EACH, EACH)[~np.isnan(table).all(1)], axis=1)
        print(f"  by the mean of the heights: {(means >= SURE).sum()} of {len(means)}", flush=True)


if __name__ == "__main__":
    main()
