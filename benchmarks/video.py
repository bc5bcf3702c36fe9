"""A clip decoded at the size needed, against full frames resized in Python; and its memory.

    python benchmarks.video            1080p to 256: seconds, and how many times faster
    python benchmarks.video --minutes 10         the memory that a long 1080p clip takes

The clips are made here: a moving test picture, film grain, a flight over a rendered land, and the
same as a phone would have written it: 17 Mbit/s, a key frame each second, each frame built on the
one before. The bound is ffmpeg decoding them and throwing all away: no way is faster than that.
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

from vision.geometry import letterbox
from vision.synthetic import film
from vision.video import frames, probe, write

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


def phone(path: Path, seconds: int) -> None:
    source = path.with_name("source.mp4")
    flight(source, seconds)
    rate = ["-b:v", "17M", "-maxrate", "20M", "-bufsize", "20M", "-bf", "0", "-refs", "1"]
    command = [FFMPEG_BINARY, "-y", "-nostdin", "-loglevel", "error", "-i", str(source)]
    codec = ["-c:v", "libx264", "-preset", "veryfast", *rate, "-g", str(RATE), str(path)]
    subprocess.run(command + codec, check=True)


CLIPS = {
    "test picture": lambda path, seconds: pattern(path, seconds, ""),
    "film grain": lambda path, seconds: pattern(path, seconds, ",noise=alls=12:allf=t"),
    "flight": flight,
    "flight as by a phone": phone,
}


def at_size_needed(path: Path) -> int:
    return sum(frame.shape == (144, 256, 3) for frame in frames(path, size=SIZE))


def bound(path: Path) -> int:
    command = [FFMPEG_BINARY, "-nostdin", "-loglevel", "error", "-i", str(path)]
    subprocess.run([*command, "-map", "0:v:0", "-f", "null", "-"], check=True)
    return round(probe(path).duration * RATE)


def moviepy_resized(path: Path) -> int:
    with VideoFileClip(str(path), audio=False) as clip:
        small = clip.resized((256, 144))
        return sum(frame.shape == (144, 256, 3) for frame in small.iter_frames())


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
    "the bound: decoded, thrown away": bound,
    "full frames by MoviePy, its resized()": moviepy_resized,
    "full frames by MoviePy, OpenCV resizes": moviepy_full,
    "full frames by the same pipe, likewise": ours_full,
    "full frames by OpenCV, likewise": opencv_full,
}


def compare(seconds: int, repeats: int, titles: list[str]) -> None:
    """Time every way on every clip, in turn, and print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        for title, make in ((title, CLIPS[title]) for title in titles):
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
                print(f"  {name:40}{median:7.2f} s {pace:7.0f} frames/s {ratio:6.2f}x", flush=True)


def remember(minutes: float) -> None:
    """Read a long clip through and print the most memory that it took, ffmpeg's included."""
    with tempfile.TemporaryDirectory() as folder:
        short, path = Path(folder, "short.mp4"), Path(folder, "long.mp4")
        pattern(short, 10, "")
        command = [FFMPEG_BINARY, "-y", "-nostdin", "-loglevel", "error"]
        command += ["-stream_loop", str(round(6 * minutes) - 1), "-i", str(short), "-c", "copy"]
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
    parser.add_argument("--clips", nargs="+", choices=CLIPS, default=list(CLIPS), metavar="CLIP")
    arguments = parser.parse_args()
    if arguments.minutes:
        remember(arguments.minutes)
    else:
        compare(arguments.seconds, arguments.repeats, arguments.clips)


if __name__ == "__main__":
    sys.exit(main())
