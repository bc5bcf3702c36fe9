"""Where frames come from: a camera, a film, a stream. Of a live one, the newest frame alone counts.

A thread of its own reads as fast as frames come and keeps the last one. So a network that is slower
than the camera answers for what is now, and never for a queue of the past.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol, Self

import cv2
import numpy as np

from common.errors import UserError
from vision import video

STREAMS = ("rtsp://", "rtsps://", "http://", "https://", "tcp://", "udp://", "srt://")
OPENING, READING = 5.0, 3.0
"""Seconds after which a stream that does not open, or brings no frame, is given up."""
AGAIN = (0.5, 5.0)
"""Seconds between two tries to connect: the first pause, and the longest."""
MOST_DIGITS = 9
"""Of a camera's number; OpenCV takes none that is larger."""


class Frame(NamedTuple):
    """A frame (height, width, 3) uint8 RGB and when it was taken, seconds of the monotonic clock:
    the moment at which it arrived here, which is the earliest that can be known."""

    image: np.ndarray
    time: float


class Capture(Protocol):
    """What frames are read from."""

    def read(self) -> Frame | None:
        """Return the next frame, waiting for it; None where there is none any more."""

    def close(self) -> None: ...


class Device:
    """A camera or a stream, by OpenCV.

    Raises:
        UserError: it cannot be opened.
    """

    def __init__(self, name: str) -> None:
        # What OpenCV and its ffmpeg think of a camera that is not there is no line for a person.
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        if name.isdecimal():
            self.capture = cv2.VideoCapture()
            if len(name) <= MOST_DIGITS:
                self.capture.open(int(name))
            hint = "is one connected, and does no other program use it?"
        else:
            limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(1000 * OPENING)]
            limits += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(1000 * READING)]
            self.capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG, limits)
            hint = "is it there, and does it send a video?"
        if not self.capture.isOpened():
            kind = f"camera {name}" if name.isdecimal() else name
            raise UserError(f"{kind}: cannot be opened; {hint}")

    def read(self) -> Frame | None:
        if not self.capture.grab():
            return None
        taken = time.monotonic()
        good, image = self.capture.retrieve()
        return Frame(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), taken) if good else None

    def close(self) -> None:
        self.capture.release()


class Film:
    """A video file, played at its own speed as if a camera took it now."""

    def __init__(self, path: Path) -> None:
        self.frames, self.began = video.frames(path), time.monotonic()

    def read(self) -> Frame | None:
        due = self.began + self.frames.count / self.frames.rate
        image = next(self.frames, None)
        if image is None:
            return None
        time.sleep(max(0.0, due - time.monotonic()))
        return Frame(image, due)

    def close(self) -> None:
        self.frames.close()


class Source:
    """The newest frame of a camera, a film or a stream; a stream that breaks off is opened again.

    Args:
        name: a camera's number, a video file or a stream's address.

    Raises:
        UserError: there is none that can be opened.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.over = False
        """Whether a film has ended: no frame will come any more."""
        self.passed = 0
        """Frames that a newer one took the place of."""
        self._notes: list[str] = []
        self._latest: Frame | None = None
        self._changed, self._stop = threading.Condition(), threading.Event()
        self._open = opener(name)
        self._endless = is_live(name)
        first = self._open()
        self._thread = threading.Thread(target=self._work, args=(first,), daemon=True)
        self._thread.start()

    def newest(self, wait: float) -> Frame | None:
        """Return the newest frame that was not yet returned; None if none comes within `wait`
        seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._latest is not None or self.over, wait)
            frame, self._latest = self._latest, None
            return frame

    def notes(self) -> list[str]:
        """Return what a person should know, each once."""
        with self._changed:
            said, self._notes = self._notes, []
            return said

    def _work(self, capture: Capture | None) -> None:
        pause = AGAIN[0]
        while not self._stop.is_set():
            if capture is not None:
                pause = AGAIN[0] if self._drain(capture) else pause
            if not self._endless or self._stop.is_set():
                break
            self._stop.wait(pause)
            pause = min(2 * pause, AGAIN[1])
            try:
                capture = self._open()
            except UserError:
                capture = None
                continue
            self._say(f"{self.name}: connected again")
        with self._changed:
            self.over = True
            self._changed.notify_all()

    def _drain(self, capture: Capture) -> bool:
        """Read until there is nothing more; return whether there was anything."""
        count = 0
        try:
            while not self._stop.is_set() and (frame := capture.read()) is not None:
                count += 1
                with self._changed:
                    self.passed += self._latest is not None
                    self._latest = frame
                    self._changed.notify_all()
        except UserError as error:
            self._say(str(error))
        finally:
            capture.close()
        if self._endless and not self._stop.is_set():
            self._say(f"{self.name}: no frames come any more; connecting again")
        elif isinstance(capture, Film) and capture.frames.complaint:
            self._say(capture.frames.complaint)
        return count > 0

    def _say(self, line: str) -> None:
        with self._changed:
            if line not in self._notes:
                self._notes.append(line)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(READING + 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_live(name: str) -> bool:
    """Whether a source goes on without an end: a camera or a stream.

    >>> is_live("0"), is_live("rtsp://10.0.0.2/live"), is_live("flight.mp4")
    (True, True, False)
    """
    return name.isdecimal() or name.startswith(STREAMS)


def opener(name: str) -> Callable[[], Capture]:
    """Return what opens a source.

    Raises:
        UserError: the name is that of a file that is not there.
    """
    if is_live(name):
        return lambda: Device(name)
    path = Path(name)
    if not path.is_file():
        raise UserError(
            f"--camera {name}: neither a camera's number, a stream such as rtsp://…, sim:SEED nor "
            "a video file that is there"
        )
    return lambda: Film(path)
