"""The attention of texts, and what classic mistakes make of it."""

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import oracle
from common.i18n import Mistake

PADDING_SEEN = Mistake(
    "padding-seen",
    "padding takes a share of the attention: hide it before the softmax",
    "заполнение получает долю внимания: прячьте его до softmax",
)
NOT_RENORMALISED = Mistake(
    "shares-lost",
    "a text's weights no longer add up to 1: padding took its part, and was then cut off",
    "веса текста уже не дают в сумме 1: заполнение забрало часть, и её отрезали",
)
NO_TANH = Mistake("no-tanh", "the tanh is missing", "забыт tanh")
OVER_HEADS = Mistake(
    "softmax-over-heads",
    "the softmax runs over the heads; it should run over the tokens",
    "softmax идёт по головам, а нужно по токенам",
)
ACROSS_BATCH = Mistake(
    "softmax-over-batch",
    "the softmax runs over the texts of the batch; it should run over the tokens of each",
    "softmax идёт по текстам батча, а нужно по токенам каждого",
)
EMPTY_TEXT = Mistake(
    "empty-text",
    "a text without tokens comes out as 0/0, or as its own padding; zeros are asked for",
    "у текста без токенов выходит 0/0 или его заполнение, а нужны нули",
)
PADDING_BACK = Mistake(
    "padding-comes-back",
    "what stands in the padding came back, for 0 times NaN is NaN",
    "вернулось то, что стоит в заполнении: 0 · NaN — это NaN",
)
SCORE_OF_ZERO = Mistake(
    "score-of-zero",
    "padding got the score 0, and exp(0) is 1: it takes a share too",
    "у заполнения оценка 0, а exp(0) = 1: долю оно тоже получает",
)
HALF = Mistake(
    "half-precision",
    "the softmax ran in half precision, and the weights do not add up: .float() comes before",
    "softmax считался с половинной точностью, и сумма весов не 1: .float() нужен до него",
)


@oracle
def weigh(inputs: dict, *, wave=np.tanh) -> np.ndarray:
    """Loop over texts and heads: the weights of the tokens (batch, tokens, heads)."""
    x, there = inputs["x"].astype(np.float64), inputs["there"]
    hidden, bias, score = (inputs[k].astype(np.float64) for k in ("hidden", "bias", "score"))
    weights = np.zeros((*there.shape, len(score)))
    for i in range(len(x)):
        places = np.flatnonzero(there[i])
        for h in range(len(score) if len(places) else 0):
            scores = np.array([score[h] @ wave(hidden @ token + bias) for token in x[i, places]])
            share = np.exp(scores - scores.max())
            weights[i, places, h] = share / share.sum()
    return weights


def _softmax(scores: np.ndarray, axis: int) -> np.ndarray:
    shares = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return shares / shares.sum(axis=axis, keepdims=True)


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """What mistakes lead to."""
    x, there = inputs["x"].astype(np.float64), inputs["there"]
    if not np.isfinite(x).all():
        return []  # what mistakes make of NaN is NaN
    seen = weigh({**inputs, "there": np.ones_like(there)})
    scores = np.tanh(x @ inputs["hidden"].T + inputs["bias"]) @ inputs["score"].T
    masked = np.where(there[..., None], scores, -1e9)
    at_zero = _softmax(scores * there[..., None], 1)
    return [
        (PADDING_SEEN, seen),
        (NOT_RENORMALISED, seen * there[..., None]),
        (SCORE_OF_ZERO, at_zero),
        (SCORE_OF_ZERO, at_zero * there[..., None]),
        (NO_TANH, weigh(inputs, wave=lambda z: z)),
        (OVER_HEADS, _softmax(scores, 2) * there[..., None]),
        (ACROSS_BATCH, _softmax(masked, 0) * there[..., None]),
    ]


@oracle
def slopes(inputs: dict) -> dict[str, np.ndarray]:
    """Central differences in float64 of the sum of squares."""
    found = {}
    for name in ("score", "hidden", "bias", "x"):
        slope = np.empty(inputs[name].size)
        for i in range(slope.size):
            slope[i] = slope_at(lambda moved: np.square(weigh(moved)).sum(), inputs, name, i)
        found[name] = slope.reshape(inputs[name].shape)
    return found


def slope_at(height, inputs: dict, name: str, place: int, step: float = 1e-3) -> float:
    """The slope of `height` where one number of an input is moved, exact to the fourth order."""
    heights = []
    for shift in (2, 1, -1, -2):
        moved = inputs[name].astype(np.float64).copy()
        moved.flat[place] += shift * step
        heights.append(height({**inputs, name: moved}))
    return (8 * (heights[1] - heights[2]) - heights[0] + heights[3]) / (12 * step)
