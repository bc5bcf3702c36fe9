"""Pictures and masks of a landing to train a run with, over lands that no benchmark flies over.

    python -m benchmarks.landing_frames DIR [--lands 160]
    python -m vision train --images DIR/images --masks DIR/masks --out runs/landing

From half a metre to 45 metres, in every weather; on an eighth of the lands there is no pad. Each
land is a folder of its own, so that its frames stay on one side of the split. The class is called
"object": `--target object` of `fly` and of the benchmarks.
"""

import argparse
from pathlib import Path

import numpy as np

from vision.flight.simulation import SIZE
from vision.flight.vehicle import WEATHERS
from vision.images import write_image
from vision.masks import write_mask
from vision.synthetic.site import Pose, make_site
from vision.synthetic.world import VIEW

FIRST, FRAMES = 100_000, 14
LOWEST, HIGHEST = 0.5, 45.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lands", type=int, default=160)
    arguments = parser.parse_args()
    for number in range(arguments.lands):
        rng = np.random.default_rng([77, number])
        site = make_site(FIRST + number, pad=number % 8 != 0)
        for kind in ("images", "masks"):
            (arguments.folder / kind / f"land {number:03}").mkdir(parents=True)
        for frame in range(FRAMES):
            height = float(np.exp(rng.uniform(np.log(LOWEST), np.log(HIGHEST))))
            sensor = WEATHERS[rng.integers(len(WEATHERS))].sensor(rng, SIZE)
            if rng.random() < 0.8:
                north, east = rng.uniform(-0.42, 0.42, 2) * VIEW * height
            else:
                north, east = rng.uniform(-1, 1, 2) * (0.6 * height + 15)
            lean, yaw = rng.normal(0, 0.07, 2), rng.uniform(0, 2 * np.pi)
            ground, mask = site.look(Pose(north, east, height, *lean, yaw), SIZE)
            name = f"land {number:03}/{frame:02}.png"
            write_image(arguments.folder / "images" / name, sensor.develop(ground, height, rng))
            write_mask(arguments.folder / "masks" / name, mask)
        print(f"land {number}", flush=True)


if __name__ == "__main__":
    main()
