"""Checks of the loss that hears: two spectra, and how far they are apart."""

import numpy as np

from common.grading.exercise.expectations import Suspect, expect_tensor, expect_unchanged
from common.grading.exercise.oracle import Later, oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded import audio_powers as drawn
from tests.graded.audio_loudness import PROBES
from tests.graded.cases import alike, expect_slope, judged

OF_POWERS = Mistake(
    "of-powers",
    "the powers are compared; the magnitudes, their roots, are asked for",
    "сравниваются мощности, а нужны модули — корни из них",
)
LOG_OF_POWERS = Mistake(
    "log-of-powers",
    "the second term is twice as large: ln of a power is 2 · ln of the magnitude",
    "второе слагаемое вдвое больше: ln мощности — это 2 · ln модуля",
)
LOG_10 = Mistake("log-10", "ln is asked for, not log10", "нужен натуральный логарифм, а не log10")
LOG_SQUARED = Mistake(
    "log-squared",
    "the second term takes the size of the difference, not its square",
    "во втором слагаемом нужен модуль разности, а не квадрат",
)
ONLY_FIRST = Mistake("only-first", "the second term is missing", "нет второго слагаемого")
ONLY_SECOND = Mistake("only-second", "the first term is missing", "нет первого слагаемого")
NO_ROOT = Mistake("no-root", "the root of the norms is missing", "у норм забыт корень")
WHOLE_BATCH = Mistake(
    "whole-batch",
    "the norm spans the whole batch: an example must not know of another",
    "норма взята по всему батчу: пример не должен знать о других",
)
BY_PREDICTION = Mistake(
    "by-prediction",
    "the first term is divided by the norm of the prediction; it is the target's",
    "первое слагаемое поделено на норму предсказания, а нужна норма цели",
)
NO_QUIET = Mistake(
    "no-quiet",
    "a silent target makes this huge: nothing is divided by less than self.QUIET",
    "из-за тихой цели это огромно: на меньшее, чем self.QUIET, не делят",
)
QUIET_ADDED = Mistake(
    "quiet-added",
    "QUIET is added to the norm; the larger of the two is asked for",
    "QUIET прибавлен к норме, а нужно большее из двух",
)
QUIET_BY_HEART = Mistake(
    "quiet-by-heart",
    "0.01 is written into the code; take self.QUIET, which may be another one",
    "в коде записано 0.01, а нужно self.QUIET: оно может быть и другим",
)
REDUCED = Mistake(
    "reduced",
    "the mean over the batch was taken as well; that is done by the base class",
    "взято среднее и по батчу, а это делает базовый класс",
)
SUM_FOR_MEAN = Mistake(
    "sum-for-mean",
    "the norms are sums here; with a mean beneath the root, QUIET weighs differently",
    "нормы здесь — суммы; если под корнем среднее, QUIET значит другое",
)
CELL_BY_CELL = Mistake(
    "cell-by-cell",
    "each cell is divided by its own magnitude; one norm is divided by the other",
    "каждая клетка поделена на свой модуль, а делить надо норму на норму",
)
ROOT_AT_ZERO = Mistake(
    "root-at-zero",
    "NaN comes from the root: its gradient at 0 is infinite, times 0 that is NaN",
    "NaN идёт из корня: в нуле его градиент бесконечен, а умноженный на 0 он даёт NaN",
)


@oracle
def norm(cells: list[float], *, root=True, mean=True) -> float:
    total = sum(cell * cell for cell in cells) / (len(cells) if mean else 1)
    return total**0.5 if root else total


@oracle
def costs(inputs: dict, **changed) -> np.ndarray:
    """Example by example and cell by cell in float64; `changed` makes a mistake of it."""
    quiet, root, mean = inputs["quiet"], changed.get("root", True), changed.get("mean", True)
    found = []
    for p, t in zip(inputs["prediction"], inputs["target"], strict=True):
        p, t = ([float(cell) for cell in x.ravel()] for x in (p, t))
        logs = [0.5 * (np.log(a) - np.log(b)) for a, b in zip(p, t, strict=True)]
        if not changed.get("powers"):
            p, t = ([cell**0.5 for cell in x] for x in (p, t))
        top = norm([a - b for a, b in zip(p, t, strict=True)], root=root, mean=mean)
        bottom = norm(p if changed.get("swapped") else t, root=root, mean=mean)
        bottom = bottom + quiet if changed.get("added") else max(bottom, quiet)
        if changed.get("bare"):
            bottom = norm(t, root=root, mean=mean)
        term = changed.get("log", abs)
        second = sum(term(x) for x in logs) / len(logs)
        found.append(changed.get("first", 1) * top / bottom + changed.get("second", 1) * second)
    return np.array(found)


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer, as many for each case."""
    roots = [np.sqrt(inputs[name].astype(np.float64)) for name in ("prediction", "target")]
    distance = roots[0] - roots[1]

    def of(change=lambda found: found, **changed):
        return Later(lambda: change(costs(inputs, **changed)))

    together = np.sqrt(np.square(distance).mean())
    over_all = together / max(np.sqrt(np.square(roots[1]).mean()), inputs["quiet"])
    cells = np.abs(distance) / roots[1]
    return [
        (OF_POWERS, of(powers=True)),
        (OF_POWERS, of(powers=True, second=2)),
        (LOG_OF_POWERS, of(second=2)),
        (LOG_10, of(second=1 / np.log(10))),
        (LOG_10, of(second=2 / np.log(10))),
        (LOG_SQUARED, of(log=lambda x: x * x)),
        (ONLY_FIRST, of(second=0)),
        (ONLY_SECOND, of(first=0)),
        (NO_ROOT, of(root=False)),
        (WHOLE_BATCH, of(lambda own: over_all + own, first=0)),
        (WHOLE_BATCH, of(lambda own: over_all + np.full_like(own, own.mean()), first=0)),
        (BY_PREDICTION, of(swapped=True)),
        (QUIET_BY_HEART, Later(lambda: costs(inputs | {"quiet": 1e-2}))),
        (NO_QUIET, of(bare=True)),
        (REDUCED, of(np.mean)),
        (REDUCED, of(np.sum)),
        (QUIET_ADDED, of(added=True)),
        (SUM_FOR_MEAN, of(mean=False)),
        (CELL_BY_CELL, of(lambda own: cells.mean((1, 2)) + own, first=0)),
        (CELL_BY_CELL, of(lambda own: np.sqrt(np.square(cells).mean((1, 2))) + own, first=0)),
    ]


@oracle
def slopes(inputs: dict) -> np.ndarray:
    """The gradient by central differences, far from any kink; 0 for examples without difference."""
    power = inputs["prediction"].astype(np.float64)
    slope = np.zeros(power.shape)
    for place in np.ndindex(power.shape):
        row = place[0]
        if np.array_equal(inputs["prediction"][row], inputs["target"][row]):
            continue
        step, heights = 1e-5 * power[place], []
        for sign in (1, -1):
            moved = power[row : row + 1].copy()
            moved[0][place[1:]] += sign * step
            alone = {"prediction": moved, "target": inputs["target"][row : row + 1]}
            heights.append(costs(inputs | alone)[0])
        slope[place] = (heights[0] - heights[1]) / (2 * step)
    return slope


def judge_case(inputs: dict, output) -> None:
    what = Text("what an example costs is not right", "стоимость примера неверная")
    given, dtype = described(inputs), inputs["prediction"].dtype.name
    try:
        # A cost near 0 comes out of numbers near 1.
        expect_tensor(output["cost"], costs(inputs), what=what, dtype=dtype, scale=1.0)
        for name in ("prediction", "target"):
            expect_unchanged(output[name], inputs[name], name)
        if inputs["slopes"]:
            actual = output.get("slope")
            if isinstance(actual, np.ndarray) and np.isnan(actual).any():
                what = Text("the gradient is NaN", "градиент — NaN")
                raise Wrong(what, mistake=ROOT_AT_ZERO)
            of = Text("the prediction", "предсказание")
            expect_slope(actual, slopes(inputs), of=of, given=given)
    except Wrong as wrong:
        wrong.given = given
        raise


judge_costs = judged(
    judge_case,
    mistaken,
    right=costs,
    agrees=lambda inputs, output, known: alike(output["cost"], known),
)


def described(inputs: dict) -> str:
    target = inputs["target"]
    loud = ", ".join(f"{x:.3g}" for x in np.sqrt(target.astype(np.float64).mean((1, 2)))[:4])
    return (
        f"prediction, target: {target.dtype} {target.shape}\n"
        f"QUIET = {inputs['quiet']:.3g}; norms of the targets {loud}"
    )


_COMPARE = f"{PROBES}:compare"
COMPARE = ExerciseSpec(
    "audio.loss.MultiResolutionSTFTLoss.compare",
    Text("A loss that hears", "Функция потерь, которая слышит"),
    """
    Верните, сколько стоит каждый пример при одном разрешении: (batch,).

        ‖√P − √T‖ / max(‖√T‖, QUIET)  +  среднее |ln √P − ln √T|

    P — это `prediction`, T — `target`: два спектра мощности (batch, bins, frames), ни одно
    значение в них не меньше FLOOR, так что √P и √T — модули спектров. ‖M‖ = √ среднего M², а
    среднее, здесь и во втором слагаемом, берётся по частотам и кадрам одного примера: о других
    примерах он ничего не знает.

    self.QUIET — наименьшее, на что делят разность: цель может быть тишиной. `window` здесь не
    нужен.

    Градиент идёт в предсказание и всюду должен быть конечным. Осторожно с корнем в первой норме:
    его градиент в нуле бесконечен, а бесконечность, умноженная на ноль, — это NaN. Если у примера
    разности нет совсем, он стоит 0 и градиент у него 0, какими бы ни были другие примеры батча.
    Сами тензоры не меняйте.
    """,
    (
        Text(
            "Write both terms for one example first. Over which axes is the mean, and what shape "
            "is left? Then think of the example in which P and T are the same.",
            "Сначала напишите оба слагаемых для одного примера. По каким осям среднее и какая "
            "форма остаётся? Потом подумайте о примере, в котором P и T одинаковы.",
        ),
        Text(
            "torch.where after the root is too late: in the backward pass its other branch is "
            "multiplied by 0, and 0 times infinity is NaN. What stands under the root must not be "
            "0: put something in its place before the root, and take it out afterwards.",
            "torch.where после корня — поздно: при обратном проходе вторая ветвь умножается на 0, "
            "а 0 на бесконечность — это NaN. Под корнем не должно быть нуля: замените его до "
            "корня, а после корня уберите замену.",
        ),
    ),
    (
        Check("one", Text("one example", "один пример"), drawn.ONE, _COMPARE, judge_costs),
        Check("batch", Text("each example by itself", "каждый пример сам по себе"), drawn.BATCH,
              _COMPARE, judge_costs),
        Check("cube", Text("all axes of one length", "все оси одной длины"), drawn.CUBE, _COMPARE,
              judge_costs),
        Check("float32", Text("larger spectra in float32", "спектры побольше, float32"),
              drawn.NARROW, _COMPARE, judge_costs),
        Check("quiet", Text("targets that are nearly silent", "почти тихие цели"), drawn.QUIET,
              _COMPARE, judge_costs),
        Check("gradient", Text("the gradient", "градиент"), drawn.GRADIENT, _COMPARE, judge_costs),
        Check("silence", Text("nothing to find, and silence", "разности нет, и тишина"),
              drawn.SILENCE, _COMPARE, judge_costs),
    ),
)  # fmt: skip
