"""Mutation testing of the judges: right solutions with one slip each, and which slips pass unseen.

    python benchmarks/mutants.py [NAME …] [--seeds 2] [--processes 2]

Every solution that is accepted, the library's own and those of the tests, is changed in one place
(see benchmarks/mutations.py). The checks of the exercise should catch every such mutant; those that
answer as they should in all cases that the statement allows are named, each with its reason, in
tests/solutions/MODULE/equivalent.toml. What is printed: each mutant that passed and is not named
there, each named one that was caught after all, and a table by exercise. The exit code is 1 where
less than 95 % of the mutants of an exercise that are not equivalent were caught, or where one that
is named as equivalent was. NAME: a part of an exercise's name. All together take half an hour.

A mutant is a copy of a process in which the right solution has just been judged, with everything
imported and warm, and the checks come by how long they took there: most mutants fall in the first
few milliseconds, and the rest of the checks is not run.
"""

import argparse
import ast
import functools
import inspect
import multiprocessing
import os
import resource
import signal
import sys
import textwrap
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from mutations import mutants

from common.grading.exercise.specification import Check, Inputs
from common.grading.runner.loop import check_here, judge, run_here
from tests.common.grading.exercise.test_solutions import GRADED, SOLUTIONS, folder_of, owner_of

LEAST = 0.95
PROCESSOR = 6
"""Seconds of processor for one mutant, which may be an endless loop; the checks take one."""
WALL = 600
MEMORY = 4 * 2**30


@dataclass
class Tally:
    """What became of the mutants of one exercise."""

    made: int = 0
    caught: int = 0
    equivalent: int = 0
    unexplained: list[str] = field(default_factory=list)
    refuted: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share caught of those that are not equivalent."""
        return self.caught / (self.made - self.equivalent) if self.made > self.equivalent else 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    jobs = [
        (exercise, path)
        for exercise, graded in GRADED.items()
        if not arguments.names or any(name in exercise for name in arguments.names)
        for path in [None, *sorted(folder_of(graded).glob("right_*.py"))]
    ]
    tallies: dict[str, Tally] = {}
    with multiprocessing.Pool(arguments.processes, maxtasksperchild=1) as pool:
        for job, tried in pool.imap(functools.partial(try_all, arguments.seeds), jobs):
            tell(job, tried, tallies.setdefault(job[0], Tally()))
    return print_table(tallies)


def tell(job: tuple[str, Path | None], tried: list[tuple[str, bool]], tally: Tally) -> None:
    """Count the mutants of one solution, and print those about which something is to be done."""
    exercise, path = job
    named, title = equivalent(exercise), path.stem if path else "its own"
    for change, is_caught in tried:
        tally.made += 1
        tally.caught += is_caught
        if is_caught and change in named:
            tally.refuted.append(change)
            print(f"{exercise}, {title}: named as equivalent, but caught: {change}")
        elif not is_caught and change in named:
            tally.equivalent += 1
        elif not is_caught:
            tally.unexplained.append(change)
            print(f"{exercise}, {title}: passed unseen: {change}", flush=True)


def print_table(tallies: dict[str, Tally]) -> int:
    print(f"\n{'exercise':50}{'made':>6}{'caught':>8}{'equivalent':>12}{'unexplained':>13}  share")
    for exercise, one in tallies.items():
        print(
            f"{exercise:50}{one.made:6}{one.caught:8}{one.equivalent:12}"
            f"{len(one.unexplained):13}{one.share:7.1%}"
        )
    good = all(one.share >= LEAST and not one.refuted for one in tallies.values())
    print("\nEnough are caught." if good else "\nNOT enough are caught, or a reason does not hold.")
    return 0 if good else 1


@functools.cache
def equivalent(exercise: str) -> dict[str, str]:
    """The changes that make no difference to what an exercise asks for, each with its reason.

    A file of a module has a list of tables for each exercise: {reason = "…", changes = ["…"]}.
    """
    path = SOLUTIONS / exercise.partition(".")[0] / "equivalent.toml"
    if not path.exists():
        return {}
    groups = tomllib.loads(path.read_text(encoding="utf-8")).get(exercise, [])
    return {change: group["reason"] for group in groups for change in group["changes"]}


def try_all(
    seeds: int, job: tuple[str, Path | None]
) -> tuple[tuple[str, Path | None], list[tuple[str, bool]]]:
    """Judge every mutant of one solution, each in a process of its own: it may never end."""
    torch.set_num_threads(1)
    exercise, path = job
    place, name = owner_of(GRADED[exercise])
    tree, namespace = solution(place, name, path)
    asked = quickest_first(exercise, seeds)

    def falls(changed: ast.Module) -> bool:
        child = os.fork()
        if child == 0:
            signal.alarm(WALL)
            resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            os._exit(is_caught(exercise, changed, namespace, asked))
        return os.waitpid(child, 0)[1] != 0

    if falls(tree):  # then all would, and it would mean nothing
        raise RuntimeError(f"{exercise}, {path}: the solution itself is refused, unchanged")
    return job, [(change, falls(mutant)) for change, mutant in mutants(tree)]


def solution(place: object, name: str, path: Path | None) -> tuple[ast.Module, dict]:
    """Return a solution's code and the names that it finds.

    The library's own finds those of its module itself, not a copy of them: a probe may put
    something else there.
    """
    if path:
        return ast.parse(path.read_text(encoding="utf-8")), {}
    function = inspect.unwrap(getattr(place, name))
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list.clear()
    return tree, vars(inspect.getmodule(function))


def quickest_first(exercise: str, seeds: int) -> list[tuple[Check, Inputs]]:
    """Return every check with its inputs, those first that take the library's function least."""
    graded, taken, asked = GRADED[exercise], dict[str, float](), []
    for check in graded.checks:
        check_here(graded, check, seed=0)  # what is loaded with the first call is not counted
        start = time.process_time()
        check_here(graded, check, seed=0)
        taken[check.name] = time.process_time() - start
    for seed in range(seeds):
        for check in sorted(graded.checks, key=lambda one: taken[one.name]):
            asked.append((check, check.inputs(np.random.default_rng(seed))))
    return asked


def is_caught(
    exercise: str, mutant: ast.Module, namespace: dict, asked: list[tuple[Check, Inputs]]
) -> bool:
    graded = GRADED[exercise]
    place, name = owner_of(graded)
    made: dict = {} if namespace else namespace  # the module keeps its own functions
    try:
        exec(compile(mutant, "<mutant>", "exec"), namespace, made)
        setattr(place, name, made[name])
        return any(
            not judge(check, inputs, run_here(graded.place, check.probe, inputs)).passed
            for check, inputs in asked
        )
    except BaseException:
        return True


if __name__ == "__main__":
    sys.exit(main())
