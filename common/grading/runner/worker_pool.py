"""Threads that grade: each with a sandbox of its own, and one submission at a time."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from common.grading.exercise.course import Course, Module
from common.grading.exercise.specification import points
from common.grading.gradebook.grades import described
from common.grading.gradebook.secret import draw
from common.grading.gradebook.store import Gradebook
from common.grading.runner.judging import Judge, JudgeServer
from common.grading.runner.limits import USUAL, Budget, Limits
from common.grading.runner.loop import run_checks
from common.grading.runner.sandbox import Sandbox
from common.grading.submissions.submission import Submission

_PATIENCE = 3.0
"""Seconds that a thread gets to end when grading is interrupted."""


class WorkerPool:
    """Grades submissions of one module at a time.

    edition: the folder with the student edition. secret: what the inputs are drawn from.
    """

    def __init__(
        self,
        gradebook: Gradebook,
        course: Course,
        edition: Path,
        secret: bytes,
        *,
        limits: Limits = USUAL,
    ) -> None:
        self.gradebook, self.course, self.edition = gradebook, course, edition
        self.secret, self.limits = secret, limits
        self._stop = threading.Event()

    def grade(
        self,
        module: Module,
        submissions: Sequence[Submission],
        jobs: int,
        say: Callable[[Submission, int], None],
    ) -> None:
        """Grade submissions of one module; tell `say` of each and its points, in this thread.

        Raises what a thread raised, when all have ended.
        """
        waiting: queue.SimpleQueue[Submission] = queue.SimpleQueue()
        for submission in submissions:
            waiting.put(submission)
        with JudgeServer(module.exercises) as judges:
            self._grade_in_threads(module, judges, waiting, min(jobs, len(submissions)), say)

    def _grade_in_threads(
        self,
        module: Module,
        judges: JudgeServer,
        waiting: "queue.SimpleQueue[Submission]",
        jobs: int,
        say: Callable[[Submission, int], None],
    ) -> None:
        told: queue.SimpleQueue[Any] = queue.SimpleQueue()  # a grade, an error, None at the end
        arguments = (module, self.course.libraries(module.name), judges, waiting, told)
        threads = [
            threading.Thread(target=self._run, args=arguments, daemon=True) for _ in range(jobs)
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
        judges: JudgeServer,
        waiting: queue.SimpleQueue,
        told: queue.SimpleQueue,
    ) -> None:
        """Grade until there is no more; the body of a thread."""
        try:
            with (
                Judge(judges) as judge,
                Sandbox(
                    self.edition, self.limits, replaceable=module.starter, preload=libraries
                ) as sandbox,
            ):
                while not self._stop.is_set():
                    submission = waiting.get_nowait()
                    reached = self._grade_one(sandbox, judge, module, submission)
                    if reached is not None:
                        told.put((submission, reached))
        except queue.Empty:
            pass
        except BaseException as error:
            told.put(error)
        finally:
            told.put(None)

    def _grade_one(
        self, sandbox: Sandbox, judge: Judge, module: Module, submission: Submission
    ) -> int | None:
        """Run the checks that have not been judged yet; return the points, None if stopped."""
        run = partial(sandbox.run, self.gradebook.files(submission))
        judged = self.gradebook.judged(submission)
        total, budget = 0, Budget.of(self.limits)
        for exercise in module.exercises:
            name = exercise.exercise
            known = {check: result for (owner, check), result in judged.items() if owner == name}
            results = []
            for result in run_checks(
                exercise,
                partial(draw, self.secret, submission, exercise),
                run,
                known,
                judging=partial(judge.judge, exercise),
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
