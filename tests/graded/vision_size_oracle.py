"""Pictures and masks in another size, and what classic mistakes make of them."""

import numpy as np

from common.grading.exercise.oracle import oracle
from common.i18n import Mistake

ROUGH = Mistake(
    "linear-when-smaller",
    "made smaller, only the nearest four pixels were looked at, and not the area that is covered",
    "при уменьшении взяты четыре ближайшие точки, а не вся покрытая площадь",
)
STAIRS = Mistake(
    "area-when-larger",
    "made larger, the values stand in stairs: interpolate between them",
    "при увеличении получились ступеньки, а значения нужно интерполировать",
)
AVERAGED = Mistake(
    "ids-averaged",
    "class ids were averaged: this one was nowhere in the mask",
    "номера классов усреднены: такого в маске не было",
)
ONE_GROWS = Mistake(
    "area-where-one-grows",
    "INTER_AREA averages nothing as soon as one side grows: resize each side by itself",
    "INTER_AREA ничего не усредняет, если растёт хоть одна сторона: меняйте стороны по отдельности",
)
SHIFTED = Mistake(
    "ids-shifted",
    "INTER_NEAREST shifts the mask by half a pixel against its picture",
    "INTER_NEAREST сдвигает маску относительно снимка на полпикселя",
)
NOT_NEAREST = Mistake("nearest-ignored", "`nearest` was not passed on", "параметр nearest не учтён")
ALWAYS_NEAREST = Mistake(
    "always-nearest",
    "each new pixel took one old pixel's value; only `nearest` asks for that",
    "каждая новая точка взяла значение одной старой, а об этом просит только nearest",
)
AXIS_LOST = Mistake(
    "axis-lost",
    "cv2.resize drops a last axis of length 1: give it back",
    "cv2.resize отбрасывает последнюю ось длины 1: верните её",
)
CUT = Mistake(
    "cut-off",
    "whole numbers were cut off where real ones became uint8; round them to the nearest",
    "при переходе от вещественных чисел к uint8 дробная часть отброшена, а нужно округлять",
)
SHARED = Mistake(
    "shared",
    "at the same size the answer is the array itself: whoever draws on one draws on both",
    "при том же размере ответ — сам массив: кто рисует на одном, рисует на обоих",
)


@oracle
def area(old: int, new: int) -> np.ndarray:
    """(new, old) how much of each old pixel a new one covers, as shares of the new one."""
    edges = np.arange(new + 1) * old / new
    start, end = np.arange(old), np.arange(1, old + 1)
    covered = np.minimum(edges[1:, None], end) - np.maximum(edges[:-1, None], start)
    return np.maximum(covered, 0) * new / old


@oracle
def linear(old: int, new: int) -> np.ndarray:
    """(new, old) weights of straight lines between the middles of pixels, level at the ends."""
    places = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    return np.maximum(1 - np.abs(places[:, None] - np.arange(old)), 0)


@oracle
def middle(old: int, new: int, *, part: float = 0.5) -> np.ndarray:
    """(new, old) 1 at the old pixel that the new one's middle, or another part, lies in."""
    places = np.floor((np.arange(new) + part) * old / new).astype(int)
    return (places[:, None] == np.arange(old)) * 1.0


@oracle
def corner(old: int, new: int) -> np.ndarray:
    return middle(old, new, part=0.0)


@oracle
def area_of_opencv(old: int, new: int) -> np.ndarray:
    """(new, old) weights of INTER_AREA where a side grows: it looks at two neighbours at most."""
    n = np.arange(new)
    places = np.floor(n * old / new).astype(int)
    share = n + 1 - (places + 1) * new / old
    share = np.where(share <= 0, 0, share - np.floor(share))[:, None]
    following = np.minimum(places + 1, old - 1)
    return (1 - share) * np.eye(old)[places] + share * np.eye(old)[following]


@oracle
def right(old: int, new: int) -> np.ndarray:
    return area(old, new) if new < old else linear(old, new)


@oracle
def resized(array: np.ndarray, size, way) -> np.ndarray:
    """Weights along the rows, then along the columns, in float64."""
    (height, width), values = size, array.astype(np.float64)
    values = np.tensordot(way(array.shape[0], height), values, (1, 0))
    values = np.tensordot(way(array.shape[1], width), values, (1, 1))
    return np.moveaxis(values, 0, 1)


def growing(case: dict) -> list[bool]:
    return [new > old for old, new in zip(case["array"].shape, case["size"], strict=False)]


@oracle
def expected_array(case: dict, *, way=None, nearest=middle) -> np.ndarray:
    """The answer in float64; other ways make a mistake of it."""
    way = nearest if case["words"].get("nearest") else way or right
    return resized(case["array"], case["size"], way)


@oracle
def mistaken(case: dict) -> list[tuple[Mistake, object]]:
    """Every mistake that has one answer, with it."""
    grows = growing(case)
    by_area = area_of_opencv if any(grows) else area  # all that INTER_AREA does then
    mixed = area_of_opencv if any(grows) and not all(grows) else right
    return [
        (STAIRS, expected_array(case, way=area)),
        (STAIRS, expected_array(case, way=by_area)),
        (ROUGH, expected_array(case, way=linear)),
        (ONE_GROWS, expected_array(case, way=mixed)),
        (SHIFTED, expected_array(case, nearest=corner)),
        (NOT_NEAREST, expected_array(case, nearest=right)),
        (ALWAYS_NEAREST, expected_array(case, way=middle)),
        (ALWAYS_NEAREST, expected_array(case, way=corner)),
    ]
