"""A toy domain for several machines: importable there, with a portfolio and a way to be stuck."""

import os
import time
from pathlib import Path

import torch

from common.autopilot.portfolio import Portfolio, Times
from common.errors import UserError
from tests.common.toy import Line, ToySettings, ToyTask

SETTINGS = ToySettings(device="cpu", batch_size=20, epochs=4, lr=0.02)
STUCK = "STICKSHIFT_TEST_STUCK"


class ManyLine(Line):
    """On a worker that has the variable STUCK the second network that is trained, which is that of
    the first trial, makes the file that this names, and waits."""

    trained: list["ManyLine"] = []

    def forward(self, x):
        file = os.environ.get(STUCK)
        if file and self.training and torch.is_grad_enabled():
            if not any(one is self for one in self.trained):
                self.trained.append(self)
            if len(self.trained) > 1:
                Path(file).touch()
                time.sleep(300)
        return super().forward(x)


class ManyTask(ToyTask):
    portfolio = Portfolio(
        changes=({}, {"epochs": Times(2)}, {"width": 8}, {"lr": 0.05}, {"width": 8, "lr": 0.05}),
        ending=1.0,
    )

    def model(self, preprocessing, settings):
        return ManyLine(settings.width)


class Spoilt(ManyTask):
    """Networks of 8 neurons come to nothing, and a learning rate of 0.05 is refused."""

    def model(self, preprocessing, settings):
        model = super().model(preprocessing, settings)
        if settings.width == 8:
            model.body[0].weight.data.fill_(float("nan"))
        if settings.lr == 0.05:
            raise UserError("no such learning rate", ru="нет такой скорости")
        return model


class Refused(ManyTask):
    """Whatever is tried on a worker is refused."""

    def model(self, preprocessing, settings):
        if self.examined is None and settings.minutes > 1e-3:  # and not in the proof
            raise UserError("this cannot be learned", ru="этому нельзя научиться")
        return super().model(preprocessing, settings)

    def __getstate__(self):
        return {"examined": None}
