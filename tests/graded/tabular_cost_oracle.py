"""What errors in money cost, and what classic mistakes make of it."""

import numpy as np

from common.grading.exercise.oracle import oracle
from common.i18n import Mistake

SIDES_SWAPPED = Mistake(
    "sides-swapped",
    "`over` and `under` have changed places: over is for a valuation above the price",
    "over и under перепутаны: over — это когда оценка выше цены",
)
SIDES_FORGOTTEN = Mistake(
    "sides-forgotten",
    "`over` and `under` do not count here",
    "over и under здесь не учтены",
)
NO_RATE = Mistake(
    "no-rate",
    "the thresholds are in roubles: an error in another currency needs the rate first",
    "пороги — в рублях: ошибку в другой валюте сначала умножают на курс",
)
WHOLE_ERROR = Mistake(
    "whole-error",
    "the higher weight is put on the whole error; it is for what lies beyond the threshold only",
    "больший вес взят для всей ошибки, а он — только для той части, что за порогом",
)
WEIGHTS_ADDED = Mistake(
    "weights-added",
    "the weights of two thresholds add up beyond the second; it is the second's alone there",
    "за вторым порогом веса складываются, а там действует только вес второго",
)
NO_UNIT = Mistake("no-unit", "the cost is not divided by the unit", "стоимость не поделена на unit")
NO_CRITICAL = Mistake("no-critical", "the second threshold is missing", "второй порог пропущен")
SIGNED = Mistake(
    "signed",
    "an error below zero costs something too: take its size",
    "ошибка меньше нуля тоже стоит денег: берите её модуль",
)
SETTINGS = {
    "catastrophe": 500_000.0,
    "critical": 15_000_000.0,
    "catastrophe_weight": 2.0,
    "critical_weight": 10.0,
    "over": 1.0,
    "under": 1.0,
    "rate": 1.0,
}


@oracle
def toll(size: np.ndarray, settings: dict, *, weights=None) -> np.ndarray:
    """What errors of these sizes in roubles cost, read off a line with two bends."""
    light, heavy = weights or (settings["catastrophe_weight"], settings["critical_weight"])
    first, second, far = settings["catastrophe"], settings["critical"], 1e30
    bend = first + light * (second - first)
    return np.interp(size, [0, first, second, far], [0, first, bend, bend + heavy * (far - second)])


@oracle
def side(error: np.ndarray, settings: dict) -> np.ndarray:
    return np.array([settings["over"] if e > 0 else settings["under"] for e in error])


@oracle
def cost(inputs: dict, **changed) -> np.ndarray:
    """The cost of every valuation in float64; `changed` settings make a mistake of it."""
    settings = {**SETTINGS, "unit": 1e6, **inputs["settings"], **changed}
    prediction, target = (inputs[name].astype(np.float64) for name in ("prediction", "target"))
    error = np.expm1(prediction - np.log(target)) * target * settings["rate"]
    return side(error, settings) * toll(np.abs(error), settings) / settings["unit"]


@oracle
def mistaken(inputs: dict) -> list[tuple[Mistake, np.ndarray]]:
    settings = {**SETTINGS, "unit": 1e6, **inputs["settings"]}
    prediction, target = (inputs[name].astype(np.float64) for name in ("prediction", "target"))
    error = np.expm1(prediction - np.log(target)) * target * settings["rate"]
    size, unit = np.abs(error), settings["unit"]
    light, heavy = settings["catastrophe_weight"], settings["critical_weight"]
    level = np.where(size > settings["critical"], heavy, light)
    level = np.where(size > settings["catastrophe"], level, 1.0)
    sides = side(error, settings)
    return [
        (SIDES_SWAPPED, cost(inputs, over=settings["under"], under=settings["over"])),
        (SIDES_FORGOTTEN, cost(inputs, over=1.0, under=1.0)),
        (NO_RATE, cost(inputs, rate=1.0)),
        (NO_UNIT, cost(inputs, unit=1.0)),
        (NO_CRITICAL, cost(inputs, critical_weight=light)),
        (WHOLE_ERROR, sides * level * size / unit),
        (WEIGHTS_ADDED, sides * toll(size, settings, weights=(light, light + heavy - 1)) / unit),
        (
            WEIGHTS_ADDED,
            sides * toll(size, settings, weights=(light + 1, light + heavy + 1)) / unit,
        ),
        (SIGNED, np.where(error > 0, cost(inputs), sides * error / unit)),
    ]


@oracle
def slopes(inputs: dict) -> np.ndarray:
    """The gradient, by central differences over steps that cross no bend."""
    step = 1e-6
    ahead, behind = (
        cost({**inputs, "prediction": inputs["prediction"] + s}) for s in (step, -step)
    )
    return (ahead - behind) / (2 * step)
