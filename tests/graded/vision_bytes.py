"""What the judges of pictures compare with: uint8, where the last step of rounding may differ."""

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, NOTHING
from common.grading.exercise.oracle import beside
from common.grading.exercise.specification import Wrong
from common.i18n import Mistake, Text

ALPHA_LEFT = Mistake(
    "alpha-left",
    "four channels: the alpha channel is still there",
    "четыре канала: альфа-канал остался",
)
GREY = Mistake(
    "grey",
    "a grey picture has three channels here too, all alike",
    "у серого снимка здесь тоже три канала, одинаковых",
)
AXES_SWAPPED = Mistake(
    "axes-swapped",
    "height and width have changed places: Pillow and OpenCV say (width, height), NumPy rows first",
    "высота и ширина перепутаны: у Pillow и OpenCV — (ширина, высота), у NumPy сначала строки",
)


def expect_picture(actual, expected: np.ndarray, *, given: str, off: int = 0) -> None:
    """Raise Wrong unless `actual` is uint8 of the expected shape and, to within `off`, values.

    expected: in float64, not yet rounded.
    """
    if not isinstance(actual, np.ndarray):
        mistake = NOTHING if actual is None else None
        what = Text("the answer is no array", "ответ — не массив")
        raise Wrong(what, actual=type(actual).__name__, mistake=mistake, given=given)
    if actual.shape != expected.shape:
        what = Text("the shape is not right", "форма неверная")
        sides = {"actual": str(actual.shape), "expected": str(expected.shape)}
        raise Wrong(what, **sides, given=given)
    if actual.dtype != np.uint8:
        what = Text("the type of the numbers is not right", "тип чисел неверный")
        raise Wrong(what, actual=actual.dtype.name, expected="uint8", given=given)
    if _differ(actual, expected, off):
        whole = np.rint(expected).astype(np.uint8)
        wrong = (np.abs(actual.astype(np.int64) - whole) > off).any(axis=2)
        row, column = (int(place) for place in np.argwhere(wrong)[0])
        what = Text(
            f"pixels are not right, first in row {row}, column {column}; {wrong.sum()} of "
            f"{wrong.size} differ",
            f"точки неверные, первая — в строке {row}, столбце {column}; расходятся {wrong.sum()} "
            f"из {wrong.size}",
        )
        sides = {"actual": actual[row, column].tolist(), "expected": whole[row, column].tolist()}
        raise Wrong(what, **sides, given=given, whole=(actual, whole))


def expect_kept(unchanged, *, given: str) -> None:
    if unchanged is not True:
        what = Text("what came in was changed", "то, что пришло на вход, изменилось")
        raise Wrong(what, mistake=IN_PLACE, given=given)


def same_picture(actual, answer: np.ndarray, *, off: int) -> bool:
    """Whether `actual` is, to within `off`, the answer that a mistake leads to."""
    if not isinstance(actual, np.ndarray) or actual.dtype != np.uint8:
        return False
    pair = beside(actual, answer)
    return pair is not None and not _differ(*pair, off)


def _differ(one: np.ndarray, other: np.ndarray, off: int) -> bool:
    return bool((np.abs(np.rint(one).astype(np.float64) - np.rint(other)) > off).any())
