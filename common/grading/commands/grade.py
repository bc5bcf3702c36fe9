"""`python -m common grade SUBMISSIONS --out GRADES`: a class's submissions, graded.

    SUBMISSIONS -> what is taken of each -> checks in the sandbox -> the gradebook -> for people

Without SUBMISSIONS nothing is graded: what the small files say is kept, and all is written anew.

What became of a check goes into the gradebook at once; a grader that was stopped at any moment
goes on from there when it is started again, and nothing is graded twice.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psutil

from common.cluster.connection import checked_address, connected
from common.errors import UserError, unknown
from common.grading.commands.appeal import appeal
from common.grading.commands.grade_messages import (
    GOING_ON,
    LEFT_OUT,
    OTHER_COURSE,
    STOPPED,
    WRITTEN,
    Progress,
    absent,
    tell_grades,
    tell_settings,
    tell_term,
)
from common.grading.commands.settings import Settings, existing, refuse_other_course, write_all
from common.grading.exercise.course import Course
from common.grading.gradebook.grades import StudentGrade, changes, described, grades
from common.grading.gradebook.policy import load_times
from common.grading.gradebook.secret import fingerprint, known_secret
from common.grading.gradebook.store import Gradebook, opened
from common.grading.runner import bubblewrap
from common.grading.runner.dask_client import DaskWorkers
from common.grading.runner.limits import USUAL, Limits
from common.grading.runner.worker_pool import WorkerPool
from common.grading.submissions.archives import listed
from common.grading.submissions.reading import submissions
from common.grading.submissions.submission import Submission
from common.i18n import pick_language
from common.temporary_folders import remove_leftovers, scratch_folder

_LIBRARIES = 2**29
"""Bytes that a sandbox takes before a check begins."""


@dataclass(frozen=True)
class Options:
    """How to grade; see `python -m common grade --help`.

    workers: the address of a cluster's scheduler. certificates: the folder with the client's.
    """

    jobs: int = 1
    module: str | None = None
    secret: Path | None = None
    policy: Path | None = None
    times: Path | None = None
    roster: Path | None = None
    groups: Path | None = None
    extensions: Path | None = None
    regrade: bool = False
    language: str = "en"
    limits: Limits = USUAL
    workers: str | None = None
    certificates: Path | None = None


def grade(folder: Path, out: Path, options: Options, *, course: Course) -> list[StudentGrade]:
    """Grade the submissions in `folder` into `out`; return the grades of the whole gradebook.

    Raises UserError where nothing can be graded, and when the sandbox does not stand; what was
    graded before that is kept.
    """
    if options.workers is None:
        bubblewrap.check_system()
    else:
        bubblewrap.check_platform()
        checked_address(options.workers)
    remove_leftovers()
    language = options.language
    if options.module in course.left_out:
        why = course.left_out[options.module]
        raise UserError(
            f"{options.module} cannot be graded: {why}",
            f"модуль {options.module} проверить нельзя: {why}",
        )
    if options.module is not None and options.module not in course.modules:
        raise unknown("module", options.module, course.modules, "нет модуля")
    for name, why in course.left_out.items():
        print(LEFT_OUT.to(language).format(module=name, why=why))
    handed_in = submissions(folder, course.starter, module=options.module)
    if out.resolve().is_relative_to(folder.resolve()):
        raise UserError(
            f"{out}: is among the submissions; name a folder outside of {folder}",
            f"{out}: лежит среди работ; назовите папку вне {folder}",
        )
    for place in (folder, out):
        bubblewrap.must_be_hidden(place)
    settings = Settings.read(options, course)
    times = load_times(options.times) if options.times else {}
    with opened(out) as gradebook:
        refuse_other_course(gradebook, course, out)
        secret = known_secret(gradebook.secret(), out, options.secret)
        going_on = gradebook.begin_run(
            regrade=options.regrade, course=course.digest, secret=fingerprint(secret)
        )
        if going_on:
            print(GOING_ON.to(language))
        seen = _take_in(handed_in, gradebook, times, language)
        settings.keep(gradebook, {one.student for one in seen})
        tell_settings(gradebook.policies(), settings.term(gradebook, course, []), language)
        _grade_all(seen, gradebook, course, secret, options)
        found = grades(gradebook)
        changed = changes(grades(gradebook, until=gradebook.run - 1), found)
        term = settings.term(gradebook, course, found)
        write_all(gradebook, out, found, changed, course, term, language)
        tell_grades(found, changed, seen, term, language)
        tell_term(term, language)
        if others := gradebook.graded_with_other(course.digest):
            print(OTHER_COURSE.to(language).format(count=others))
        gradebook.end_run()
    return found


def write_anew(out: Path, options: Options, *, course: Course) -> list[StudentGrade]:
    """Write everything of a gradebook anew, after its settings have changed; grade nothing."""
    settings = Settings.read(options, course)
    language = options.language
    with existing(out) as gradebook:
        refuse_other_course(gradebook, course, out)
        before = grades(gradebook)
        settings.keep(gradebook, {one.by for one in before})
        found = grades(gradebook)
        term = settings.term(gradebook, course, found)
        tell_settings(gradebook.policies(), term, language)
        changed = changes(before, found)
        write_all(gradebook, out, found, changed, course, term, language)
        tell_grades(found, changed, None, term, language)
        tell_term(term, language)
    return found


def _take_in(
    found: Iterable[Submission],
    gradebook: Gradebook,
    times: Mapping[str, datetime],
    language: str,
) -> list[Submission]:
    seen = []
    for one in _with_modules(found):
        if one.student in times:
            one = replace(one, submitted=times[one.student], listed=True)
        seen.append(gradebook.see(one))
    absent(times, seen, language)
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
    progress = Progress(len(waiting), options.language)
    with scratch_folder() as folder:
        course.write_edition(folder)
        by_module = {
            name: [one for one in waiting if one.module == name] for name in course.modules
        }
        chosen = {name: own for name, own in by_module.items() if own}
        with _workers(folder, course, [*chosen], options, progress) as workers:
            pool = WorkerPool(
                gradebook, course, folder, secret, limits=options.limits, workers=workers
            )
            for name, own in chosen.items():
                pool.grade(course.modules[name], own, options.jobs, progress.tell)
    progress.end()
    if pool.ungraded:
        names = listed(pool.ungraded)
        raise UserError(
            f"not graded: {names}; all others are: grade these here, without --workers, and the "
            "grades are written",
            f"не проверены: {names}; остальные проверены: проверьте эти здесь, без --workers, "
            "и оценки будут записаны",
        )


@contextlib.contextmanager
def _workers(
    edition: Path, course: Course, modules: Sequence[str], options: Options, progress: Progress
) -> Iterator[DaskWorkers | None]:
    """Give the workers of the cluster that was named, if any was."""
    if options.workers is None:
        yield None
        return
    libraries = sorted({library for name in modules for library in course.libraries(name)})
    with (
        connected(options.workers, options.certificates) as client,
        DaskWorkers(
            client,
            edition,
            course.digest,
            libraries=libraries,
            replaceable=sorted(course.modules[modules[0]].starter),
            preload=course.libraries(modules[0]),
            limits=options.limits,
            say=progress.note,
        ) as workers,
    ):
        yield workers


def main(arguments: argparse.Namespace) -> int:
    """Run the command; return the exit code."""
    out = Path(arguments.out)
    course = Course()
    language = pick_language(arguments.lang)
    if arguments.appeal:
        student, exercise = arguments.appeal
        secret_file = _path(arguments.secret)
        appeal(out, student, exercise, course=course, secret_file=secret_file, language=language)
        return 0
    if arguments.certificates and not arguments.workers:
        raise UserError(
            "--certificates are for --workers: name the scheduler, too",
            "--certificates нужны для --workers: назовите и планировщик",
        )
    if arguments.jobs is not None and arguments.jobs < 1:
        raise UserError(
            f"--jobs {arguments.jobs}: at least 1 is expected",
            f"--jobs {arguments.jobs}: нужно хотя бы 1",
        )
    options = Options(
        arguments.jobs or _usual_jobs(),
        arguments.module,
        _path(arguments.secret),
        _path(arguments.policy),
        _path(arguments.times),
        _path(arguments.roster),
        _path(arguments.groups),
        _path(arguments.extensions),
        arguments.regrade,
        language,
        workers=arguments.workers,
        certificates=_path(arguments.certificates),
    )
    try:
        if arguments.submissions is not None:
            grade(Path(arguments.submissions), out, options, course=course)
        elif arguments.regrade or arguments.times or arguments.module:
            raise UserError(
                "name the folder with the submissions, or --appeal STUDENT EXERCISE",
                "назовите папку с работами или --appeal СТУДЕНТ ЗАДАНИЕ",
            )
        else:
            write_anew(out, options, course=course)
    except KeyboardInterrupt:
        print(f"\n{STOPPED.to(language)}", file=sys.stderr)
        return 130
    print(WRITTEN.to(language).format(out=out))
    return 0


def _usual_jobs() -> int:
    """Return how many to grade at a time: one more than cores, as far as there is memory.

    A job waits a part of its time: for the judges of the others, and for processes to start.
    """
    room = psutil.virtual_memory().available // (USUAL.memory + _LIBRARIES)
    return max(1, min((os.cpu_count() or 1) + 1, room))


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
