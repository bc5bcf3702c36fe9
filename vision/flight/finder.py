"""What looks at a frame and says where pads are: a trained network.

A network that was trained on squares knows things as large as a square, and a pad that is landed on
fills the frame. It is shown the frame at several sizes (an **image pyramid**): what it knows is in
one of them.

Source: Adelson and others, "Pyramid methods in image processing" (1984).
"""

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from common.errors import UserError
from common.pipeline import Pipeline
from vision.calibration import logit
from vision.connected_components import Component, connected_components
from vision.decision import MIN_AREA, Decision
from vision.flight.lens import Lens
from vision.flight.tracker import FILLS, LIKELY, Sighting, log_odds
from vision.predict import predict_scored
from vision.second_look import completed, sigmoid

PAD = "pad"
FAINTEST = 0.02
"""What the second look says of a thing, at least, that is worth following: what speaks against a
thing counts as well."""
DIM, BRIGHTEST = 0.7, 2.5
"""Share of the training pictures' brightness below which a frame is made as bright as these, and by
what factor at most: at dusk a network knows half of what it knows by day."""
LARGE = 28.0, 44.0
"""Pixels of a thing's width: from the first on it is looked for at the smaller sizes of the frame,
from the second on there alone."""
SMALLEST_LEVEL, GAP = 16, 8
"""Pixels along a side of the smallest frame of a pyramid, and between two of them."""


class Found(NamedTuple):
    """A thing in a frame. x, y: its middle in pixels. width: in pixels. confidence: 0 to 1."""

    x: float
    y: float
    width: float
    confidence: float

    @property
    def likely(self) -> bool:
        """Whether it is worth a look from nearer; most of what is marked is not."""
        return log_odds(self.confidence) >= LIKELY

    def sighting(self, lens: Lens) -> Sighting:
        """Return the ray to it."""
        right, down = lens.slopes(self.x, self.y)
        return Sighting(right, down, self.width / float(lens.matrix[0, 0]), self.confidence)


class Finder(Protocol):
    """Looks at a frame (height, width, 3) uint8 RGB.

    about: pixels that the pad is wide, where that is known: sizes of the frame at which it could
    not be told are not looked at, and a pad that fills the frame, of which nothing but parts would
    be found, is not looked for. None: all sizes are.
    """

    def __call__(self, image: np.ndarray, about: float | None = None, /) -> list[Found]: ...


Marks = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Takes a frame; returns class ids (height, width) uint8 and how sure of each, float32."""


def pad_class(classes: tuple[str, ...], name: str | None) -> int:
    """Return the id of the class to land on.

    Raises:
        UserError: the run knows no such class, or finds something other than pads.
    """
    wanted = PAD if name is None else name
    if wanted in classes[1:]:
        return classes.index(wanted)
    known = ", ".join(classes[1:])
    if name is None:
        raise UserError(
            f"the run finds {known}, and no {PAD}; --target says which of these to land on"
        )
    raise UserError(f"--target {name}: the run finds {known}")


def network(
    pipeline: Pipeline, *, target: str | None = None, threshold: float | None = None
) -> Finder:
    """Return a trained network as a finder of one class.

    Raises:
        UserError: as `pad_class`.
    """
    label = pad_class(pipeline.preprocessing.classes, target)
    decision = of_many_frames(pipeline.preprocessing.decision.told(threshold))
    prepared = pipeline.preprocessing.deciding(decision)
    pipeline = dataclasses.replace(pipeline, preprocessing=prepared)

    def marks(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ((_, mask, sure),) = predict_scored(pipeline, [image])
        return mask, sure

    brightness = float(np.mean(prepared.mean))
    return finder_of(marks, label, decision, brightness, small=bool(pipeline.settings.crop))


def of_many_frames(decision: Decision) -> Decision:
    """Return the decision of a frame that is one of many.

    A picture's own decision weighs what a mistake costs. Of many frames each says how sure it is of
    all that the second look does not throw out, and together they decide. The second look speaks
    alone, as when the odds were fitted.

    Raises:
        UserError: it has a second look, and nobody knows how often that is right.
    """
    if decision.second is None:
        return decision
    if decision.odds is None:
        raise UserError(
            "the run does not tell how often what it marks is a pad: train it again",
            ru="прогон не говорит, как часто отмеченное им — площадка: обучите его заново",
        )
    return dataclasses.replace(decision, smallest=MIN_AREA, sure=FAINTEST, together=False)


def finder_of(
    marks: Marks, label: int, decision: Decision, brightness: float, *, small: bool
) -> Finder:
    """Return what finds one class by what is marked.

    brightness: mean of the pictures that the network learned from, in grey levels. small: whether
    it knows small things alone, so that large ones are shown made smaller.
    """
    odds = decision.odds or (1.0, 0.0)

    def find(image: np.ndarray, about: float | None = None) -> list[Found]:
        found: list[Found] = []
        if about is not None and about > FILLS * min(image.shape[:2]):
            return found
        image = lit(image, brightness)
        if not small or about is None or about < LARGE[1]:
            found += _things(*marks(image), label)
        if small and (about is None or about >= LARGE[0]):
            mask, sure = marks(pyramid(image))
            for part, times in levels(image.shape):
                for one in _things(mask[part], sure[part], label):
                    x, y = ((place + 0.5) * times - 0.5 for place in one[:2])
                    found.append(Found(x, y, one.width * times, one.confidence))
        found = [one._replace(confidence=calibrated(one.confidence, odds)) for one in found]
        return apart(found) if small else found

    return find


def lit(image: np.ndarray, brightness: float) -> np.ndarray:
    """Return a frame uint8 as bright as that, in the mean, if it is much darker.

    >>> lit(np.full((1, 2, 3), 50, np.uint8), 100)[0, 0].tolist()
    [100, 100, 100]
    >>> lit(np.full((1, 2, 3), 90, np.uint8), 100)[0, 0].tolist()
    [90, 90, 90]
    """
    mean = max(float(image.mean()), 1.0)
    if mean >= DIM * brightness:
        return image
    return cv2.convertScaleAbs(image, alpha=min(brightness / mean, BRIGHTEST))


def calibrated(confidence: float, odds: tuple[float, float]) -> float:
    """Return how likely a thing is a pad, of which a network says how sure it is.

    odds: slope and offset of the log-odds, as the validation part told them. The second look
    learned where there were as many pads as other things; of what is marked in a frame few are.

    >>> round(calibrated(0.95, (1.0, -2.0)), 2), round(calibrated(0.3, (1.0, 0.0)), 2)
    (0.72, 0.3)
    """
    slope, offset = odds
    return float(sigmoid(slope * logit(confidence) + offset))


def _things(mask: np.ndarray, sure: np.ndarray, label: int) -> list[Found]:
    own = np.where(mask == label, mask, 0).astype(np.uint8)
    things, numbers = connected_components(own, min_area=MIN_AREA)
    sums = np.bincount(numbers.ravel(), weights=sure.ravel(), minlength=len(things) + 1)
    found = (
        found_of(one, own.shape, total / one.area)
        for one, total in zip(things, sums[1:], strict=True)
    )
    return [one for one in found if one is not None]


def levels(shape: Sequence[int]) -> Iterator[tuple[tuple[slice, slice], int]]:
    """Yield where on the sheet of `pyramid` each smaller frame lies, and how many times smaller it
    is; shape: (height, width, ...) of the frame.

    >>> [(rows.start, rows.stop, times) for (rows, _), times in levels((256, 256))]
    [(0, 128, 2), (136, 200, 4), (208, 240, 8)]
    """
    top, (height, width) = 0, shape[:2]
    for times in (2, 4, 8):
        tall, wide = height // times, width // times
        if min(tall, wide) < SMALLEST_LEVEL or top + tall > height:
            return
        yield (slice(top, top + tall), slice(0, wide)), times
        top += tall + GAP


def pyramid(image: np.ndarray) -> np.ndarray:
    """Return a sheet of the frame's own size on which it lies at half the size, a quarter and an
    eighth; between them is its mean colour."""
    sheet = np.empty_like(image)
    sheet[:] = image.mean((0, 1))
    for part, _ in levels(image.shape):
        rows, columns = part
        size = (columns.stop, rows.stop - rows.start)
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        sheet[part] = image
    return sheet


def apart(found: Sequence[Found]) -> list[Found]:
    """Return the surest of those that lie in one place: nearer to it than half a width.

    In the field: non-maximum suppression.

    >>> near = [Found(50, 50, 40, 0.9), Found(60, 55, 20, 0.8), Found(90, 50, 20, 0.7)]
    >>> [one.x for one in apart(near)]
    [50, 90]
    """
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: -one.confidence):
        distances = (math.hypot(one.x - other.x, one.y - other.y) for other in kept)
        widths = (max(one.width, other.width) for other in kept)
        if all(far > width / 2 for far, width in zip(distances, widths, strict=True)):
            kept.append(one)
    return kept


def found_of(thing: Component, size: tuple[int, ...], confidence: float) -> Found | None:
    """Return where the middle of a pad is, of which a frame of `size` may show a part.

    Where it reaches from one edge to the opposite one, nobody knows where its middle is: None.

    >>> whole = Component(1, (40.0, 50.0), 314, (30, 40, 21, 21))
    >>> [round(value) for value in found_of(whole, (100, 100), 0.9)[:3]]
    [40, 50, 20]
    """
    left, top, wide, tall = thing.box
    height, width = size
    if (left <= 0 and left + wide >= width) or (top <= 0 and top + tall >= height):
        return None
    return Found(*completed(*thing.centre, thing.area, size), float(confidence))
