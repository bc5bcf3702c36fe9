"""Threads that grade: each with a sandbox of its own, and one submission at a time."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from common.grading.exercise.course import Course, Module
from common.grading.exercise.specification import Check, CheckResult, points
from common.grading.gradebook.grades import CheckGrade
from common.grading.gradebook.store import Gradebook
from common.grading.gradebook.transcript import described
from common.grading.gradebook.work import Work
from common.grading.runner.judging import draw, run_check
from common.grading.runner.outcome import USUAL, Limits
from common.grading.runner.sandbox import Sandbox

_PATIENCE = 3.0
"""Seconds that a thread gets to end when grading is interrupted."""


class Crew:
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
        self, module: Module, works: Sequence[Work], jobs: int, say: Callable[[Work, int], None]
    ) -> None:
        """Grade works of one module; tell `say` of each and of its points, in this thread.

        Raises what a thread raised, when all have ended.
        """
        waiting: queue.SimpleQueue[Work] = queue.SimpleQueue()
        for work in works:
            waiting.put(work)
        told: queue.SimpleQueue[tuple[Work, int] | BaseException | None] = queue.SimpleQueue()
        arguments = (module, self.course.libraries(module.name), waiting, told)
        threads = [
            threading.Thread(target=self._run, args=arguments, daemon=True)
            for _ in range(min(jobs, len(works)))
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
        waiting: queue.SimpleQueue,
        told: queue.SimpleQueue,
    ) -> None:
        """Grade until there is no more; the body of a thread."""
        try:
            with Sandbox(
                self.edition, self.limits, replaceable=module.given, preload=libraries
            ) as sandbox:
                while not self._stop.is_set():
                    work = waiting.get_nowait()
                    reached = self._grade_one(sandbox, module, work)
                    if reached is not None:
                        told.put((work, reached))
        except queue.Empty:
            pass
        except BaseException as error:
            told.put(error)
        finally:
            told.put(None)

    def _grade_one(self, sandbox: Sandbox, module: Module, work: Work) -> int | None:
        """Run the checks that have not been judged yet; return the points, None if stopped."""
        files, judged = self.gradebook.files(work), self.gradebook.judged(work)
        total = 0
        for exercise in module.exercises:
            verdicts: list[CheckResult] = []
            for check in exercise.checks:
                if self._stop.is_set():
                    return None
                grade = judged.get((exercise.exercise, check.name))
                if grade is None:
                    if verdicts and verdicts[0].empty:
                        grade = _not_begun(check)
                    else:
                        inputs = draw(self.secret, work, exercise, check)
                        grade, _ = run_check(sandbox, files, exercise, check, inputs)
                    self.gradebook.judge(work, exercise.exercise, grade)
                verdicts.append(grade.verdict)
            total += points(module.marks[exercise.exercise].points, verdicts)
        self.gradebook.conclude(work, total, described(module))
        return total


def _not_begun(check: Check) -> CheckGrade:
    """Grade a check of an exercise whose first check said so; it would only say the same again."""
    return CheckGrade(CheckResult(check.name, check.about, False, empty=True), "empty")
