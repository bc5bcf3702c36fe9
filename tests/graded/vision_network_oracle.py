"""The scores of a network by hand, and what classic mistakes make of them."""

from functools import partial

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import Later, oracle
from common.i18n import Mistake

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
_EPSILON = 1e-5
_MOMENTUM = 0.1


@oracle
def convolve(x: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """(batch, inputs, h, w) with zeros around it; a kernel (outputs, inputs, size, size)."""
    around = kernel.shape[2] // 2
    x = np.pad(x, ((0, 0), (0, 0), (around, around), (around, around)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[2:], (2, 3))
    sums = np.tensordot(windows[:, :, ::stride, ::stride], kernel, ((1, 4, 5), (1, 2, 3)))
    return sums.transpose(0, 3, 1, 2)


@oracle
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
            moved = (1 - _MOMENTUM) * old[:, 0, 0] + _MOMENTUM * new
            found[f"{norm}.running_{part}"] = moved
        mean, var = (figure[:, None, None] for figure in own)
    x = (x - mean) / np.sqrt(var + _EPSILON) * scale + shift
    return act(x) if act else x


@oracle
def scores(
    inputs: dict, *, mistake: Mistake | None = None, found: dict | None = None
) -> np.ndarray:
    """The network's answer in float64, or the answer that a mistake leads to.

    found: takes what the running figures become in training.
    """
    weights = {name: weight.astype(np.float64) for name, weight in inputs["weights"]}
    if inputs["training"] and mistake is not MODE:
        weights["found"] = {} if found is None else found
    act = _ACTIVATIONS[inputs["activation"]]
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


@oracle
def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


@oracle
def silu(x: np.ndarray) -> np.ndarray:
    return x / (1 + np.exp(-np.maximum(x, -700)))  # beyond that, float64 knows only 0


_ACTIVATIONS = {"relu": relu, "silu": silu, "tanh": np.tanh}
_MISTAKES = (
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


@oracle
def answer_of(inputs: dict) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The scores, and what the running figures become in training."""
    found: dict[str, np.ndarray] = {}
    return scores(inputs, found=found), found


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer."""
    return [(m, Later(partial(scores, inputs, mistake=m))) for m in _MISTAKES]


def directions(inputs: dict) -> list[dict[str, np.ndarray]]:
    """Ways along which the slope is looked at: of all weights together, or of each by itself."""
    shapes = {name: weight.shape for name, weight in inputs["weights"] if "running" not in name}
    rng = np.random.default_rng(0)
    ways = {name: rng.normal(0, 1, shape) for name, shape in shapes.items()}
    groups = [[name] for name in ways] if inputs["slopes"] == "each" else [[*ways]] * 2
    signs = [rng.choice([-1, 1], len(group)).tolist() for group in groups]
    return [
        {name: sign * ways[name] for name, sign in zip(group, some, strict=True)}
        for group, some in zip(groups, signs, strict=True)
    ]


@oracle
def slopes(inputs: dict) -> list[float]:
    """The derivative of the sum of squares along each direction, by four differences."""
    step, found = 1e-4, []
    for way in directions(inputs):
        heights = []
        for shift in (2, 1, -1, -2):
            moved = {name: weight.astype(np.float64) for name, weight in inputs["weights"]}
            moved |= {name: moved[name] + shift * step * way[name] for name in way}
            heights.append(np.square(scores({**inputs, "weights": [*moved.items()]})).sum())
        slope = (8 * (heights[1] - heights[2]) - heights[0] + heights[3]) / (12 * step)
        found.append(float(slope))
    return found
