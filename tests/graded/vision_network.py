"""Checks of the network's way through: down, up, and across."""

import numpy as np

from common.grading.exercise.expectations import expect_array, expect_tensor, expect_unchanged
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
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
EPSILON = 1e-5


def convolve(x: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """(batch, inputs, h, w) with zeros around it; a kernel (outputs, inputs, size, size)."""
    around = kernel.shape[2] // 2
    x = np.pad(x, ((0, 0), (0, 0), (around, around), (around, around)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[2:], (2, 3))
    return np.einsum("bihwyx,oiyx->bohw", windows[:, :, ::stride, ::stride], kernel, optimize=True)


def block(x, weights: dict, name: str, *, stride: int = 1, act=None) -> np.ndarray:
    """A convolution, what the normalisation does when nothing is learned, and the activation."""
    scale, shift, mean, var = (
        weights[f"{name}.normalisation.{part}"][:, None, None]
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    x = convolve(x, weights[f"{name}.convolution.weight"], stride)
    x = (x - mean) / np.sqrt(var + EPSILON) * scale + shift
    return act(x) if act else x


def scores(inputs: dict, *, mistake: Mistake | None = None) -> np.ndarray:
    """The network's answer in float64, or the answer that a mistake leads to."""
    weights = {name: weight.astype(np.float64) for name, weight in inputs["weights"]}
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
)


def judge_scores(inputs: dict, output) -> None:
    suspects = [(mistake, scores(inputs, mistake=mistake)) for mistake in MISTAKES]
    kind = inputs["mean"].dtype.name
    try:
        expect_tensor(output["scores"], scores(inputs), dtype=kind, suspects=suspects)
        expect_unchanged(output["pictures"], inputs["pictures"], "pictures")
    except Wrong as wrong:
        wrong.given = _described(inputs)
        raise


def judge_slopes(inputs: dict, output) -> None:
    """For each weight the slope along one direction, by differences of the oracle."""
    judge_scores(inputs, output)
    rng, step = np.random.default_rng(0), 1e-4
    weights = dict(inputs["weights"])
    actual, expected, names = [], [], [name for name in weights if "running" not in name]
    for name in names:
        slope = output.get("slopes", {}).get(name)
        weight = weights[name]
        if not isinstance(slope, np.ndarray) or slope.shape != weight.shape:
            what = Text(f"no gradient reaches {name}", f"до {name} градиент не доходит")
            raise Wrong(what, given=_described(inputs))
        way = rng.normal(0, 1, weight.shape)
        heights = []
        for shift in (2, 1, -1, -2):
            moved = weights | {name: weight + shift * step * way}
            heights.append(np.square(scores({**inputs, "weights": list(moved.items())})).sum())
        expected.append((8 * (heights[1] - heights[2]) - heights[0] + heights[3]) / (12 * step))
        actual.append((slope * way).sum())
    for name, one, other in zip(names, actual, expected, strict=True):
        what = Text(f"the gradient of {name} is not right", f"градиент по {name} неверный")
        # Differences are exact to no more than float32 is.
        expect_array(np.array([one], np.float32), np.array([other]), what=what)


def _described(inputs: dict) -> str:
    pictures = inputs["pictures"]
    return (
        f"pictures {pictures.dtype} {pictures.shape}, depth {inputs['depth']}, "
        f"channels {inputs['channels']}, mean {inputs['mean'].round(1).tolist()}, "
        f"std {inputs['std'].round(1).tolist()}"
    )


def _weights(rng, *, width: int, depth: int, channels: int, dtype: str) -> dict:
    weights = {}

    def drawn(name: str, outputs: int, inputs: int, size: int) -> None:
        scale = 1.4 / np.sqrt(inputs * size * size)
        kernel = rng.normal(0, scale, (outputs, inputs, size, size))
        weights[f"{name}.convolution.weight"] = kernel.astype(dtype)
        for part, low, high in (
            ("weight", 0.7, 1.4),
            ("bias", -0.3, 0.6),
            ("running_mean", -0.3, 0.3),
            ("running_var", 0.6, 1.6),
        ):
            weights[f"{name}.normalisation.{part}"] = rng.uniform(low, high, outputs).astype(dtype)

    widths = [width * 2**level for level in range(depth + 1)]
    drawn("stem", width, 3, 5)
    for level in range(depth):
        near, far = widths[level], widths[level + 1]
        drawn(f"downs.{level}.halve", far, near, 3)
        drawn(f"downs.{level}.refine", far, far, 3)
        drawn(f"ups.{depth - 1 - level}.narrow", near, far, 1)
        drawn(f"ups.{depth - 1 - level}.refine", near, near, 3)
    head = rng.normal(0, 1 / np.sqrt(width), (4 * channels, width, 1, 1))
    weights["head.weight"] = head.astype(dtype)
    weights["head.bias"] = rng.normal(0, 1, 4 * channels).astype(dtype)
    return weights


def _network(rng, size, *, depth=2, channels=1, dtype="float64", activation="relu", **more):
    batch = int(rng.integers(2, 4))
    kind = more.get("pictures", dtype)
    weights = _weights(rng, width=2, depth=depth, channels=channels, dtype=dtype)
    return {
        "pictures": rng.integers(0, 256, (batch, 3, *size)).astype(kind),
        "channels": channels,
        "mean": rng.uniform(70, 150, 3).astype(dtype),
        "std": rng.uniform(30, 70, 3).astype(dtype),
        "width": 2,
        "depth": depth,
        "activation": activation,
        "slopes": more.get("slopes", False),
        # A list, of which a message shows the beginning only.
        "weights": [[name, weight] for name, weight in weights.items()],
    }


def _even(rng):
    sides = rng.permutation([8, 16])
    return _network(rng, tuple(int(side) for side in sides))


def _odd(rng):
    """Sides that do not divide, one over and one a good way short."""
    sides = [(9, 14), (13, 22), (11, 17)][rng.integers(3)]
    return _network(rng, tuple(int(side) for side in rng.permutation(sides)))


def _shallow(rng):
    """One level, where no skip could be taken for another; a single row."""
    return _network(rng, (1, int(rng.integers(5, 8))), depth=1)


def _deep(rng):
    size = tuple(int(side) for side in rng.integers(17, 30, 2))
    return _network(rng, size, depth=3, channels=3, activation="tanh")


def _as_they_come(rng):
    size = tuple(int(side) for side in rng.integers(9, 15, 2))
    return _network(rng, size, channels=2, pictures="uint8")


def _slopes(rng):
    return _network(rng, (7, 5), activation="silu", slopes=True)


_UNET = f"{PROBES}:unet"
UNET = ExerciseSpec(
    "vision.model.UNet.forward",
    Text("Down, up and across", "Вниз, вверх и поперёк"),
    """
    Верните оценки для каждой точки: (batch, channels, высота, ширина).

    pictures: (batch, 3, высота, ширина), RGB от 0 до 255, uint8 или вещественные.

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

    pictures не меняется. Свёртки на процессоре быстрее, если каналы точки лежат
    рядом, значений это не меняет: x.contiguous(memory_format=torch.channels_last)
    перед stem.
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
        Check("even", Text("sides that divide", "стороны делятся"), _even, _UNET, judge_scores),
        Check("odd", Text("sides that do not divide", "стороны не делятся"), _odd, _UNET,
              judge_scores),
        Check("shallow", Text("one level, one row", "один уровень, одна строка"), _shallow, _UNET,
              judge_scores),
        Check("deep", Text("three levels, three classes", "три уровня, три класса"), _deep, _UNET,
              judge_scores),
        Check("bytes", Text("uint8 comes in", "на входе uint8"), _as_they_come, _UNET,
              judge_scores),
        Check("slopes", Text("gradients reach every weight", "градиент доходит до каждого веса"),
              _slopes, _UNET, judge_slopes),
    ),
)  # fmt: skip
