"""Checks of one training step."""

import numpy as np

from common.grading.exercise.expectations import expect_array, expect_equal, expect_number
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.grading.exercise.tolerance import close
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases

PROBES = "tests.graded.common_probes"

GRADIENTS_ADD_UP = Mistake(
    "no-zero-grad",
    "the gradients of earlier batches are still there and add up: optimizer.zero_grad() is missing",
    "градиенты прошлых батчей остались и складываются: не хватает optimizer.zero_grad()",
)
STEP_TOO_EARLY = Mistake(
    "no-step",
    "the weights did not move: optimizer.step() is missing, or comes where there is no gradient, "
    "not yet or no longer (zero_grad)",
    "веса не сдвинулись: нет optimizer.step(), или он вызван, когда градиента ещё нет или уже нет "
    "(zero_grad)",
)
LOSS_SWAPPED = Mistake(
    "loss-swapped",
    "loss(prediction, target): the prediction goes first",
    "loss(prediction, target): сначала предсказание",
)
LOSS_AFTER = Mistake(
    "loss-after-step",
    "this is the loss after the step; the one before it is asked for",
    "это потери после шага, а нужны до него",
)
TWICE = Mistake(
    "two-steps", "the optimizer stepped twice for one batch", "на один батч — два шага оптимизатора"
)
TENSOR = Mistake(
    "returns-tensor",
    "the loss is returned with its graph: .detach() cuts it off, .item() makes a plain number",
    "потери возвращены вместе с графом: .detach() его отрезает, .item() даёт обычное число",
)

FORWARD_TWICE = Mistake(
    "two-forwards",
    "the model was called more than once for a batch: the first prediction is all that is needed",
    "модель вызвана на один батч не один раз, а хватит первого предсказания",
)
FORWARD = Mistake(
    "forward",
    "call the model itself, model(*inputs): model.forward(…) passes its hooks by, and a function "
    "has none",
    "вызывайте саму модель, model(*inputs): model.forward(…) обходит её hooks, а у функции forward "
    "и вовсе нет",
)
MODE = Mistake(
    "mode",
    "model.train() and model.eval() are for the caller: dropout would go off or on unasked",
    "model.train() и model.eval() — дело вызывающего: иначе Dropout включится или выключится сам",
)


@oracle
def descend(inputs: dict, *, forget: bool = True, swapped: bool = False, steps: int = 1):
    """Gradient descent by hand, in NumPy: the weights after each step, and the losses."""
    weight = np.concatenate([inputs["weight"], [0.0], inputs["second"]])
    skew = inputs["skew"]
    losses, weights, previous = [], [], np.zeros_like(weight)
    for one, two, target in zip(inputs["one"], inputs["two"], inputs["target"], strict=True):
        design = np.column_stack([one, np.ones(len(one)), two])
        a, b = (-skew, -1.0) if swapped else (1.0, skew)
        error = a * (design @ weight) - b * target
        gradient = 2 * a * design.T @ error / len(target) + (0 if forget else previous)
        previous = gradient
        weight = weight - steps * inputs["lr"] * gradient
        losses.append(float(np.mean(error**2)) + inputs["offset"])
        weights.append(weight)
    return losses, weights


def judge_steps(inputs: dict, output) -> None:
    losses, weights = descend(inputs)
    still = np.concatenate([inputs["weight"], [0.0], inputs["second"]])
    for number, (actual, expected) in enumerate(zip(output["weights"], weights, strict=True)):
        what = Text(
            f"the weights after step {number + 1} are not right",
            f"веса после шага {number + 1} неверные",
        )
        suspects = [
            (STEP_TOO_EARLY, still),
            *([(STEP_TOO_EARLY, weights[number - 1])] if number else []),
            (GRADIENTS_ADD_UP, descend(inputs, forget=False)[1][number]),
            (LOSS_SWAPPED, descend(inputs, swapped=True)[1][number]),
        ]
        if output["steps"] == 2 * len(weights):
            suspects = [(TWICE, actual)]
        expect_array(actual, expected, what=what, suspects=suspects)
    expect_equal(
        output["steps"],
        len(weights),
        what=Text("steps of the optimizer", "число шагов оптимизатора"),
    )
    for number, (actual, expected) in enumerate(zip(output["losses"], losses, strict=True)):
        what = Text(f"the loss of step {number + 1}", f"потери на шаге {number + 1}")
        if isinstance(actual, dict):
            raise Wrong(
                what, actual=f"tensor({actual['values']})", expected=expected, mistake=TENSOR
            )
        expect_number(
            actual, expected, what=what, suspects=[(LOSS_AFTER, loss_after(inputs, number))]
        )
        kind = inputs["dtype"]
        if not close(np.asarray(actual, np.float64), np.asarray(expected), dtype=kind).all():
            what = Text("digits of the loss are lost", "цифры потерь потеряны")
            raise Wrong(what, actual=actual, expected=expected)
    modes = output["modes"]
    if len(modes) != len(losses) + 1:
        what = Text("calls of the model for one batch", "вызовы модели на один батч")
        sides = {"actual": (len(modes) - 1) / len(losses), "expected": 1}
        raise Wrong(what, **sides, mistake=FORWARD_TWICE)
    if modes != [inputs["training"]] * len(modes):
        what = Text("the model was put into another mode", "модель переведена в другой режим")
        name = f"training={inputs['training']}"
        raise Wrong(what, actual=f"training={modes}", expected=name, mistake=MODE)
    if output["called"] != len(losses):
        what = Text("the model was not called as it should be", "модель вызвана не так, как нужно")
        raise Wrong(what, actual=output["called"], expected=len(losses), mistake=FORWARD)
    if not output["kept"]:
        what = Text("random numbers were drawn or seeded anew, which would repeat or change what "
                    "Dropout draws",
                    "случайные числа взяты или начаты заново: от этого изменилось или повторилось "
                    "бы то, что берёт Dropout")  # fmt: skip
        raise Wrong(what)
    what = Text("the tensors that came in have changed", "поданные тензоры изменились")
    expect_equal(not output["unchanged"], False, what=what)


@oracle
def loss_after(inputs: dict, number: int) -> float:
    """The loss of a batch by the weights that the step on it has made."""
    weight = descend(inputs)[1][number]
    one, two, target = (inputs[name][number] for name in ("one", "two", "target"))
    design = np.column_stack([one, np.ones(len(one)), two])
    return float(np.mean((design @ weight - inputs["skew"] * target) ** 2)) + inputs["offset"]


def _batches(rng, *, steps: int, skew: float = 1.0, training: bool = True):
    rows, left, right = int(rng.integers(5, 12)), 3, int(rng.integers(1, 3))
    weight, second = rng.normal(size=left), rng.normal(size=right)
    one = rng.normal(size=(steps, rows, left))
    two = rng.normal(size=(steps, rows, right))
    target = rng.normal(1.0, 1.0, size=(steps, rows))
    return {
        "weight": weight,
        "second": second,
        "one": one,
        "two": two,
        "target": target,
        "lr": float(rng.uniform(0.02, 0.1)),
        "skew": skew,
        "offset": 0.0,
        "column": False,
        "dtype": "float64",
        "training": training,
    }


def _single(rng):
    return _batches(rng, steps=1)


def _several(rng):
    return _batches(rng, steps=4, training=bool(rng.integers(2)))


def _skewed(rng):
    return _batches(rng, steps=2, skew=float(rng.uniform(2, 3)))


def _modes(*, steps: int, skew: float = 1.0) -> list[dict]:
    """Return five cases that are always the same.

    One in training; one in evaluation, with a negative loss; one where predictions and targets
    have two axes, as the loss needs them, and the targets are large whole numbers, kept as such;
    one whose loss is infinite and its gradient is not; and one in float32.
    """
    rng = np.random.default_rng(5)
    made = [
        _batches(rng, steps=steps, skew=skew, training=mode) | {"offset": offset}
        for mode, offset in ((True, 0.0), (False, -100.0), (True, 0.0), (True, np.inf), (True, 0.0))
    ]
    made[2] |= {"column": True, "target": np.rint(1e6 * made[2]["target"])}  # and their gradients
    parts = ("weight", "second", "one", "two", "target")
    made[4] |= {name: made[4][name].astype(np.float32) for name in parts} | {"dtype": "float32"}
    return made


def _curve(rng):
    x = np.linspace(-2, 2, 64).astype(np.float32)
    y = np.sin(2 * x + rng.uniform(0, 3)).astype(np.float32)
    return {"x": x, "y": y, "steps": 150, "seed": int(rng.integers(2**31))}


def judge_training(inputs: dict, output) -> None:
    what = Text(
        "150 steps should fit a sine far better than its mean does",
        "за 150 шагов сеть должна приблизить синус намного лучше, чем среднее",
    )
    wave = inputs["y"].astype(np.float64)
    if not isinstance(output, np.ndarray) or output.shape != wave.shape:
        raise Wrong(what, actual=output, expected=wave)
    # Measured by what the network says, and not by the numbers that the step returned.
    reached, lazy = float(np.square(output - wave).mean()), float(wave.var())
    # Nor does it come as near as who only repeats the sine.
    if not 1e-6 * lazy < reached < 0.3 * lazy:
        raise Wrong(what, actual=reached, expected=f"< {0.3 * lazy:.4g}")


_STEPS = f"{PROBES}:training_steps"
TRAINING_STEP = ExerciseSpec(
    "common.step.training_step",
    Text("One training step", "Один шаг обучения"),
    """
    Сделайте один шаг обучения на одном батче и верните потери без графа.

    1. Вызовите модель, один раз, с тензорами из `inputs`, каждый — отдельным аргументом:
       `model(*inputs)`.
    2. Вызовите `loss(prediction, target)` именно в таком порядке: сначала предсказание. Получится
       тензор с одним числом.
    3. Пусть autograd найдёт градиенты: `backward()`.
    4. Пусть оптимизатор изменит веса: `optimizer.step()`, один раз.
    5. Не оставьте градиентов следующему батчу: они складываются, пока не вызван
       `optimizer.zero_grad()`. Вызвать его можно и прямо перед `backward()`.

    Модель остаётся в том режиме, в каком пришла, обучения или оценки: `train()` и `eval()` — дело
    вызывающего.

    Вернуть нужно потери до шага. Сам их тензор держал бы в памяти весь свой граф, пока кто-нибудь
    помнит потери. Верните `loss.detach()` — то же число без графа — или `loss.item()`, обычное
    число (float), которого на видеокарте придётся ждать, пока всё не будет посчитано.
    """,
    (
        Text(
            "The five sentences of the statement are five lines of code, in the same order.",
            "Пять пунктов задания — это пять строк кода, в том же порядке.",
        ),
        Text(
            "If one step is right and the second is not, something of the first is still there: "
            "print a parameter's .grad before backward(). And when is the number taken out of the "
            "loss, before or after the weights change?",
            "Если первый шаг верный, а второй нет, значит, что-то осталось от первого: напечатайте "
            ".grad любого параметра перед backward(). И когда берётся число из потерь — до или "
            "после изменения весов?",
        ),
    ),
    (
        Check("single", Text("one step on one batch", "один шаг на одном батче"),
              cases(_single, *_modes(steps=1)), _STEPS, each(judge_steps)),
        Check("several", Text("four steps in a row", "четыре шага подряд"),
              cases(_several, *_modes(steps=4)), _STEPS, each(judge_steps)),
        Check("skewed", Text("a loss that is not symmetric", "несимметричная функция потерь"),
              cases(_skewed, *_modes(steps=2, skew=2.5)), _STEPS, each(judge_steps)),
        Check("curve", Text("a network that really learns", "сеть действительно учится"), _curve,
              f"{PROBES}:training", judge_training),
    ),
)  # fmt: skip
