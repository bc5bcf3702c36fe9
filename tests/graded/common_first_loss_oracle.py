"""The relative error, and what classic mistakes make of it."""

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import oracle
from common.i18n import Mistake

BY_PREDICTION = Mistake(
    "by-prediction",
    "the error is divided by the prediction; the target is what it is a share of",
    "ошибка делится на предсказание, а доля берётся от истинного значения",
)
SUMMED = Mistake("summed", "this is the sum, the mean is asked for", "это сумма, а нужно среднее")
SQUARED = Mistake(
    "squared", "this is squared; the absolute value is asked for", "это квадрат, а нужен модуль"
)
SIGN = Mistake(
    "sign-of-target",
    "a negative target makes this negative: the size of the target is what counts",
    "от отрицательного значения доля становится отрицательной: делить надо на его модуль",
)
NOT_RELATIVE = Mistake(
    "not-relative",
    "this is the plain absolute error, which is not divided by anything",
    "это обычная абсолютная ошибка, она ни на что не делится",
)
NO_EPSILON = Mistake(
    "no-epsilon",
    "a target of 0 is divided by: epsilon is the least that may be",
    "произошло деление на 0: делить можно самое меньшее на epsilon",
)
ZERO_ALONE = Mistake(
    "zero-alone",
    "epsilon takes the place of 0 alone; it does so of everything that is smaller than it",
    "epsilon заменяет только 0, а должен — всё, что меньше него",
)
ADDED = Mistake(
    "epsilon-added",
    "epsilon is added to the target; the larger of the two is asked for",
    "epsilon прибавлен, а нужно взять большее из двух",
)
RATIO_OF_MEANS = Mistake(
    "ratio-of-means",
    "this divides the mean error by the mean target; each example has a share of its own",
    "средняя ошибка делится на среднее значение, а доля у каждого примера своя",
)


@oracle
def shares(p, y, epsilon):
    size = np.hypot(y, 0.0)
    size[size < epsilon] = epsilon
    return np.where(p > y, p - y, y - p) / size


@oracle
def mean_share(inputs: dict) -> float:
    p, y = (inputs[name].astype(np.float64).ravel() for name in ("prediction", "target"))
    return float(shares(p, y, inputs.get("epsilon", 1e-6)).sum() / p.size)


@oracle
def slopes(inputs: dict) -> np.ndarray:
    """The gradient by hand: the loss is straight in each p, steeper where the target is small.

    Differences of the loss lose too many digits where a prediction is very near its target.
    """
    p, y = (inputs[name].astype(np.float64) for name in ("prediction", "target"))
    slope = np.empty(p.shape)
    for i in np.ndindex(p.shape):
        steepness = 1 / max(abs(y[i]), inputs.get("epsilon", 1e-6)) / p.size
        slope[i] = steepness if p[i] > y[i] else -steepness
    return slope


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """What classic mistakes lead to."""
    p, y = (inputs[name].astype(np.float64) for name in ("prediction", "target"))
    epsilon, n = inputs.get("epsilon", 1e-6), p.size
    size = np.maximum(np.abs(y), epsilon)
    with np.errstate(all="ignore"):
        classic = [
            (NO_EPSILON, np.mean(np.abs(p - y) / np.abs(y))),
            (ZERO_ALONE, np.mean(np.abs(p - y) / np.where(y == 0, epsilon, np.abs(y)))),
            (SUMMED, mean_share(inputs) * n),
            (BY_PREDICTION, np.mean(np.abs(p - y) / np.maximum(np.abs(p), epsilon))),
            (SQUARED, np.mean(((p - y) / size) ** 2)),
            (SIGN, np.mean(np.abs(p - y) / np.maximum(y, epsilon))),
            (SIGN, np.mean(np.abs(p - y) / y)),
            (NOT_RELATIVE, np.mean(np.abs(p - y))),
            (ADDED, np.mean(np.abs(p - y) / (np.abs(y) + epsilon))),
            (RATIO_OF_MEANS, np.abs(p - y).mean() / size.mean()),
        ]
    # An infinity comes of a division by zero, whatever else is wrong.
    return [
        (mistake, answer)
        for mistake, answer in classic
        if np.isfinite(answer) or mistake is NO_EPSILON
    ]
