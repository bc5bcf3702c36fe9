"""What looks at a frame and says where pads are: a trained network."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from common.errors import UserError
from common.pipeline import Pipeline
from vision.connected_components import Component, connected_components
from vision.flight.lens import Lens
from vision.flight.tracker import Sighting
from vision.metrics import MIN_AREA
from vision.predict import predict_scored

PAD = "pad"


class Found(NamedTuple):
    """A thing in a frame. x, y: its middle in pixels. width: in pixels. confidence: 0 to 1."""

    x: float
    y: float
    width: float
    confidence: float

    def sighting(self, lens: Lens) -> Sighting:
        """Return the ray to it."""
        right, down = lens.slopes(self.x, self.y)
        return Sighting(right, down, self.width / float(lens.matrix[0, 0]), self.confidence)


Finder = Callable[[np.ndarray], list[Found]]
"""Takes a frame (height, width, 3) uint8 RGB."""


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

    def find(image: np.ndarray) -> list[Found]:
        ((_, mask, sure),) = predict_scored(pipeline, [image], threshold)
        own = np.where(mask == label, mask, 0).astype(np.uint8)
        things, numbers = connected_components(own, min_area=MIN_AREA)
        sums = np.bincount(numbers.ravel(), weights=sure.ravel(), minlength=len(things) + 1)
        found = (
            completed(one, own.shape, total / one.area)
            for one, total in zip(things, sums[1:], strict=True)
        )
        return [one for one in found if one is not None]

    return find


def completed(thing: Component, size: tuple[int, ...], confidence: float) -> Found | None:
    """Return where the middle of a pad is, of which the frame may show a part.

    A pad is about as long as it is wide. Where one edge of the frame cuts it off, it ends as far
    from its other side as it is wide along that edge, if that is farther out. Where it reaches
    from one edge to the opposite one, nobody knows where its middle is: None.

    >>> cut = Component(1, (4.0, 50.0), 900, (0, 40, 10, 21))
    >>> completed(cut, (100, 100), 0.9)[:3]
    (-1.0, 50.0, 21.0)
    """
    left, top, wide, tall = thing.box
    height, width = size
    x, y = thing.centre
    at_left, at_right = left <= 0, left + wide >= width
    at_top, at_bottom = top <= 0, top + tall >= height
    if (at_left and at_right) or (at_top and at_bottom):
        return None
    if (at_left or at_right) and not (at_top or at_bottom) and tall > wide:
        x = left + wide - 1 - (tall - 1) / 2 if at_left else left + (tall - 1) / 2
    if (at_top or at_bottom) and not (at_left or at_right) and wide > tall:
        y = top + tall - 1 - (wide - 1) / 2 if at_top else top + (wide - 1) / 2
    return Found(float(x), float(y), float(max(wide, tall)), float(confidence))
