"""A student's check, from terminal or notebook: its inputs, its time, and what is remembered."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from common.grading.commands import progress
from common.grading.exercise.source import Marked
from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec, Inputs, points
from common.grading.runner.limits import Budget
from common.grading.runner.local import WALL
from common.grading.submissions.efforts import Effort


class FreshInputs:
    """Draws inputs that nobody has seen before, and remembers them by the check's name."""

    def __init__(self) -> None:
        self.rng, self.drawn = np.random.default_rng(), dict[str, Inputs]()

    def __call__(self, check: Check) -> Inputs:
        self.drawn[check.name] = check.inputs(self.rng)
        return self.drawn[check.name]


def own_budget() -> Budget:
    """Return the time of checks on one's own computer: a busy one refuses nobody."""
    return Budget(wall=WALL * Budget.processor)


def probes_of(exercises: Sequence[ExerciseSpec]) -> str:
    """Return the file of probes, whose libraries are imported once."""
    return exercises[0].checks[0].probe.partition(":")[0]


def remember(
    root: Path, mark: Marked, results: Sequence[CheckResult], *, hint: int = 0
) -> progress.Result:
    """Keep what an exercise's checks gave beside what is known of the others, and return it.

    hint: level of the hints that were shown with it.
    """
    most = mark.points or 1  # a warm-up is solved or not
    result = progress.Result(points(most, results), most, mark.fingerprint)
    known, efforts = progress.load(root), progress.load_efforts(root)
    before = known.get(mark.name)
    new = not mark.empty and (before is None or before.fingerprint != mark.fingerprint)
    effort = efforts.get(mark.name, Effort()).after(new=new, passed=result.is_full, hint=hint)
    progress.save(root, {**known, mark.name: result}, {**efforts, mark.name: effort})
    return result
