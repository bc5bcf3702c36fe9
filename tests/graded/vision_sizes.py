"""Checks of giving a picture or a mask another size."""

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, NOTHING
from common.grading.exercise.oracle import beside
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.grading.exercise.tolerance import close
from common.i18n import Text
from tests.graded import vision_arrays as drawn
from tests.graded.cases import judged
from tests.graded.vision_bytes import AXES_SWAPPED
from tests.graded.vision_seen import PROBES
from tests.graded.vision_size_oracle import (
    AVERAGED,
    AXIS_LOST,
    CUT,
    SHARED,
    expected_array,
    growing,
    mistaken,
)


def _suspects(case: dict) -> list:
    """Every mistake with its answer, or with what tells it by an answer."""
    answer, flat = expected_array(case), tuple(case["size"])
    nearest = case["words"].get("nearest")
    cut = case["array"].dtype == np.uint8 and not nearest
    return [
        *mistaken(case),
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
        lower, bound = (actual - expected).mean(), 0.36 if any(growing(case)) else 0.25
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
    return Wrong(what, **sides, given=described(case), whole=(actual, expected))


def _near(actual: np.ndarray, expected: np.ndarray) -> np.ndarray:
    if actual.dtype == np.uint8:  # half a step of rounding for each side, and weights of 11 bits
        return np.abs(actual - expected) <= 1.6
    return close(actual, expected, dtype="float32")


def agrees(case: dict, answer, known: np.ndarray) -> bool:
    actual = answer["array"]
    if not isinstance(actual, np.ndarray) or actual.dtype != case["array"].dtype:
        return False
    pair = beside(actual, known)
    return pair is not None and bool(_near(*pair).all())


judge_sizes = judged(judge_size, _suspects, right=expected_array, agrees=agrees)


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
