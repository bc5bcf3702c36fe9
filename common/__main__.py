"""python -m common: the student's commands for this module, and the teacher's."""

import argparse
import sys
from collections.abc import Sequence

from common.cli import COMMANDS, guarded
from common.grading.commands.arguments import (
    add_language,
    add_student_commands,
    add_teacher_commands,
    in_russian,
    language_of,
    run_student_command,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    return guarded("common", lambda: _run(words), words)


def _parser(language: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m common", description="What every domain shares, and the teacher's commands."
    )
    title = COMMANDS.to(language)
    subparsers = parser.add_subparsers(title=title, metavar="COMMAND", required=True)
    add_student_commands(subparsers, "common", language)
    summary = "say what this computer lacks, and what fixes it"
    doctor = subparsers.add_parser("doctor", help=summary, description=summary)
    doctor.add_argument("--json", action="store_true", help="print the findings for machines")
    doctor.set_defaults(run=_doctor)
    add_teacher_commands(subparsers)
    summary = "write a new domain that works, with its lesson, exercise and tests"
    new = subparsers.add_parser("new", help=summary, description=summary)
    new.add_argument("name", metavar="NAME", help="of the package, such as timeseries")
    new.set_defaults(run=_new)
    add_language(parser, language)
    if language == "ru":
        in_russian(parser)
    return parser


def _run(words: Sequence[str]) -> int:
    arguments = _parser(language_of(words)).parse_args(words)
    if "run" not in arguments:
        return run_student_command("common", arguments)
    return arguments.run(arguments)


def _new(arguments: argparse.Namespace) -> int:
    from common import scaffold

    return scaffold.main(arguments.name)


def _doctor(arguments: argparse.Namespace) -> int:
    from common import doctor

    return doctor.main(["--json"] if arguments.json else [])


if __name__ == "__main__":
    sys.exit(main())
