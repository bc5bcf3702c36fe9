"""What the exercises on texts bring to life, each drawn with the student's function alone."""

import numpy as np
import torch
from matplotlib.figure import Figure

from common.exercise_demo import Gain, Plot, Word
from common.i18n import Text
from common.report.plots import TEXT, label
from text.loss import ExpectedCostLoss
from text.metrics import class_metrics
from text.model import AttentionPooling
from text.morphology import Morphology
from text.padding import pad

LINE = "прорвало трубу в подвале дома"


def draw_cost(figure: Figure, word: Word) -> None:
    """A message of each class, and how the price falls as its probability grows."""
    loss = ExpectedCostLoss([[0, 25_000], [4_000, 0]], ce_weight=0)
    chances = torch.linspace(0.01, 0.99, 60)
    before, after = figure.subplots(1, 2)
    names = (word("emergency", "авария"), word("other", "прочее"))
    for true, name in enumerate(names):
        pairs = torch.stack([chances, 1 - chances] if true == 0 else [1 - chances, chances], dim=1)
        before.plot(chances, -chances.log(), label=name)
        after.plot(chances, loss.per_example(pairs.log(), torch.full((60,), true)), label=name)
    x = word("probability of the true class", "вероятность верного класса")
    label(before, title=word("cross-entropy", "перекрёстная энтропия"), x=x)
    label(after, title=word("your loss", "ваша функция потерь"), x=x)
    after.legend(fontsize=8)


def draw_batch(figure: Figure, word: Word) -> None:
    values = np.arange(1, 15)
    text = np.array([0] * 6 + [1] * 2 + [3] * 6)
    table = pad(values, text, 4)
    before, after = figure.subplots(1, 2)
    for axes, numbers in ((before, values[None]), (after, table)):
        axes.imshow(numbers, cmap="Blues", vmin=0, vmax=20)
        for (row, column), value in np.ndenumerate(numbers):
            axes.text(column, row, str(value), ha="center", va="center", **TEXT)
        axes.axis("off")
    label(before, title=word("three texts in a row", "три текста подряд"))
    label(after, title=word("a batch of four, one is empty", "батч из четырёх, один пустой"))


def draw_weights(figure: Figure, word: Word) -> None:
    words = LINE.split()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        pooling = AttentionPooling(8, heads=1)
        x = 2 * torch.randn(3, len(words), 8)
    there = torch.arange(len(words)) < torch.tensor([5, 3, 1])[:, None]
    with torch.no_grad():
        attention = pooling.weights(x, there)[..., 0]
    before, after = figure.subplots(1, 2)
    before.imshow(there.numpy(), cmap="Greys", vmax=2, aspect="auto")
    after.imshow(attention.numpy(), cmap="magma", vmin=0, vmax=1.3, aspect="auto")
    for (row, column), weight in np.ndenumerate(attention.numpy()):
        after.text(column, row, f"{weight:.2f}", ha="center", va="center", color="white")
    for axes in (before, after):
        axes.set_xticks(range(len(words)), words, rotation=30, fontsize=8)
        axes.set_yticks([])
    label(before, title=word("which tokens are there", "какие токены есть"))
    label(after, title=word("attention, each row adds up to 1", "внимание, в строке сумма 1"))


def draw_pooling(figure: Figure, word: Word) -> None:
    """A text of three tokens and padding, and what two heads and the maximum make of it."""
    x = torch.tensor([[3.0, 0, 1, 0], [0, 2, 0, 1], [1, 1, 4, 0], [9, 9, 9, 9]])
    there = torch.tensor([[True, True, True, False]])
    weights = torch.tensor([[[0.8, 0.1], [0.1, 0.1], [0.1, 0.8], [0, 0]]])
    pooling = AttentionPooling(4, heads=2)
    pooling.weights = lambda x, there: weights  # type: ignore[method-assign]  # another exercise
    with torch.no_grad():
        answer, _ = pooling(x[None], there)
    before, after = figure.subplots(1, 2)
    rows = [word("head 1", "голова 1"), word("head 2", "голова 2"), word("maximum", "максимум")]
    tokens = [*LINE.split()[:3], word("padding", "заполнение")]
    for axes, values, names in ((before, x, tokens), (after, answer.view(3, 4), rows)):
        axes.imshow(values.numpy(), cmap="Blues", vmin=0, vmax=16, aspect="auto")
        for (row, column), value in np.ndenumerate(values.numpy()):
            axes.text(column, row, f"{value:.1f}", ha="center", va="center", **TEXT)
        axes.set_yticks(range(len(names)), names, fontsize=8)
        axes.set_xticks([])
    label(before, title=word("what is known of each token", "что известно о токенах"))
    label(after, title=word("what the text comes to", "к чему сводится текст"))


def draw_figures(figure: Figure, word: Word) -> None:
    """The two programs of the lesson: 100 mistakes and 300, of a thousand."""
    costs = [[0, 25_000, 25_000], [4_000, 0, 1_000], [4_000, 1_000, 0]]
    true = np.repeat([0, 1, 2], [100, 500, 400])
    answers = {}
    for name, (missed, false, mixed) in {"A": (20, 10, 70), "B": (2, 200, 98)}.items():
        said = true.copy()
        said[:missed] = 1
        said[100 : 100 + false] = 0
        said[600 : 600 + mixed] = 1
        answers[name] = class_metrics(said, true, np.array(costs))
    left, right = figure.subplots(1, 2)
    bars = left.bar(list(answers), [100 * found["accuracy"] for found in answers.values()])
    left.bar_label(bars, fmt="%.0f %%")
    bars = right.bar(
        list(answers), [found["lost"] / 1e3 for found in answers.values()], color="#8f1d5c"
    )
    right.bar_label(bars, fmt="%.0f")
    left.margins(y=0.15)
    right.margins(y=0.15)
    label(left, title=word("accuracy", "доля верных"))
    label(right, title=word("lost per 1,000 texts, thousand ₽", "потеряно на 1000 писем, тыс. ₽"))


def draw_words(figure: Figure, word: Word) -> None:
    found = Morphology(folder=None).analyse(LINE.split())
    axes = figure.subplots()
    axes.axis("off")
    rows = [
        [written, one.lemma, one.tag[:40]] for written, one in zip(LINE.split(), found, strict=True)
    ]
    names = [word("word", "слово"), word("lemma", "лемма"), word("tag", "тег")]
    table = axes.table(rows, colLabels=names, loc="center", cellLoc="left")
    table.scale(1, 1.6)


PLOTS = {
    "ExpectedCostLoss.per_example": Plot(
        Text("what two kinds of mistakes cost", "сколько стоят два вида ошибок"),
        draw_cost,
        Gain(
            Text("thousand roubles lost on 1,000 texts", "тысяч рублей потеряно на 1000 текстов"),
            "lost",
            "cross_entropy",
            "cost",
            1e-3,
        ),
    ),
    "pad": Plot(Text("texts in a row, and as a batch", "тексты подряд и батчем"), draw_batch),
    "AttentionPooling.weights": Plot(
        Text("a mask, and the attention under it", "маска и внимание под ней"), draw_weights
    ),
    "AttentionPooling.forward": Plot(
        Text("tokens, and the vector of their text", "токены и вектор их текста"), draw_pooling
    ),
    "class_metrics": Plot(
        Text("two programs by accuracy and by money", "две программы по точности и по деньгам"),
        draw_figures,
    ),
    "Morphology.analyse": Plot(
        Text("words with their lemmas and tags", "слова с леммами и тегами"), draw_words
    ),
}
