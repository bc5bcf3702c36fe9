"""Checks of the loss that looks at the share of overlap."""

import numpy as np

from common.grading.exercise.expectations import expect_array, expect_tensor, expect_unchanged
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.vision_seen import PROBES

IGNORE = 255
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


def _memberships(logits: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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


def losses(inputs: dict, *, mistake: Mistake | None = None, **changed) -> np.ndarray:
    """The loss of each picture and class, a sum at a time; `changed` prices mistake it."""
    prices = {"alpha": 0.3, "beta": 0.7, "smooth": 1.0, **inputs["prices"], **changed}
    p, t = _memberships(inputs["logits"], inputs["mask"])
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


def judge_losses(inputs: dict, output) -> None:
    prices = {"alpha": 0.3, "beta": 0.7, **inputs["prices"]}
    suspects = [
        (SWAPPED, losses(inputs, alpha=prices["beta"], beta=prices["alpha"])),
        (EQUAL_PRICES, losses(inputs, alpha=0.5, beta=0.5)),
        (EQUAL_PRICES, losses(inputs, alpha=1.0, beta=1.0)),
        (NO_SMOOTH, losses(inputs, smooth=1e-9)),
        *((m, losses(inputs, mistake=m)) for m in WAYS),
    ]
    # The same mistakes, where the sums were not kept apart in the answer either.
    suspects += [
        (REDUCED, losses(inputs).mean(axis=1)),
        (BATCH_POOLED, losses(inputs, mistake=BATCH_POOLED)[0]),
        (CLASSES_POOLED, losses(inputs, mistake=CLASSES_POOLED)[:, 0]),
        (CLASSES_POOLED, losses(inputs, mistake=CLASSES_POOLED)[:, :1]),
    ]
    what = Text("the loss is not right", "потери посчитаны неверно")
    kind = inputs["logits"].dtype.name
    try:
        expect_tensor(output["loss"], losses(inputs), what=what, dtype=kind, suspects=suspects)
        for name in ("logits", "mask"):
            expect_unchanged(output[name], inputs[name], name)
    except Wrong as wrong:
        wrong.given = _described(inputs)
        raise


WAYS = (INDEX, SMOOTH_BELOW, BATCH_POOLED, CLASSES_POOLED, MEANS, HARD)


def judge_slopes(inputs: dict, output) -> None:
    """The gradient of the sum over everything, by central differences for each score."""
    judge_losses(inputs, output)
    logits, step = inputs["logits"], 1e-3
    slope = np.empty(logits.size)
    for i in range(logits.size):
        heights = []
        for shift in (2, 1, -1, -2):
            moved = logits.copy()
            moved.flat[i] += shift * step
            heights.append(losses({**inputs, "logits": moved}).sum())
        slope[i] = (8 * (heights[1] - heights[2]) - heights[0] + heights[3]) / (12 * step)
    actual = output.get("slope")
    actual = actual.astype(np.float32) if isinstance(actual, np.ndarray) else actual
    what = Text("the gradient is not right", "градиент неверный")
    expect_array(actual, slope.reshape(logits.shape), what=what)


def judge_digits(inputs: dict, output) -> None:
    """Losses near 1e-8, of which nothing is left in one minus nearly one."""
    try:
        judge_losses(inputs, output)
    except Wrong as wrong:
        values, expected = output["loss"]["values"], losses(inputs)
        blank = wrong.mistake in (None, HARD) and values.shape == expected.shape
        if blank and (np.abs(values - expected) < 1e-6).all():
            wrong.mistake = ONE_MINUS
        raise


def judge_extremes(inputs: dict, output) -> None:
    what = Text("the gradient must stay finite", "градиент должен остаться конечным")
    judge_losses(inputs, output)
    slope = output.get("slope")
    if not isinstance(slope, np.ndarray) or not np.isfinite(slope).all():
        raise Wrong(what, actual=slope, given=_described(inputs))


def _described(inputs: dict) -> str:
    logits, mask, prices = inputs["logits"], inputs["mask"], inputs["prices"]
    shares = [f"{name} = {price:.6g}" for name, price in prices.items()]
    counts = {int(k): int((mask == k).sum()) for k in np.unique(mask)}
    first = ", ".join(f"{score:.3g}" for score in logits.ravel()[:4])
    shares.append(f"logits {logits.dtype} {logits.shape} [{first} …]")
    return f"{', '.join(shares)}, pixels by class id {counts}"


def _scene(rng, *, classes=1, size=None, batch=3, dtype="float64", unknown=False, **prices):
    """Scores that lean to the mask, with far more background than anything else."""
    height, width = size or (int(rng.integers(4, 7)), int(rng.integers(5, 9)))
    mask = np.zeros((batch, height, width), np.uint8)
    for i in range(batch):
        for label in range(1, classes + 1):
            count = int(rng.integers(1, 3 + 2 * i))
            mask[i].flat[rng.choice(height * width, count, replace=False)] = label
    channels = 1 if classes == 1 else classes + 1
    lean = 1.0 * (mask[:, None] == (np.arange(channels)[:, None, None] + (classes == 1)))
    logits = rng.normal(0, 1.2, (batch, channels, height, width)) + 1.5 * (lean - 0.5)
    if unknown:
        mask[rng.random(mask.shape) < 0.3] = IGNORE
        mask[int(rng.integers(batch)), 0] = IGNORE
    return {"logits": logits.astype(dtype), "mask": mask, "prices": prices}


def _one_thing(rng):
    return _scene(rng)


def _classes(rng):
    return _scene(rng, classes=3)


def _unknown(rng):
    return _scene(rng, classes=int(rng.integers(1, 3)), unknown=True)


def _own_prices(rng):
    alpha, beta = float(rng.uniform(0.1, 0.4)), float(rng.uniform(1.2, 3))
    return _scene(rng, alpha=alpha, beta=beta, smooth=float(rng.uniform(2, 5)))


def _slopes(rng):
    return _scene(rng, classes=2, size=(3, 4), batch=2)


def _nearly_right(rng):
    scene = _scene(rng, dtype="float32", size=(5, 6), batch=3)
    sign = np.where(scene["mask"][:, None] == 1, 1.0, -1.0)
    sure = rng.uniform(17.0, 20.0, scene["logits"].shape)
    # The thing itself as sure as can be: of 1 - p in float32 nothing would be left.
    logits = np.where(sign > 0, 200.0, -sure).astype(np.float32)
    return {**scene, "logits": logits}


def _nothing_there(rng):
    """A picture without anything, one where nothing is known, and scores of any size."""
    scene = _scene(rng, dtype="float32", batch=3)
    scene["mask"][0], scene["mask"][1] = 0, IGNORE
    extremes = rng.choice(np.array([-1e4, -100.0, 0.0, 100.0, 1e4]), scene["logits"].shape[1:])
    scene["logits"][2] = extremes
    return scene


def _to_learn(rng):
    mask = np.zeros((2, 12, 12), np.uint8)
    for i in range(2):
        y, x = rng.integers(0, 9, 2)
        mask[i, y : y + 3, x : x + 2] = 1
    return {"mask": mask, "prices": {}, "start": -1.0, "steps": 60, "lr": 0.1}


def judge_learned(inputs: dict, output) -> None:
    what = Text(
        "after 60 steps downhill every pixel should be said as in the mask",
        "через 60 шагов вниз по градиенту каждая точка должна быть названа, как в маске",
    )
    right = inputs["mask"][:, None] == 1
    if not isinstance(output, np.ndarray) or output.shape != right.shape:
        raise Wrong(what, actual=type(output).__name__)
    if ((output > 0) != right).any():
        share = f"{((output > 0) == right).mean():.0%}"
        mistake = INDEX if (output[right] < -1).all() else None
        raise Wrong(what, actual=share, expected="100%", mistake=mistake)


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
        Check("one", Text("one thing to find", "искать надо одно"), _one_thing, _LOSS,
              judge_losses),
        Check("classes", Text("several classes", "несколько классов"), _classes, _LOSS,
              judge_losses),
        Check("unknown", Text("pixels that nobody knows", "точки, которых никто не знает"),
              _unknown, _LOSS, judge_losses),
        Check("prices", Text("other prices", "другие цены"), _own_prices, _LOSS, judge_losses),
        Check("slopes", Text("the gradient", "градиент"), _slopes, _LOSS, judge_slopes),
        Check("digits", Text("nearly right, in float32", "почти верно, во float32"),
              _nearly_right, _LOSS, judge_digits),
        Check("nothing", Text("nothing there, and scores of any size",
              "пустые снимки и оценки любой величины"), _nothing_there, _LOSS, judge_extremes),
        Check("learned", Text("learning by it", "обучение с этой функцией потерь"), _to_learn,
              f"{PROBES}:learning_with_tversky", judge_learned),
    ),
)  # fmt: skip
