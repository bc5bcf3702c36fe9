"""Trains the second look on what the first network marks in the training part.

What shares more than half with a thing is one, what touches none is none. Things that the first
network missed are added. What the second look takes wrongly for a thing is shown again and again,
what it knows is not. Of the course's pads close-ups are drawn beside that.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from common.pipeline import Pipeline
from common.trainer import Trainer
from vision.candidates import SPECKLE, Candidates, marked_in, true_ones
from vision.data import Pictures
from vision.model import OwnContrast
from vision.second_look.classifier import SecondLook
from vision.second_look.dataset import ViewDataset, cuts_of
from vision.second_look.network import PolarNetwork
from vision.second_look.polar_sampling import Cut, cut_out
from vision.settings import PictureSource
from vision.synthetic.close_ups import close_ups

LEARNED_AT = 0.3
"""The probability above which what is marked teaches the second look."""
PICTURES = 800
"""Of the training part, at most, that it learns from."""
LEAST_SECONDS = 3.0
"""In less it learns nothing."""
DRAWN = 0.25
"""Share of the time that is left, at most, in which close-ups are drawn."""
EACH, MOST_VIEWS = 76, 200_000
"""Views that are shown for each picture that the first network was shown, and at most."""
KEPT = 16_000
"""Things, and as many false ones, at most: of these the surest."""
FEWEST = 20
"""Things, and false ones, there must be at least to learn from."""
BATCH, LR = 64, 8e-3


def second_look_for(
    pipeline: Pipeline,
    train: Pictures,
    *,
    seconds: float | None = None,
    progress: bool | Callable[[float], None] = False,
    clock: Callable[[], float] = time.monotonic,
) -> SecondLook | None:
    """Return a second look that has learned from what the network marks in the training part.

    Args:
        pipeline: the network.
        train: the training part; of a large one, `PICTURES` are looked at.
        seconds: that it may take, where there is a deadline.
        progress: show a bar or none; a function is told the share that is done.
        clock: tells seconds.

    Returns:
        None where the network marks too little, or speckle, or where there is no time.
    """
    if seconds is not None and seconds < LEAST_SECONDS:
        return None
    end = math.inf if seconds is None else clock() + seconds
    some = np.linspace(0, len(train) - 1, min(len(train), PICTURES)).astype(int)
    pictures = train[some]
    (found,) = marked_in(pipeline, pictures, (LEARNED_AT,))
    if len(found) > SPECKLE * len(some) or end - clock() < LEAST_SECONDS:
        return None
    found = replace(found, rows=some[found.rows])
    there = true_ones(pictures)
    there = replace(there, rows=some[there.rows])
    found = found.and_those(there)
    if not enough(found):
        return None
    # Of the course's pads anybody can draw more; nobody can of what a person's pictures show.
    ours = pipeline.source == PictureSource()
    until = clock() + DRAWN * (end - clock())
    shown = close_ups(seed=pipeline.settings.seed, going=lambda: clock() < until) if ours else ()
    beside = [(cut_out(*one[:4]), one.thing) for one in shown]
    left = None if seconds is None else end - clock()
    if left is not None and left <= 0:
        return None
    return learn_second_look(pipeline, train, found, beside=beside, seconds=left, progress=progress)


def enough(found: Candidates) -> bool:
    """Whether there are as many things, and false ones, as it takes to learn from."""
    things, false = found.right.sum(), (found.beside & ~found.right).sum()
    return bool(min(things, false) >= FEWEST)


def learn_second_look(
    pipeline: Pipeline,
    train: Pictures,
    found: Candidates,
    *,
    beside: Sequence[tuple[Cut, bool]] = (),
    seconds: float | None = None,
    progress: bool | Callable[[float], None] = False,
) -> SecondLook | None:
    """Train the network on what the first one marked in the training part; None where that is too
    little to learn from.

    Args:
        pipeline: the first network.
        train: the training part.
        found: what is marked in some of it, with all things there.
        beside: close-ups that are shown too, and whether each is of a thing.
        seconds: after which the training ends, its learning rate led down by the clock.
        progress: show a bar or none; a function is told the share that is done.
    """
    if not enough(found):
        return None
    right, wrong = np.flatnonzero(found.right), np.flatnonzero(found.beside & ~found.right)
    surest = wrong[np.argsort(-found.sure[wrong], kind="stable")[:KEPT]]
    false, true = (cuts_of(train, found[those]) for those in (surest, right[:KEPT]))
    no_things, things = ([cut for cut, thing in beside if thing == kind] for kind in (False, True))
    settings = pipeline.settings
    shown = min(EACH * len(train) * settings.epochs, MOST_VIEWS)
    close = len(no_things), len(things)
    views = ViewDataset(false + no_things, true + things, shown, settings.seed, close=close)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = PolarNetwork()
    trainer = Trainer(
        nn.Sequential(OwnContrast(), network),
        nn.BCEWithLogitsLoss(),
        lr=LR,
        epochs=1,
        batch_size=BATCH,
        device=settings.device,
        seed=settings.seed,
        minutes=None if seconds is None else seconds / 60,
        progress=progress,
    )
    trainer.fit(views)
    return network.eval().without_torch()
