"""A toy domain whose networks take known seconds, by a clock that only they move."""

import torch

from common.autopilot.portfolio import Portfolio, Times
from common.autopilot.run import autopilot
from tests.common.toy import Line, ToySettings, ToySource, ToyTask

SETTINGS = ToySettings(device="cpu", batch_size=20, epochs=4, lr=0.02)


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class SlowLine(Line):
    """Takes `cost` seconds for each step of training, and a tenth of that for each evaluation."""

    def __init__(self, width, clock, cost, begin):
        super().__init__(width)
        self.clock, self.cost, self.begin, self.steps = clock, cost, begin, 0

    def forward(self, x):
        if self.training and torch.is_grad_enabled() and len(x) == 20:
            if not self.steps:
                self.begin()
            self.steps += 1
        self.clock.now += self.cost if self.training else self.cost / 10
        return super().forward(x)


class SlowTask(ToyTask):
    """An epoch is seven steps: of a network 4 wide it takes 0.7 seconds, of one 8 wide 1.4.

    begun: a line for each training, the short ones that measure speed included. events: what
    happens when the training of a setting begins, by its width.
    """

    portfolio = Portfolio(
        changes=({}, {"epochs": Times(2)}, {"width": 8}, {"lr": 0.05}, {"epochs": Times(0.5)})
    )

    def __init__(self, clock, events=None):
        super().__init__()
        self.clock, self.events, self.begun = clock, events or {}, []

    def model(self, preprocessing, settings):
        def begin():
            self.begun.append(settings)
            if settings.epochs > 2 and settings.width in self.events:
                self.events[settings.width]()

        return SlowLine(settings.width, self.clock, settings.width / 40, begin)


SOURCE = ToySource()


def search(task, out=None, *, minutes=10.0, told=(), lines=None, settings=SETTINGS, **more):
    settings = settings.changed({"minutes": minutes})
    say = (lambda line: None) if lines is None else lines.append
    return autopilot(task, SOURCE, settings, out, told=set(told), say=say, clock=task.clock, **more)


def tried(result):
    return [trial["changes"] for trial in result.facts["autopilot"]["trials"]]


def trials_of(result):
    return result.facts["autopilot"]["trials"]
