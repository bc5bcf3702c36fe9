"""What texts are summed up to with given weights, and what classic mistakes make of it."""

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import oracle
from common.i18n import Mistake
from tests.graded.text_attention_oracle import EMPTY_TEXT, slope_at

MOST_OF_PADDING = Mistake(
    "padding-in-maximum",
    "the maximum sees padding",
    "максимум видит заполнение",
)
MOST_OF_ZEROS = Mistake(
    "zeros-in-maximum",
    "padding was set to 0 for the maximum, and 0 is more than what stands there",
    "для максимума заполнение заменено нулём, а ноль больше того, что есть",
)
MOST_FIRST = Mistake(
    "maximum-first",
    "the maximum stands first; it belongs behind the heads",
    "максимум стоит первым, а должен — после голов",
)
NO_MOST = Mistake("no-maximum", "the maximum is missing", "забыт максимум")
HEADS_MIXED = Mistake(
    "heads-mixed",
    "the numbers of the heads are interleaved; each head's sum stands together",
    "числа голов перемежаются, а сумма каждой головы должна стоять подряд",
)
HEADS_MIXED = Mistake(
    "heads-mixed",
    "the numbers of the heads are interleaved; each head's sum stands together",
    "числа голов перемежаются, а сумма каждой головы должна стоять подряд",
)
ATTENTION_SUM = Mistake(
    "attention-sum",
    "the attention is the mean of the heads, not their sum",
    "внимание — среднее по головам, а не сумма",
)
FIRST_HEAD = Mistake(
    "first-head",
    "this is the attention of one head; the mean of all is asked for",
    "это внимание одной головы, а нужно среднее по всем",
)


@oracle
def pool(inputs: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Loop over texts and heads: sums (batch, heads, width), maxima, the mean of the heads."""
    x, there = inputs["x"].astype(np.float64), inputs["there"]
    weights = inputs["weights"].astype(np.float64)
    batch, _, width = x.shape
    heads = weights.shape[2]
    sums, most = np.zeros((batch, heads, width)), np.zeros((batch, width))
    attention = np.zeros(there.shape)
    for i in range(batch):
        places = np.flatnonzero(there[i])
        if not len(places):
            continue
        most[i] = x[i, places].max(axis=0)
        for h in range(heads):
            sums[i, h] = weights[i, places, h] @ x[i, places]
            attention[i, places] += weights[i, places, h] / heads
    return sums, most, attention


def flat(sums: np.ndarray, most: np.ndarray) -> np.ndarray:
    return np.hstack([sums.reshape(len(sums), -1), most])


@oracle
def mistaken(inputs: dict) -> tuple[list[Suspect], list[Suspect]]:
    """What mistakes lead to: for the output and for the attention."""
    x, there = inputs["x"].astype(np.float64), inputs["there"]
    if not np.isfinite(x).all():
        return [], []  # what mistakes make of NaN is NaN
    sums, most, attention = pool(inputs)
    seen_most = x.max(axis=1)
    zeros = (x * there[..., None]).max(axis=1)
    empty = ~there.any(axis=1)
    own_padding, very_low = most.copy(), most.copy()
    own_padding[empty], very_low[empty] = seen_most[empty], -1e9
    outputs = [
        (NO_MOST, sums.reshape(len(sums), -1)),
        (MOST_FIRST, np.hstack([most, sums.reshape(len(sums), -1)])),
        (HEADS_MIXED, flat(np.swapaxes(sums, 1, 2), most)),
        (MOST_OF_PADDING, flat(sums, seen_most)),
        (MOST_OF_ZEROS, flat(sums, zeros)),
        (EMPTY_TEXT, flat(sums, own_padding)),
        (EMPTY_TEXT, flat(sums, very_low)),
    ]
    weights = inputs["weights"].astype(np.float64)
    heads = weights.shape[2]
    attentions = [
        (ATTENTION_SUM, attention * heads),
        *((FIRST_HEAD, weights[..., h]) for h in range(heads)),
    ]
    return outputs, attentions


@oracle
def slopes(inputs: dict) -> dict[str, np.ndarray]:
    """Central differences in float64 of the sum of squares; maxima lie apart, and stay them."""

    def height(moved: dict) -> float:
        sums, most, _ = pool(moved)
        return np.square(flat(sums, most)).sum()

    found = {}
    for name in ("weights", "x"):
        slope = np.empty(inputs[name].size)
        for i in range(slope.size):
            slope[i] = slope_at(height, inputs, name, i)
        found[name] = slope.reshape(inputs[name].shape)
    return found
