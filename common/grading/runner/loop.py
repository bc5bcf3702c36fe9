"""Checking a student's own code on their own computer."""

import importlib
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from common.errors import UserError
from common.grading.exercise.specification import NOT_TRIED, Check, CheckResult, ExerciseSpec, judge
from common.grading.runner.inside.driver import run_probe
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.local_runner import ROOT, Bench


def graded(module: str) -> list[ExerciseSpec]:
    """Return a module's exercises with their checks, in the order they are meant to be solved."""
    name = f"tests.graded.{module}"
    if not (ROOT / "tests" / "graded" / f"{module}.py").is_file():
        raise UserError(
            f"there are no exercises for {module} in {ROOT}", ru=f"в {ROOT} нет заданий {module}"
        )
    return importlib.import_module(name).EXERCISES


def check(
    exercises: Iterable[ExerciseSpec], *, root: Path = ROOT, seed: int | None = None
) -> Iterator[tuple[ExerciseSpec, list[CheckResult]]]:
    """Check exercises of one module, with inputs drawn from `seed` or afresh.

    Yields each exercise with a verdict for each of its checks.
    """
    exercises = list(exercises)
    if not exercises:
        return
    with Bench(exercises[0].checks[0].probe.partition(":")[0], root=root) as bench:
        for exercise in exercises:
            yield exercise, _check(bench, exercise, np.random.default_rng(seed))


def _check(bench: Bench, exercise: ExerciseSpec, rng: np.random.Generator) -> list[CheckResult]:
    verdicts = []
    for number, one in enumerate(exercise.checks):
        inputs = one.inputs(rng)
        outcome = bench.run(exercise.place, one.probe, inputs)
        verdicts.append(judge(one, inputs, outcome))
        rest = exercise.checks[number + 1 :]
        if verdicts[0].empty:
            # The other checks would only say the same again.
            return verdicts + [CheckResult(c.name, c.about, False, empty=True) for c in rest]
        if outcome[0] == "time":
            # Nor is it worth waiting for as long again, and again.
            return verdicts + [CheckResult(c.name, c.about, False, NOT_TRIED) for c in rest]
    return verdicts


def check_here(exercise: ExerciseSpec, one: Check, *, seed: int | None = None) -> CheckResult:
    """Run one check in this process, where a debugger can follow it."""
    inputs = one.inputs(np.random.default_rng(seed))
    frame = run_probe(exercise.place, one.probe, decode(encode(inputs)))
    return judge(one, inputs, decode(frame))


def statement(exercise: ExerciseSpec, language: str, docstring: str) -> str:
    """Return what the exercise asks for; in English that is its docstring."""
    return inspect.cleandoc(exercise.statement_ru if language == "ru" else docstring)
