"""What the attention makes of texts, and what classic mistakes make of them."""

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
    "the shares of a text no longer add up to 1: padding took its part, and was then cut off",
    "доли текста уже не дают в сумме 1: заполнение забрало часть, и её отрезали",
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
EMPTY_TEXT = Mistake(
    "empty-text",
    "a text without tokens comes out as 0/0, or as its own padding; zeros are asked for",
    "у текста без токенов выходит 0/0 или его заполнение, а нужны нули",
)
HALF = Mistake(
    "half-precision",
    "the softmax ran in half precision, and the shares no longer add up: .float() comes before",
    "softmax считался с половинной точностью, и доли не сходятся: .float() нужен до него",
)


@oracle
def pool(inputs: dict, *, wave=np.tanh) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Loop over texts and heads: sums (batch, heads, width), maxima, attention by head."""
    x, there = inputs["x"].astype(np.float64), inputs["there"]
    hidden, bias, score = (inputs[k].astype(np.float64) for k in ("hidden", "bias", "score"))
    batch, tokens, width = x.shape
    sums, most = np.zeros((batch, len(score), width)), np.zeros((batch, width))
    attention = np.zeros((batch, tokens, len(score)))
    for i in range(batch):
        places = np.flatnonzero(there[i])
        if not len(places):
            continue
        own = x[i, places]
        most[i] = own.max(axis=0)
        for h in range(len(score)):
            scores = np.array([score[h] @ wave(hidden @ token + bias) for token in own])
            share = np.exp(scores - scores.max())
            attention[i, places, h] = share / share.sum()
            sums[i, h] = attention[i, places, h] @ own
    return sums, most, attention


def flat(sums: np.ndarray, most: np.ndarray) -> np.ndarray:
    return np.hstack([sums.reshape(len(sums), -1), most])


def _softmax(scores: np.ndarray, axis: int) -> np.ndarray:
    shares = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return shares / shares.sum(axis=axis, keepdims=True)


@oracle
def mistaken(inputs: dict) -> tuple[list[Suspect], list[Suspect]]:
    """What mistakes lead to: for the output and for the attention."""
    x, there = inputs["x"].astype(np.float64), inputs["there"]
    sums, most, attention = pool(inputs)
    if not np.isfinite(x).all():
        return [], []  # what mistakes make of NaN is NaN
    everywhere = {**inputs, "there": np.ones_like(there)}
    seen, seen_most, seen_attention = pool(everywhere)
    lost_attention = seen_attention * there[..., None]
    lost = np.einsum("bth,btw->bhw", lost_attention, x)
    straight, _, straight_attention = pool(inputs, wave=lambda z: z)
    scores = np.tanh(x @ inputs["hidden"].T + inputs["bias"]) @ inputs["score"].T
    by_head = _softmax(scores, 2) * there[..., None]
    masked = np.where(there[..., None], scores, -1e9)
    by_batch = _softmax(masked, 0) * there[..., None]
    zeros = (x * there[..., None]).max(axis=1)
    empty = ~there.any(axis=1)
    own_padding = most.copy()
    own_padding[empty] = seen_most[empty]
    very_low = most.copy()
    very_low[empty] = -1e9
    outputs = [
        (NO_MOST, sums.reshape(len(sums), -1)),
        (MOST_FIRST, np.hstack([most, sums.reshape(len(sums), -1)])),
        (HEADS_MIXED, flat(np.swapaxes(sums, 1, 2), most)),
        (PADDING_SEEN, flat(seen, most)),
        (PADDING_SEEN, flat(seen, seen_most)),
        (NOT_RENORMALISED, flat(lost, most)),
        (NO_TANH, flat(straight, most)),
        (OVER_HEADS, flat(np.einsum("bth,btw->bhw", by_head, x), most)),
        (ACROSS_BATCH, flat(np.einsum("bth,btw->bhw", by_batch, x), most)),
        (MOST_OF_PADDING, flat(sums, seen_most)),
        (MOST_OF_ZEROS, flat(sums, zeros)),
        (EMPTY_TEXT, flat(sums, own_padding)),
        (EMPTY_TEXT, flat(sums, very_low)),
    ]
    heads = attention.shape[2]
    attentions = [
        (ATTENTION_SUM, attention.sum(axis=2)),
        *((FIRST_HEAD, attention[..., h]) for h in range(heads)),
        (PADDING_SEEN, seen_attention.mean(axis=2)),
        (NOT_RENORMALISED, lost_attention.mean(axis=2)),
        (NO_TANH, straight_attention.mean(axis=2)),
        (OVER_HEADS, by_head.mean(axis=2)),
        (ACROSS_BATCH, by_batch.mean(axis=2)),
    ]
    return outputs, attentions


@oracle
def slopes(inputs: dict) -> dict[str, np.ndarray]:
    """Central differences in float64 of the sum of squares; maxima lie apart, and stay them."""
    found, step = {}, 1e-3
    for name in ("score", "hidden", "bias", "x"):
        slope = np.empty(inputs[name].size)
        for i in range(slope.size):
            heights = []
            for shift in (2, 1, -1, -2):
                moved = inputs[name].astype(np.float64).copy()
                moved.flat[i] += shift * step
                sums, most, _ = pool({**inputs, name: moved})
                heights.append(np.square(flat(sums, most)).sum())
            slope[i] = (8 * (heights[1] - heights[2]) - heights[0] + heights[3]) / (12 * step)
        found[name] = slope.reshape(inputs[name].shape)
    return found
