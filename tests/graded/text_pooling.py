"""Checks of the second half of the attention: what is summed up with its weights."""

import numpy as np

from common.grading.exercise.expectations import NOTHING, expect_tensor, expect_unchanged
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded import text_attention
from tests.graded.case_by_case import each
from tests.graded.cases import cases
from tests.graded.text_attention import (
    PROBES,
    expect_finite_slopes,
    expect_no_nan,
    expect_slopes,
)
from tests.graded.text_pooling_oracle import flat, mistaken, pool, slopes


def judge_pooling(inputs: dict, output) -> None:
    _expect_pair(output)
    for name in ("output", "attention"):
        expect_no_nan(inputs, output[name], name)
    sums, most, attention = pool(inputs)
    outputs, attentions = mistaken(inputs)
    what = Text("what the texts come to is not right", "то, к чему сводятся тексты, неверно")
    expect_tensor(output["output"], flat(sums, most), what=what, suspects=outputs)
    what = Text("the attention is not right", "внимание неверное")
    expect_tensor(output["attention"], attention, what=what, graph=False, suspects=attentions)
    for name in ("x", "there"):
        expect_unchanged(output[name], inputs[name], name)


def _expect_pair(output) -> None:
    if "type" in output:
        text = Text("the answer is no pair", "ответ — не пара")
        mistake = NOTHING if output["type"] == "NoneType" else None
        raise Wrong(text, actual=output["type"], expected="(output, attention)", mistake=mistake)


def judge_gradients(inputs: dict, output) -> None:
    judge_pooling(inputs, output)
    expect_slopes(output, slopes(inputs))


def judge_empty(inputs: dict, output) -> None:
    judge_pooling(inputs, output)
    expect_finite_slopes(inputs, output)


def drawn(rng, *, lengths, width: int, heads: int, dtype: str = "float32") -> dict:
    """Texts with the weights of their tokens, which add up to 1 for each head."""
    inputs = text_attention.drawn(rng, lengths=lengths, width=width, heads=heads, dtype=dtype)
    there = inputs["there"]
    weights = rng.uniform(0.1, 1, (*there.shape, heads)) * there[..., None]
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    kept = {name: inputs[name] for name in ("x", "there", "dtype")}
    return kept | {"weights": weights.astype(np.float32)}


_padded, _square, _one_head, _empty, _gradients = text_attention.in_shapes(drawn)


def _half(rng):
    """Numbers that bfloat16 holds exactly: only what is computed with them can be off."""
    inputs = drawn(rng, lengths=[40, 33, 25], width=6, heads=2, dtype="bfloat16")
    exact = inputs["x"].view(np.uint32) & np.uint32(0xFFFF0000)
    return inputs | {"x": exact.view(np.float32)}


def _low(rng):
    """Numbers far below zero, where a mask that is not low enough is the largest."""
    inputs = drawn(rng, lengths=[5, 2], width=4, heads=2)
    return inputs | {"x": (inputs["x"] - 3) * np.float32(2e4)}


def _high_and_low() -> dict:
    """Millions of either sign: what bounds them is somebody's own idea."""
    inputs = drawn(np.random.default_rng(5), lengths=[5, 2], width=4, heads=2)
    return inputs | {"x": inputs["x"] * np.float32(3e6)}


def _far_below() -> dict:
    """Millions below zero everywhere: so is the largest of them."""
    inputs = drawn(np.random.default_rng(5), lengths=[5, 2], width=4, heads=2)
    return inputs | {"x": (-1 - np.abs(inputs["x"])) * np.float32(3e6)}


def _anything(rng):
    """What stands in the padding may be no number at all."""
    inputs = drawn(rng, lengths=[5, 3, 0], width=4, heads=2)
    padding = np.argwhere(~inputs["there"])
    for number, (text, token) in enumerate(padding):
        inputs["x"][text, token] = (np.nan, np.inf, -np.inf)[number % 3]
    return inputs


def _below_zero(draw) -> dict:
    """A fixed case in which a padding of zeros would be the largest: by draw it is not always."""
    inputs = draw(np.random.default_rng(5))
    return inputs | {"x": -np.abs(inputs["x"]) - np.float32(0.1)}


_POOLING = f"{PROBES}:attention_pooling"
ATTENTION_POOLING = ExerciseSpec(
    "text.model.AttentionPooling.forward",
    Text("Attention pooling, head by head", "Attention-пулинг по головам"),
    """
    Верните пару (ответ, внимание): вектор каждого текста и веса внимания его токенов.

    x: (batch, tokens, width) что известно о каждом токене. there: (batch, tokens) bool, False
    там, где текст кончился, а батч ещё нет.

    `self.weights(x, there)` даёт a, (batch, tokens, heads) float32: у каждой головы они дают в
    сумме 1 по токенам, которые есть, а у остальных равны 0. Возьмите их оттуда. Для каждой головы

        sum = Σ_t a_t · x_t         (width,)

    В ответе стоит сумма первой головы, затем второй и так далее, а в конце — наибольшее по
    токенам, которые есть, значение каждого числа из x: (batch, (heads + 1) · width). Внимание,
    (batch, tokens), — среднее a по головам.

    Заполнение ничего не меняет, что бы ни стояло там в x, хоть NaN. У текста без токенов нули и в
    ответе, и во внимании, и ни в одном градиенте нет NaN. x может прийти с половинной точностью:
    прежде чем брать суммы и максимум, его переводят во float32.
    """,
    (
        Text(
            "Write down the shape of every step: which axis is summed over, and which stand in the "
            "answer? And what is 0 · NaN?",
            "Выпишите форму на каждом шаге: по какой оси идёт сумма, а какие остаются в ответе? И "
            "чему равно 0 · NaN?",
        ),
        Text(
            "torch.einsum joins heads and tokens, flatten(1) puts one head behind another. For the "
            "maximum the mask is needed again, with a very low number, and torch.where for texts "
            "of nothing.",
            "Головы с токенами соединит torch.einsum, а flatten(1) поставит одну голову за другой. "
            "Для максимума маска нужна снова, с очень малым числом, а для пустых текстов — "
            "torch.where.",
        ),
    ),
    (
        Check("padded", Text("texts of different lengths", "тексты разной длины"),
              cases(_padded, _below_zero(_padded)), _POOLING, each(judge_pooling)),
        Check("square", Text("all axes of one length", "все оси одной длины"),
              cases(_square, _below_zero(_square)), _POOLING, each(judge_pooling)),
        Check("one-head", Text("one head, one token", "одна голова, один токен"),
              cases(_one_head), _POOLING, each(judge_pooling)),
        Check("empty", Text("a text without tokens", "текст без токенов"),
              cases(_empty, _below_zero(_empty)), _POOLING, each(judge_empty)),
        Check("low", Text("numbers far below zero", "числа намного меньше нуля"),
              cases(_low, _high_and_low(), _far_below()), _POOLING, each(judge_pooling)),
        Check("anything", Text("NaN and infinity in the padding", "NaN и бесконечность в "
              "заполнении"), cases(_anything, _below_zero(_anything)), _POOLING, each(judge_empty)),
        Check("gradients", Text("gradients reach the weights", "градиент доходит до весов"),
              cases(_gradients), _POOLING, each(judge_gradients)),
        Check("half", Text("half precision comes in", "на входе половинная точность"),
              cases(_half), _POOLING, each(judge_pooling)),
    ),
)  # fmt: skip
