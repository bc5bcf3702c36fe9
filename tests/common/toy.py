"""A fifth domain in one file: lines through points. common must work for it unchanged."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import nn

from common.errors import UserError
from common.outcome import Metric, Outcome
from common.preprocessing import Preprocessing
from common.report.section import Section
from common.settings import Options, Settings, option
from common.task import Task


@dataclass(frozen=True, kw_only=True)
class ToySource(Options):
    file: str | None = option(None, "points", positional=True)
    data: str | None = option(None, "a table", metavar="NAME")
    flock: str | None = option(None, "kept together", training_only=True)


@dataclass(frozen=True, kw_only=True)
class ToySettings(Settings):
    epochs: int = option(3, "passes", at_least=1)
    width: int = option(4, "neurons", at_least=1, at_most=64)
    slope: float | None = option(None, "settled by the data")


@dataclass(frozen=True, kw_only=True)
class ToyPredict(Options):
    digits: int = option(6, "digits to write", at_least=0, at_most=12)


@dataclass(frozen=True)
class Points:
    x: np.ndarray
    y: np.ndarray
    notes: list[str] = field(default_factory=lambda: ["points drawn by hand"])
    split_by: dict = field(default_factory=dict)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, rows):
        return Points(self.x[rows], self.y[rows])


class ToyPreprocessing(Preprocessing):
    notes = ["x is divided by its deviation"]

    def fit(self, train):
        self.scale = np.array([train.x.std()])
        self.seen = len(train)
        return self

    def transform(self, examples):
        return torch.tensor(examples.x / self.scale, dtype=torch.float32)[:, None]

    def data(self, examples, *, training=False):
        return self.transform(examples), torch.tensor(examples.y, dtype=torch.float32)

    def state(self):
        return {"seen": self.seen}, {"scale": self.scale}

    @classmethod
    def restore(cls, values, arrays):
        prepared = cls()
        prepared.seen, prepared.scale = values["seen"], arrays["scale"]
        if prepared.scale.shape != (1,):
            raise UserError("scale: expected one number")
        return prepared


class Line(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(1, width), nn.Tanh(), nn.Dropout(0.1), nn.Linear(width, 1)
        )

    def forward(self, x):
        return self.body(x).squeeze(1)


class ToyTask(Task):
    name, title, about = "toy", "A line", "A line through points."
    metrics = (Metric("mae", "MAE", "{:.3f}"),)
    source, settings, preprocessing = ToySource, ToySettings, ToyPreprocessing
    curves = {"mae": lambda prediction, target: (prediction - target).abs().mean()}
    losses = {
        "mse": lambda settings, preprocessing: nn.MSELoss(),
        "l1": lambda settings, preprocessing: nn.L1Loss(),
    }

    def __init__(self):
        self.examined = []

    def load(self, source):
        if source.file is None:
            x = np.linspace(-3, 3, 200)
            return Points(x, 2 * x + 1)
        try:
            x, y = np.loadtxt(source.file, unpack=True)
        except FileNotFoundError:
            raise UserError(f"{source.file}: no such file") from None
        return Points(x, y)

    def complete(self, settings, examples):
        return settings

    def prepare(self, source, settings):
        return ToyPreprocessing()

    def model(self, preprocessing, settings):
        return Line(settings.width)

    def evaluate(self, pipeline, examples):
        self.examined.append(examples)
        predicted = pipeline(examples).numpy()
        return {"mae": float(np.abs(predicted - examples.y).mean())}, predicted

    def baselines(self, train, test, settings, pipelines):
        guess = np.full(len(test), np.median(train.y))
        return [Outcome("median", {"mae": float(np.abs(guess - test.y).mean())}, guess)]

    def plots(self, train, test, outcomes):
        return [Section("Points", "There are some.", table=[{"x": "1", "y": "<script>2</script>"}])]

    def examples_like(self, pipeline, source):
        return self.load(source)

    def predict(self, pipeline, source: Path, out: Path, options):
        points = self.load(ToySource(file=str(source)))
        digits = options.digits if isinstance(options, ToyPredict) else 6
        np.savetxt(out, pipeline(points).numpy(), fmt=f"%.{digits}f")
        return f"{len(points)} answers in {out}"


TASK = ToyTask()
