"""What follows a training, measured when a search begins: its judgement, and the last page."""

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from common.autopilot.answer import Answer, examined
from common.autopilot.trials import FailedError, Trial
from common.errors import UserError
from common.runs.results import write

if TYPE_CHECKING:
    from common.autopilot.search import Search

REHEARSAL_SHARE = 12
"""The end is rehearsed only if it takes less than one in so many of the seconds left."""
MOMENT = 1.0
"""Seconds to settle answers in a rehearsal, where a domain has time kept for that."""
SHARE, MOST = 4, 256
"""To see how long a judgement takes, one in so many validation examples are judged, and no more."""


def judging_seconds(search: "Search", model: nn.Module, settings: Any) -> float:
    """Return about how long the validation part takes, by some of it; 0 if those are too few.

    Any network will do, however short it was trained.
    """
    valid, clock = search.prepared.valid, search.budget.clock
    few = min(-(-len(valid) // SHARE), MOST)
    began = clock()
    try:
        search.task.evaluate(search.pipeline(model, settings), valid[np.arange(few)])
    except (FailedError, UserError, ValueError, ArithmeticError):
        return 0.0
    return (clock() - began) * len(valid) / few


def rehearse(search: "Search", model: nn.Module, settings: Any) -> float | None:
    """Write the run of a network into a folder that is thrown away; return the seconds it took.

    The validation part stands in for the test part, which is not touched, as many examples as that
    has. Any network will do, however short it was trained.

    Returns:
        None where there is too little time to try it, so that it is guessed, or the network
        cannot answer yet.
    """
    if search.budget.whole_left() < REHEARSAL_SHARE * search.budget.ending:
        return None
    prepared, began = search.prepared, search.budget.clock()
    count = min(len(prepared.valid), len(prepared.test) or len(prepared.valid))
    stand_in = dataclasses.replace(prepared, test=prepared.valid[np.arange(count)])
    trial = Trial(0, {}, seconds=0.0, ended=0.0, figure=0.0, history=search.sketch_history)
    trial.model = model
    # What is kept for settling is kept beside what is measured here.
    kept = min(search.settling, MOMENT)
    quiet = dataclasses.replace(search, say=lambda line: None, trials=[trial], settling=kept)
    try:
        result = examined(quiet, Answer([trial], 0.0), stand_in, settings=settings, config={})
        with tempfile.TemporaryDirectory() as folder:
            write(search.task, Path(folder), result, search.settings_of(trial))
    except (FailedError, UserError):
        return None
    return search.budget.clock() - began
