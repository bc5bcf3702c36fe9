"""Videos: frames by time, at the size that is needed, one at a time; and MP4 that browsers play.

MoviePy brings ffmpeg and writes. Headers are read by `vision.video_header`, and frames come through
a pipe of our own: MoviePy's reader knows frames by number and not by time, and at a broken end it
repeats the last one for ever.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from io import FileIO
from itertools import chain
from pathlib import Path
from typing import Self, cast

import numpy as np
from moviepy.config import FFMPEG_BINARY
from moviepy.video.io.ffmpeg_writer import FFMPEG_VideoWriter

from common.errors import UserError
from common.files import atomic_path
from common.i18n import count_of
from vision.geometry import Placement
from vision.image_formats import VIDEO_SUFFIXES
from vision.video_header import SAFE, Clip, probe

__all__ = ["Clip", "Frames", "frames", "is_video", "probe", "write"]

_PART = re.compile(r"^(\[[^\]]* @ 0x[0-9a-f]+\] )+")
"""Which part of ffmpeg complains."""
_REPEATED = re.compile(r"^\s*Last message repeated \d+ times\s*$", re.MULTILINE)
SPARSE = 8
"""Of so many rows and columns one is looked at for the range of brightness."""
ANY_RATE = 10.0
"""What MoviePy is told, which needs one."""
CLOCK = "360000"
"""Ticks in a second, of which a frame of any rate lasts some."""
COLOURS = "scale=out_color_matrix=bt709,setparams=color_primaries=bt709:color_trc=bt709"
"""How colours are stored, and that the header says so: options of an encoder say but the matrix."""
EPSILON = 0.001
"""Seconds by which a frame may be late and still count as on time."""


def is_video(path: str | Path) -> bool:
    """Tell by its name whether a file is a video.

    >>> is_video("flight.MP4"), is_video("flight.png")
    (True, False)
    """
    return Path(path).suffix.lower() in VIDEO_SUFFIXES


class Frames(Iterator[np.ndarray]):
    """Frames of a video, (height, width, 3) uint8 RGB, decoded as they are asked for.

    clip: what the header says. size: (height, width) of each frame. rate: frames in a second.
    count: frames given so far. darkest, lightest: of their pixels, or of one in 64 of them.
    complaint: after the end, what was wrong with the file, if anything.
    """

    def __init__(self, path: Path, clip: Clip, rate: float, size: tuple[int, int]) -> None:
        self.path, self.clip, self.rate, self.size = path, clip, rate, size
        self.count, self.complaint = 0, ""
        self.darkest, self.lightest = 255, 0
        # A file, for ffmpeg would stop at a pipe that nobody empties.
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115, close() closes it
        self.process: subprocess.Popen[bytes] | None = subprocess.Popen(
            _command(path, rate, size, interlaced=clip.interlaced),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            bufsize=0,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows alone
        )

    def __next__(self) -> np.ndarray:
        if self.process is None:
            raise StopIteration
        frame = np.empty((*self.size, 3), np.uint8)
        pipe = cast(FileIO, self.process.stdout)  # for it is not buffered
        view, filled = frame.data.cast("B"), 0
        while filled < frame.nbytes and (got := pipe.readinto(view[filled:])):
            filled += got
        if filled < frame.nbytes:
            self._end(self.process)
            raise StopIteration
        self.count += 1
        some = frame[::SPARSE, ::SPARSE]
        self.darkest = min(self.darkest, int(some.min()))
        self.lightest = max(self.lightest, int(some.max()))
        return frame

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self.errors.seek(0)
        said = self.errors.read(1 << 16).decode(errors="replace")
        said = _REPEATED.sub("", said).strip()
        if said or process.returncode:
            whole = f" of about {self.clip.duration * self.rate:.0f}" if self.clip.duration else ""
            self.complaint = (
                f"{self.path}: damaged, {count_of(self.count, 'frame')}{whole} could be read "
                f"({_PART.sub('', said.splitlines()[-1])[:100] if said else 'ffmpeg gave up'})"
            )
        self.close()
        if not self.count:
            raise UserError(f"{self.path}: no frame can be read from this video")

    def close(self) -> None:
        """Stop decoding. Whoever does not read to the end calls this."""
        if self.process is not None:
            self.process.kill()
            cast(FileIO, self.process.stdout).close()
            self.process.wait()
            self.errors.close()
            self.process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "process", None) is not None:
            self.close()


def frames(
    path: str | Path, rate: float | None = None, size: int | tuple[int, int] | None = None
) -> Frames:
    """Open a video; frame k is what it shows at the time k / rate, whatever its own rate does.

    rate: frames in a second; by default the video's own, of a variable one the mean. size: a
    canvas, a square's side or (height, width), into which frames are fitted, proportions kept; by
    default they are as they are. ffmpeg samples and scales: what is not needed is never here.
    Memory holds one frame. Frames are turned upright as the file says. One that does not say by
    which matrix its colours are stored is taken for BT.601, as OpenCV takes it.

    The first frame that cannot be read ends the video; `Frames.complaint` then says so.

    Raises UserError as `probe` does, and on reading where there is no frame at all.
    """
    clip = probe(path)
    shape = (clip.height, clip.width)
    if size is not None:
        shape = Placement(shape, (size, size) if isinstance(size, int) else size).inner
    return Frames(Path(path), clip, rate or clip.rate, shape)


def _command(
    path: Path, rate: float, size: tuple[int, int], *, interlaced: bool = False
) -> list[str]:
    height, width = size
    # A clock may tick once a frame, too seldom for EPSILON: AVTB counts microseconds.
    # The sampling comes first: a frame that is left out need not be scaled. The codec's loop filter
    # stays: without it decoding is a tenth faster, and frames drift by up to five grey levels.
    # Of two moments in one frame the first is shown, its missing lines made from their neighbours.
    # That filter knows one size, and a film may change its own: the first size stays.
    whole = "scale=iw:ih,yadif=deint=interlaced," if interlaced else ""
    filters = (
        f"{whole}settb=AVTB,setpts=PTS-{EPSILON}/TB,fps={rate:.9g}:round=up:start_time=0,"
        f"scale={width}:{height}:flags=area"
    )
    # Filters that began anew at another size would show its first frame from the time 0 on.
    once = ("-reinit_filter", "0")
    source = (*SAFE, *once, "-i", str(path.resolve()))
    return [
        *(FFMPEG_BINARY, "-nostdin", "-loglevel", "error", *source),
        *("-map", "0:V:0", "-vf", filters, "-fps_mode", "passthrough"),
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-"),
    ]


def write(
    path: str | Path,
    frames: Iterable[np.ndarray],
    rate: float,
    sound_from: str | Path | None = None,
) -> int:
    """Write frames (height, width, 3) uint8 RGB as MP4 (H.264); return how many there were.

    A side of odd length gets one more row or column of its edge. sound_from: a video whose sound
    is kept. The file appears when it is complete.

    Raises UserError where there are no frames or the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".mp4":
        raise UserError(f"{path}: a video is written as .mp4")
    frames = iter(frames)
    first = next(frames, None)
    if first is None:
        raise UserError(f"{path}: there are no frames to write")
    sound = Path(sound_from) if sound_from and probe(sound_from).has_audio else None
    with atomic_path(path) as draft:
        try:
            return _write(draft, chain([first], frames), first.shape[:2], rate, sound)
        except OSError as error:
            raise UserError(f"{path}: cannot be written: {_last_line(error)}") from None


def _write(
    path: Path, frames: Iterable[np.ndarray], size: tuple[int, int], rate: float, sound: Path | None
) -> int:
    tall, wide = (side % 2 for side in size)
    # MoviePy hands on two decimals of the rate. And colours come back as they were where the header
    # says how they are stored: else browsers take large films for BT.709, and ffmpeg stores BT.601.
    filters = f"settb=1/{rate:.9g},setpts=N,fps={rate:.9g},{COLOURS}"
    parameters = ["-vf", filters, "-video_track_timescale", CLOCK]
    parameters += ["-movflags", "+faststart", "-crf", "20", "-map", "0:v:0", "-f", "mp4"]
    if sound is not None:
        parameters += ["-map", "1:a:0"]
    count = 0
    with FFMPEG_VideoWriter(
        str(path),
        (size[1] + wide, size[0] + tall),
        ANY_RATE,
        preset="veryfast",
        audiofile=None if sound is None else str(sound.resolve()),
        audio_codec="aac",
        ffmpeg_params=parameters,
    ) as writer:
        process = writer.proc
        for frame in frames:
            if frame.shape[:2] != size:
                raise ValueError(f"frame {count} is {frame.shape[:2]}, the first was {size}")
            writer.write_frame(np.pad(frame, ((0, tall), (0, wide), (0, 0)), mode="edge"))
            count += 1
    if process.returncode:
        raise OSError("ffmpeg failed at the end; is the disk full?")
    return count


def _last_line(error: OSError) -> str:
    return [line for line in str(error).splitlines() if line.strip()][-1][:200]
