"""Threads that grade: each one submission at a time, in a sandbox of its own or on a cluster."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from common.grading.exercise.course import Course, Module
from common.grading.exercise.specification import (
    Check,
    CheckResult,
    ExerciseSpec,
    Inputs,
    points,
)
from common.grading.gradebook.grades import described
from common.grading.gradebook.secret import draw
from common.grading.gradebook.store import Gradebook
from common.grading.runner.dask_client import DaskWorkers, UngradedError
from common.grading.runner.dask_work import Draw, Work
from common.grading.runner.judging import Judge, JudgeServer
from common.grading.runner.limits import USUAL, Budget, Limits
from common.grading.runner.loop import Judging, Run, run_checks
from common.grading.runner.probe_result import ProbeResult
from common.grading.runner.sandbox import Sandbox
from common.grading.submissions.submission import Submission

_PATIENCE = 3.0
"""Seconds that a thread gets to end when grading is interrupted."""
_FAR_AWAY = 128
"""Submissions that may be with the workers of a cluster at a time, or wait for their judge."""


class Judges:
    """Some judges for many threads; a context manager. A verdict takes the next that is free."""

    def __init__(self, server: JudgeServer, count: int) -> None:
        self._free: queue.SimpleQueue[Judge] = queue.SimpleQueue()
        self._all = [Judge(server) for _ in range(count)]
        for one in self._all:
            self._free.put(one)

    def __enter__(self) -> "Judges":
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._all:
            one.__exit__()

    def judging(self, exercise: ExerciseSpec) -> Judging:
        """Return what judges the checks of an exercise."""
        return partial(self._judge, exercise)

    def _judge(
        self, exercise: ExerciseSpec, check: Check, inputs: Inputs, outcome: ProbeResult
    ) -> CheckResult:
        judge = self._free.get()
        try:
            return judge.judge(exercise, check, inputs, outcome)
        finally:
            self._free.put(judge)


class WorkerPool:
    """Grades submissions of one module at a time.

    edition: the folder with the student edition. secret: what the inputs are drawn from.
    workers: of a cluster, where the checks run; without them they run in sandboxes here.
    """

    def __init__(
        self,
        gradebook: Gradebook,
        course: Course,
        edition: Path,
        secret: bytes,
        *,
        limits: Limits = USUAL,
        workers: DaskWorkers | None = None,
    ) -> None:
        self.gradebook, self.course, self.edition = gradebook, course, edition
        self.secret, self.limits, self.workers = secret, limits, workers
        self.ungraded: list[str] = []
        self._stop = threading.Event()

    def grade(
        self,
        module: Module,
        submissions: Sequence[Submission],
        jobs: int,
        say: Callable[[Submission, int], None],
    ) -> None:
        """Grade submissions of one module; tell `say` of each and its points, in this thread.

        jobs: how many are checked at a time; on a cluster, for how many answers are judged here.

        Raises what a thread raised, when all have ended. Whose submission no worker came back with
        is in `ungraded`, with the reason.
        """
        waiting: queue.SimpleQueue[Submission] = queue.SimpleQueue()
        for submission in submissions:
            waiting.put(submission)
        threads = min(jobs if self.workers is None else _FAR_AWAY, len(submissions))
        with JudgeServer(module.exercises) as server, Judges(server, jobs) as judges:
            self._grade_in_threads(module, judges, waiting, threads, say)

    def _grade_in_threads(
        self,
        module: Module,
        judges: Judges,
        waiting: "queue.SimpleQueue[Submission]",
        count: int,
        say: Callable[[Submission, int], None],
    ) -> None:
        told: queue.SimpleQueue[Any] = queue.SimpleQueue()  # a grade, an error, None at the end
        arguments = (module, self.course.libraries(module.name), judges, waiting, told)
        threads = [
            threading.Thread(target=self._run, args=arguments, daemon=True) for _ in range(count)
        ]
        for thread in threads:
            thread.start()
        try:
            self._follow(len(threads), told, say)
        finally:
            self._stop.set()
            deadline = time.monotonic() + _PATIENCE
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            self._stop.clear()

    def _follow(self, running: int, told: queue.SimpleQueue, say: Callable) -> None:
        error = None
        while running:
            word = told.get()
            if word is None:
                running -= 1
            elif isinstance(word, BaseException):
                error = error or word
                self._stop.set()
            else:
                say(*word)
        if error is not None:
            raise error

    def _run(
        self,
        module: Module,
        libraries: Sequence[str],
        judges: Judges,
        waiting: queue.SimpleQueue,
        told: queue.SimpleQueue,
    ) -> None:
        """Grade until there is no more; the body of a thread."""
        try:
            with self._sandbox(module, libraries) as sandbox:
                while not self._stop.is_set():
                    submission = waiting.get_nowait()
                    try:
                        reached = self._grade_one(sandbox, judges, module, libraries, submission)
                    except UngradedError as error:
                        self.ungraded.append(f"{submission.student}, {module.name}: {error}")
                        continue
                    if reached is not None:
                        told.put((submission, reached))
        except queue.Empty:
            pass
        except BaseException as error:
            told.put(error)
        finally:
            told.put(None)

    @contextlib.contextmanager
    def _sandbox(self, module: Module, libraries: Sequence[str]) -> Iterator[Sandbox | None]:
        """Open a thread's sandbox; none where the checks run elsewhere."""
        if self.workers is not None:
            yield None
            return
        with Sandbox(
            self.edition, self.limits, replaceable=module.starter, preload=libraries
        ) as sandbox:
            yield sandbox

    def _grade_one(
        self,
        sandbox: Sandbox | None,
        judges: Judges,
        module: Module,
        libraries: Sequence[str],
        submission: Submission,
    ) -> int | None:
        """Run the checks that have not been judged yet; return the points, None if stopped."""
        files, judged = self.gradebook.files(submission), self.gradebook.judged(submission)
        drawing: Draw = partial(draw, self.secret, submission)
        if sandbox is not None:
            run: Run = partial(sandbox.run, files)
        else:
            assert self.workers is not None
            work = Work(module, files, drawing, judged, libraries)
            replay = self.workers.begin(work, stop=self._stop)
            if replay is None:
                return None
            drawing, run = replay.draw, replay.run
        total, budget = 0, Budget.of(self.limits)
        for exercise in module.exercises:
            name = exercise.exercise
            known = {check: result for (owner, check), result in judged.items() if owner == name}
            results = []
            for result in run_checks(
                exercise,
                partial(drawing, exercise),
                run,
                known,
                judging=judges.judging(exercise),
                budget=budget,
            ):
                if result.check not in known:
                    self.gradebook.judge(submission, name, result)
                if self._stop.is_set():
                    return None
                results.append(result)
            total += points(module.marks[name].points, results)
        self.gradebook.conclude(submission, total, described(module))
        return total
