"""python -m common: the student's commands for this module, and the teacher's."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from common.cli import guarded
from common.grading.commands import arguments as command_arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m common", description="What every domain shares, and the teacher's commands."
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command_arguments.add_commands(subparsers, "common")
    summary = "say what this computer lacks, and what fixes it"
    doctor = subparsers.add_parser("doctor", help=summary, description=summary)
    doctor.add_argument("--json", action="store_true", help="print the findings for machines")
    doctor.set_defaults(run=_doctor)
    summary = "write the student edition, without the solutions, into a new folder"
    release = subparsers.add_parser("release", help=summary, description=summary)
    release.add_argument("folder", metavar="DIR", help="a folder that is empty or not there yet")
    release.set_defaults(run=_release)
    _add_grade(subparsers)
    arguments = parser.parse_args(argv)
    return guarded("common", lambda: _run(arguments))


def _add_grade(subparsers: Any) -> None:
    summary = "grade a class's submissions, each in a sandbox"
    grade = subparsers.add_parser("grade", help=summary, description=summary, allow_abbrev=False)
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


def _run(arguments: argparse.Namespace) -> int:
    if "run" not in arguments:
        return command_arguments.run("common", arguments)
    return arguments.run(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from common import doctor

    return doctor.main(["--json"] if arguments.json else [])


def _release(arguments: argparse.Namespace) -> int:
    from common.grading.exercise import release

    return release.main(arguments.folder)


def _grade(arguments: argparse.Namespace) -> int:
    from common.grading.commands import grade

    return grade.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
