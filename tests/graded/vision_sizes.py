"""Checks of giving a picture or a mask another size."""

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, NOTHING
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.grading.exercise.tolerance import close
from common.i18n import Mistake, Text
from tests.graded import vision_arrays as drawn
from tests.graded.cases import judged
from tests.graded.vision_bytes import AXES_SWAPPED
from tests.graded.vision_seen import PROBES

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


def area(old: int, new: int) -> np.ndarray:
    """(new, old) how much of each old pixel a new one covers, as shares of the new one."""
    edges = np.arange(new + 1) * old / new
    start, end = np.arange(old), np.arange(1, old + 1)
    covered = np.minimum(edges[1:, None], end) - np.maximum(edges[:-1, None], start)
    return np.maximum(covered, 0) * new / old


def linear(old: int, new: int) -> np.ndarray:
    """(new, old) weights of straight lines between the middles of pixels, level at the ends."""
    places = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    return np.maximum(1 - np.abs(places[:, None] - np.arange(old)), 0)


def middle(old: int, new: int, *, part: float = 0.5) -> np.ndarray:
    """(new, old) 1 at the old pixel that the new one's middle, or another part, lies in."""
    places = np.floor((np.arange(new) + part) * old / new).astype(int)
    return (places[:, None] == np.arange(old)) * 1.0


def corner(old: int, new: int) -> np.ndarray:
    return middle(old, new, part=0.0)


def area_of_opencv(old: int, new: int) -> np.ndarray:
    """(new, old) weights of INTER_AREA where a side grows: it looks at two neighbours at most."""
    n = np.arange(new)
    places = np.floor(n * old / new).astype(int)
    share = n + 1 - (places + 1) * new / old
    share = np.where(share <= 0, 0, share - np.floor(share))[:, None]
    following = np.minimum(places + 1, old - 1)
    return (1 - share) * np.eye(old)[places] + share * np.eye(old)[following]


def right(old: int, new: int) -> np.ndarray:
    return area(old, new) if new < old else linear(old, new)


def resized(array: np.ndarray, size, way) -> np.ndarray:
    """Weights along the rows, then along the columns, in float64."""
    (height, width), values = size, array.astype(np.float64)
    values = np.tensordot(way(array.shape[0], height), values, (1, 0))
    values = np.tensordot(way(array.shape[1], width), values, (1, 1))
    return np.moveaxis(values, 0, 1)


def _growing(case: dict) -> list[bool]:
    return [new > old for old, new in zip(case["array"].shape, case["size"], strict=False)]


def expected_array(case: dict, *, way=None, nearest=middle) -> np.ndarray:
    """The answer in float64; other ways make a mistake of it."""
    way = nearest if case["words"].get("nearest") else way or right
    return resized(case["array"], case["size"], way)


def mistaken(case: dict) -> list[tuple[Mistake, object]]:
    answer = expected_array(case)
    growing = _growing(case)
    by_area = area_of_opencv if any(growing) else area  # all that INTER_AREA does then
    mixed = area_of_opencv if any(growing) and not all(growing) else right
    flat, nearest = answer.shape[:2], case["words"].get("nearest")
    cut = case["array"].dtype == np.uint8 and not nearest
    return [
        (STAIRS, expected_array(case, way=area)),
        (STAIRS, expected_array(case, way=by_area)),
        (ROUGH, expected_array(case, way=linear)),
        (ONE_GROWS, expected_array(case, way=mixed)),
        (SHIFTED, expected_array(case, nearest=corner)),
        (NOT_NEAREST, expected_array(case, nearest=right)),
        (ALWAYS_NEAREST, expected_array(case, way=middle)),
        (ALWAYS_NEAREST, expected_array(case, way=corner)),
        (AVERAGED, (lambda found: _invented(case, found["array"])) if nearest else answer),
        (CUT, (lambda found: _cut(found["array"], answer)) if cut else answer),
        (AXIS_LOST, (lambda found: np.shape(found["array"]) == flat) if one(case) else answer),
        (AXES_SWAPPED, lambda found: np.shape(found["array"])[:2] == flat[::-1]),
    ]


def one(case: dict) -> bool:
    """Whether a last axis has one channel."""
    return case["array"].shape[2:] == (1,)


def _invented(case: dict, actual) -> bool:
    return isinstance(actual, np.ndarray) and not np.isin(actual, case["array"]).all()


def _cut(actual, exact: np.ndarray) -> bool:
    if not isinstance(actual, np.ndarray) or actual.shape != exact.shape:
        return False
    return bool((np.abs(actual - np.floor(exact)) <= (exact % 1 > 0.999)).all())


def judge_size(case: dict, answer) -> None:
    expected, actual, given = expected_array(case), answer["array"], described(case)
    if not isinstance(actual, np.ndarray):
        what = Text("the answer is no array", "ответ — не массив")
        mistake = NOTHING if actual is None else None
        raise Wrong(what, actual=type(actual).__name__, mistake=mistake, given=given)
    for what, came, asked in (
        (SHAPE, str(actual.shape), str(expected.shape)),
        (TYPE, actual.dtype.name, case["array"].dtype.name),
    ):
        if came != asked:
            raise Wrong(what, actual=came, expected=asked, given=given)
    exact = bool(case["words"])  # nothing is computed
    near = actual == expected if exact else _near(actual, expected)
    if not near.all():
        raise _differs(case, actual, expected, near)
    if actual.dtype == np.uint8 and actual.size >= drawn.ENOUGH and not exact:
        # One value may be rounded twice; thousands of them are as often above as below.
        lower, bound = (actual - expected).mean(), 0.36 if any(_growing(case)) else 0.25
        if not abs(lower) < bound:
            sides = {"actual": f"{lower:+.2f}", "expected": "0.00"}
            raise Wrong(LEAN, **sides, given=given)
    if not np.array_equal(answer["given"], case["array"]):
        what = Text("the array that came in was changed", "пришедший массив изменился")
        raise Wrong(what, mistake=IN_PLACE, given=given)
    if answer["shared"] is not False:
        what = Text("the answer shares its memory", "у ответа общая память со входом")
        raise Wrong(what, mistake=SHARED, given=given)


SHAPE = Text("the shape is not right", "форма неверная")
TYPE = Text("the type of the numbers is another", "тип чисел стал другим")
LEAN = Text(
    "the values are too low, or too high, by so much on average",
    "значения в среднем занижены или завышены на столько",
)


def _differs(case: dict, actual: np.ndarray, expected: np.ndarray, near: np.ndarray) -> Wrong:
    place = tuple(int(k) for k in np.argwhere(~near)[0])
    what = Text(
        f"a value is not right, first at {list(place)}; {(~near).sum()} of {near.size} differ",
        f"значение неверное, первое — в {list(place)}; расходятся {(~near).sum()} из {near.size}",
    )
    right_one = float(expected[place])
    if actual.dtype == np.uint8:
        right_one = round(right_one)
    sides = {"actual": actual[place].item(), "expected": right_one}
    return Wrong(what, **sides, given=described(case))


def _near(actual: np.ndarray, expected: np.ndarray) -> np.ndarray:
    if actual.dtype == np.uint8:  # half a step of rounding for each side, and weights of 11 bits
        return np.abs(actual - expected) <= 1.6
    return close(actual, expected, dtype="float32")


def agrees(case: dict, answer, known: np.ndarray) -> bool:
    actual = answer["array"]
    if not isinstance(actual, np.ndarray) or actual.shape != known.shape:
        return False
    return actual.dtype == case["array"].dtype and bool(_near(actual, known).all())


judge_sizes = judged(judge_size, mistaken, right=expected_array, agrees=agrees)


def described(case: dict) -> str:
    array = case["array"]
    text = f"array {array.dtype} {array.shape}, size = {tuple(case['size'])}"
    text += ", nearest = True" if case["words"] else ""
    return f"{text}\nits first row {array[0].ravel()[:4].round(3).tolist()} …"


_SIZES = f"{PROBES}:resize"
RESIZE = ExerciseSpec(
    "vision.geometry.resize",
    Text("Another size, the same classes", "Другой размер, те же классы"),
    """
    Верните массив (высота, ширина, …) в другом размере, (высота, ширина).

    Считает `cv2.resize`; каким из её способов, зависит от случая:

    - Если сторона уменьшается, новая точка — среднее по тому, что она покрывает
      (INTER_AREA). Кто смотрит только на четыре ближайшие точки, теряет всё тонкое,
      например провода.
    - Если сторона увеличивается, значения интерполируют линейно (INTER_LINEAR).
      INTER_AREA ничего не усредняет, если растёт хоть одна сторона: когда одна
      уменьшается, а другая растёт, меняйте их по отдельности.
    - С `nearest`, больше или меньше, новая точка берёт значение той, в которую
      попала её середина, и ничего не усредняется: между классом 1 и классом 3 нет
      класса 2. INTER_NEAREST смотрит не на середину, а на угол новой точки, и
      сдвигает маску относительно снимка; INTER_NEAREST_EXACT этого не делает.

    Бывают uint8, float32 и float64, и у ответа тот же dtype; вычисленное в uint8
    округляется до ближайшего. Оси после первых двух остаются: либо их нет, либо одна
    любой длины. Это может быть 1, такую ось OpenCV отбрасывает, а может быть больше
    тех четырёх каналов, которые INTER_AREA берёт за раз. Пришедший массив не
    меняется, а у ответа своя память, и при том же размере тоже.
    """,
    (
        Text(
            "First choose the method, in the order: nearest, smaller, larger. Then look at the "
            "documentation of cv2.resize: in which order does it want the size?",
            "Сначала выберите способ, в таком порядке: nearest, меньше, больше. Потом загляните в "
            "документацию cv2.resize: в каком порядке ей нужен размер?",
        ),
        Text(
            "The shape that the answer must have is known before anything is computed: "
            "(*size, *array.shape[2:]). OpenCV's answer only has to be brought to it. And what "
            "does it return where there is nothing to do?",
            "Какой формы должен быть ответ, известно до всяких вычислений: (*size, "
            "*array.shape[2:]). Остаётся привести к ней то, что даст OpenCV. А что она вернёт, "
            "если делать нечего?",
        ),
    ),
    (
        Check("smaller", Text("smaller: the mean of an area", "уменьшение: среднее по площади"),
              drawn.SMALLER, _SIZES, judge_sizes),
        Check("larger", Text("larger: linear interpolation", "увеличение: линейная интерполяция"),
              drawn.LARGER, _SIZES, judge_sizes),
        Check("both", Text("one side smaller, one larger", "одна сторона меньше, другая больше"),
              drawn.BOTH, _SIZES, judge_sizes),
        Check("ids", Text("class ids stay class ids", "номера классов остаются номерами"),
              drawn.IDS, _SIZES, judge_sizes),
        Check("axes", Text("no channels, one, several", "без каналов, один, несколько"),
              drawn.AXES, _SIZES, judge_sizes),
        Check("same", Text("the same size", "тот же размер"), drawn.SAME, _SIZES, judge_sizes),
        Check("many", Text("more than four channels", "больше четырёх каналов"), drawn.MANY,
              _SIZES, judge_sizes),
    ),
)  # fmt: skip
