"""One submission on its way to a worker and back: what is asked of it, and what came of it.

A worker gets the files, the drawn inputs, and which checks were judged before: never what is right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from common.grading.exercise.course import Module
from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec, Inputs
from common.grading.runner.inside.wire import Plain, encode
from common.grading.runner.limits import Limits
from common.grading.runner.probe_result import ProbeResult

Draw = Callable[[ExerciseSpec, Check], Inputs]


@dataclass(frozen=True)
class Work:
    """A submission's checks, to be run for the ones that `judged` does not know.

    files: what was handed in. draw: gives a check's inputs. libraries: what the module needs.
    """

    module: Module
    files: Mapping[str, bytes]
    draw: Draw
    judged: Mapping[tuple[str, str], CheckResult]
    libraries: Sequence[str]

    def request(self, digest: str, limits: Limits) -> tuple[dict[tuple[str, str], Inputs], bytes]:
        """Return the inputs, drawn for each check that is to run, and the frame for a worker."""
        inputs: dict[tuple[str, str], Inputs] = {}
        exercises: list[Plain] = []
        for exercise in self.module.exercises:
            checks: list[Plain] = []
            for check in exercise.checks:
                key = exercise.exercise, check.name
                told: dict[str, Plain] = {"name": check.name, "probe": check.probe}
                if key in self.judged:
                    told["known"] = self.judged[key].failure  # and nothing of what was expected
                else:
                    inputs[key] = self.draw(exercise, check)
                    told["inputs"] = np.frombuffer(encode(inputs[key]), np.uint8)
                checks.append(told)
            exercises.append({"name": exercise.exercise, "checks": checks})
        handed: dict[str, Plain] = {
            name: np.frombuffer(body, np.uint8) for name, body in self.files.items()
        }
        request: dict[str, Plain] = {
            "digest": digest,
            "replaceable": [*sorted(self.module.starter)],
            "libraries": [*self.libraries],
            "limits": asdict(limits),
            "files": handed,
            "exercises": exercises,
        }
        return inputs, encode(request)


class Replay:
    """A submission's checks that have been run elsewhere: their inputs, and what came of them."""

    def __init__(
        self,
        inputs: Mapping[tuple[str, str], Inputs],
        outcomes: Mapping[tuple[str, str], ProbeResult],
    ) -> None:
        self._inputs, self._outcomes, self._at = inputs, outcomes, ("", "")

    def draw(self, exercise: ExerciseSpec, check: Check) -> Inputs:
        """Return the inputs that were drawn for a check, which is the next to be `run`."""
        self._at = exercise.exercise, check.name
        return self._inputs[self._at]

    def run(self, place: str, probe: str, inputs: Inputs) -> ProbeResult:
        """Return what came of the check whose inputs were taken last."""
        return self._outcomes[self._at]
