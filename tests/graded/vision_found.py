"""Checks of who found what."""

from collections import Counter
from collections.abc import Callable

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, NOTHING, Suspect
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded import vision_scenes as drawn
from tests.graded.cases import Later, judged
from tests.graded.vision_seen import PROBES

AT_LEAST = Mistake(
    "at-least",
    "exactly half is not enough: more than half is asked for",
    "ровно половины мало: нужно больше половины",
)
OF_TRUE = Mistake(
    "share-of-true",
    "what is shared was divided by the true object alone: so one large blob would find everything",
    "общее поделено только на настоящий предмет: так одно большое пятно нашло бы всё",
)
OF_PREDICTED = Mistake(
    "share-of-predicted",
    "what is shared was divided by the predicted object alone: so a single pixel would find a pad",
    "пересечение поделено только на предсказанный предмет: так площадку нашла бы одна точка",
)
OF_BOTH = Mistake(
    "counted-twice",
    "what is shared was counted twice in what the two cover: take it off once",
    "общее посчитано в покрытом дважды: один раз его надо вычесть",
)
DICE = Mistake(
    "dice",
    "this is half of the mean of the two areas (a Dice score); it is half of what both cover "
    "together that is asked for",
    "взята половина среднего двух площадей (мера Дайса), а нужна половина покрытого вместе",
)
OF_LARGER = Mistake(
    "share-of-larger",
    "what is shared was divided by the larger of the two; what they cover together is more",
    "общее поделено на больший из двух предметов, а вместе они покрывают больше",
)
OF_SMALLER = Mistake(
    "share-of-smaller",
    "what is shared was divided by the smaller of the two: so a speck would find a field",
    "общее поделено на меньший из двух предметов: так поле нашло бы пятнышко",
)
FIRST_ONLY = Mistake(
    "first-only",
    "only the first predicted object that touches was looked at; another one may be the finder",
    "проверен только первый предсказанный предмет, который задевает, а найти мог и другой",
)
TOUCHING = Mistake(
    "touching",
    "to touch is not to find: how much is shared?",
    "задеть — не найти: велика ли общая часть?",
)
CLASS_IGNORED = Mistake(
    "class-ignored",
    "an object of another class finds nothing",
    "предмет другого класса ничего не находит",
)
FROM_ONE = Mistake(
    "from-one",
    "these are the numbers in the maps, which begin at 1; i and j count from 0",
    "это номера с карт, они начинаются с 1, а i и j считаются с 0",
)
TURNED_ROUND = Mistake(
    "turned-round",
    "i is the true object, j the predicted one",
    "i — настоящий предмет, j — предсказанный",
)
BY_SECOND = Mistake(
    "by-second",
    "the pairs are in the order of j; that of i is asked for",
    "пары стоят в порядке j, а нужен порядок i",
)
PIXELS = Mistake(
    "pixel-by-pixel",
    "a pair came once for each pixel that is shared",
    "пара пришла столько раз, сколько у неё общих точек",
)
ORDER = Mistake("order", "the order is that of i", "порядок — по i")


def _shares(inputs: dict) -> dict[tuple[int, int], int]:
    """How many pixels the objects i and j share, where they share any; in the order of i."""
    return dict(sorted(Counter(map(tuple, _both(inputs).tolist())).items()))


def _both(inputs: dict) -> np.ndarray:
    """The pixels that are of two objects, row by row: which ones, counted from 0."""
    numbers = [inputs[f"{name}_numbers"].ravel() for name in ("true", "predicted")]
    both = np.stack(numbers, axis=1)
    return both[(both > 0).all(axis=1)] - 1


def _areas(inputs: dict) -> list[list[int]]:
    return [
        np.bincount(inputs[f"{name}_numbers"].ravel(), minlength=len(inputs[name]) + 1)[1:].tolist()
        for name in ("true", "predicted")
    ]


Whole = Callable[[int, int, int], float]


def together(true: int, predicted: int, shared: int) -> float:
    return true + predicted - shared


def matches(
    inputs: dict,
    whole: Whole = together,
    *,
    enough: Callable[[int, float], bool] = lambda part, whole: 2 * part > whole,
    any_class: bool = False,
    first_only: bool = False,
) -> list[list[int]]:
    """Who found what, by counting pixels; another `whole` or `enough` makes a mistake of it."""
    areas, found, seen = _areas(inputs), [], set()
    for (i, j), shared in _shares(inputs).items():
        alike = any_class or inputs["true"][i]["label"] == inputs["predicted"][j]["label"]
        if not alike or (first_only and i in seen):
            continue
        seen.add(i)
        if enough(shared, whole(areas[0][i], areas[1][j], shared)):
            found.append([i, j])
    return found


WHOLES: list[tuple[Mistake, Whole]] = [
    (OF_TRUE, lambda true, predicted, shared: true),
    (OF_PREDICTED, lambda true, predicted, shared: predicted),
    (OF_BOTH, lambda true, predicted, shared: true + predicted),
    (DICE, lambda true, predicted, shared: (true + predicted) / 2),
    (OF_LARGER, lambda true, predicted, shared: max(true, predicted)),
    (OF_SMALLER, lambda true, predicted, shared: min(true, predicted)),
]


def mistaken(inputs: dict) -> list[Suspect]:
    right = matches(inputs)
    by_second = sorted(right, key=lambda pair: pair[1])
    pixels = [[int(i), int(j)] for i, j in _both(inputs) if [i, j] in right]

    def of(**changed):
        return Later(lambda: matches(inputs, **changed))

    return [
        (AT_LEAST, of(enough=lambda part, whole: 2 * part >= whole)),
        *((mistake, of(whole=whole)) for mistake, whole in WHOLES),
        (FIRST_ONLY, of(first_only=True)),
        (TOUCHING, of(enough=lambda part, whole: True)),
        (CLASS_IGNORED, of(any_class=True)),
        (FROM_ONE, [[i + 1, j + 1] for i, j in right]),
        (TURNED_ROUND, [[j, i] for i, j in right]),
        (TURNED_ROUND, sorted([j, i] for i, j in right)),
        (BY_SECOND, by_second),
        (ORDER, lambda answer: _in_another_order(answer["pairs"], right, by_second)),
        (PIXELS, pixels),
    ]


def judge_scene(inputs: dict, output) -> None:
    actual, right = output["pairs"], matches(inputs)
    if not isinstance(actual, list):
        mistake = NOTHING if actual is None else None
        what = Text("the answer is no list", "ответ — не список")
        sides = {"actual": type(actual).__name__, "expected": "list"}
        raise Wrong(what, **sides, mistake=mistake, given=_described(inputs, []))
    if not _plain(actual):
        what = Text("the pairs are no whole numbers", "пары — не целые числа")
        sides = {"actual": _few(actual), "expected": _few(right)}
        raise Wrong(what, **sides, given=_described(inputs, []))
    if actual != right:
        odd = [pair for pair in right if pair not in actual]
        odd += [pair for pair in actual if pair not in right]
        what = Text("who found what is not right", "кто что нашёл — неверно")
        sides = {"actual": _few(actual), "expected": _few(right)}
        raise Wrong(what, **sides, given=_described(inputs, odd))
    if output["unchanged"] is not True:
        what = Text("what came in was changed", "то, что пришло на вход, изменилось")
        raise Wrong(what, mistake=IN_PLACE, given=_described(inputs, []))


judge_pairs = judged(
    judge_scene,
    mistaken,
    right=matches,
    agrees=lambda inputs, answer, known: _plain(answer["pairs"]) and answer["pairs"] == known,
)


def _plain(actual) -> bool:
    return isinstance(actual, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(type(k) is int for k in pair)
        for pair in actual
    )


def _in_another_order(actual, right: list, by_second: list) -> bool:
    return _plain(actual) and sorted(actual) == right and (actual != by_second or actual == right)


def _few(pairs: list, most: int = 5) -> str:
    shown = ", ".join(str(tuple(p) if isinstance(p, list) else p)[:40] for p in pairs[:most])
    return f"[{shown}{', …' if len(pairs) > most else ''}]"


def _described(inputs: dict, odd: list[list[int]]) -> str:
    """The scene in a line, and the first pair that it is about in another."""
    true, predicted = (len(inputs[name]) for name in ("true", "predicted"))
    text = f"{true} true and {predicted} predicted objects"
    if not odd or odd[0][0] not in range(true) or odd[0][1] not in range(predicted):
        return text
    i, j = odd[0]
    one, other = inputs["true"][i], inputs["predicted"][j]
    return (
        f"{text}\ntrue {i}: class {one['label']}, {one['area']} px; "
        f"predicted {j}: class {other['label']}, {other['area']} px; "
        f"they share {_shares(inputs).get((i, j), 0)} px"
    )


_PAIRS = f"{PROBES}:pairs"
FOUND = ExerciseSpec(
    "vision.metrics.match_objects",
    Text("Who found what", "Кто что нашёл"),
    """
    Верните список пар (i, j): настоящий предмет i найден предсказанным j.

    true, predicted: предметы двух масок одного снимка, в том порядке, в каком их
    считают i и j, с нуля. У каждого `label` — класс, `area` — число точек.
    true_numbers, predicted_numbers: целые числа (высота, ширина), какому предмету
    принадлежит точка: i + 1 у предмета i, 0 — никакому.

    Предмет i найден предметом j, если класс у них один и общая их часть больше
    половины, IOU_THRESHOLD, от того, что они покрывают вместе, считая каждую точку
    один раз (пересечение к объединению). Ровно половины мало. При такой доле ни один
    предмет не попадёт в две пары.

    Пары — в порядке i, обычными целыми числами; кого нет ни в одной, тот пропущен или
    оказался ложной тревогой. То, что пришло на вход, не меняется.
    """,
    (
        Text(
            "For two objects three figures are enough: the area of each, and how many pixels they "
            "share. What do the two cover together, then?",
            "Для двух предметов хватит трёх чисел: площадь каждого и сколько точек у них общих. "
            "Сколько же они покрывают вместе?",
        ),
        Text(
            "(true_numbers == i + 1) & (predicted_numbers == j + 1) are the shared pixels of i "
            "and j. Two loops will do; np.bincount of one number made of both counts all of them "
            "in one go.",
            "(true_numbers == i + 1) & (predicted_numbers == j + 1) — общие точки i и j. Хватит "
            "двух циклов; np.bincount от одного числа, составленного из двух, сосчитает все сразу.",
        ),
    ),
    (
        Check("some", Text("found, missed and false", "найденные, пропущенные и ложные"),
              drawn.SOME, _PAIRS, judge_pairs),
        Check("half", Text("about half", "около половины"), drawn.HALF, _PAIRS, judge_pairs),
        Check("blob", Text("one over two, two in one", "одно на двух, двое в одном"), drawn.BLOB,
              _PAIRS, judge_pairs),
        Check("classes", Text("several classes", "несколько классов"), drawn.CLASSES, _PAIRS,
              judge_pairs),
        Check("specks", Text("a speck and a field", "пятнышко и поле"), drawn.SPECKS, _PAIRS,
              judge_pairs),
        Check("nothing", Text("nothing there, or nothing found",
              "ничего нет или ничего не найдено"), drawn.NOTHING, _PAIRS, judge_pairs),
    ),
)  # fmt: skip
