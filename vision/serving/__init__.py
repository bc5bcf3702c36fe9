"""Pictures and short videos answered: what was found where, drawn over them."""

import base64
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
from pydantic import Field

from common.serving.contract import (
    Endpoint,
    FileEndpoint,
    QuerySchema,
    Schema,
    Serving,
    TooLargeError,
    Upload,
    Watch,
    one_by_one,
)
from vision import video
from vision.images import TooManyPixelsError, open_image, size_of
from vision.overlay import overlay
from vision.predict import predict_file, predict_scored, scored_components
from vision.serving.uploads import PICTURES, VIDEOS, check_video
from vision.settings import PredictOptions

MOST_PIXELS = 25_000_000
"""Pixels of a picture; larger ones are for the command `predict`."""
MOST_TOGETHER = 100_000_000
"""Pixels of all the pictures of a body."""
MOST_SECONDS = 60.0
"""Length of a video; longer ones are for the command `predict`."""
MOST_FRAMES = 3600
SHOWN = 1600
"""Pixels along the longer side of the picture that a page shows."""

Share = Annotated[float, Field(ge=0, le=1)]


class VideoQuery(QuerySchema):
    """How a video is answered."""

    threshold: Share | None = None
    """The probability above which a pixel is an object's; by default as the command decides."""


class PictureQuery(VideoQuery):
    """How a picture is answered."""

    mask: bool = False
    """Whether the mask comes back too."""
    drawn: bool = False
    """Whether the answer comes back drawn over the picture, too."""


class FoundObject(Schema):
    """An object, as in objects.csv. Lengths are in pixels of the picture, from its top left."""

    label: str = Field(alias="class")
    """The name of its class."""
    x: float
    """Of its centre, to the right."""
    y: float
    """Of its centre, downwards."""
    pixels: int
    """Its area."""
    left: int
    """Of the box around it."""
    top: int
    """Of the box around it."""
    width: int
    """Of the box around it."""
    height: int
    """Of the box around it."""
    confidence: float
    """The mean probability of its pixels, 0 to 1."""


class PictureReply(Schema):
    """What was found in a picture."""

    width: int
    """Of the picture, upright, in pixels."""
    height: int
    """Of the picture, upright, in pixels."""
    objects: list[FoundObject]
    """From the top down, class by class."""
    mask: str | None = None
    """The class of each pixel, 0 for none, as PNG in base64; null unless it was asked for."""
    drawn: str | None = None
    """The answer over the picture, at most 1600 pixels wide or high, as JPEG in base64; null unless
    it was asked for."""


class PicturesReply(Schema):
    """What was found in several pictures."""

    pictures: list[PictureReply]
    """In the order of the pictures."""


class KnownClasses(Schema):
    """What is known of a network that finds objects."""

    classes: list[str]
    """What it finds; in a mask the first has the number 1."""


class PictureServing(Serving):
    """What the page and the API of a network that finds objects do."""

    folder = Path(__file__).parent
    known = KnownClasses
    threads = 2

    def __init__(self, *loaded: Any) -> None:
        super().__init__(*loaded)
        self._side_by_side = ThreadPoolExecutor(self.threads, "pictures")

    def endpoints(self) -> Mapping[str, Endpoint]:
        return {
            "/predict": Endpoint(
                "What is in a picture",
                one_by_one(self.answer_one),
                PictureReply,
                kinds=tuple(PICTURES.values()),
                query=PictureQuery,
            ),
            "/predict/batch": Endpoint(
                "What is in each of several pictures",
                one_by_one(self.answer_many),
                PicturesReply,
                many=True,
                query=PictureQuery,
            ),
        }

    def file(self) -> FileEndpoint:
        return FileEndpoint(
            f"A video of up to {MOST_SECONDS:g} seconds, with the answer drawn over it",
            self.answer_video,
            {kind: suffix for suffix, kind in VIDEOS.items()},
            lambda suffix: ".mp4",
            VideoQuery,
        )

    def warm_up(self) -> None:
        side = self.pipeline.preprocessing.size
        list(predict_scored(self.pipeline, [np.zeros((side, side, 3), np.uint8)]))

    def about(self) -> dict[str, Any]:
        return {"classes": self.pipeline.preprocessing.classes[1:]}

    def page(self) -> dict[str, Any]:
        return {
            "classes": self.pipeline.preprocessing.classes[1:],
            "pictures": PICTURES,
            "videos": VIDEOS,
            "seconds": int(MOST_SECONDS),
        }

    def answer_one(self, item: Upload) -> dict[str, Any]:
        """Answer a picture."""
        return self._answers([item], item.query)[0]

    def answer_many(self, items: Sequence[Upload]) -> dict[str, Any]:
        """Answer several pictures, in the batches that a folder of them has."""
        return {"pictures": self._answers(items, items[0].query) if items else []}

    def answer_video(self, source: Path, out: Path, query: VideoQuery, watch: Watch) -> str:
        """Answer a video as the command `predict` does."""
        check_video(source)
        clip = video.probe(source)
        if clip.duration is None or clip.duration > MOST_SECONDS:
            lasts = "of unknown length" if clip.duration is None else f"{clip.duration:,.0f} s long"
            raise TooLargeError(f"the video is {lasts}, here up to {MOST_SECONDS:g} s are answered")
        if clip.width * clip.height > MOST_PIXELS:
            raise TooLargeError(_too_many(clip.width, clip.height))

        def told(done: int, of: int) -> None:
            if done > MOST_FRAMES:  # whatever its header says
                raise TooLargeError(f"the video has more than {MOST_FRAMES:,} frames")
            watch(done, of)

        options = PredictOptions(threshold=query.threshold)
        return predict_file(self.pipeline, source, out, options, progress=told)

    def _answers(self, items: Sequence[Upload], query: PictureQuery) -> list[dict[str, Any]]:
        _refuse_large(items)
        found = []
        for image, mask, sure in predict_scored(
            self.pipeline, self._opened(items), query.threshold
        ):
            reply: dict[str, Any] = {
                "width": image.shape[1],
                "height": image.shape[0],
                "objects": self._objects(mask, sure),
                "mask": _encoded(".png", mask) if query.mask else None,
                "drawn": _encoded(".jpg", _small(overlay(image, mask))) if query.drawn else None,
            }
            found.append(reply)
        return found

    def _opened(self, items: Sequence[Upload]) -> Iterator[np.ndarray]:
        """Yield pictures in their order; several are decoded side by side, few at a time."""
        if len(items) == 1:
            yield _opened(items[0], 1)
            return
        coming: deque[Future[np.ndarray]] = deque()
        for number, item in enumerate(items, 1):
            coming.append(self._side_by_side.submit(_opened, item, number))
            if len(coming) > self.threads:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()

    def _objects(self, mask: np.ndarray, sure: np.ndarray) -> list[dict[str, Any]]:
        classes = self.pipeline.preprocessing.classes
        return [
            {
                "class": classes[one.label],
                "x": round(one.centre[0], 1),
                "y": round(one.centre[1], 1),
                "pixels": one.area,
                **dict(zip(("left", "top", "width", "height"), one.box, strict=True)),
                "confidence": round(confidence, 3),
            }
            for one, confidence in scored_components(mask, sure)
        ]


def _refuse_large(items: Sequence[Upload]) -> None:
    """Look how large pictures say they are, before any is decoded."""
    together = 0
    for number, item in enumerate(items, 1):
        try:
            width, height = size_of(_name(number), item.content)
        except TooManyPixelsError:
            raise TooLargeError(
                f"{_name(number)}: the pixels are too many, here up to {MOST_PIXELS / 1e6:g} "
                "million are answered"
            ) from None
        if width * height > MOST_PIXELS:
            raise TooLargeError(_too_many(width, height))
        together += width * height
    if together > MOST_TOGETHER:
        raise TooLargeError(
            f"the pictures have {together / 1e6:,.0f} million pixels together, here up to "
            f"{MOST_TOGETHER / 1e6:g} million are answered at once"
        )


def _opened(item: Upload, number: int) -> np.ndarray:
    """Decode a picture in memory, where somebody still waits for it."""
    item.watch(number)
    return open_image(_name(number), content=item.content)


def _name(number: int) -> str:
    return f"picture {number}"


def _too_many(width: int, height: int) -> str:
    most = MOST_PIXELS / 1e6
    return f"{width:,} × {height:,} pixels are too many, here up to {most:g} million are answered"


def _small(image: np.ndarray) -> np.ndarray:
    """Return RGB as OpenCV wants it, no larger than a page shows."""
    scale = SHOWN / max(image.shape[:2])
    if scale < 1:
        size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
        image = cv2.resize(
            image, tuple(max(1, side) for side in size), interpolation=cv2.INTER_AREA
        )
    return cv2.cvtColor(image, cv2.COLOR_RGB2BGR)


def _encoded(kind: str, image: np.ndarray) -> str:
    return base64.b64encode(cv2.imencode(kind, image)[1].tobytes()).decode()
