"""Who found what, and what classic mistakes make of it."""

from collections import Counter

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import Later, oracle
from common.i18n import Mistake

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


@oracle
def shares_of(inputs: dict) -> list[tuple[int, int, int]]:
    """i, j and how many pixels these objects share, where they share any; in the order of i."""
    counts = Counter(map(tuple, both_of(inputs).tolist()))
    return [(i, j, shared) for (i, j), shared in sorted(counts.items())]


@oracle
def both_of(inputs: dict) -> np.ndarray:
    """The pixels that are of two objects, row by row: which ones, counted from 0."""
    numbers = [inputs[f"{name}_numbers"].ravel() for name in ("true", "predicted")]
    both = np.stack(numbers, axis=1)
    return both[(both > 0).all(axis=1)] - 1


@oracle
def areas_of(inputs: dict) -> list[list[int]]:
    return [
        np.bincount(inputs[f"{name}_numbers"].ravel(), minlength=len(inputs[name]) + 1)[1:].tolist()
        for name in ("true", "predicted")
    ]


@oracle
def matches(inputs: dict) -> list[list[int]]:
    """Who found what, by counting pixels."""
    return matches_by(inputs)


@oracle
def matches_by(
    inputs: dict,
    whole=None,
    *,
    enough=None,
    any_class: bool = False,
    first_only: bool = False,
) -> list[list[int]]:
    """The same; another `whole`, of two areas and what is shared, or `enough` is a mistake."""
    areas, found, seen = areas_of(inputs), [], set()
    whole = whole or (lambda true, predicted, shared: true + predicted - shared)
    enough = enough or (lambda part, whole: 2 * part > whole)
    for i, j, shared in shares_of(inputs):
        alike = any_class or inputs["true"][i]["label"] == inputs["predicted"][j]["label"]
        if not alike or (first_only and i in seen):
            continue
        seen.add(i)
        if enough(shared, whole(areas[0][i], areas[1][j], shared)):
            found.append([i, j])
    return found


@oracle
def wholes() -> list[tuple]:
    """What mistakes take for all that two objects cover."""
    return [
        (OF_TRUE, lambda true, predicted, shared: true),
        (OF_PREDICTED, lambda true, predicted, shared: predicted),
        (OF_BOTH, lambda true, predicted, shared: true + predicted),
        (DICE, lambda true, predicted, shared: (true + predicted) / 2),
        (OF_LARGER, lambda true, predicted, shared: max(true, predicted)),
        (OF_SMALLER, lambda true, predicted, shared: min(true, predicted)),
    ]


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer, as many for each case."""
    right = matches(inputs)
    by_second = sorted(right, key=lambda pair: pair[1])
    pixels = [[int(i), int(j)] for i, j in both_of(inputs) if [i, j] in right]

    def of(**changed):
        return Later(lambda: matches_by(inputs, **changed))

    return [
        (AT_LEAST, of(enough=lambda part, whole: 2 * part >= whole)),
        *((mistake, of(whole=whole)) for mistake, whole in wholes()),
        (FIRST_ONLY, of(first_only=True)),
        (TOUCHING, of(enough=lambda part, whole: True)),
        (CLASS_IGNORED, of(any_class=True)),
        (FROM_ONE, [[i + 1, j + 1] for i, j in right]),
        (TURNED_ROUND, [[j, i] for i, j in right]),
        (TURNED_ROUND, sorted([j, i] for i, j in right)),
        (BY_SECOND, by_second),
        (PIXELS, pixels),
    ]
