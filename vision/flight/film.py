"""The film of a flight, with what was seen and what is believed drawn in."""

import math
import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from common.errors import UserError
from vision import video
from vision.flight.finder import Found
from vision.flight.lens import Lens
from vision.flight.log import check_new
from vision.flight.tracker import Sighting
from vision.geometry import Placement

RATE = 10.0
"""Frames in a second of the film."""
SHOWN = 512
"""Pixels of a frame's longer side in the film, at least."""
WAITING = 16
THING, PAD, DARK = (0, 220, 255), (255, 225, 0), (0, 0, 0)
LIGHT = (0, 0, (255, 255, 255))


class Film:
    """Writes a film in a thread of its own; at every time it shows the last frame before it.

    Raises:
        UserError: its name does not end in .mp4, or it is there already.
    """

    def __init__(self, path: str | Path | None) -> None:
        self.path = None if path is None else Path(path)
        if self.path is not None and self.path.suffix.lower() != ".mp4":
            raise UserError(f"{path}: a video is written as .mp4")
        check_new(self.path)
        self.size: tuple[int, int] | None = None
        self.began: float | None = None
        self.count = 0
        self.error: Exception | None = None
        self.queue: queue.Queue[np.ndarray | None] = queue.Queue(WAITING)
        self.thread: threading.Thread | None = None

    def show(self, image: np.ndarray, time: float) -> None:
        """Take a frame (height, width, 3) uint8 RGB of a time in seconds."""
        if self.path is None or self.error is not None:
            return
        if self.thread is None or self.began is None or self.size is None:
            self.began, self.size = time, image.shape[:2]
            self.thread = threading.Thread(target=self._write, args=(self.path,), daemon=True)
            self.thread.start()
        if image.shape[:2] != self.size:
            image = Placement.of(image, self.size).apply(image)
        # A gap of an hour, as of a stream that was lost, becomes a second of the film.
        more = math.floor((time - self.began) * RATE) + 1 - self.count
        for _ in range(min(more, round(RATE))):
            self.queue.put(image)
        self.count += max(0, more)

    def _write(self, path: Path) -> None:
        try:
            video.write(path, self._frames(), RATE)
        except Exception as error:
            self.error = error
            while self.queue.get() is not None:  # whoever shows must not wait for ever
                pass

    def _frames(self) -> Iterator[np.ndarray]:
        while (image := self.queue.get()) is not None:
            yield image

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self.thread is not None:
            self.queue.put(None)
            self.thread.join()
        if self.error is not None and error is None:
            raise self.error


def drawn(
    image: np.ndarray,
    lens: Lens,
    found: Sequence[Found],
    believed: Sighting | None,
    words: str = "",
) -> np.ndarray:
    """Return a frame, enlarged if it is small, with what was found, what is believed to be the pad,
    and a line of words.

    A thin ring is a thing that may be the pad; a thick one with a cross is the pad that the
    autopilot is told of.
    """
    scale = max(1, math.ceil(SHOWN / max(image.shape[:2])))
    shown = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)

    def ring(x: float, y: float, radius: float, colour: tuple[int, int, int], thick: int) -> None:
        place = round((x + 0.5) * scale), round((y + 0.5) * scale)
        for ink, more in ((DARK, 2), (colour, 0)):
            cv2.circle(shown, place, round(radius * scale), ink, thick + more, cv2.LINE_AA)

    for one in (one for one in found if one.likely):
        ring(one.x, one.y, max(6.0, 0.6 * one.width), THING, 1)
    if believed is not None:
        ray = np.array([[[believed.right, believed.down, 1.0]]])
        distortion = lens.distortion if len(lens.distortion) else None
        (place,), _ = cv2.projectPoints(ray, np.zeros(3), np.zeros(3), lens.matrix, distortion)
        x, y = place[0]
        ring(x, y, max(8.0, 0.6 * believed.width * lens.matrix[0, 0]), PAD, 3)
        cross = round((x + 0.5) * scale), round((y + 0.5) * scale)
        for ink, thick in ((DARK, 4), (PAD, 2)):
            cv2.drawMarker(shown, cross, ink, cv2.MARKER_CROSS, 18, thick)
    font, low = cv2.FONT_HERSHEY_SIMPLEX, shown.shape[0] - 10
    # The letters' shadow is drawn beside them: a bolder letter would be a wider one.
    for across, down, ink in ((-1, 0, DARK), (1, 0, DARK), (0, -1, DARK), (0, 1, DARK), LIGHT):
        cv2.putText(shown, words, (8 + across, low + down), font, 0.5, ink, 1, cv2.LINE_AA)
    return shown
