"""What the networks are measured against: a classical threshold, and finding nothing at all."""

from collections.abc import Callable

import cv2
import numpy as np

from common.outcome import Outcome
from vision.data import Pictures
from vision.metrics import evaluate_masks
from vision.settings import VisionSettings

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


def baseline_outcomes(train: Pictures, test: Pictures, settings: VisionSettings) -> list[Outcome]:
    """Return what each baseline reaches on the test part; Otsu's where there is one class."""
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {}
    if len(train.classes) == 2:
        ways["Otsu's threshold"] = OtsuThreshold(train)
    ways["nothing there"] = nothing_there
    outcomes = []
    for name, way in ways.items():
        masks = (way(test.image(row)) for row in range(len(test)))
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
