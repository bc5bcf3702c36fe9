"""The peak of memory of a training on pictures that fit into memory, and on those that do not.

    python benchmarks/streaming.py [--pictures 300 4800] [--size 128]
    python benchmarks/streaming.py --rows 1000000 4000000
    python benchmarks/streaming.py --ranks 1 2 3 [--rows 500000] [--pictures 1000] [--clips 1000]

Folders of pictures with masks are drawn, and each is trained on for one epoch in a process of its
own: once with all canvases kept in memory, and once as where they are more than `vision` keeps,
each read from its file whenever it is its turn. Printed is the peak of the resident memory (VmHWM)
in MiB.

The second draws tables of flats in twenty Parquet files, and in one. Each is read in a process of
its own: the file as any program's table is read, whole; and the folder of files as `tabular train`
reads it. Printed are the peak while it is read, and what the frame takes.

With `--ranks` a folder of tables, pictures or clips is trained on for one epoch, by one process and
by so many ranks that share what one of them has prepared; with `--apart`, by ranks each of which
prepares for itself, too. Tables are trained on twice: as they are, and as if they were too large
for memory. Printed are the peak of what all processes hold together, pages that several share
counted once (PSS, looked at every half second); how much of it is no file's, so that the system
cannot spare it (anonymous memory); and their processor time.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import cv2
import numpy as np
import psutil

MARK = "peak of memory: "


def draw(folder: Path, count: int, size: int = 128) -> None:
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
    words += ["--out", str(folder / f"run-{keep}")]
    code = main(DOMAIN, words)
    print(f"{MARK}{resident('VmHWM'):.0f}", flush=True)
    sys.exit(code)


def draw_rows(folder: Path, count: int) -> None:
    """Draw flats into a folder of parts, and into one file of all."""
    import pyarrow as pa
    from pyarrow import parquet

    from tabular.synthetic import simulate

    flats, parts = simulate()[0], []
    (folder / "parts").mkdir(parents=True)
    for number in range(20):
        rng = np.random.default_rng(number)
        part = flats.sample(count // 20, replace=True, random_state=number)
        for name in ("area", "living_area", "price"):
            part[name] *= np.exp(rng.normal(0, 0.05, len(part)))
        parts.append(pa.Table.from_pandas(part, preserve_index=False))
        parquet.write_table(parts[-1], folder / "parts" / f"{number:02}.parquet")
    parquet.write_table(pa.concat_tables(parts), folder / "whole.parquet")


def read_rows(path: Path) -> None:
    """Read a table, and print the peak and the size of its frame."""
    import tabular.task  # noqa: F401, what is imported is no part of the table
    from common.tables import read_table

    before = resident("VmRSS")
    table = read_table(path, large=path.is_dir(), names=["price"])
    size = table.frame.memory_usage(deep=True).sum() / 2**20
    print(f"{MARK}{resident('VmHWM') - before:.0f} {size:.0f}", flush=True)


def compare_rows(counts: list[int]) -> None:
    print(f"{'rows':>9}{'peak whole':>12}{'frame':>8}{'peak parts':>12}{'frame':>8}   MiB")
    with tempfile.TemporaryDirectory() as place:
        for count in counts:
            folder, cells = Path(place, str(count)), []
            draw_rows(folder, count)
            for name in ("whole.parquet", "parts"):
                command = [sys.executable, __file__, "--read", str(folder / name)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                found = re.search(MARK + r"(\d+) (\d+)", done.stdout)
                cells.append(f"{found[1]:>12}{found[2]:>8}")
            print(f"{count:>9}{''.join(cells)}", flush=True)


def draw_clips(folder: Path, count: int) -> None:
    """Draw recordings of ten seconds each, and a few noises."""
    import soundfile

    time_, rng = np.arange(160_000) / 16_000, np.random.default_rng(0)
    for name, number in (("clean", count), ("noise", 20)):
        (folder / name).mkdir(parents=True)
        for row in range(number):
            sound = rng.normal(0, 0.1, len(time_))
            if name == "clean":
                hum = np.sin(2 * np.pi * rng.uniform(100, 300) * time_)
                sound = 0.01 * sound + 0.3 * hum * np.sin(2 * np.pi * 3 * time_)
            soundfile.write(folder / name / f"{row:05}.wav", sound, 16_000)


DRAW = {
    "rows": draw_rows,
    "rows as files": draw_rows,
    "pictures": draw,
    "pictures as files": draw,
    "clips": draw_clips,
}


def train(kind: str, folder: Path, apart: bool) -> None:
    """Train for an epoch; apart: each rank prepares for itself."""
    from common import memory_mapped
    from common.cli import main
    from vision import preprocessing

    if kind == "rows as files":
        memory_mapped.LARGE = 0
    if apart:  # as where torchrun does not say which ranks stand on one machine
        os.environ.pop("GROUP_RANK", None)
    words = ["train", "--epochs", "1", "--device", "cpu", "--threads", "1", "--json"]
    words += ["--shares", "90/5/5", "--depth", "1", "--out", str(folder / "run")]
    if kind.startswith("rows"):
        domain = "tabular"
        words += [str(folder / "parts"), "--target", "price", "--width", "8", "--members", "1"]
        words += ["--neighbours", "1", "--batch-size", "8192"]
        words += ["--catastrophe", "500000", "--critical", "15000000"]
    elif kind == "clips":
        domain = "audio"
        words += ["--clean", str(folder / "clean"), "--noise", str(folder / "noise")]
        words += ["--width", "8", "--loss", "mse"]
    else:
        domain = "vision"
        words += ["--images", str(folder / "images"), "--masks", str(folder / "masks")]
        words += ["--width", "4", "--size", "128", "--crop", "0", "--norm", "group"]
        if kind == "pictures as files":
            preprocessing.CACHED_BYTES = 0
    sys.exit(main(import_module(f"{domain}.__main__").DOMAIN, words))


def held(processes: list[psutil.Process]) -> tuple[float, float, float]:
    """Return the MiB that processes hold together, those of no file, and processor seconds."""
    size = own = seconds = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error, OSError):
            told = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="utf-8")
            pages = {name: int(kib) for name, kib in re.findall(r"(\w+):\s+(\d+) kB", told)}
            size += pages["Pss"] / 1024
            own += pages["Pss_Anon"] / 1024
            seconds += sum(process.cpu_times()[:2])
    return size, own, seconds


def compare_ranks(kind: str, counts: list[int], ranks: list[int], apart: bool) -> None:
    print(f"{kind:>18}{'':>32}{'MiB':>8}{'own':>8}{'CPU, s':>8}")
    ranks = [count for count in ranks if count > 1]
    ways = {"one process": (1, 0)} | {f"{count} ranks": (count, 0) for count in ranks}
    if apart:
        ways |= {f"{count} ranks, each for itself": (count, 1) for count in ranks}
    for count in counts:
        with tempfile.TemporaryDirectory() as place:
            DRAW[kind](Path(place), count)
            for name, (size, own) in ways.items():
                process = subprocess.Popen(
                    [*launcher(size), __file__, "--train", kind, place, str(own)],
                    env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
                    cwd=place,
                    stdout=subprocess.DEVNULL,
                )
                found, family = [(0.0, 0.0, 0.0)], psutil.Process(process.pid)
                while process.poll() is None:
                    children = family.children(recursive=True) if size > 1 else [family]
                    found.append(held(children))
                    time.sleep(0.5)
                if process.returncode:
                    raise SystemExit(f"{name}: exit code {process.returncode}")
                peaks = (max(numbers) for numbers in zip(*found, strict=True))
                print(f"{count:>18}{name:>32}" + "".join(f"{p:>8.0f}" for p in peaks), flush=True)


def launcher(ranks: int) -> list[str]:
    """Return the words that start so many ranks."""
    if ranks == 1:
        return [sys.executable]
    several = ["--standalone", f"--nproc-per-node={ranks}"]
    return [sys.executable, "-m", "torch.distributed.run", *several]


def resident(key: str) -> float:
    """Return the resident memory of this process in MiB: VmHWM, its peak, or VmRSS, as it is."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(key + r":\s+(\d+) kB", status)[1]) / 1024


def measured(folder: Path, size: int, keep: bool) -> int:
    """Return the peak of an epoch."""
    words = ["--work", str(folder), str(int(keep)), "--size", str(size)]
    command = [sys.executable, __file__, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(MARK + r"(\d+)", done.stdout)
    if not found:
        raise SystemExit(f"{folder.name}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return int(found[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=int, nargs="+", help="folders of so many pictures")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--rows", type=int, nargs="+", help="tables of so many rows")
    parser.add_argument("--clips", type=int, nargs="+", help="so many recordings, with --ranks")
    parser.add_argument("--ranks", type=int, nargs="+", help="by so many ranks")
    parser.add_argument("--apart", action="store_true", help="each rank prepares for itself, too")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    parser.add_argument("--train", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_rows(Path(options.read))
    elif options.train:
        kind, folder, apart = options.train
        train(kind, Path(folder), bool(int(apart)))
    elif options.work:
        work(Path(options.work[0]), options.size, bool(int(options.work[1])))
    elif options.ranks:
        for kind in DRAW:
            counts = getattr(options, kind.partition(" ")[0]) or []
            if counts:
                compare_ranks(kind, counts, options.ranks, options.apart)
    elif options.rows:
        compare_rows(options.rows)
    else:
        compare_pictures(options.pictures or [300, 4800], options.size)


def compare_pictures(counts: list[int], size: int) -> None:
    print(f"{'pictures':>9}{'canvases':>10}{'kept':>7}{'read':>7}   MiB")
    with tempfile.TemporaryDirectory() as place:
        for count in counts:
            folder = Path(place, str(count))
            draw(folder, count, size)
            peaks = [measured(folder, size, keep) for keep in (True, False)]
            shown = "".join(f"{peak:>7}" for peak in peaks)
            print(f"{count:>9}{count * size**2 * 4 / 2**20:>10.0f}{shown}", flush=True)


if __name__ == "__main__":
    main()
