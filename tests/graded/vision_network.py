"""Checks of the network's way through: down, up, and across."""

import numpy as np

from common.grading.exercise.expectations import (
    expect_array,
    expect_tensor,
    expect_unchanged,
)
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded import vision_networks as drawn
from tests.graded.cases import alike, expect_slope, judged
from tests.graded.vision_network_oracle import MODE, answer_of, directions, mistaken
from tests.graded.vision_network_oracle import slopes as slopes_of
from tests.graded.vision_seen import PROBES

DEEPER = 10
"""How many times the usual absolute tolerance is allowed. Sums of sums of sums round in another
order in another library, through up to fourteen convolutions here: the library's own network was
refused once, off by 1.3e-5 where the scores go up to a few units."""


def judge_case(inputs: dict, output) -> None:
    expected, found = answer_of(inputs)
    try:
        scale = DEEPER * float(np.abs(expected).max())
        expect_tensor(output["scores"], expected, dtype="float32", scale=scale)
        expect_unchanged(output["pictures"], inputs["pictures"], "pictures")
        if output["modes"] != [inputs["training"]]:
            what = Text("the mode of the network was changed", "режим сети изменился")
            sides = {"actual": str(output["modes"]), "expected": str([inputs["training"]])}
            raise Wrong(what, **sides, mistake=MODE)
        for name, expected in found.items():
            what = Text(
                f"{name} is not what one pass through the batch makes of it",
                f"{name} не такое, каким его делает один проход по батчу",
            )
            expect_array(output["running"].get(name), expected, what=what)
        if inputs["slopes"]:
            _judge_slopes(inputs, output.get("slopes"))
    except Wrong as wrong:
        wrong.given = described(inputs)
        raise


judge_scores = judged(
    judge_case,
    mistaken,
    right=lambda inputs: answer_of(inputs)[0],
    agrees=lambda inputs, output, known: alike(output["scores"], known),
)


def _judge_slopes(inputs: dict, slopes: dict | None) -> None:
    """The slope along one direction, of all weights together or of each one by itself."""
    weights, given = dict(inputs["weights"]), described(inputs)
    names = [name for name in weights if "running" not in name]
    for name in names:
        slope = (slopes or {}).get(name)
        if not isinstance(slope, np.ndarray) or slope.shape != weights[name].shape:
            what = Text(f"no gradient reaches {name}", f"до {name} градиент не доходит")
            raise Wrong(what, given=given)
    for way, expected in zip(directions(inputs), slopes_of(inputs), strict=True):
        terms = [slopes[name].astype(np.float64) * way[name] for name in way]
        of = Text(*[next(iter(way)) if len(way) == 1 else ws for ws in ("the weights", "веса")])
        expect_slope(
            np.array(sum(term.sum() for term in terms), np.float32),
            np.array(expected),
            of=of,
            given=given,
            scale=10 * float(sum(np.abs(term).sum() for term in terms)),
        )


def described(inputs: dict) -> str:
    pictures = inputs["pictures"]
    mode = ", training" if inputs["training"] else ""
    return (
        f"pictures {pictures.dtype} {pictures.shape}{mode}\n"
        f"depth {inputs['depth']}, channels {inputs['channels']}, "
        f"mean {inputs['mean'].round().tolist()}"
    )


_UNET = f"{PROBES}:unet"
UNET = ExerciseSpec(
    "vision.model.UNet.forward",
    Text("Down, up and across", "Вниз, вверх и поперёк"),
    """
    Верните оценки для каждой точки: (batch, channels, высота, ширина).

    pictures: (batch, 3, высота, ширина), RGB от 0 до 255, uint8 или float32. Сеть и
    ответ — float32.

    1. Вычтите из цветов среднее и поделите на отклонение: self.mean и self.std, оба
       (1, 3, 1, 1).
    2. Добавьте снизу и справа нули (теперь это средний цвет), ровно столько, чтобы
       обе стороны делились на self.stride.
    3. self.stem уменьшает снимок вдвое. Потом каждый из self.downs уменьшает его ещё
       вдвое; то, что входит в каждый из них, нужно ещё и сохранить.
    4. Каждый из self.ups берёт то, что пришло снизу, и тот из сохранённых, что вдвое
       больше: up(below, skip). Значит, последний сохранённый понадобится первым.
    5. self.head делает из каждой клетки оценки её 2×2 точек, по четыре канала на
       класс; разложит их `F.pixel_shuffle`.
    6. Отрежьте добавленное: ответ — размера самих снимков.

    pictures не меняется, и режим сети, train или eval, тоже. Свёртки на процессоре
    быстрее, если каналы точки лежат рядом, значений это не меняет:
    x.contiguous(memory_format=torch.channels_last) перед stem.
    """,
    (
        Text(
            "Write the six steps as six lines or short loops, and print x.shape after each. A list "
            "keeps what goes into each Down: from which end does Up take it?",
            "Запишите шесть шагов шестью строками или короткими циклами и печатайте x.shape после "
            "каждого. То, что входит в Down, хранит список: с какого конца его берёт Up?",
        ),
        Text(
            "F.pad names the last axis first: left, right, top, bottom. How much is missing to the "
            "next multiple, -n % m knows, and gives 0 where nothing is. The height and width to "
            "cut to are those of `pictures`, from before the padding.",
            "F.pad начинает с последней оси: слева, справа, сверху, снизу. Сколько не хватает до "
            "кратного, знает -n % m, и даёт 0, если хватает. Обрезать надо до высоты и ширины "
            "`pictures`, какими они были до полей.",
        ),
    ),
    (
        Check("even", Text("sides that divide", "стороны делятся"), drawn.EVEN, _UNET,
              judge_scores),
        Check("odd", Text("sides that do not divide", "стороны не делятся"), drawn.ODD, _UNET,
              judge_scores),
        Check("shallow", Text("one level, one row", "один уровень, одна строка"), drawn.SHALLOW,
              _UNET, judge_scores),
        Check("deep", Text("three levels, three classes", "три уровня, три класса"), drawn.DEEP,
              _UNET, judge_scores),
        Check("bytes", Text("uint8 comes in", "на входе uint8"), drawn.BYTES, _UNET,
              judge_scores),
        Check("training", Text("in training", "в режиме обучения"), drawn.TRAINING, _UNET,
              judge_scores),
        Check("slopes", Text("gradients reach every weight", "градиент доходит до каждого веса"),
              drawn.SLOPES, _UNET, judge_scores),
    ),
)  # fmt: skip
