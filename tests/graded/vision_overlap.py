"""Checks of the loss that looks at the share of overlap."""

import numpy as np

from common.grading.exercise.expectations import Suspect, expect_tensor, expect_unchanged
from common.grading.exercise.oracle import Later, oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded import vision_masks as drawn
from tests.graded.cases import alike, expect_slope, judged
from tests.graded.vision_masks import IGNORE
from tests.graded.vision_seen import PROBES

SWAPPED = Mistake(
    "prices-swapped",
    "alpha and beta have changed places: alpha is for what is marked and wrong",
    "alpha и beta перепутаны: alpha — за отмеченное зря",
)
EQUAL_PRICES = Mistake(
    "equal-prices", "alpha and beta do not count here", "alpha и beta здесь не учтены"
)
INDEX = Mistake(
    "index",
    "this is the share of overlap, which is to grow; the loss is what is missing to 1",
    "это доля перекрытия, ей положено расти; потери — то, чего не хватает до 1",
)
NO_SMOOTH = Mistake("no-smooth", "smooth is missing", "не хватает smooth")
SMOOTH_BELOW = Mistake(
    "smooth-below",
    "smooth stands below the line only: then even a perfect answer costs something",
    "smooth только под чертой: тогда что-то стоит даже безупречный ответ",
)
BATCH_POOLED = Mistake(
    "batch-pooled",
    "the sums go over the whole batch: a large thing in one picture hides a small one in another",
    "суммы взяты по всему пакету: крупное на одном снимке заслоняет мелкое на другом",
)
CLASSES_POOLED = Mistake(
    "classes-pooled",
    "the sums go over all classes together: a common one hides a rare one",
    "суммы взяты по всем классам вместе: частый заслоняет редкий",
)
MEANS = Mistake(
    "means",
    "these are means over pixels, not sums: smooth would mean something else in each size",
    "это средние по точкам, а не суммы: smooth тогда значит разное при разном размере",
)
ONE_MINUS = Mistake(
    "one-minus",
    "one minus a fraction near 1 has lost its digits; write it as one fraction on paper first",
    "единица минус почти единица теряет цифры: сначала приведите её на бумаге к одной дроби",
)
REDUCED = Mistake(
    "reduced",
    "the mean over classes is what the next method does; (batch, classes) is asked for",
    "среднее по классам берёт следующий метод, а нужно (batch, classes)",
)
HARD = Mistake(
    "hard",
    "probabilities were made yes and no: then nothing can be learned",
    "вероятности превращены в «да» и «нет»: так учиться нельзя",
)


@oracle
def memberships(logits: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(batch, classes, pixels) p and t, in float64; unknown pixels are 0 in both."""
    logits = logits.astype(np.float64)
    if logits.shape[1] == 1:
        p = 0.5 * (1 + np.tanh(logits / 2))
    else:
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = (p / p.sum(axis=1, keepdims=True))[:, 1:]
    classes = np.arange(1, p.shape[1] + 1)[None, :, None, None]
    t, known = mask[:, None] == classes, mask[:, None] != IGNORE
    return tuple((part * known).reshape(*p.shape[:2], -1) for part in (p, t))


@oracle
def losses(inputs: dict, *, mistake: Mistake | None = None, **changed) -> np.ndarray:
    """Each picture's and class's, a sum at a time; `changed` prices mistake it."""
    prices = {"alpha": 0.3, "beta": 0.7, "smooth": 1.0, **inputs["prices"], **changed}
    p, t = memberships(inputs["logits"], inputs["mask"])
    p = (p > 0.5) * 1.0 if mistake is HARD else p
    batch, classes, pixels = p.shape
    result = np.empty((batch, classes))
    for i in range(batch):
        for c in range(classes):
            where = (
                slice(None) if mistake is BATCH_POOLED else i,
                slice(None) if mistake is CLASSES_POOLED else c,
            )
            said, true = p[where], t[where]
            part = 1 / pixels if mistake is MEANS else 1.0
            hit = part * (said * true).sum()
            wrong = prices["alpha"] * (said * (1 - true)).sum()
            wrong = part * (wrong + prices["beta"] * ((1 - said) * true).sum())
            smooth = prices["smooth"]
            whole = hit + wrong + smooth
            above = whole - hit if mistake is SMOOTH_BELOW else wrong
            above = hit + smooth if mistake is INDEX else above
            result[i, c] = above / whole
    return result


WAYS = (INDEX, SMOOTH_BELOW, BATCH_POOLED, CLASSES_POOLED, MEANS, HARD)


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer, as many for each case."""
    prices, right = {"alpha": 0.3, "beta": 0.7, **inputs["prices"]}, losses(inputs)

    def of(mistake=None, *, part=(), **changed):
        return Later(lambda: losses(inputs, mistake=mistake, **changed)[part])

    return [
        (SWAPPED, of(alpha=prices["beta"], beta=prices["alpha"])),
        (EQUAL_PRICES, of(alpha=0.5, beta=0.5)),
        (EQUAL_PRICES, of(alpha=1.0, beta=1.0)),
        (NO_SMOOTH, of(smooth=1e-9)),
        *((m, of(m)) for m in WAYS),
        # The same mistakes, where the sums were not kept apart in the answer either.
        (REDUCED, right.mean(axis=1)),
        (BATCH_POOLED, of(BATCH_POOLED, part=0)),
        (CLASSES_POOLED, of(CLASSES_POOLED, part=np.s_[:, 0])),
        (CLASSES_POOLED, of(CLASSES_POOLED, part=np.s_[:, :1])),
    ]


def _suspects(inputs: dict) -> list[Suspect]:
    right = losses(inputs)
    digits = right if inputs["logits"].dtype == np.float64 else _near(right)
    return [*mistaken(inputs), (ONE_MINUS, digits)]


def _near(right: np.ndarray):
    """Says whether an answer has only the digits that one minus nearly one leaves of it."""

    def is_near(output: dict) -> bool:
        values = output["loss"].get("values") if isinstance(output["loss"], dict) else None
        same = isinstance(values, np.ndarray) and values.shape == right.shape
        whole = same and (np.float64(values) % 2**-24 == 0).all()
        return bool(whole) and bool((np.abs(values - right) < 1e-6).all())

    return is_near


def judge_case(inputs: dict, output) -> None:
    what = Text("the loss is not right", "потери посчитаны неверно")
    kind, given = inputs["logits"].dtype.name, _described(inputs)
    try:
        expect_tensor(output["loss"], losses(inputs), what=what, dtype=kind)
        for name in ("logits", "mask"):
            expect_unchanged(output[name], inputs[name], name)
    except Wrong as wrong:
        wrong.given = given
        raise
    of = Text("the logits", "логиты")
    if inputs["slopes"] == "values":
        expect_slope(output.get("slope"), slopes(inputs), of=of, given=given)
    elif inputs["slopes"] == "finite":
        slope = output.get("slope")
        if not isinstance(slope, np.ndarray) or not np.isfinite(slope).all():
            what = Text("the gradient must stay finite", "градиент должен остаться конечным")
            raise Wrong(what, actual=slope, given=given)


judge_losses = judged(
    judge_case,
    _suspects,
    right=losses,
    agrees=lambda inputs, output, known: alike(output["loss"], known),
)


@oracle
def slopes(inputs: dict) -> np.ndarray:
    """The gradient of the sum over everything, by central differences for each score."""
    logits, step = inputs["logits"], 1e-3
    slope = np.empty(logits.size)
    for i in range(logits.size):
        heights = []
        for shift in (2, 1, -1, -2):
            moved = logits.copy()
            moved.flat[i] += shift * step
            heights.append(losses({**inputs, "logits": moved}).sum())
        slope[i] = (8 * (heights[1] - heights[2]) - heights[0] + heights[3]) / (12 * step)
    return slope.reshape(logits.shape)


def _described(inputs: dict) -> str:
    logits, mask, prices = inputs["logits"], inputs["mask"], inputs["prices"]
    shares = [f"{name} = {price:.4g}" for name, price in prices.items()]
    counts = {int(k): int((mask == k).sum()) for k in np.unique(mask)}
    lines = [f"logits {logits.dtype} {logits.shape}", f"pixels by class id {counts}"]
    return "\n".join([*lines, ", ".join(shares)] if shares else lines)


_LOSS = f"{PROBES}:tversky"
TVERSKY = ExerciseSpec(
    "vision.loss.TverskyLoss.per_class",
    Text("The share of overlap", "Доля перекрытия"),
    """
    Верните потери каждого снимка и класса: (batch, classes).

    Фон здесь не класс. `self.memberships(prediction, target)` даёт p и t, оба (batch,
    classes, высота, ширина): вероятность, что точка принадлежит классу, и 1 там, где
    так сказано в маске, 0 — где нет. Чего никто не знает, там оба равны 0, и такая
    точка не участвует.

        TP = Σ p t        отмечено верно
        FP = Σ p (1 - t)  отмечено зря
        FN = Σ (1 - p) t  пропущено

        loss = 1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth)

    Каждая сумма — по точкам одного снимка и одного класса. Цены — self.alpha,
    self.beta и self.smooth.

    У почти верного ответа дробь почти равна 1, и в «единице минус почти единица» во
    float32 цифр уже нет: от 1 - 1e-8 не остаётся ничего. Сначала приведите всё на
    бумаге к одной дроби и считайте её. Входы не меняйте; у ответа должен остаться
    градиент. Одно число из всего этого делает остальной класс, а не этот метод.
    """,
    (
        Text(
            "p and t have four axes, the answer has two: which two go, and into what? Three sums "
            "of products are all you need.",
            "У p и t четыре оси, у ответа две: какие две уходят и во что? Хватит трёх сумм "
            "произведений.",
        ),
        Text(
            "Write 1 as a fraction whose top and bottom are the bottom of the other one, and "
            "subtract: what is left on top? In sum((2, 3)) the axes of the picture go.",
            "Запишите 1 дробью с тем же знаменателем и вычтите: что останется в числителе? В "
            "sum((2, 3)) уходят оси снимка.",
        ),
    ),
    (
        Check("one", Text("one thing to find", "искать надо одно"), drawn.ONE, _LOSS,
              judge_losses),
        Check("classes", Text("several classes", "несколько классов"), drawn.CLASSES, _LOSS,
              judge_losses),
        Check("unknown", Text("pixels that nobody knows", "точки, которых никто не знает"),
              drawn.UNKNOWN, _LOSS, judge_losses),
        Check("prices", Text("other prices", "другие цены"), drawn.PRICES, _LOSS, judge_losses),
        Check("slopes", Text("the gradient", "градиент"), drawn.GRADIENT, _LOSS, judge_losses),
        Check("digits", Text("nearly right, in float32", "почти верно, во float32"),
              drawn.DIGITS, _LOSS, judge_losses),
        Check("nothing", Text("nothing there, and scores of any size",
              "пустые снимки и оценки любой величины"), drawn.EXTREMES, _LOSS, judge_losses),
    ),
)  # fmt: skip
