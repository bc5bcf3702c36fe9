"""What the sandbox costs: processor time for one more correct submission of a module.

    python benchmarks/sandbox.py [--modules tabular common] [--repeats 7] [--json]

The submission is the solved exercises of this repository, laid over the student edition as in
grading. Counted is the processor time of everything: of the server and all its children, as their
parents are told at their end, and of this process while it hands a check over and takes the result
in. What the checks compute is taken off: the same probes with the same inputs, in this process,
once all is imported and warm. What remains is the overhead: starting a process for every check,
its namespaces, importing the student's files, the frame. The start of a sandbox is given apart; a
run of the grader pays it once for each job. Medians over the repeats, which are interleaved.

"bare forks" is a limit to compare the overhead with: what is left, after the same subtraction, of
the same probes each run in a child of a process that has imported the libraries and the course,
with no sandbox, no files to place and nothing to import. A grader that gives each check a clean
process pays this before it protects anything.

A machine that is shared is slow at times, and all figures with it. So the last line gives one that
everybody knows: the processor time of `import torch` in a bare Python, before and after the rest.
"""

import argparse
import gc
import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ["OMP_NUM_THREADS"] = "1"  # as in the sandbox

from common.grading.exercise.course import Course  # noqa: E402
from common.grading.runner import bubblewrap  # noqa: E402
from common.grading.runner.inside.driver import run_probe  # noqa: E402
from common.grading.runner.inside.wire import decode, encode  # noqa: E402
from common.grading.runner.loop import judge  # noqa: E402
from common.grading.runner.sandbox import Sandbox  # noqa: E402


def seconds_of_children() -> float:
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def measure(course: Course, edition: Path, name: str, repeats: int) -> dict:
    module = course.modules[name]
    files = {path: (ROOT / path).read_bytes() for path in module.starter}
    checks = [(graded.place, check) for graded in module.exercises for check in graded.checks]
    inputs = [
        check.inputs(np.random.default_rng(number)) for number, (_, check) in enumerate(checks)
    ]
    took: dict[str, list[float]] = {"sandboxed": [], "computed": [], "overhead": []}
    with Sandbox(edition, replaceable=files, preload=course.libraries(name)) as sandbox:
        start = seconds_of_children()
        for _ in range(repeats + 1):
            inside, alone = 0.0, 0.0
            began = seconds_of_children()
            for (place, check), given in zip(checks, inputs, strict=True):
                before = time.process_time()
                outcome = sandbox.run(files, place, check.probe, given)
                inside += time.process_time() - before
                if not judge(check, given, outcome).passed:
                    raise SystemExit(f"{name}: {check.name} is not right: {outcome}")
                copied = decode(encode(given))
                before = time.process_time()
                run_probe(place, check.probe, copied)
                alone += time.process_time() - before
            inside += seconds_of_children() - began
            for key, value in zip(took, (inside, alone, inside - alone), strict=True):
                took[key].append(value)
    # The first round warms up.
    medians = {key: statistics.median(values[1:]) for key, values in took.items()}
    command = [sys.executable, __file__, "--bare", "--modules", name, "--repeats", str(repeats)]
    bare = subprocess.run(
        command, env=bubblewrap.environment(), check=True, capture_output=True, text=True
    )
    return {
        "module": name,
        "checks": len(checks),
        "start": start,
        **medians,
        "bare": float(bare.stdout),
    }


def bare_forks(course: Course, name: str, repeats: int) -> float:
    """Return the seconds beyond the computing when each probe runs in a mere child of this."""
    jobs = []
    for library in course.libraries(name):
        importlib.import_module(library)
    for graded in course.modules[name].exercises:
        for check in graded.checks:
            importlib.import_module(graded.place)
            importlib.import_module(check.probe.partition(":")[0])
            inputs = check.inputs(np.random.default_rng(len(jobs)))
            jobs.append((graded.place, check.probe, inputs))
    gc.collect()
    gc.freeze()
    forked = [seconds_of_forks(jobs) for _ in range(repeats + 1)]
    computed = []
    for _ in range(repeats + 1):
        before = time.process_time()
        for job in jobs:
            run_probe(*job)
        computed.append(time.process_time() - before)
    return statistics.median(forked[1:]) - statistics.median(computed[1:])


def seconds_of_forks(jobs: list[tuple]) -> float:
    def seconds() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime

    before = seconds()
    for job in jobs:
        child = os.fork()
        if child == 0:
            run_probe(*job)
            os._exit(0)
        os.waitpid(child, 0)
    return seconds() - before


def seconds_of_torch() -> float:
    """Return the processor seconds of `import torch`, the least of three."""
    took = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", "import torch"], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--modules", nargs="*")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--bare", action="store_true", help="bare forks alone, of one module")
    arguments = parser.parse_args()
    course = Course(ROOT)
    if arguments.bare:
        print(bare_forks(course, *arguments.modules, arguments.repeats))
        return
    before = seconds_of_torch()
    with tempfile.TemporaryDirectory() as folder:
        course.write_edition(Path(folder))
        rows = [
            measure(course, Path(folder), name, arguments.repeats)
            for name in arguments.modules or course.modules
        ]
    if arguments.json:
        print(json.dumps(rows))
        return
    print("seconds of processor for one more correct submission")
    columns = ("sandboxed", "computed", "overhead", "bare")
    heads = "".join(f"{'bare forks' if key == 'bare' else key:>12}" for key in columns)
    print(f"{'module':10}{'checks':>8}{heads}{'start':>9}")
    for row in rows:
        figures = "".join(f"{row[key]:12.3f}" for key in columns)
        print(f"{row['module']:10}{row['checks']:8}{figures}{row['start']:9.1f}")
    print(f"`import torch` in a bare Python: {before:.2f} before, {seconds_of_torch():.2f} after")


if __name__ == "__main__":
    main()
