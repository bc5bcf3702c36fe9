"""What the networks are measured against: who sees everything, a threshold, who finds nothing."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from common.outcome import Outcome
from vision.data import Pictures
from vision.geometry import Placement
from vision.loss import IGNORE_INDEX
from vision.metrics import evaluate_masks
from vision.settings import VisionSettings

PERFECT = "a perfect observer"
MAX_PICTURES = 400
"""Training pictures that Otsu's threshold looks at."""


class OtsuThreshold:
    """Otsu's threshold: the brightness that parts a picture's pixels into two groups, each as much
    alike as can be. Whether the object is the bright group or the dark one, training has told.

    Counterpart in the field: skimage.filters.threshold_otsu.

    Source: Otsu, "A threshold selection method from gray-level histograms" (1979).
    """

    def __init__(self, train: Pictures) -> None:
        votes = 0
        for row in range(min(len(train), MAX_PICTURES)):
            grey, mask = _grey(train.image(row)), train.mask(row)
            inside, outside = grey[mask == 1], grey[mask == 0]
            if len(inside) and len(outside):
                votes += 1 if inside.mean() > outside.mean() else -1
        self.bright = votes >= 0

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Return the mask of a picture (height, width, 3) uint8 RGB."""
        way = cv2.THRESH_BINARY if self.bright else cv2.THRESH_BINARY_INV
        return cv2.threshold(_grey(image), 0, 1, way | cv2.THRESH_OTSU)[1]


def nothing_there(image: np.ndarray) -> np.ndarray:
    """Return an empty mask, whatever the picture (height, width, 3) shows."""
    return np.zeros(image.shape[:2], np.uint8)


def perfect_masks(test: Pictures, size: int) -> Iterator[np.ndarray]:
    """Yield what a perfect observer says, who knows every pixel of the pictures as the network is
    shown them: fitted to a square of `size` pixels, 0 for pictures at their own scale.

    What is too small for an object, or is lost when a picture shrinks, is not found by anybody.
    """
    for row in range(len(test)):
        mask = np.where(test.mask(row) == IGNORE_INDEX, 0, test.mask(row)).astype(np.uint8)
        placement = Placement.of(mask, size or max(mask.shape))
        yield placement.back(placement.apply(mask, nearest=True), nearest=True)


def baseline_outcomes(train: Pictures, test: Pictures, settings: VisionSettings) -> list[Outcome]:
    """Return what each baseline reaches on the test part; Otsu's where there is one class."""
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {}
    answers = {PERFECT: perfect_masks(test, 0 if settings.tiles else settings.size)}
    if len(train.classes) == 2:
        ways["Otsu's threshold"] = OtsuThreshold(train)
    ways["nothing there"] = nothing_there
    for name, way in ways.items():
        answers[name] = map(way, (test.image(row) for row in range(len(test))))
    outcomes = []
    for name, masks in answers.items():
        metrics, _ = evaluate_masks(
            masks,
            test,
            miss_price=settings.miss_price,
            false_price=settings.false_price,
            tolerance=settings.tolerance,
        )
        outcomes.append(Outcome(name, metrics))
    return outcomes


def _grey(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
