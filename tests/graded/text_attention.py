"""Checks of the first half of the attention: how much of it each token gets."""

import numpy as np

from common.grading.exercise.expectations import DETACHED, expect_tensor, expect_unchanged
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.grading.exercise.tolerance import close
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases, expect_slope
from tests.graded.text_attention_oracle import (
    EMPTY_TEXT,
    HALF,
    PADDING_BACK,
    mistaken,
    slopes,
    weigh,
)

PROBES = "tests.graded.text_probes"

ROUGHLY = 0.1
"""How far off half precision may lead; values are of the order of 1, and so are mistakes."""


def judge_weights(inputs: dict, output) -> None:
    expect_no_nan(inputs, output["weights"], "weights")
    what = Text("the weights are not right", "веса внимания неверны")
    scale = float(np.abs(inputs["score"]).sum(axis=1).max())  # of what is added up to a score
    suspects = mistaken(inputs)
    expect_tensor(output["weights"], weigh(inputs), what=what, suspects=suspects, scale=scale)
    _expect_nothing(inputs, output["weights"]["values"])
    for name in ("x", "there"):
        expect_unchanged(output[name], inputs[name], name)


def _expect_nothing(inputs: dict, weights: np.ndarray) -> None:
    nowhere = weights[~inputs["there"]]
    if nowhere.any():
        what = Text("the weight of padding is not exactly 0", "вес заполнения не равен нулю точно")
        raise Wrong(what, actual=nowhere[nowhere != 0][0].item(), expected=0.0)


def expect_no_nan(inputs: dict, actual, name: str) -> None:
    """NaN is said to come from where it is: from the texts without tokens, or from the padding."""
    values = actual.get("values") if isinstance(actual, dict) else None
    if isinstance(values, np.ndarray) and values.dtype.kind == "f" and np.isnan(values).any():
        text = Text(f"there is NaN in the {name}", f"в ответе NaN ({name})")
        raise Wrong(text, actual=values, mistake=_source_of_nan(inputs, values))


def _source_of_nan(inputs: dict, values: np.ndarray) -> Mistake | None:
    """Name what NaN in `values` comes from, whose first axis is that of the texts."""
    empty = ~inputs["there"].any(axis=1)
    by_text = values.shape[:1] == empty.shape
    if np.isnan(inputs["x"]).any() and (not by_text or np.isnan(values[~empty]).any()):
        return PADDING_BACK
    return EMPTY_TEXT if empty.any() else None


def judge_gradients(inputs: dict, output) -> None:
    judge_weights(inputs, output)
    expect_slopes(output, slopes(inputs))


def expect_slopes(output, expected: dict[str, np.ndarray]) -> None:
    # What comes to a weight is a sum over texts, tokens and heads, and much of it may cancel. How
    # large its terms are is seen from what goes through all tokens.
    scale = float(np.abs(expected["x"]).sum())
    for name, slope in expected.items():
        expect_slope(output["slopes"][name], slope, of=Text(name, name), given="", scale=scale)


def judge_empty(inputs: dict, output) -> None:
    judge_weights(inputs, output)
    expect_finite_slopes(inputs, output)


def expect_finite_slopes(inputs: dict, output) -> None:
    """The gradient of x says where a NaN comes from: what is cleared in x has none."""
    for name, slope in output["slopes"].items():
        if slope is None or not np.isfinite(slope).all():
            what = Text(f"the gradient of {name} is not finite", f"градиент по {name} не конечен")
            of_x = output["slopes"]["x"]
            mistake = DETACHED if slope is None else _source_of_nan(inputs, of_x)
            raise Wrong(what, actual="no gradient" if slope is None else slope, mistake=mistake)


def judge_half(inputs: dict, output) -> None:
    """Digits differ with the order of rounding; the type and the sum must hold exactly."""
    actual = output["weights"]
    expect_no_nan(inputs, actual, "weights")
    dtype = actual.get("dtype") if isinstance(actual, dict) else type(actual).__name__
    if dtype != "float32":
        what = Text("the weights should be float32", "веса должны быть float32")
        raise Wrong(what, actual=str(dtype), expected="float32", mistake=HALF)
    expected = weigh(inputs)
    if actual["values"].shape != expected.shape:
        what = Text("the shape is not right", "форма неверная")
        raise Wrong(what, actual=str(actual["values"].shape), expected=str(expected.shape))
    _expect_nothing(inputs, actual["values"])
    sums = actual["values"].sum(axis=1, dtype=np.float64)
    if not close(sums, np.ones(sums.shape), dtype="float32").all():
        what = Text("the weights of a head do not add up to 1", "веса головы не дают в сумме 1")
        mistake = HALF if np.abs(sums - 1).max() < 0.05 else None
        raise Wrong(what, actual=sums, expected=np.ones(sums.shape), mistake=mistake)
    is_exact = set(np.unique(inputs["x"])) <= {-1, 1}
    off = np.abs(actual["values"] - expected)
    if not (off < (1e-6 if is_exact else ROUGHLY)).all():
        what = Text("the weights are not right", "веса внимания неверны")
        raise Wrong(what, actual=actual["values"], expected=expected)


def drawn(rng, *, lengths, width: int, heads: int, dtype: str = "float32") -> dict:
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


def padded(rng) -> dict:
    lengths = [int(n) for n in rng.permutation([7, *rng.integers(2, 7, 3)])]
    return {"lengths": lengths, "width": 5, "heads": 3}


def square(rng) -> dict:
    """All lengths the same, so that a wrong axis raises no error."""
    n = int(rng.integers(3, 5))
    return {"lengths": [n] * (n - 1) + [n - 1], "width": n, "heads": n}


def one_head(rng) -> dict:
    return {"lengths": [1, 4], "width": 3, "heads": 1}


def empty(rng) -> dict:
    lengths = [int(n) for n in rng.permutation([0, 5, int(rng.integers(1, 5))])]
    return {"lengths": lengths, "width": 4, "heads": 2}


def for_gradients(rng) -> dict:
    return {"lengths": [4, 2], "width": 3, "heads": 2}


SHAPES = (padded, square, one_head, empty, for_gradients)
"""Of what is drawn for both halves of the pooling."""


def in_shapes(draw) -> list:
    """Return for each of `SHAPES` what draws cases of it."""
    return [lambda rng, shape=shape: draw(rng, **shape(rng)) for shape in SHAPES]


_padded, _square, _one_head, _empty, _gradients = in_shapes(drawn)


def _half(rng):
    inputs = drawn(rng, lengths=[40, 33, 25], width=6, heads=2, dtype="bfloat16")
    return inputs | {"x": inputs["x"] * np.float32(0.4)}


def _exact(rng) -> dict:
    """All that comes before the softmax is exact in half precision: tanh is 1 or -1 here."""
    inputs = _half(rng)
    width = inputs["x"].shape[2]
    score = rng.integers(1, 9, (2, width)) / 8
    changed = {"hidden": 64 * np.eye(width), "bias": np.zeros(width), "score": score}
    x = rng.choice([-1.0, 1.0], inputs["x"].shape)
    return inputs | {name: v.astype(np.float32) for name, v in {**changed, "x": x}.items()}


def _far(rng, *, high: bool) -> dict:
    """Scores far above zero, or far below: only their differences count."""
    inputs = drawn(rng, lengths=[5, 3, 1], width=4, heads=2)
    inputs["hidden"] *= np.float32(0.1)
    inputs["bias"] = np.full(4, 1.5, np.float32)
    score = rng.uniform(25, 29, (2, 4)) * (1 if high else -1)
    return inputs | {"score": score.astype(np.float32)}


def _spread(rng):
    """Scores that are far apart, so that nearly all of the attention is on one token."""
    inputs = drawn(rng, lengths=[6, 4], width=4, heads=2)
    return inputs | {"score": inputs["score"] * np.float32(20)}


def _heads_apart(rng) -> dict:
    """Scores of one head far above zero, of the other far below: each has its own highest."""
    inputs = _far(rng, high=True)
    return inputs | {"score": inputs["score"] * np.array([[1], [-1]], np.float32)}


def _below_nothing(rng) -> dict:
    """Scores far below zero, which is the score of a token of zeros: what cleared padding holds."""
    inputs = _far(rng, high=False)
    changed = {"hidden": np.eye(4, dtype=np.float32), "bias": np.zeros(4, np.float32)}
    return inputs | changed | {"x": np.abs(inputs["x"]) + 1}


def _alone() -> dict:
    """A single token with a score of about -100,000: it has all of the attention nevertheless."""
    inputs = drawn(np.random.default_rng(0), lengths=[1, 1], width=4, heads=2)
    inputs["hidden"] *= np.float32(0.1)
    inputs["bias"] = np.full(4, 1.5, np.float32)
    return inputs | {"score": np.full((2, 4), -2.5e4, np.float32)}


def _far_or_spread(rng):
    kind = int(rng.integers(3))
    return _spread(rng) if kind == 2 else _far(rng, high=bool(kind))


def _anything(rng):
    """What stands in the padding may be no number at all."""
    inputs = drawn(rng, lengths=[5, 3, 0], width=4, heads=2)
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


FAR = (
    *(_far(np.random.default_rng(k), high=k % 2 == 0) for k in range(4)),
    _heads_apart(np.random.default_rng(0)),
    _below_nothing(np.random.default_rng(0)),
    _alone(),
)

_WEIGHTS = f"{PROBES}:attention_weights"
ATTENTION_WEIGHTS = ExerciseSpec(
    "text.model.AttentionPooling.weights",
    Text("Attention weights under a mask", "Веса внимания под маской"),
    """
    Верните, какую долю внимания каждой головы получает каждый токен: (batch, tokens, heads),
    float32.

    x: (batch, tokens, width) что известно о каждом токене. there: (batch, tokens) bool, False
    там, где текст кончился, а батч ещё нет.

    `self.hidden` и `self.score` — линейные слои W и v; второй даёт оценку для каждой головы,
    (…, width) -> (…, heads). Для каждой головы

        score_t = v · tanh(W x_t)
        a_t     = exp(score_t) / Σ_s exp(score_s)       по токенам, которые есть

    Где токена нет, a равно 0 точно. Заполнение ничего не меняет, что бы ни стояло там в x, хоть
    NaN. У текста без токенов нули, и ни в одном градиенте нет NaN. x может прийти с половинной
    точностью: оценки переводят во float32 до softmax.
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
            "mask after it; the mask needs an axis more: there[..., None]. What stands in the "
            "padding of x is cleared at the very beginning, or its NaN comes back in a gradient.",
            "masked_fill с очень малым, но конечным числом до softmax и умножение на маску после; "
            "маске нужна лишняя ось: there[..., None]. Заполнение в x очищают в самом начале, "
            "иначе его NaN вернётся в градиенте.",
        ),
    ),
    (
        Check("padded", Text("texts of different lengths", "тексты разной длины"),
              cases(_padded, _below(_padded)), _WEIGHTS, each(judge_weights)),
        Check("square", Text("all axes of one length", "все оси одной длины"),
              cases(_square, _below(_square)), _WEIGHTS, each(judge_weights)),
        Check("one-head", Text("one head, one token", "одна голова, один токен"),
              cases(_one_head, _below(_one_head)), _WEIGHTS, each(judge_weights)),
        Check("empty", Text("a text without tokens", "текст без токенов"),
              cases(_empty, _below(_empty)), _WEIGHTS, each(judge_empty)),
        Check("far", Text("scores far from zero and far apart", "оценки далеки от нуля и разные"),
              cases(_far_or_spread, *FAR), _WEIGHTS, each(judge_weights)),
        Check("anything", Text("NaN and infinity in the padding", "NaN и бесконечность в "
              "заполнении"), cases(_anything, _below(_anything)), _WEIGHTS, each(judge_empty)),
        Check("gradients", Text("gradients reach every weight", "градиент доходит до каждого веса"),
              cases(_gradients, _below(_gradients)), _WEIGHTS, each(judge_gradients)),
        Check("half", Text("half precision comes in", "на входе половинная точность"),
              cases(_half, _below(_half), _exact(np.random.default_rng(0))),
              _WEIGHTS, each(judge_half)),
    ),
)  # fmt: skip
