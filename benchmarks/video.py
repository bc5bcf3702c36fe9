"""A clip decoded at the size needed, against full frames resized in Python; and its memory.

    python benchmarks.video            1080p to 256: seconds, and how many times faster
    python benchmarks.video --minutes 10         the memory that a long 1080p clip takes

The clips are made here: a moving test picture, film grain, and a flight over a rendered land.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
from moviepy import VideoFileClip
from moviepy.config import FFMPEG_BINARY

from vision.flights import film
from vision.geometry import letterbox
from vision.video import frames, write

SIZE = 256
RATE = 25


def pattern(path: Path, seconds: int, filters: str) -> None:
    """Have ffmpeg draw a moving picture of 1920x1080."""
    source = f"testsrc2=size=1920x1080:rate={RATE}:duration={seconds}{filters}"
    command = [FFMPEG_BINARY, "-y", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", source]
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(command + codec, check=True)


def flight(path: Path, seconds: int) -> None:
    def widened() -> Iterator[np.ndarray]:
        for image, _ in film(seconds, RATE, 480, seed=1):
            yield cv2.resize(image[105:375], (1920, 1080), interpolation=cv2.INTER_CUBIC)

    write(path, widened(), RATE)


CLIPS = {
    "test picture": lambda path, seconds: pattern(path, seconds, ""),
    "film grain": lambda path, seconds: pattern(path, seconds, ",noise=alls=12:allf=t"),
    "flight": flight,
}


def at_size_needed(path: Path) -> int:
    return sum(frame.shape == (144, 256, 3) for frame in frames(path, size=SIZE))


def moviepy_full(path: Path) -> int:
    with VideoFileClip(str(path), audio=False) as clip:
        return sum(
            letterbox(frame, SIZE)[0].shape == (SIZE, SIZE, 3) for frame in clip.iter_frames()
        )


def ours_full(path: Path) -> int:
    return sum(letterbox(frame, SIZE)[0].shape == (SIZE, SIZE, 3) for frame in frames(path))


def opencv_full(path: Path) -> int:
    reader, count = cv2.VideoCapture(str(path)), 0
    while (read := reader.read())[0]:
        picture = cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB)
        count += letterbox(picture, SIZE)[0].shape == (SIZE, SIZE, 3)
    return count


WAYS = {
    "at the size needed": at_size_needed,
    "full frames by MoviePy": moviepy_full,
    "full frames by the same pipe": ours_full,
    "full frames by OpenCV": opencv_full,
}


def compare(seconds: int, repeats: int) -> None:
    """Time every way on every clip, in turn, and print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        for title, make in CLIPS.items():
            path = Path(folder, "clip.mp4")
            make(path, seconds)
            times: dict[str, list[float]] = {name: [] for name in WAYS}
            for _ in range(repeats):
                for name, way in WAYS.items():
                    began = time.perf_counter()
                    count = way(path)
                    times[name].append(time.perf_counter() - began)
                    if abs(count - seconds * RATE) > 1:
                        raise SystemExit(f"{name}: {count} frames, expected {seconds * RATE}")
            medians = {name: statistics.median(values) for name, values in times.items()}
            megabits = path.stat().st_size * 8e-6 / seconds
            print(f"{title}, {seconds} s of 1080p at {RATE} frames a second, {megabits:.1f} Mbit/s")
            for name, median in medians.items():
                ratio = median / medians["at the size needed"]
                pace = seconds * RATE / median
                print(f"  {name:30}{median:7.2f} s {pace:7.0f} frames/s {ratio:6.2f}x", flush=True)


def remember(minutes: float) -> None:
    """Read a long clip through and print the most memory that it took, ffmpeg's included."""
    with tempfile.TemporaryDirectory() as folder:
        short, path = Path(folder, "minute.mp4"), Path(folder, "long.mp4")
        pattern(short, 60, ",noise=alls=6:allf=t")
        command = [FFMPEG_BINARY, "-y", "-nostdin", "-loglevel", "error"]
        command += ["-stream_loop", str(round(minutes) - 1), "-i", str(short), "-c", "copy"]
        subprocess.run([*command, str(path)], check=True)
        process, most, count = psutil.Process(), [0, 0], 0
        began = time.perf_counter()
        for _ in frames(path, rate=5, size=SIZE):
            count += 1
            if count % 25 == 1:
                children = sum(child.memory_info().rss for child in process.children())
                sizes = process.memory_info().rss, children
                most = [max(pair) for pair in zip(most, sizes, strict=True)]
        seconds = time.perf_counter() - began
    print(f"{minutes:g} minutes of 1080p, {count} frames at 5 a second, in {seconds:.0f} s")
    print(f"memory: Python {most[0] / 1e6:.0f} MB, ffmpeg {most[1] / 1e6:.0f} MB at most")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=12, help="length of each clip")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--minutes", type=float, help="measure memory on a clip of this length")
    arguments = parser.parse_args()
    if arguments.minutes:
        remember(arguments.minutes)
    else:
        compare(arguments.seconds, arguments.repeats)


if __name__ == "__main__":
    sys.exit(main())
