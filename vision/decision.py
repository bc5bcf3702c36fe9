"""From probabilities to a mask: which pixels are marked, and which areas of them count as objects.

With a second look another small network judges each area: `vision.second_look`.

An exported run takes this file along, so it needs NumPy and OpenCV alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import cv2
import numpy as np

from vision.nested_regions import likeliest, nested_areas, occupied
from vision.second_look.classifier import SecondLook, agreed

PREFIX = "second."
"""Of the names of the second look's weights, among other arrays."""
MIN_AREA = 12
"""Pixels that an object must have at least, whatever was chosen."""
MOST_ODDS = 100.0
"""Of a slope, and of an offset: what is larger was never fitted."""


@dataclass(frozen=True)
class Decision:
    """How sure a network has to be.

    threshold: the probability above which a pixel is its likeliest object's; None: 0.5 where there
    is one class, and where there are several, more than the background's. smallest: pixels that an
    object has at least; sure: the mean probability of its pixels, at least. What falls short of the
    two is no object, and not marked; 0 asks for nothing.

    second: a network that looks once more at what is marked, and at the surer areas within it, of
    which the likeliest count, see `vision.nested_regions`. together: how sure of an object both
    are, see `vision.second_look.agreed`, takes the place of the mean probability of its pixels; if
    not, what the second look says alone.

    odds: slope and offset of log-odds = slope · logit + offset, by which what is said of a marked
    area, by the second look alone where there is one, becomes how likely it is an object, see
    `vision.calibration`; None: nobody knows.
    """

    threshold: float | None = None
    smallest: int = 0
    sure: float = 0.0
    second: SecondLook | None = None
    odds: tuple[float, float] | None = None
    together: bool = True

    def to_dict(self) -> dict[str, Any]:
        return {
            "threshold": self.threshold,
            "smallest": self.smallest,
            "sure": self.sure,
            "odds": None if self.odds is None else list(self.odds),
            "together": self.together,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what JSON cannot hold: the weights of the second look, if there is one."""
        weights = self.second.weights if self.second else {}
        return {PREFIX + name: weight for name, weight in weights.items()}

    @classmethod
    def from_dict(
        cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray] | None = None
    ) -> Self:
        """Return what `to_dict` and `arrays` gave; arrays may hold others beside them.

        Raises:
            ValueError: it cannot be right.
        """
        threshold, smallest, sure = (values[name] for name in ("threshold", "smallest", "sure"))
        shares = [sure] if threshold is None else [threshold, sure]
        numbers = all(type(one) in (int, float) and 0 <= one <= 1 for one in shares)
        if not numbers or type(smallest) is not int or smallest < 0:
            raise ValueError(f"decision: {values!r}, expected a threshold, smallest and sure")
        odds = values.get("odds")  # runs of before have no word of it
        if odds is not None:
            pair = isinstance(odds, list) and [type(one) for one in odds] == [float, float]
            if not pair or not (0 < odds[0] < MOST_ODDS and abs(odds[1]) < MOST_ODDS):
                raise ValueError(f"decision: odds {odds!r}, expected a slope and an offset")
        weights = {
            name.removeprefix(PREFIX): array
            for name, array in (arrays or {}).items()
            if name.startswith(PREFIX)
        }
        second = SecondLook.from_arrays(weights) if weights else None
        together = values.get("together", False)  # nor of this: there the second look spoke alone
        if type(together) is not bool:
            raise ValueError(f"decision: together {together!r}, expected true or false")
        fitted = None if odds is None else tuple(odds)
        return cls(threshold, smallest, float(sure), second, fitted, together)

    def told(self, threshold: float | None) -> "Decision":
        """Return this one, or that of a person who names a threshold, which is all it asks for."""
        return self if threshold is None else Decision(threshold)

    def __call__(
        self, own: np.ndarray, image: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return class ids (height, width) uint8 and each one's probability, float32.

        own: probabilities (height, width, channels); one channel is that of the only class. image:
        the picture (height, width, 3) uint8 RGB, for a second look; without, there is none.

        >>> own = np.array([[[0.9], [0.6], [0.0], [0.7]]], np.float32)
        >>> Decision(sure=0.72)(own)[0].tolist()
        [[1, 1, 0, 0]]
        """
        mask, sure = self.pixels(own)
        return (self.objects(mask, sure, image) if own.shape[2] == 1 else mask), sure

    def pixels(self, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the same of pixels alone, whatever the areas that they form."""
        if own.shape[2] == 1:
            likely = own[..., 0]
            mask = likely > (0.5 if self.threshold is None else self.threshold)
            return mask.astype(np.uint8), np.where(mask, likely, 1 - likely)
        ids = own.argmax(axis=2)
        if self.threshold is not None:
            seen = own[..., 1:].max(axis=2) > self.threshold
            ids = np.where(seen, own[..., 1:].argmax(axis=2) + 1, 0)
        return ids.astype(np.uint8), np.take_along_axis(own, ids[..., None], axis=2)[..., 0]

    def objects(
        self, mask: np.ndarray, sure: np.ndarray, image: np.ndarray | None = None
    ) -> np.ndarray:
        """Return a mask of one class without what is too small or not sure enough.

        In place, `sure` becomes the background's probability where pixels leave the mask, and with
        a second look how sure both are where they stay.
        """
        if self.second is not None and image is not None:
            return self._seen_twice(mask, sure, image, self.second)
        if not (self.smallest or self.sure):
            return mask
        whole, there = np.zeros_like(mask), occupied(mask)
        if not (inner := np.ascontiguousarray(mask[there])).size:
            return whole
        _, parts, stats, _ = cv2.connectedComponentsWithStats(inner, connectivity=8)
        areas = stats[:, cv2.CC_STAT_AREA]
        likely = np.bincount(parts.ravel(), weights=sure[there].ravel()) / np.maximum(areas, 1)
        kept = areas >= self.smallest
        kept[0] = False
        kept &= likely >= self.sure
        marked = whole[there] = kept[parts]
        gone = (inner > 0) & ~marked
        sure[there][gone] = 1 - sure[there][gone]
        return whole

    def _seen_twice(
        self, mask: np.ndarray, sure: np.ndarray, image: np.ndarray, second: SecondLook
    ) -> np.ndarray:
        """Return the same with a second look, which is asked of areas within areas too."""
        areas = nested_areas(mask, sure, self.smallest)
        again = second(image, areas.centres, areas.pixels)
        judged = agreed(areas.likely, again) if self.together else again
        kept = likeliest(areas.parent, judged) & (judged >= self.sure)
        marked = np.zeros_like(mask)
        both = sure.copy()
        # By the number of an area what becomes of it: one look at each level, however many areas.
        for level, parts in enumerate(areas.parts):
            here = kept & (areas.level == level)
            of_number = np.zeros(int(parts.max()) + 1, bool)
            of_number[areas.number[here]] = True
            said = np.zeros(len(of_number), sure.dtype)
            said[areas.number[here]] = judged[here]
            there = of_number[parts]
            marked[there], both[there] = 1, said[parts[there]]
        gone = (mask > 0) & (marked == 0)
        both[gone] = 1 - sure[gone]
        sure[:] = both
        return marked
