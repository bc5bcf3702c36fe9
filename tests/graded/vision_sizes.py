"""Checks of giving a picture or a mask another size."""

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, NOTHING, VALUE
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.grading.exercise.tolerance import close
from common.i18n import Mistake, Text
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


def _way(case: dict):
    return middle if case["words"].get("nearest") else right


def judge_sizes(inputs: dict, output) -> None:
    for case, answer in zip(inputs["cases"], output, strict=True):
        expected, actual = resized(case["array"], case["size"], _way(case)), answer["array"]
        given = _described(case)
        if not isinstance(actual, np.ndarray):
            what = Text("the answer is no array", "ответ — не массив")
            mistake = NOTHING if actual is None else None
            raise Wrong(what, actual=type(actual).__name__, mistake=mistake, given=given)
        if actual.shape != expected.shape:
            lost = actual.shape == expected.shape[:2]
            swapped = actual.shape[:2] == expected.shape[1::-1]
            mistake = AXIS_LOST if lost else AXES_SWAPPED if swapped else None
            what = Text("the shape is not right", "форма неверная")
            sides = {"actual": str(actual.shape), "expected": str(expected.shape)}
            raise Wrong(what, **sides, mistake=mistake, given=given)
        if actual.dtype != case["array"].dtype:
            what = Text("the type of the numbers is another", "тип чисел стал другим")
            sides = {"actual": actual.dtype.name, "expected": case["array"].dtype.name}
            raise Wrong(what, **sides, given=given)
        exact = _way(case) is middle  # nothing is computed
        if not (np.array_equal(actual, expected) if exact else _alike(actual, expected)):
            raise Wrong(
                VALUE, actual=actual, expected=expected, mistake=_seen(case, actual), given=given
            )
        if not np.array_equal(answer["given"], case["array"]):
            what = Text("the array that came in was changed", "пришедший массив изменился")
            raise Wrong(what, mistake=IN_PLACE, given=given)
        if answer["shared"] is not False:
            what = Text("the answer shares its memory", "у ответа общая память со входом")
            raise Wrong(what, mistake=SHARED, given=given)


def _alike(actual: np.ndarray, expected: np.ndarray) -> bool:
    if actual.dtype == np.uint8:  # half a step of rounding for each side, and weights of 11 bits
        return bool((np.abs(actual - expected) <= 1.6).all())
    return bool(close(actual, expected, dtype="float32").all())


def _seen(case: dict, actual: np.ndarray) -> Mistake | None:
    """Name the way that leads to what came."""
    array, size, asked = case["array"], case["size"], _way(case)
    ways = [
        (area, STAIRS),
        (linear, ROUGH),
        (area_of_opencv, ONE_GROWS),
        (middle, ALWAYS_NEAREST),
        (corner, ALWAYS_NEAREST),
    ]
    for way, mistake in ways:
        if way is not asked and _alike(actual, resized(array, size, way)):
            if asked is middle:
                return SHIFTED if way is corner else NOT_NEAREST
            return mistake
    invented = asked is middle and not np.isin(actual, array).all()
    return AVERAGED if invented else None


def _described(case: dict) -> str:
    array, words = case["array"], case["words"]
    text = f"array {array.dtype} {array.shape}, size = {tuple(case['size'])}"
    text += f", nearest = {words['nearest']}" if words else ""
    return f"{text}; its first row {array[0].ravel()[:8].tolist()}"


def _case(array: np.ndarray, size, **words) -> dict:
    return {"array": array, "size": [int(side) for side in size], "words": words}


def _picture(rng, size, *channels: int, dtype: str = "float32") -> np.ndarray:
    drawn = rng.integers(0, 256, (*size, *channels))
    return drawn.astype(dtype)


def _two(rng, low: int, high: int) -> tuple[int, int]:
    """Two different sides."""
    height, width = rng.choice(np.arange(low, high), 2, replace=False)
    return int(height), int(width)


def _smaller(rng):
    whole = _case(_picture(rng, (16, 24), 3), (4, 8))
    broken = _case(_picture(rng, _two(rng, 20, 28), 3), _two(rng, 5, 9))
    whole_bytes = _case(_picture(rng, _two(rng, 20, 28), 3, dtype="uint8"), _two(rng, 5, 9))
    return {"cases": [whole, broken, whole_bytes]}


def _larger(rng):
    cases = [
        _case(_picture(rng, _two(rng, 4, 8), 3, dtype=dtype), _two(rng, 11, 19))
        for dtype in ("float32", "uint8")
    ]
    return {"cases": cases}


def _both(rng):
    """One side smaller and the other larger, and one side smaller and the other as it was."""
    low, high = int(rng.integers(4, 8)), int(rng.integers(20, 28))
    tall, wide = (_picture(rng, size, 3) for size in ((high, low), (low, high)))
    return {
        "cases": [
            _case(tall, _two(rng, 9, 14)),
            _case(wide, _two(rng, 9, 14)),
            _case(tall, (int(rng.integers(9, 14)), low)),
            _case(wide, (low, int(rng.integers(9, 14)))),
        ]
    }


def _ids(rng):
    """Odd sides, so that no middle lies between two pixels."""
    cases = []
    for size in (_two(rng, 5, 8), _two(rng, 17, 24)):
        ids = rng.choice(np.array([0, 1, 3, 255], np.uint8), (9 + 2 * int(rng.integers(3)), 13))
        cases.append(_case(ids, size, nearest=True))
    return {"cases": cases}


def _axes(rng):
    shapes = [(), (1,), (2,), (4,)]
    sizes = [_two(rng, 3, 6), _two(rng, 12, 16)]
    cases = [
        _case(_picture(rng, (8, 9), *shapes[i]), size) for i in rng.permutation(4) for size in sizes
    ]
    ids = _picture(rng, (7, 9), 1, dtype="uint8")
    return {"cases": [*cases, _case(ids, sizes[0], nearest=True)]}


def _same(rng):
    size = _two(rng, 5, 9)
    cases = [_case(_picture(rng, size, *more), size) for more in ((3,), (1,), ())]
    return {"cases": [*cases, _case(_picture(rng, size, dtype="uint8"), size, nearest=True)]}


def _many(rng):
    """Sides that no new side divides: where one does, OpenCV takes all channels at once."""
    counts = rng.choice(np.arange(5, 12), 2, replace=False)
    shapes = [(11, 13, int(channels)) for channels in counts]
    smaller, larger = _two(rng, 3, 6), _two(rng, 14, 18)
    return {
        "cases": [_case(_picture(rng, shapes[0]), smaller), _case(_picture(rng, shapes[1]), larger)]
    }


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

    Бывают uint8, float32 и float64, и у ответа тот же dtype. Оси после первых двух
    остаются: либо их нет, либо одна любой длины. Это может быть 1, такую ось OpenCV
    отбрасывает, а может быть больше тех четырёх каналов, которые INTER_AREA берёт за
    раз. Пришедший массив не меняется, а у ответа своя память, и при том же размере
    тоже.
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
        Check("smaller", Text("smaller: the mean of an area", "меньше: среднее по площади"),
              _smaller, _SIZES, judge_sizes),
        Check("larger", Text("larger: linear interpolation", "увеличение: линейная интерполяция"),
              _larger, _SIZES, judge_sizes),
        Check("both", Text("one side smaller, one larger", "одна сторона меньше, другая больше"),
              _both, _SIZES, judge_sizes),
        Check("ids", Text("class ids stay class ids", "номера классов остаются номерами"), _ids,
              _SIZES, judge_sizes),
        Check("axes", Text("no channels, one, several", "без каналов, один, несколько"), _axes,
              _SIZES, judge_sizes),
        Check("same", Text("the same size", "тот же размер"), _same, _SIZES, judge_sizes),
        Check("many", Text("more than four channels", "больше четырёх каналов"), _many, _SIZES,
              judge_sizes),
    ),
)  # fmt: skip
