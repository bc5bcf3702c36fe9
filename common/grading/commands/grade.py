"""`python -m common grade SUBMISSIONS --out GRADES`: a class's submissions, graded.

    SUBMISSIONS -> what is taken of each -> checks in the sandbox -> the gradebook -> for people

What became of a check goes into the gradebook at once; a grader that was stopped at any moment
goes on from there when it is started again, and nothing is graded twice.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psutil

from common.errors import UserError, unknown
from common.grading.commands.appeal import appeal
from common.grading.exercise.course import Course
from common.grading.gradebook.grades import Change, StudentGrade, changes, described, grades
from common.grading.gradebook.policy import load_policies, load_times
from common.grading.gradebook.secret import fingerprint, known_secret
from common.grading.gradebook.store import Gradebook, opened
from common.grading.reports.outputs import write_outputs
from common.grading.runner import bubblewrap
from common.grading.runner.limits import USUAL, Limits
from common.grading.runner.scratch import remove_leftovers, scratch_folder
from common.grading.runner.worker_pool import WorkerPool
from common.grading.submissions.archives import listed
from common.grading.submissions.reading import submissions
from common.grading.submissions.submission import Submission
from common.i18n import count_of, pick_language

_LIBRARIES = 2**29
"""Bytes that a sandbox takes before a check begins."""


@dataclass(frozen=True)
class Options:
    """How to grade; see `python -m common grade --help`."""

    jobs: int = 1
    module: str | None = None
    secret: Path | None = None
    policy: Path | None = None
    times: Path | None = None
    regrade: bool = False
    language: str = "en"
    limits: Limits = USUAL


def grade(folder: Path, out: Path, options: Options, *, course: Course) -> list[StudentGrade]:
    """Grade the submissions in `folder` into `out`; return the grades of the whole gradebook.

    Raises UserError where nothing can be graded, and when the sandbox does not stand; what was
    graded before that is kept.
    """
    bubblewrap.check_system()
    remove_leftovers()
    if options.module in course.left_out:
        raise UserError(f"{options.module} cannot be graded: {course.left_out[options.module]}")
    if options.module is not None and options.module not in course.modules:
        raise unknown("module", options.module, course.modules)
    for name, why in course.left_out.items():
        print(f"{name} cannot be graded, and is left out: {why}")
    handed_in = submissions(folder, course.starter, module=options.module)
    if out.resolve().is_relative_to(folder.resolve()):
        raise UserError(f"{out}: is among the submissions; name a folder outside of {folder}")
    for place in (folder, out):
        bubblewrap.must_be_hidden(place)
    modules = [*course.modules, *course.left_out]
    policies = load_policies(options.policy, modules) if options.policy else {}
    times = load_times(options.times) if options.times else {}
    with opened(out) as gradebook:
        secret = known_secret(gradebook.secret(), out, options.secret)
        going_on = gradebook.begin_run(
            regrade=options.regrade, course=course.digest, secret=fingerprint(secret)
        )
        if going_on:
            print("The last run was not finished; going on with it.")
        if options.policy:
            gradebook.set_policies(policies)
        for module, held in gradebook.policies().items():
            print(f"Late policy of {module}: {held}.")
        seen = _take_in(handed_in, gradebook, times)
        _grade_all(seen, gradebook, course, secret, options)
        found = grades(gradebook)
        changed = changes(grades(gradebook, until=gradebook.run - 1), found)
        _write(out, found, changed, course, options.language)
        _tell(found, changed, seen, options.language)
        if others := gradebook.graded_with_other(course.digest):
            grades_are = count_of(others, "grade is", "grades are")
            print(f"{grades_are} from another version of the course; see --regrade.")
        gradebook.end_run()
    return found


def _take_in(
    found: Iterable[Submission], gradebook: Gradebook, times: Mapping[str, datetime]
) -> list[Submission]:
    seen = []
    for one in _with_modules(found):
        if one.student in times:
            one = replace(one, submitted=times[one.student], listed=True)
        seen.append(gradebook.see(one))
    absent = sorted(set(times) - {one.student for one in seen})
    if absent:
        print(f"In the list of times, but not among the submissions: {listed(absent)}.")
    return seen


def _with_modules(found: Iterable[Submission]) -> Iterator[Submission]:
    """Let a refused submission that does not tell its module be one of what all others are of."""
    nameless: list[Submission] = []
    modules: set[str] = set()
    for one in found:
        if one.module:
            modules.add(one.module)
            yield one
        else:
            nameless.append(one)
    module = modules.pop() if len(modules) == 1 else ""
    yield from (replace(one, module=module) for one in nameless)


def _grade_all(
    seen: Sequence[Submission],
    gradebook: Gradebook,
    course: Course,
    secret: bytes,
    options: Options,
) -> None:
    waiting = [one for one in seen if not gradebook.is_concluded(one)]
    for one in waiting:
        if one.refused:
            module = course.modules.get(one.module)
            gradebook.conclude(one, 0, described(module) if module else [])
    waiting = [one for one in waiting if not one.refused]
    if not waiting:
        return
    progress = _Progress(len(waiting))
    with scratch_folder() as folder:
        course.write_edition(folder)
        pool = WorkerPool(gradebook, course, folder, secret, limits=options.limits)
        for name, module in course.modules.items():
            if chosen := [one for one in waiting if one.module == name]:
                pool.grade(module, chosen, options.jobs, progress.tell)
    progress.end()


class _Progress:
    """One line that tells who was graded, how many of all that makes, and the time left."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.start = total, 0, time.monotonic()
        self.moving = sys.stdout.isatty()

    def tell(self, submission: Submission, points: int) -> None:
        self.done += 1
        left = (time.monotonic() - self.start) / self.done * (self.total - self.done)
        minutes, seconds = divmod(round(left), 60)
        line = (
            f"{self.done} of {self.total}, {minutes}:{seconds:02} left: "
            f"{submission.student}, {submission.module} {points}"
        )
        if self.moving:  # a line that wraps could not be taken back
            line = line[: shutil.get_terminal_size().columns - 1]
        print(
            f"\r\x1b[K{line}" if self.moving else line, end="" if self.moving else "\n", flush=True
        )

    def end(self) -> None:
        if self.moving:
            print()


def _write(
    out: Path,
    found: Sequence[StudentGrade],
    changed: Sequence[Change],
    course: Course,
    language: str,
) -> None:
    files = [file for given in course.starter.values() for file in given.items()]
    starter = {name: content.decode() for name, content in files}
    try:
        write_outputs(out, found, changed or None, starter=starter, language=language)
    except OSError as error:
        said = isinstance(error, UserError)  # by what writes files
        what = str(error) if said else f"{error.filename or out}: {error.strerror}"
        raise UserError(
            f"{what}; the grades are in the gradebook: fix that and start again"
        ) from None


def _tell(
    found: Sequence[StudentGrade],
    changed: Sequence[Change],
    seen: Sequence[Submission],
    language: str,
) -> None:
    why = {"regrade": "checked anew", "submission": "handed in anew", "time": "another time"}
    for change in changed:
        points = f"{change.before:g} -> {change.after:g} points"
        print(f"{change.student}: {change.exercise} {points} ({why[change.why]})")
    here = {one.student for one in seen}
    for grade in found:
        if grade.refused and grade.student in here:
            print(f"{grade.student}: refused: {grade.refused.to(language)}")
    gone = sorted({one.student for one in found} - here)
    if gone:
        print(f"In the gradebook, but not among these submissions: {listed(gone)}.")
    noted = sum(bool(one.notes) for one in seen)
    if noted:
        have = count_of(noted, "submission has", "submissions have")
        print(f"{have} notes, in grades.csv and on the students' pages.")
    students = count_of(len({one.student for one in found}), "student")
    print(f"{count_of(len(found), 'grade')}, of {students}.")


def main(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit code."""
    out = Path(arguments.out)
    course = Course()
    if arguments.appeal:
        student, exercise = arguments.appeal
        appeal(out, student, exercise, course=course, secret_file=_path(arguments.secret))
        return 0
    if arguments.submissions is None:
        raise UserError("name the folder with the submissions, or --appeal STUDENT EXERCISE")
    if arguments.jobs is not None and arguments.jobs < 1:
        raise UserError(f"--jobs {arguments.jobs}: at least 1 is expected")
    options = Options(
        arguments.jobs or _usual_jobs(),
        arguments.module,
        _path(arguments.secret),
        _path(arguments.policy),
        _path(arguments.times),
        arguments.regrade,
        pick_language(arguments.lang),
    )
    try:
        grade(Path(arguments.submissions), out, options, course=course)
    except KeyboardInterrupt:
        print("\ninterrupted; start again, and grading goes on where it stopped", file=sys.stderr)
        return 130
    print(f"written: {out}")
    return 0


def _usual_jobs() -> int:
    """Return how many to grade at a time: one more than cores, as far as there is memory.

    A job waits a part of its time: for the judges of the others, and for processes to start.
    """
    room = psutil.virtual_memory().available // (USUAL.memory + _LIBRARIES)
    return max(1, min((os.cpu_count() or 1) + 1, room))


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
