"""Checks of a piece of the network: the attention that sums a text up."""

import numpy as np

from common.grading.exercise.expectations import (
    DETACHED,
    NOTHING,
    expect_tensor,
    expect_unchanged,
)
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.grading.exercise.tolerance import close
from common.i18n import Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases, expect_slope
from tests.graded.text_attention_oracle import EMPTY_TEXT, HALF, flat, mistaken, pool, slopes

PROBES = "tests.graded.text_probes"

ROUGHLY = 0.1
"""How far off half precision may lead; values are of the order of 1, and so are mistakes."""


def judge_pooling(inputs: dict, output) -> None:
    _expect_pair(output)
    _expect_numbers(inputs, output)
    sums, most, attention = pool(inputs)
    outputs, attentions = mistaken(inputs)
    what = Text("what the texts come to is not right", "то, к чему сводятся тексты, неверно")
    scale = float(np.abs(inputs["score"]).sum(axis=1).max())  # of what is added up to a score
    expect_tensor(output["output"], flat(sums, most), what=what, suspects=outputs, scale=scale)
    what = Text("the attention is not right", "внимание неверное")
    expected = attention.mean(axis=2)
    words = {"what": what, "graph": False, "suspects": attentions, "scale": scale}
    expect_tensor(output["attention"], expected, **words)
    for name in ("x", "there"):
        expect_unchanged(output[name], inputs[name], name)


def _expect_pair(output) -> None:
    if "type" in output:
        text = Text("the answer is no pair", "ответ — не пара")
        mistake = NOTHING if output["type"] == "NoneType" else None
        raise Wrong(text, actual=output["type"], expected="(output, attention)", mistake=mistake)


def _expect_numbers(inputs: dict, output) -> None:
    """NaN is said to come from a text without tokens, where there is one."""
    empty = ~inputs["there"].any(axis=1)
    for name in ("output", "attention"):
        actual = output[name]
        values = actual.get("values") if isinstance(actual, dict) else None
        if isinstance(values, np.ndarray) and values.dtype.kind == "f" and np.isnan(values).any():
            text = Text(f"there is NaN in the {name}", f"в ответе NaN ({name})")
            raise Wrong(text, actual=values, mistake=EMPTY_TEXT if empty.any() else None)


def judge_gradients(inputs: dict, output) -> None:
    judge_pooling(inputs, output)
    expected = slopes(inputs)
    # What comes to a weight is a sum over texts, tokens and heads, and much of it may cancel. How
    # large its terms are is seen from what goes through all tokens.
    scale = float(np.abs(expected["x"]).sum())
    for name, slope in expected.items():
        expect_slope(output["slopes"][name], slope, of=Text(name, name), given="", scale=scale)


def judge_empty(inputs: dict, output) -> None:
    judge_pooling(inputs, output)
    for name, slope in output["slopes"].items():
        if slope is None or not np.isfinite(slope).all():
            what = Text(f"the gradient of {name} is not finite", f"градиент по {name} не конечен")
            mistake = DETACHED if slope is None else EMPTY_TEXT
            raise Wrong(what, actual="no gradient" if slope is None else slope, mistake=mistake)


def judge_half(inputs: dict, output) -> None:
    """Digits differ with the order of rounding; the type and the sum must hold exactly."""
    _expect_pair(output)
    _expect_numbers(inputs, output)
    batch, _, width = inputs["x"].shape
    for name in ("output", "attention"):
        actual = output[name]
        dtype = actual.get("dtype") if isinstance(actual, dict) else type(actual).__name__
        if dtype != "float32":
            what = Text(f"the {name} should be float32", f"нужен float32 ({name})")
            raise Wrong(what, actual=str(dtype), expected="float32", mistake=HALF)
    shape = (batch, (len(inputs["score"]) + 1) * width)
    if output["output"]["values"].shape != shape:
        what = Text("the shape is not right", "форма неверная")
        raise Wrong(what, actual=str(output["output"]["values"].shape), expected=str(shape))
    shares = output["attention"]["values"].sum(axis=1, dtype=np.float64)
    what = Text("the attention of a text does not add up to 1", "внимание к тексту не даёт 1")
    if not close(shares, np.ones(batch), dtype="float32").all():
        mistake = HALF if np.abs(shares - 1).max() < 0.05 else None
        raise Wrong(what, actual=shares, expected=np.ones(batch), mistake=mistake)
    sums, most, attention = pool(inputs)
    for name, expected in (("output", flat(sums, most)), ("attention", attention.mean(axis=2))):
        actual = output[name]["values"]
        if actual.shape != expected.shape or not (np.abs(actual - expected) < ROUGHLY).all():
            what = Text(f"the {name} is not right", f"неверно ({name})")
            raise Wrong(what, actual=actual, expected=expected)


def _drawn(rng, *, lengths, width: int, heads: int, dtype: str = "float32") -> dict:
    """Numbers that lie apart in each text, so that a small step makes no other the largest.

    What stands in the padding is large: who lets it in sees it.
    """
    tokens = max(*lengths, 2)
    batch = len(lengths)
    x = np.empty((batch, tokens, width))
    for i, w in np.ndindex(batch, width):
        steps = np.linspace(-1.6, 0.9, tokens) + rng.uniform(-0.05, 0.05, tokens)
        x[i, :, w] = rng.permutation(steps)
    there = np.arange(tokens) < np.array(lengths)[:, None]
    x[~there] = rng.uniform(2, 6, (int((~there).sum()), width))
    return {
        "x": x.astype(np.float32),
        "there": there,
        "hidden": rng.normal(0, 1, (width, width)).astype(np.float32),
        "bias": rng.normal(0, 0.5, width).astype(np.float32),
        "score": rng.normal(0, 1, (heads, width)).astype(np.float32),
        "dtype": dtype,
    }


def _padded(rng):
    lengths = [int(n) for n in rng.permutation([7, *rng.integers(2, 7, 3)])]
    return _drawn(rng, lengths=lengths, width=5, heads=3)


def _square(rng):
    """All lengths the same, so that a wrong axis raises no error."""
    n = int(rng.integers(3, 5))
    return _drawn(rng, lengths=[n] * (n - 1) + [n - 1], width=n, heads=n)


def _one_head(rng):
    return _drawn(rng, lengths=[1, 4], width=3, heads=1)


def _empty(rng):
    lengths = [int(n) for n in rng.permutation([0, 5, int(rng.integers(1, 5))])]
    return _drawn(rng, lengths=lengths, width=4, heads=2)


def _gradients(rng):
    return _drawn(rng, lengths=[4, 2], width=3, heads=2)


def _half(rng):
    inputs = _drawn(rng, lengths=[40, 33, 25], width=6, heads=2, dtype="bfloat16")
    return inputs | {"x": inputs["x"] * np.float32(0.4)}


def _far(rng, *, high: bool) -> dict:
    """Scores far above zero, or far below: only their differences count."""
    inputs = _drawn(rng, lengths=[5, 3, 1], width=4, heads=2)
    inputs["hidden"] *= np.float32(0.1)
    inputs["bias"] = np.full(4, 1.5, np.float32)
    score = rng.uniform(25, 29, (2, 4)) * (1 if high else -1)
    return inputs | {"score": score.astype(np.float32)}


def _spread(rng):
    """Scores that are far apart, so that nearly all of the attention is on one token."""
    inputs = _drawn(rng, lengths=[6, 4], width=4, heads=2)
    return inputs | {"score": inputs["score"] * np.float32(20)}


def _far_or_spread(rng):
    kind = int(rng.integers(3))
    return _spread(rng) if kind == 2 else _far(rng, high=bool(kind))


def _low(rng):
    """Numbers far below zero, where a mask that is not low enough is the largest."""
    inputs = _drawn(rng, lengths=[5, 2], width=4, heads=2)
    inputs["x"] = (inputs["x"] - 3) * np.float32(2e4)
    inputs["hidden"] *= np.float32(2e-5)
    return inputs


def _anything(rng):
    """What stands in the padding may be no number at all."""
    inputs = _drawn(rng, lengths=[5, 3, 0], width=4, heads=2)
    padding = np.argwhere(~inputs["there"])
    for number, (text, token) in enumerate(padding):
        inputs["x"][text, token] = (np.nan, np.inf, -np.inf)[number % 3]
    return inputs


def _below(draw) -> dict:
    """Scores about -8: the exponents are small, and a little that is added to their sum is seen."""
    rng = np.random.default_rng(0)
    inputs = draw(rng)
    heads, width = inputs["score"].shape
    score = rng.uniform(-9, -8, (heads, width)) / width
    changed = {"score": score, "hidden": 0.1 * inputs["hidden"], "bias": np.full(width, 1.5)}
    return inputs | {name: values.astype(np.float32) for name, values in changed.items()}


FAR = tuple(_far(np.random.default_rng(k), high=k % 2 == 0) for k in range(4))

_POOLING = f"{PROBES}:attention_pooling"
ATTENTION_POOLING = ExerciseSpec(
    "text.model.AttentionPooling.forward",
    Text("Attention pooling with a mask", "Attention-пулинг с маской"),
    """
    Верните пару (ответ, внимание): вектор каждого текста и веса внимания его токенов.

    x: (batch, tokens, width) что известно о каждом токене. there: (batch, tokens) bool, False
    там, где текст кончился, а батч ещё нет.

    `self.hidden` и `self.score` — линейные слои W и v; второй даёт оценку для каждой головы,
    (…, width) -> (…, heads). Для каждой головы

        score_t = v · tanh(W x_t)
        a_t     = exp(score_t) / Σ_s exp(score_s)       по токенам, которые есть
        sum     = Σ_t a_t · x_t                         (width,)

    В ответе стоит сумма первой головы, затем второй и так далее, а в конце — наибольшее по
    токенам, которые есть, значение каждого числа из x: (batch, (heads + 1) · width). Внимание,
    (batch, tokens), — среднее a по головам, и ровно 0 там, где токена нет.

    Заполнение ничего не меняет, что бы ни стояло там в x, хоть NaN. У текста без токенов нули и в
    ответе, и во внимании, и ни в одном градиенте нет NaN. x может прийти с половинной точностью:
    прежде чем брать softmax, суммы и максимум, оценки и x переводят во float32.
    """,
    (
        Text(
            "Write down the shape of every step. Over which axis do the probabilities add up to 1? "
            "And what would a softmax make of a row in which every score is -inf?",
            "Выпишите форму на каждом шаге. По какой оси вероятности дают в сумме 1? И что softmax "
            "сделает из строки, где каждая оценка равна -inf?",
        ),
        Text(
            "masked_fill with a very low finite number before the softmax, and a product with the "
            "mask after it; the mask needs an axis more: there[..., None]. torch.einsum joins "
            "heads and tokens. For the maximum the mask is needed again, and torch.where for "
            "texts of nothing.",
            "masked_fill с очень малым, но конечным числом до softmax и умножение на маску после; "
            "маске нужна лишняя ось: there[..., None]. Головы с токенами соединит torch.einsum. "
            "Для максимума маска нужна снова, а для пустых текстов — torch.where.",
        ),
    ),
    (
        Check("padded", Text("texts of different lengths", "тексты разной длины"),
              cases(_padded, _below(_padded)), _POOLING, each(judge_pooling)),
        Check("square", Text("all axes of one length", "все оси одной длины"),
              cases(_square, _below(_square)), _POOLING, each(judge_pooling)),
        Check("one-head", Text("one head, one token", "одна голова, один токен"),
              cases(_one_head, _below(_one_head)), _POOLING, each(judge_pooling)),
        Check("empty", Text("a text without tokens", "текст без токенов"),
              cases(_empty, _below(_empty)), _POOLING, each(judge_empty)),
        Check("far", Text("scores far from zero and far apart", "оценки далеки от нуля и разные"),
              cases(_far_or_spread, *FAR), _POOLING, each(judge_pooling)),
        Check("low", Text("numbers far below zero", "числа намного меньше нуля"),
              cases(_low, _below(_low)), _POOLING, each(judge_pooling)),
        Check("anything", Text("NaN and infinity in the padding", "NaN и бесконечность в "
              "заполнении"), cases(_anything, _below(_anything)), _POOLING, each(judge_empty)),
        Check("gradients", Text("gradients reach every weight", "градиент доходит до каждого веса"),
              cases(_gradients, _below(_gradients)), _POOLING, each(judge_gradients)),
        Check("half", Text("half precision comes in", "на входе половинная точность"),
              cases(_half, _below(_half)), _POOLING, each(judge_half)),
    ),
)  # fmt: skip
