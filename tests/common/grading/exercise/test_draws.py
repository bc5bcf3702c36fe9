"""What checks draw: not to be known by heart, and worked out once where many are judged by it."""

import numpy as np
import pytest

from common.grading.exercise import oracle
from common.grading.runner.recording import DRAWS
from tests.common.grading.exercise.test_solutions import GRADED


def digests(inputs):
    cases = inputs.get("cases")
    return {oracle._digest((case,), {}) for case in (cases if cases else [inputs])}


@pytest.mark.parametrize("exercise", [name for name in GRADED if ".warmups." not in name])
def test_who_knows_the_recorded_cases_by_heart_passes_no_check(exercise):
    """The edition holds some draws with their answers, and a student may paste them all."""
    for check in GRADED[exercise].checks:
        drawn = [digests(check.inputs(np.random.default_rng(seed))) for seed in range(DRAWS + 1)]
        assert drawn[-1] - set().union(*drawn[:-1]), check.name


def test_a_remembered_oracle_is_asked_once_and_its_answer_may_be_changed():
    asked = []

    @oracle.oracle
    def answer(x):
        asked.append(x)
        return [np.array([x]), oracle.Later(lambda: asked.append(-x) or np.array([x]))]

    with oracle.remembering():
        first = answer(1)
        first[0][:] = first[1].work_out()[:] = 9
        first.clear()
        array, later = answer(1)
        assert (array.tolist(), later.work_out().tolist(), asked) == ([1], [1], [1, -1])
        answer(2)
    answer(1)
    assert asked == [1, -1, 2, 1]
