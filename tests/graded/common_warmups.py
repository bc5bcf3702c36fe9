"""Warm-ups: no points, one function of a line or two each."""

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, expect_array
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text

DRAWN = Text("drawn numbers", "случайные числа")
EDGE = Text("one row, one column and the like", "одна строка, один столбец и подобное")


@oracle
def answer_of(name: str, a: list) -> np.ndarray:
    """Return what is right, by loops in float64."""
    if name == "picture_batch":
        return np.stack([p.astype(np.float64).transpose(2, 0, 1) / 255 for p in a[0]])
    if name == "standardized":
        columns = a[0].astype(np.float64).T
        deviations = [column - sum(column) / len(column) for column in columns]
        return np.stack([d / np.sqrt(sum(d**2) / len(d)) for d in deviations]).T
    if name == "masked_mean":
        texts = zip(a[0].astype(np.float64), a[1], strict=True)
        return np.stack([x[mask].mean(axis=0) for x, mask in texts])
    if name == "score_of_target":
        return np.array([row[column] for row, column in zip(*a, strict=True)], np.float64)
    return 3 * a[1] * a[0].astype(np.float64) ** 2 + np.cos(a[0].astype(np.float64))


def judge_warmup(inputs: dict, output) -> None:
    answer = output["answer"]
    if isinstance(answer, dict):
        if answer["dtype"] != "float32":
            what = Text("the type of the numbers is not right", "тип чисел неверный")
            raise Wrong(what, actual=answer["dtype"], expected="float32")
        if inputs["function"] == "gradient" and answer["graph"]:
            raise Wrong(Text("the answer has a graph", "у ответа остался граф"), actual="graph")
        answer = answer["values"]
    expected = answer_of(inputs["function"], inputs["arguments"])
    expect_array(answer, expected.astype(np.float32))
    pairs = zip(output["inputs"], inputs["arguments"], strict=False)
    if output["touched"] or not all(
        np.array_equal(now, then, equal_nan=True) for now, then in pairs
    ):
        what = Text("what came in was changed", "входные данные изменились")
        raise Wrong(what, actual=output["inputs"], mistake=IN_PLACE)


def _arguments(name: str, rng, edge: bool) -> list:
    rows, width = (1, 1) if edge else (int(rng.integers(3, 6)), int(rng.integers(6, 9)))
    if name == "picture_batch":
        lightest = 200  # 255 would be 1, whatever the lightest of a batch is
        shape = (rows, width, 2 if edge else 4, 3)
        return [rng.integers(0, lightest + 1, shape, dtype=np.uint8)]
    if name == "standardized":
        x = rng.normal(3, 5, (rows + 1, width))
        # Deviations that are the same in every draw: a small one, that 1e-5 may not be added to.
        x[:, 0] = (
            rng.normal(3, 5) + rng.permutation([-1, 1])
            if edge
            else (0.05 * rng.permutation(rows + 1))
        )
        return [x.astype(np.float32)]
    if name == "masked_mean":
        x = rng.normal(50, 9, (rows, 5, width)).astype(np.float32)
        mask = rng.random((rows, 5)) < 0.5
        there, other, padding = rng.permutation(5)[:3]
        mask[-1] = False  # the last text has one token
        mask[:, there] = True
        mask[0, other], mask[:, padding] = True, False
        x[0, there] = 0  # a token of zeros is there all the same
        x[~mask] = np.nan if edge else 1e6
        return [x, mask]
    if name == "score_of_target":
        scores = rng.normal(size=(rows, width)).astype(np.float32)
        target = rng.permutation(width)[:rows]  # no column is that of all rows,
        target[0] = scores[0].argmin()  # and the largest score is not that of every row
        scores[0, target[0]] -= 9  # nor is any above zero
        return [scores, target]
    # Near to zero in the edge case, as drawn numbers seldom are.
    return [rng.normal(0, 0.1 if edge else 1, (rows, width)).astype(np.float32), 2.0]


def _warmup(name: str, title: Text, statement_ru: str, hints: tuple[Text, Text]) -> ExerciseSpec:
    def draw(edge: bool):
        return lambda rng: {"function": name, "arguments": _arguments(name, rng, edge)}

    probe = "tests.graded.common_warmup_probes:warmup"
    checks = [
        Check("drawn", DRAWN, draw(False), probe, judge_warmup),
        Check("edge", EDGE, draw(True), probe, judge_warmup),
    ]
    return ExerciseSpec(f"common.warmups.{name}", title, statement_ru, hints, checks)


WARMUPS = [
    _warmup(
        "picture_batch",
        Text("Warm-up: shapes", "Разминка: формы"),
        """
        Верните снимки батчем для сети: (batch, 3, высота, ширина), float32, от 0 до 1.

        pictures: снимки (высота, ширина, 3), uint8, от 0 до 255, все одного размера. Сами они не
        меняются.
        """,
        (
            Text("First one tensor with a new axis, then its axes in another order.",
                 "Сначала один тензор с новой осью, потом её порядок среди остальных."),
            Text("Take torch.stack, permute and float().",
                 "Помогут torch.stack, permute и float()."),
        ),
    ),
    _warmup(
        "standardized",
        Text("Warm-up: broadcasting", "Разминка: broadcasting"),
        """
        Верните x, где у каждого столбца среднее 0 и стандартное отклонение 1; сам x не меняется.

        x: (строки, столбцы), float32, хотя бы две строки, постоянных столбцов нет. Дисперсия —
        среднее квадратов отклонений от среднего (делится на число строк, а не на строки − 1).
        """,
        (
            Text("Over which axis is the mean of a column?", "По какой оси среднее столбца?"),
            Text("Take mean(dim=0) and std(dim=0, correction=0).",
                 "Помогут mean(dim=0) и std(dim=0, correction=0)."),
        ),
    ),
    _warmup(
        "masked_mean",
        Text("Warm-up: masks", "Разминка: маски"),
        """
        Верните среднее по токенам каждого текста: (batch, width).

        x: (batch, tokens, width), float32. mask: (batch, tokens), bool, False там, где только
        заполнение: какие числа там стоят, неважно. В каждом тексте есть хотя бы один токен.
        """,
        (
            Text("Sum what is there and divide by how many there are. What is nan times 0?",
                 "Сложите то, что есть, и разделите на их число. Чему равно nan, умноженное на 0?"),
            Text("mask[..., None] and torch.where.", "mask[..., None] и torch.where."),
        ),
    ),
    _warmup(
        "score_of_target",
        Text("Warm-up: indices", "Разминка: индексы"),
        """
        Верните из каждой строки оценку её настоящего класса: (batch,).

        scores: (batch, classes), float32. target: (batch,), int64, какой столбец взять. Без
        циклов.

        Например, из строк [0.1, 0.9] и [0.8, 0.2] с классами 1 и 0 получится [0.9, 0.8].
        """,
        (
            Text("Pairs of a row and a column.", "Пары из строки и столбца."),
            Text("gather, or scores[torch.arange(batch), target].",
                 "gather или scores[torch.arange(batch), target]."),
        ),
    ),
    _warmup(
        "gradient",
        Text("Warm-up: gradients", "Разминка: градиенты"),
        """
        Верните градиент function(x) по x: той же формы, что x, и без графа.

        function: принимает тензор формы x и возвращает тензор с одним числом. x: float32, без
        градиента, таким и остаётся: ни `x.requires_grad`, ни `x.grad` не меняются.
        """,
        (
            Text("A copy may need a gradient.", "Градиент может понадобиться копии."),
            Text("clone().requires_grad_(), then backward() or torch.autograd.grad.",
                 "clone().requires_grad_(), затем backward() или torch.autograd.grad."),
        ),
    ),
]  # fmt: skip
