"""What the judges of pictures compare with: uint8, where the last step of rounding may differ."""

from collections.abc import Sequence

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, NOTHING, Suspect
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


def expect_picture(
    actual, expected: np.ndarray, *, given: str, off: int = 0, suspects: Sequence[Suspect] = ()
) -> None:
    """Raise Wrong unless `actual` is uint8 of the expected shape and, to within `off`, values.

    expected, and the answers that mistakes lead to: in float64, not yet rounded.
    """
    if not isinstance(actual, np.ndarray):
        mistake = NOTHING if actual is None else None
        what = Text("the answer is no array", "ответ — не массив")
        raise Wrong(what, actual=type(actual).__name__, mistake=mistake, given=given)
    if actual.shape != expected.shape:
        what = Text("the shape is not right", "форма неверная")
        sides = {"actual": str(actual.shape), "expected": str(expected.shape)}
        mistake = _found(actual, expected, off, suspects) or _misshapen(
            actual.shape, expected.shape
        )
        raise Wrong(what, **sides, mistake=mistake, given=given)
    if actual.dtype != np.uint8:
        what = Text("the type of the numbers is not right", "тип чисел неверный")
        raise Wrong(what, actual=actual.dtype.name, expected="uint8", given=given)
    if _differ(actual, expected, off):
        mistake = _found(actual, expected, off, suspects)
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
        raise Wrong(what, **sides, mistake=mistake, given=given)


def expect_kept(unchanged, *, given: str) -> None:
    if unchanged is not True:
        what = Text("what came in was changed", "то, что пришло на вход, изменилось")
        raise Wrong(what, mistake=IN_PLACE, given=given)


def _differ(one: np.ndarray, other: np.ndarray, off: int) -> bool:
    return bool((np.abs(np.rint(one).astype(np.float64) - np.rint(other)) > off).any())


def _found(actual, expected, off: int, suspects: Sequence[Suspect]) -> Mistake | None:
    for mistake, answer in suspects:
        if answer.shape != actual.shape or _differ(actual, answer, off):
            continue
        if answer.shape != expected.shape or _differ(answer, expected, off):
            return mistake
    return None


def _misshapen(actual: tuple, expected: tuple) -> Mistake | None:
    if actual == (*expected[:-1], 4):
        return ALPHA_LEFT
    if actual == expected[:2]:
        return GREY
    return AXES_SWAPPED if actual == (expected[1], expected[0], *expected[2:]) else None
