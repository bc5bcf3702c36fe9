"""A class graded here and on a Dask cluster in turn: what the cluster costs, and how far it goes.

    python benchmarks/grading.py --workers 2

Each round grades the class once with --jobs and once with as many workers, from the same secret,
and fails where the two gradebooks differ. Processor time is that of everything: of this process,
its judges, its sandboxes; and of the scheduler, the workers and their sandboxes. What a cluster
costs to start is not in it. What scheduler and workers take when they have nothing to do grows
with the time, not with the work: it is measured while the grader works alone, and given apart.

Then 1,000 submissions are simulated on 1 to 32 workers. Each takes a worker what one of the class
took, chosen at random: its share, by its checks' time, of the workers' processor time. The grader
draws the inputs and reads the answers of one submission after another, which takes what was
measured from the first check to the last; that, and what the scheduler and the judges take, also
has to fit on the `CORES` of its machine. A worker has one submission under way, and one that waits
for it. What a network takes is not simulated.
"""

import heapq
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from common.cluster.connection import connected
from common.grading.commands.grade import Options, grade
from common.grading.exercise.course import Course
from common.grading.runner.dask_client import DaskWorkers
from common.grading.runner.sandbox import Sandbox
from common.grading.runner.worker_pool import Judges, WorkerPool
from tests.common.grading.classroom import dump
from tests.common.grading.cluster import Cluster

SIMULATED = 1000
CORES = 4


class Processor:
    """Processor seconds by kind of process, looked at before a process ends; for one grading."""

    def __init__(self, cluster: Cluster) -> None:
        self.kinds = {process.pid: name for name, process in cluster.processes.items()}
        self.seen: dict[tuple[int, float], tuple[str, float]] = {}
        self.before = self._look()
        self.wall = time.monotonic()

    def _look(self) -> dict[tuple[int, float], tuple[str, float]]:
        here = psutil.Process()
        found = {}
        for process in [here, *here.children(recursive=True)]:
            try:
                words, times = process.cmdline(), process.cpu_times()
                key = process.pid, process.create_time()
            except psutil.Error:  # it has ended meanwhile
                continue
            seconds = times.user + times.system
            kind = "workers" if self._is_workers(process) else "judges"
            if process == here:
                kind = "grader"
            elif process.pid in self.kinds:
                kind = self.kinds[process.pid].rstrip("0123456789")
            elif any("inside.server" in word for word in words):
                kind = "sandboxes"
                seconds += times.children_user + times.children_system  # of all its checks
            elif any("bwrap" in word for word in words[:1]) or self._is_check(process):
                continue
            found[key] = kind, seconds
        return found

    def _is_workers(self, process: psutil.Process) -> bool:
        return any(one.pid in self.kinds for one in _parents(process))

    def _is_check(self, process: psutil.Process) -> bool:
        return any("inside.server" in " ".join(_cmdline(one)) for one in _parents(process))

    def look(self) -> None:
        self.seen |= self._look()

    def now(self) -> dict[str, float]:
        """Return the seconds of wall and of processor since the beginning."""
        self.look()
        parts = dict.fromkeys(("grader", "judges", "sandboxes", "scheduler", "worker"), 0.0)
        for key, (kind, seconds) in self.seen.items():
            if kind in parts:
                parts[kind] += seconds - self.before.get(key, ("", 0.0))[1]
        return {"wall": time.monotonic() - self.wall, **parts}


def _parents(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.parents()
    except psutil.Error:
        return []


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


class Watched:
    """Looks at the processor's seconds whenever sandboxes or judges are about to end."""

    def __init__(self) -> None:
        self.checks: list[float] = []  # seconds of wall, of each submission on a worker
        self.own: list[float] = []  # of processor, of the grader from the first check to the last
        self.processor: Processor | None = None
        close, judges, ask, grade_all = (
            Sandbox.close,
            Judges.__exit__,
            DaskWorkers._ask,
            WorkerPool.grade,
        )

        def closing(sandbox):
            self.processor.look()
            close(sandbox)

        def ending(pool, *words):
            self.processor.look()
            judges(pool, *words)

        def asking(*words):
            answer = ask(*words)
            self.checks.append(sum(one["wall"] for one in answer["ran"]))
            return answer

        def grading(*words):
            before = time.process_time()
            grade_all(*words)
            self.own.append(time.process_time() - before)

        Sandbox.close, Judges.__exit__ = closing, ending
        DaskWorkers._ask, WorkerPool.grade = asking, grading


def compare(folder: Path, course: Course, jobs: int, workers: int, rounds: int) -> None:
    """Grade in turn, and print what each took; then simulate."""
    students = len([*folder.iterdir()])
    rows: dict[str, list[dict[str, float]]] = {f"--jobs {jobs}": [], f"{workers} workers": []}
    own: list[float] = []
    watched = Watched()
    with tempfile.TemporaryDirectory() as place, Cluster(Path(place)) as cluster:
        for number in range(workers):
            cluster.start_worker(f"worker{number}")
        where = cluster.where()
        with connected(where["workers"], where["certificates"]) as client:
            client.wait_for_workers(workers)
        outs: list[Path] = []
        for number in range(rounds):
            sides = [*zip(rows, ({}, where), strict=True)]
            for name, options in sides if number % 2 == 0 else sides[::-1]:
                out = Path(place, f"grades-{len(outs)}")
                out.mkdir()
                if outs:
                    shutil.copy(outs[0] / "secret", out)
                outs.append(out)
                watched.processor = Processor(cluster)
                grade(folder, out, Options(jobs, **options), course=course)
                rows[name].append(watched.processor.now())
                if options:
                    own.append(watched.own[-1])
        first = dump(outs[0])
        for out in outs[1:]:
            if dump(out) != first:
                raise SystemExit(f"{out}: other grades than {outs[0]}")
    print(f"\n{students} submissions, {rounds} rounds: the same gradebook each time")
    for name, took in rows.items():
        told = ", ".join(f"{key} {spread([row[key] for row in took])}" for key in took[0])
        print(f"{name}: {told}")
    here, there = rows.values()
    idle = statistics.median((row["scheduler"] + row["worker"]) / row["wall"] for row in here)
    ratios: dict[str, list[float]] = {"wall": [], "processor": [], "processor, less idling": []}
    for a, b in zip(here, there, strict=True):
        ratios["wall"].append(b["wall"] / a["wall"])
        alone = a["grader"] + a["judges"] + a["sandboxes"]  # a cluster is not needed for that
        both = sum(b.values()) - b["wall"]
        ratios["processor"].append(both / alone)
        ratios["processor, less idling"].append((both - idle * b["wall"]) / alone)
    print(f"the cluster takes {idle:.1%} of a core when it idles")
    for key, values in ratios.items():
        print(f"{key}, workers to jobs: {spread(values)}")
    median = {key: statistics.median(row[key] for row in there) / students for key in there[0]}
    grader = statistics.median(own) / students
    on_workers = median["worker"] + median["sandboxes"]
    beside = median["judges"] + median["scheduler"]
    print(
        f"a submission takes, of processor: workers {on_workers:.3f} s, grader {grader:.3f} s, "
        f"judges and scheduler {beside:.3f} s"
    )
    mean = statistics.mean(watched.checks)
    shares = [one / mean * on_workers for one in watched.checks]
    print(f"\n{SIMULATED} submissions, simulated: workers, seconds, times one worker, grader busy")
    single = 0.0
    for count in (1, 2, 4, 8, 16, 32):
        seconds, busy = simulated(count, shares, max(grader, (grader + beside) / CORES))
        single = single or seconds
        print(f"{count:4} {seconds:8.0f} {single / seconds:6.1f} {busy:6.0%}")


def simulated(workers: int, shares: list[float], grader: float) -> tuple[float, float]:
    """Return the seconds that many submissions take, and for how much of them the grader works.

    grader: its seconds for a submission, half before the checks and half after them.
    """
    chance = random.Random(0)
    lengths = [chance.choice(shares) for _ in range(SIMULATED)]
    free = [(0.0, number) for number in range(2 * workers)]  # places: two for each worker
    busy = [0.0] * workers  # until when each works
    own = last = 0.0
    waiting: list[tuple[float, int, int]] = []  # answers: when, which, whose place
    heapq.heapify(free)
    given = 0
    while given < len(lengths) or waiting:
        if given < len(lengths) and free and (not waiting or free[0][0] <= waiting[0][0]):
            since, place = heapq.heappop(free)
            own = max(own, since) + grader / 2
            worker = place % workers
            busy[worker] = max(busy[worker], own) + lengths[given]
            heapq.heappush(waiting, (busy[worker], given, place))
            given += 1
            continue
        when, _, place = heapq.heappop(waiting)
        own = max(own, when) + grader / 2
        last = own
        heapq.heappush(free, (when, place))
    return last, grader * len(lengths) / last


def spread(values: list[float]) -> str:
    middle = statistics.median(values)
    return f"{middle:.2f} ({min(values):.2f} to {max(values):.2f})"
