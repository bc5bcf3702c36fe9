"""What the exercises on prices bring to life, each drawn with the student's function alone."""

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure

from common.errors import UserError
from common.exercise_demo import Plot, Word
from common.i18n import Text
from common.report.plots import TEXT, label
from common.translation import grouped, translator
from tabular.data import check_prices, parse_prices
from tabular.features import CategoryEncoder
from tabular.loss import MoneyCostLoss
from tabular.metrics import price_metrics
from tabular.model import PeriodicEmbedding


def draw_cost(figure: Figure, word: Word) -> None:
    errors = torch.linspace(-20e6, 20e6, 201, dtype=torch.float64)
    price = torch.full_like(errors, 30e6)
    loss = MoneyCostLoss(over=2, under=1)
    cost = loss.per_example((price + errors).log(), price).detach()
    before, after = figure.subplots(1, 2)
    before.plot(errors / 1e6, (errors / 1e6).square(), color="#888888")
    after.plot(errors / 1e6, cost, color="#8f1d5c", linewidth=2)
    label(
        before, title=word("squared error", "квадрат ошибки"), x=word("error, M ₽", "ошибка, млн ₽")
    )
    label(after, title=word("your cost, M ₽", "ваша цена ошибки, млн ₽"),
          x=word("error, M ₽", "ошибка, млн ₽"))  # fmt: skip


def draw_embedding(figure: Figure, word: Word) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        embedding = PeriodicEmbedding(1, waves=16, features=6)
    x = torch.linspace(-2, 2, 200)[:, None]
    features = embedding(x).detach()
    before, after = figure.subplots(1, 2)
    before.plot(x, x, color="#888888")
    after.plot(x, features)
    label(before, title=word("one number", "одно число"))
    label(
        after,
        title=word(f"{features.shape[1]} features of it", f"его признаки: {features.shape[1]}"),
    )


def draw_figures(figure: Figure, word: Word) -> None:
    rng = np.random.default_rng(0)
    price = np.exp(rng.normal(16.3, 0.6, 2000))
    guesses = {
        word("median for all", "медиана для всех"): np.full_like(price, np.median(price)),
        word("a good valuer", "хороший оценщик"): price * np.exp(rng.normal(0, 0.1, 2000)),
    }
    names = ("mape", "within_10", "within_20", "catastrophic")
    axes = figure.subplots()
    for place, (name, guess) in enumerate(guesses.items()):
        found = price_metrics(guess, price)
        heights = [100 * found[key] for key in names]
        bars = axes.bar(np.arange(4) + 0.4 * place, heights, 0.38, label=name)
        axes.bar_label(bars, fmt="%.0f %%", fontsize=8)
    axes.set_xticks(np.arange(4) + 0.2, names)
    axes.legend(fontsize=8)
    label(axes, y="%")


def draw_categories(figure: Figure, word: Word) -> None:
    known = {"house": ["brick", "panel", "block"], "kitchen": ["gas", "electric"]}
    frame = pd.DataFrame(
        {"house": ["Panel ", "brick", "yurt", "block"], "kitchen": ["gas", "GAS", None, "electric"]}
    )
    numbers = CategoryEncoder(known).transform(frame)
    before, after = figure.subplots(1, 2)
    for axes, values in ((before, frame.to_numpy()), (after, numbers)):
        axes.imshow(numbers if axes is after else np.zeros_like(numbers), cmap="Blues", vmax=5)
        for (row, column), value in np.ndenumerate(values):
            axes.text(column, row, str(value), ha="center", va="center", **TEXT)
        axes.set_xticks([0, 1], list(known))
        axes.set_yticks([])
    label(before, title=word("as written", "как написано"))
    label(after, title=word("for an embedding", "для эмбеддинга"))


def draw_prices(figure: Figure, word: Word) -> None:
    written = ["12 500 000 ₽", "12,5 млн", "$1,250,000", "9.9 млн", "7 000 000"]
    prices = parse_prices(pd.Series(written, name="price"))
    axes = figure.subplots()
    bars = axes.barh(written, prices, color="#0a7a8c")
    axes.bar_label(bars, [_number(price, word) for price in prices], fontsize=9)
    axes.margins(x=0.2)
    axes.set_xticks([])
    label(axes, title=word("texts that became numbers", "тексты, ставшие числами"))


def _number(number: float, word: Word) -> str:
    text = f"{number:,.0f}"
    return word(text, grouped(text))


def draw_limits(figure: Figure, word: Word) -> None:
    """Prices, most of which can be; what is said of the others."""
    axes = figure.subplots()
    axes.axis("off")
    rows = []
    for number in (12_500_000.0, float("nan"), 0.0, -5000.0, 7e15):
        try:
            check_prices(pd.Series([number], index=[17], name="price"))
            said = word("can be", "бывает")
        except UserError as error:
            said = word(str(error), error.ru or translator("ru", "tabular")(str(error)))
        rows.append([_number(number, word), said])
    names = [word("price", "цена"), word("what is said of it", "что о ней сказано")]
    table = axes.table(rows, colLabels=names, loc="center", cellLoc="left", colWidths=[0.25, 0.85])
    table.auto_set_font_size(False)
    table.set_fontsize(8)
    table.scale(1, 1.6)


PLOTS = {
    "MoneyCostLoss.per_example": Plot(
        Text("what an error costs, beside its square", "цена ошибки рядом с её квадратом"),
        draw_cost,
    ),
    "PeriodicEmbedding.forward": Plot(
        Text("a number and its periodic features", "число и его периодические признаки"),
        draw_embedding,
    ),
    "price_metrics": Plot(
        Text("MAPE and others for two valuers", "MAPE и другие показатели двух оценщиков"),
        draw_figures,
    ),
    "CategoryEncoder.transform": Plot(
        Text("words and their numbers", "слова и их номера"), draw_categories
    ),
    "check_prices": Plot(
        Text("prices, and which of them cannot be", "цены и какие из них невозможны"), draw_limits
    ),
    "parse_prices": Plot(
        Text("prices as written, and as numbers", "цены, как их написали, и числа"), draw_prices
    ),
}
