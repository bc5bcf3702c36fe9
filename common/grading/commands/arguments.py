"""The student's and the teacher's commands as argparse knows them; what they do is imported late.

python -m tabular exercises           what there is to solve, and what is solved
python -m tabular check [NAME]        check one exercise, or all
python -m tabular submit              pack what is to be handed in
python -m common release DIR          write the student edition
python -m common grade SUBMISSIONS    grade a class
"""

import argparse
import sys
from typing import Any

from common.errors import UserError


def add_student_commands(commands: Any, module: str) -> None:
    """Add the student's commands to the parser of a module; `run_student_command` runs them."""
    exercises = _command(commands, "exercises", "show the exercises and what is solved")
    _add_name(exercises, "show this one with its whole statement")
    check = _command(commands, "check", "check your solutions, all or one of them")
    _add_name(check, "check this one: its name or a part of it")
    check.add_argument("--watch", action="store_true", help="check again whenever a file is saved")
    check.add_argument(
        "--hint", action="count", default=0, help="show a hint; --hint --hint shows the second too"
    )
    submit = _command(commands, "submit", "pack the files that hold exercises, to be handed in")
    submit.add_argument(
        "--out", metavar="FILE", help=f"the archive to write (default: submission-{module}.zip)"
    )
    for parser in (exercises, check, submit):
        parser.add_argument("--lang", choices=("en", "ru"), help="language (default: the system's)")
        parser.add_argument("--json", action="store_true", help="print the result for machines")


def run_student_command(module: str, arguments: argparse.Namespace) -> int:
    """Run the student's command that was asked for; return the exit code.

    What is wrong with the input, and that it was interrupted, is told in the student's language.
    """
    from common.grading.commands import student
    from common.i18n import pick_language

    language = pick_language(arguments.lang)
    try:
        return getattr(student, arguments.command)(module, arguments)
    except UserError as error:
        raise UserError(error.to(language)) from None
    except KeyboardInterrupt:
        print(student.INTERRUPTED.to(language), file=sys.stderr)
        return 130


def add_teacher_commands(commands: Any) -> None:
    """Add `release` and `grade` to a parser, each with the function `run` that runs it."""
    summary = "write the student edition, without the solutions, into a new folder"
    release = commands.add_parser("release", help=summary, description=summary)
    release.add_argument("folder", metavar="DIR", help="a folder that is empty or not there yet")
    release.set_defaults(run=_release)
    _add_grade(commands)


def _command(commands: Any, name: str, summary: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
    parser.set_defaults(command=name)
    return parser


def _add_name(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help=what)


def _add_grade(commands: Any) -> None:
    summary = "grade a class's submissions, each in a sandbox"
    grade = commands.add_parser("grade", help=summary, description=summary, allow_abbrev=False)
    grade.add_argument(
        "submissions", nargs="?", metavar="SUBMISSIONS", help="a folder or a zip per student in it"
    )
    grade.add_argument("--out", required=True, metavar="GRADES", help="folder of the grades")
    grade.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="how many at a time (default: as cores and memory allow)",
    )
    grade.add_argument("--module", metavar="M", help="grade this one (default: what is handed in)")
    grade.add_argument("--policy", metavar="FILE", help="TOML: what lateness costs in each module")
    grade.add_argument("--times", metavar="FILE", help="CSV: student, submitted (with its zone)")
    grade.add_argument(
        "--secret", metavar="FILE", help="what inputs are drawn from (default: made)"
    )
    grade.add_argument("--regrade", action="store_true", help="grade all anew; show what changed")
    grade.add_argument(
        "--appeal",
        nargs=2,
        metavar=("STUDENT", "EXERCISE"),
        help="show an exercise's inputs, what came and what was expected; grade nothing",
    )
    grade.add_argument("--lang", choices=("en", "ru"), help="of the pages (default: the system's)")
    grade.set_defaults(run=_grade)


def _release(arguments: argparse.Namespace) -> int:
    from common.grading.exercise import release

    return release.main(arguments.folder)


def _grade(arguments: argparse.Namespace) -> int:
    from common.grading.commands import grade

    return grade.main(arguments)
