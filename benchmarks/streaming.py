"""The peak of memory of a training on pictures that fit into memory, and on those that do not.

    python benchmarks/streaming.py [--pictures 300 4800] [--size 128] [--ranks 2]

Folders of pictures with masks are drawn, and each is trained on for one epoch in a process of its
own: once with all canvases kept in memory, and once as where they are more than `vision` keeps,
each read from its file whenever it is its turn. Printed is the peak of the resident memory (VmHWM)
in MiB, of each process where there are several ranks.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

MARK = "peak of memory: "


def draw(folder: Path, count: int, size: int) -> None:
    """Draw pictures of noise with a disc in each, and the masks of the discs."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    rng = np.random.default_rng(0)
    for row in range(count):
        picture = rng.integers(0, 160, (size // 8, size // 8, 3), np.uint8)
        picture = cv2.resize(picture, (size, size))
        mask = np.zeros((size, size), np.uint8)
        place = tuple(int(at) for at in rng.integers(size // 4, 3 * size // 4, 2))
        for canvas in (picture, mask):
            cv2.circle(canvas, place, size // 8, (255, 255, 255), -1)
        cv2.imwrite(str(folder / "images" / f"{row:06}.jpg"), picture)
        cv2.imwrite(str(folder / "masks" / f"{row:06}.png"), mask)


def work(folder: Path, size: int, keep: bool) -> None:
    """Train for an epoch, and print the peak."""
    from common.cli import main
    from vision import preprocessing
    from vision.__main__ import DOMAIN

    preprocessing.CACHED_BYTES = 2**40 if keep else 0
    words = ["train", "--images", str(folder / "images"), "--masks", str(folder / "masks")]
    words += ["--width", "4", "--depth", "2", "--epochs", "1", "--crop", "0", "--device", "cpu"]
    words += ["--size", str(size)]
    words += ["--norm", "group", "--threads", "1", "--shares", "90/5/5", "--json"]
    words += ["--out", str(folder / f"run-{keep}-{os.environ.get('WORLD_SIZE', '1')}")]
    code = main(DOMAIN, words)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
    print(f"{MARK}{peak:.0f}", flush=True)
    sys.exit(code)


def measured(folder: Path, size: int, keep: bool, ranks: int) -> list[int]:
    """Return the peaks of all ranks."""
    launcher = [sys.executable]
    if ranks > 1:
        launcher += ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}"]
    command = [*launcher, __file__, "--work", str(folder), str(int(keep)), "--size", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [int(peak) for peak in re.findall(MARK + r"(\d+)", done.stdout)]
    if len(found) != ranks:
        raise SystemExit(f"{folder.name}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=int, nargs="+", default=[300, 4800])
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(Path(options.work[0]), options.size, bool(int(options.work[1])))
        return
    print(f"{'pictures':>9}{'canvases':>10}{'kept':>12}{'read':>12}   MiB")
    with tempfile.TemporaryDirectory() as place:
        for count in options.pictures:
            folder = Path(place, str(count))
            draw(folder, count, options.size)
            canvases = count * options.size**2 * 4 / 2**20
            peaks = [measured(folder, options.size, keep, options.ranks) for keep in (True, False)]
            shown = "".join(f"{' + '.join(map(str, one)):>12}" for one in peaks)
            print(f"{count:>9}{canvases:>10.0f}{shown}", flush=True)


if __name__ == "__main__":
    main()
