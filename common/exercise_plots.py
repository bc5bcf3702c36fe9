"""What the exercises of common bring to life, each drawn with the student's function alone."""

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import nn

from common.device import available_devices, pick_device
from common.early_stopping import early_stopping
from common.exercise_demo import Plot, Word
from common.i18n import Text
from common.losses import relative_error
from common.report.plots import TEXT, label
from common.splits import random_parts
from common.step import training_step
from common.training_loop import Pairs, train_network


def _wave(seed: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    x = 6 * torch.rand(80, 1, generator=generator) - 3
    return x, torch.sin(x) + 0.2 * torch.randn(80, 1, generator=generator)


def _network() -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(1, 64), nn.Tanh(), nn.Linear(64, 1))


def _fits(figure: Figure, word: Word, before: nn.Module, after: nn.Module) -> None:
    x, y = _wave()
    grid = torch.linspace(-3, 3, 200)[:, None]
    titles = (word("before", "до обучения"), word("after", "после обучения"))
    for axes, model, title in zip(figure.subplots(1, 2), (before, after), titles, strict=True):
        axes.plot(x, y, ".", color="#888888")
        axes.plot(grid, model(grid).detach(), color="#8f1d5c", linewidth=2)
        label(axes, title=title)


def draw_step(figure: Figure, word: Word) -> None:
    x, y = _wave()
    model = _network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(300):
        training_step(model, nn.functional.mse_loss, optimizer, (x,), y)
    _fits(figure, word, _network(), model)


def draw_loop(figure: Figure, word: Word) -> None:
    x, y = _wave()
    model = _network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        data, valid = Pairs(x[:60], y[:60]), Pairs(x[60:], y[60:])
        losses = train_network(
            model, nn.MSELoss(), optimizer, data, valid, epochs=60, batch_size=10
        )
    left, right = figure.subplots(1, 2)
    left.plot(range(1, len(losses) + 1), losses, color="#14213d")
    label(left, title=word("validation loss", "потери на валидации"), x=word("epoch", "эпоха"))
    grid = torch.linspace(-3, 3, 200)[:, None]
    right.plot(x, y, ".", color="#888888")
    right.plot(grid, model(grid).detach(), color="#8f1d5c", linewidth=2)
    label(right, title=word("what it learned", "чему сеть научилась"))


def draw_stopping(figure: Figure, word: Word) -> None:
    epochs = np.arange(1, 61)
    noise = np.random.default_rng(3).normal(0, 0.01, 60)
    values = 0.3 + 0.7 * np.exp(-epochs / 8) + 0.004 * np.maximum(epochs - 25, 0) + noise
    best, stopped = 0, len(values)
    for end in range(1, len(values) + 1):
        best, stop = early_stopping(values[:end].tolist(), 8)
        if stop:
            stopped = end
            break
    axes = figure.subplots()
    axes.plot(epochs, values, color="#bbbbbb")
    axes.plot(epochs[:stopped], values[:stopped], color="#14213d", linewidth=2)
    axes.plot(best, values[best - 1], "*", color="#8f1d5c", markersize=16)
    title = word(
        f"epoch {best} is the best; stopped after {stopped} of 60",
        f"лучшая эпоха — {best}; остановка после {stopped} из 60",
    )
    label(axes, title=title, x=word("epoch", "эпоха"), y=word("validation loss", "потери"))


def draw_parts(figure: Figure, word: Word) -> None:
    points = np.random.default_rng(0).normal(size=(400, 2))
    parts = random_parts(400, (0.7, 0.2, 0.1), np.random.default_rng(0))
    before, after = figure.subplots(1, 2)
    before.plot(*points.T, "o", color="#888888", markersize=4)
    names = (word("training", "обучение"), word("validation", "валидация"), word("test", "тест"))
    colours = ("#14213d", "#d9652b", "#0a7a8c")
    for rows, name, colour in zip(parts, names, colours, strict=True):
        text = f"{name}: {len(rows)}"
        after.plot(*points[rows].T, "o", color=colour, markersize=4, label=text)
    after.legend(fontsize=8)
    label(before, title=word("all examples", "все примеры"))
    label(after, title=word("three sets", "три выборки"))


def draw_relative(figure: Figure, word: Word) -> None:
    errors = torch.linspace(-1e6, 1e6, 101)
    titles = (word("squared error", "квадрат ошибки"), word("your loss", "ваша функция потерь"))
    for axes, title, squared in zip(figure.subplots(1, 2), titles, (True, False), strict=True):
        for price in (3e6, 30e6, 300e6):
            target = torch.full((1,), price)
            values = [relative_error(target + e, target).item() for e in errors]
            heights = (errors / 1e6).square().tolist() if squared else values
            axes.plot(
                errors / 1e6, heights, label=word(f"{price / 1e6:.0f} M", f"{price / 1e6:.0f} млн")
            )
        axes.legend(fontsize=8)
        label(axes, title=title, x=word("error, millions", "ошибка, млн"))


def draw_device(figure: Figure, word: Word) -> None:
    axes = figure.subplots()
    axes.axis("off")
    said = [f"{name}: {word('there', 'есть')}" for name in available_devices()]
    text = "\n".join([*said, f"auto: {pick_device('auto')}"])
    axes.text(0.5, 0.5, text, ha="center", va="center", **{**TEXT, "fontsize": 18})


PLOTS = {
    "relative_error": Plot(
        Text("the same error at three prices", "одна и та же ошибка при трёх ценах"), draw_relative
    ),
    "training_step": Plot(
        Text("a curve before and after 300 steps", "кривая до и после 300 шагов"), draw_step
    ),
    "train_network": Plot(
        Text("a validation loss that falls, and the curve learned", "потери падают, кривая учится"),
        draw_loop,
    ),
    "early_stopping": Plot(
        Text("the best epoch, and where training ends", "лучшая эпоха и конец обучения"),
        draw_stopping,
    ),
    "random_parts": Plot(
        Text("points in three colours", "точки трёх цветов: три выборки"), draw_parts
    ),
    "pick_device": Plot(Text("where this computer trains", "где учит этот компьютер"), draw_device),
}
