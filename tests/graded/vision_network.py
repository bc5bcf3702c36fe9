"""Checks of the network's way through: down, up, and across."""

from functools import partial

import numpy as np

from common.grading.exercise.expectations import (
    Suspect,
    expect_array,
    expect_tensor,
    expect_unchanged,
)
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded import vision_networks as drawn
from tests.graded.cases import Later, alike, expect_slope, judged
from tests.graded.vision_seen import PROBES

NO_MEAN = Mistake("no-mean", "the mean colour is not taken off", "средний цвет не вычтен")
NO_STD = Mistake(
    "no-std", "the colours are not divided by the deviation", "цвета не поделены на отклонение"
)
DIVIDED_TWICE = Mistake(
    "by-255",
    "the colours are divided by 255 as well; mean and std are of 0 … 255",
    "цвета ещё и поделены на 255, а mean и std — для 0 … 255",
)
BLACK_PADDING = Mistake(
    "black-padding",
    "zeros around the picture are black before its colours are scaled, and the mean after",
    "нули вокруг снимка до пересчёта цветов чёрные, а средние они только после него",
)
OTHER_SIDE = Mistake(
    "other-side",
    "the padding belongs below and on the right",
    "поля нужны снизу и справа",
)
NOT_CROPPED = Mistake(
    "not-cropped",
    "the padding is still there: cut the answer to the pictures' size",
    "поля остались: обрежьте ответ до размера снимков",
)
NO_SKIPS = Mistake(
    "no-skips",
    "what was seen on the way down does not arrive",
    "увиденное по дороге вниз не доходит",
)
TOO_MUCH = Mistake(
    "padded-too-far",
    "a picture whose sides divide needs no padding: it was padded all the same",
    "если стороны делятся, поля не нужны, а они добавлены",
)
MODE = Mistake(
    "mode",
    "self.eval() or self.train() inside: which of the two it is, is the caller's business",
    "внутри вызван self.eval() или self.train(), а режим выбирает тот, кто вызывает",
)
EPSILON, MOMENTUM = 1e-5, 0.1


def convolve(x: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """(batch, inputs, h, w) with zeros around it; a kernel (outputs, inputs, size, size)."""
    around = kernel.shape[2] // 2
    x = np.pad(x, ((0, 0), (0, 0), (around, around), (around, around)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[2:], (2, 3))
    sums = np.tensordot(windows[:, :, ::stride, ::stride], kernel, ((1, 4, 5), (1, 2, 3)))
    return sums.transpose(0, 3, 1, 2)


def block(x, weights: dict, name: str, *, stride: int = 1, act=None) -> np.ndarray:
    """A convolution, the normalisation, and the activation.

    weights: with a dictionary "found" among them, the figures are those of the batch, and what the
    running ones become is noted there.
    """
    norm = f"{name}.normalisation"
    scale, shift, mean, var = (
        weights[f"{norm}.{part}"][:, None, None]
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    x = convolve(x, weights[f"{name}.convolution.weight"], stride)
    if (found := weights.get("found")) is not None:
        own = (x.mean((0, 2, 3)), x.var((0, 2, 3)))
        whole = (own[0], x.var((0, 2, 3), ddof=1))
        for part, old, new in zip(("mean", "var"), (mean, var), whole, strict=True):
            moved = (1 - MOMENTUM) * old[:, 0, 0] + MOMENTUM * new
            found[f"{norm}.running_{part}"] = moved
        mean, var = (figure[:, None, None] for figure in own)
    x = (x - mean) / np.sqrt(var + EPSILON) * scale + shift
    return act(x) if act else x


def scores(
    inputs: dict, *, mistake: Mistake | None = None, found: dict | None = None
) -> np.ndarray:
    """The network's answer in float64, or the answer that a mistake leads to.

    found: takes what the running figures become in training.
    """
    weights = {name: weight.astype(np.float64) for name, weight in inputs["weights"]}
    if inputs["training"] and mistake is not MODE:
        weights["found"] = {} if found is None else found
    act = ACTIVATIONS[inputs["activation"]]
    x, depth = inputs["pictures"].astype(np.float64), inputs["depth"]
    mean, std = (inputs[name].astype(np.float64)[:, None, None] for name in ("mean", "std"))
    height, width = x.shape[2:]
    step = 2 ** (depth + 1)
    rest = (step - height % step, step - width % step)
    if mistake is not TOO_MUCH:
        rest = tuple(side % step for side in rest)
    first, second = ((0, rest[0]), (0, rest[1]))
    if mistake is OTHER_SIDE:
        first, second = first[::-1], second[::-1]
    padding = ((0, 0), (0, 0), first, second)
    if mistake is BLACK_PADDING:
        x, padding = np.pad(x, padding), ((0, 0),) * 4
    x = x / 255 if mistake is DIVIDED_TWICE else x
    x = (x - (0 if mistake is NO_MEAN else mean)) / (1 if mistake is NO_STD else std)
    x = block(np.pad(x, padding), weights, "stem", stride=2, act=act)
    seen = []
    for level in range(depth):
        seen.append(x)
        x = block(x, weights, f"downs.{level}.halve", stride=2, act=act)
        x = x + block(x, weights, f"downs.{level}.refine", act=act)
    for level in range(depth):
        x = block(x, weights, f"ups.{level}.narrow").repeat(2, axis=2).repeat(2, axis=3)
        across = 0 if mistake is NO_SKIPS else seen[depth - 1 - level]
        x = block(x + across, weights, f"ups.{level}.refine", act=act)
    x = convolve(x, weights["head.weight"]) + weights["head.bias"][:, None, None]
    batch, _, rows, columns = x.shape
    x = x.reshape(batch, inputs["channels"], 2, 2, rows, columns).transpose(0, 1, 4, 2, 5, 3)
    x = x.reshape(batch, inputs["channels"], 2 * rows, 2 * columns)
    if mistake is NOT_CROPPED:
        return x
    if mistake is OTHER_SIDE:
        return x[..., -height:, -width:]
    return x[..., :height, :width]


def _relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def _silu(x: np.ndarray) -> np.ndarray:
    return x / (1 + np.exp(-np.maximum(x, -700)))  # beyond that, float64 knows only 0


ACTIVATIONS = {"relu": _relu, "silu": _silu, "tanh": np.tanh}
MISTAKES = (
    NO_MEAN,
    NO_STD,
    DIVIDED_TWICE,
    BLACK_PADDING,
    NOT_CROPPED,
    NO_SKIPS,
    OTHER_SIDE,
    TOO_MUCH,
    MODE,
)


def suspects(inputs: dict) -> list[Suspect]:
    return [(m, Later(partial(scores, inputs, mistake=m))) for m in MISTAKES]


def judge_case(inputs: dict, output) -> None:
    found: dict[str, np.ndarray] = {}
    try:
        expect_tensor(output["scores"], scores(inputs, found=found), dtype="float32")
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
    suspects,
    right=scores,
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
    rng = np.random.default_rng(0)
    ways = {name: rng.normal(0, 1, weights[name].shape) for name in names}
    groups = [[name] for name in names] if inputs["slopes"] == "each" else [names] * 2
    for group in groups:
        signs = rng.choice([-1, 1], len(group)).tolist()
        way = {name: sign * ways[name] for name, sign in zip(group, signs, strict=True)}
        terms = [slopes[name].astype(np.float64) * way[name] for name in group]
        of = Text(*[group[0] if len(group) == 1 else words for words in ("the weights", "веса")])
        expect_slope(
            np.array(sum(term.sum() for term in terms), np.float32),
            np.array(_along(inputs, weights, way)),
            of=of,
            given=given,
            scale=10 * float(sum(np.abs(term).sum() for term in terms)),
        )


def _along(inputs: dict, weights: dict, way: dict, step: float = 1e-4) -> float:
    """The derivative of the sum of squares along a direction, by four differences."""
    heights = []
    for shift in (2, 1, -1, -2):
        moved = {n: w.astype(np.float64) for n, w in weights.items()}
        moved |= {n: moved[n] + shift * step * way[n] for n in way}
        heights.append(np.square(scores({**inputs, "weights": list(moved.items())})).sum())
    return (8 * (heights[1] - heights[2]) - heights[0] + heights[3]) / (12 * step)


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
