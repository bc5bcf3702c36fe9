"""Checks of who found what."""

from collections.abc import Callable

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, NOTHING, expect_equal
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
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
PIXELS = Mistake(
    "pixel-by-pixel",
    "a pair came once for each pixel that is shared",
    "пара пришла столько раз, сколько у неё общих точек",
)
ORDER = Mistake("order", "the order is that of i", "порядок — по i")


def matches(
    inputs: dict,
    whole: Callable = lambda true, predicted: true | predicted,
    *,
    enough: Callable = lambda part, whole: 2 * part > whole,
    any_class: bool = False,
) -> list[list[int]]:
    """Who found what, with sets of pixels; another `whole` or `enough` makes a mistake of it."""
    true, predicted = (
        [
            {tuple(place) for place in np.argwhere(inputs[f"{name}_numbers"] == number)}
            for number in range(1, len(inputs[name]) + 1)
        ]
        for name in ("true", "predicted")
    )
    found = []
    for i, there in enumerate(true):
        for j, said in enumerate(predicted):
            alike = inputs["true"][i]["label"] == inputs["predicted"][j]["label"]
            covered = whole(there, said)
            covered = covered if isinstance(covered, int) else len(covered)
            if (alike or any_class) and there & said and enough(len(there & said), covered):
                found.append([i, j])
    return found


def judge_pairs(inputs: dict, output) -> None:
    actual, right = output["pairs"], matches(inputs)
    shared = [
        [i, j]
        for i, j in zip(
            *(inputs[f"{name}_numbers"].ravel() - 1 for name in ("true", "predicted")), strict=True
        )
        if [i, j] in right
    ]
    suspects = [
        (AT_LEAST, matches(inputs, enough=lambda part, whole: 2 * part >= whole)),
        (OF_TRUE, matches(inputs, lambda true, predicted: true)),
        (OF_PREDICTED, matches(inputs, lambda true, predicted: predicted)),
        (OF_BOTH, matches(inputs, lambda true, predicted: len(true) + len(predicted))),
        (TOUCHING, matches(inputs, enough=lambda part, whole: True)),
        (CLASS_IGNORED, matches(inputs, any_class=True)),
        (FROM_ONE, [[i + 1, j + 1] for i, j in right]),
        (TURNED_ROUND, [[j, i] for i, j in right]),
        (TURNED_ROUND, sorted([j, i] for i, j in right)),
        (ORDER, sorted(right, key=lambda pair: pair[1])),
        (PIXELS, [[int(i), int(j)] for i, j in shared]),
    ]
    suspects = [(mistake, answer) for mistake, answer in suspects if answer != right]
    given = _described(inputs)
    if not isinstance(actual, list):
        mistake = NOTHING if actual is None else None
        what = Text("the answer is no list", "ответ — не список")
        raise Wrong(
            what, actual=type(actual).__name__, expected="list", mistake=mistake, given=given
        )
    what = Text("who found what is not right", "кто что нашёл — неверно")
    if actual != right and _plain(actual) and sorted(actual) == right:
        suspects.append((ORDER, actual))
    expect_equal(actual, right, what=what, suspects=suspects, given=given)
    if output["unchanged"] is not True:
        what = Text("what came in was changed", "то, что пришло на вход, изменилось")
        raise Wrong(what, mistake=IN_PLACE, given=given)


def _plain(actual: list) -> bool:
    return all(isinstance(pair, list) and all(type(k) is int for k in pair) for pair in actual)


def _described(inputs: dict) -> str:
    sides = []
    for name in ("true", "predicted"):
        things = [f"class {thing['label']} of {thing['area']} px" for thing in inputs[name]]
        sides.append(f"{name}: {'; '.join(things) or 'nothing'}")
    both = inputs["true_numbers"] * (inputs["predicted_numbers"] > 0)
    pieces = [
        f"{i - 1} and {j - 1} share {int(((both == i) & (inputs['predicted_numbers'] == j)).sum())}"
        for i in range(1, len(inputs["true"]) + 1)
        for j in range(1, len(inputs["predicted"]) + 1)
        if ((both == i) & (inputs["predicted_numbers"] == j)).any()
    ]
    return ". ".join([*sides, ", ".join(pieces) or "none share anything"])


def _scene(rng, size, true: list, predicted: list) -> dict:
    """Lay rectangles (label, top, left, height, width) into two maps, numbered in any order."""
    scene = {}
    for name, boxes in (("true", true), ("predicted", predicted)):
        numbers, things = np.zeros(size, np.int32), []
        for number, k in enumerate(rng.permutation(len(boxes)), start=1):
            label, top, left, height, width = boxes[k]
            numbers[top : top + height, left : left + width] = number
            centre = [left + (width - 1) / 2, top + (height - 1) / 2]
            things.append({"label": label, "centre": centre, "area": height * width})
        scene |= {name: things, f"{name}_numbers": numbers}
    return scene


def _some(rng):
    """Five objects in a column of rooms: found, missed, and alarms where nothing is."""
    while _same_turned_round(scene := _column(rng)):
        pass
    return scene


def _same_turned_round(scene: dict) -> bool:
    found = matches(scene)
    return sorted([j, i] for i, j in found) == found


def _column(rng):
    true, predicted = [], []
    for room, shift in enumerate(rng.permutation([0, 1, 5, 8, 20])):
        height, width = int(rng.integers(4, 7)), 12
        box = (1, 8 * room, int(rng.integers(0, 5)), height, width)
        true.append(box)
        predicted.append((*box[:2], box[2] + int(shift), height, width))
    order = [*predicted[1:], (1, 41, 30, 3, 4)]
    return _scene(rng, (48, 40), true[:5], order)


def _half(rng):
    """A half, a little less and a little more of what both cover."""
    side = 2 * int(rng.integers(3, 6))
    true = [(1, 0, 0, side, side), (1, 12, 0, side, side), (1, 24, 0, side, side)]
    predicted = [
        (1, 0, 0, side // 2, side),
        (1, 12, 0, side // 2 + 1, side),
        (1, 24, 0, side // 2 - 1, side),
    ]
    return _scene(rng, (36, 12), true, predicted)


def _blob(rng):
    """One blob over two objects, and one object in two pieces, of which the larger counts."""
    gap = int(rng.integers(1, 3))
    true = [(1, 1, 1, 5, 5), (1, 1, 6 + gap, 5, 5), (1, 12, 2, 6, 12)]
    predicted = [(1, 0, 0, 7, 12 + gap), (1, 12, 2, 6, 8), (1, 12, 11, 6, 3)]
    return _scene(rng, (20, 18), true, predicted)


def _classes(rng):
    labels = [int(label) for label in rng.permutation([1, 2, 3])]
    true = [(label, 8 * i, 2, 6, 7) for i, label in enumerate(labels)]
    predicted = [(label, 8 * i, 3, 6, 7) for i, label in enumerate(labels)]
    predicted[1] = (labels[0], *predicted[1][1:])
    return _scene(rng, (24, 12), true, predicted)


def _specks(rng):
    """A speck in the middle of an object finds nothing, nor does a field that it lies in."""
    true = [(1, 2, 2, 9, 9), (1, 14, 4, 3, 3)]
    top = int(rng.integers(3, 8))
    predicted = [(1, top, 5, 3, 3), (1, 13, 0, 6, 12)]
    return _scene(rng, (20, 14), true, predicted)


def _nothing(rng):
    boxes = [(1, 2, int(rng.integers(0, 4)), 4, 5), (2, 8, 1, 3, 6)]
    sides = [(boxes, []), ([], boxes)][rng.integers(2)]
    return _scene(rng, (12, 12), *sides)


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
        Check("some", Text("found, missed and false", "найденные, пропущенные и ложные"), _some,
              _PAIRS, judge_pairs),
        Check("half", Text("about half", "около половины"), _half, _PAIRS, judge_pairs),
        Check("blob", Text("one over two, two in one", "одно на двух, двое в одном"), _blob,
              _PAIRS, judge_pairs),
        Check("classes", Text("several classes", "несколько классов"), _classes, _PAIRS,
              judge_pairs),
        Check("specks", Text("a speck and a field", "пятнышко и поле"), _specks, _PAIRS,
              judge_pairs),
        Check("nothing", Text("nothing there, or nothing found",
              "ничего нет или ничего не найдено"), _nothing, _PAIRS, judge_pairs),
    ),
)  # fmt: skip
