"""The student's commands as argparse knows them; what they do is in `student`, imported late.

python -m tabular exercises           what there is to solve, and what is solved
python -m tabular check [NAME]        check one exercise, or all
python -m tabular submit              pack what is to be handed in
"""

import argparse
import sys
from typing import Any

from common.errors import UserError


def add_commands(commands: Any, module: str) -> None:
    """Add the commands to the parser of a module; `run` runs them."""
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


def run(module: str, arguments: argparse.Namespace) -> int:
    """Run the command that was asked for; return the exit code.

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


def _command(commands: Any, name: str, summary: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
    parser.set_defaults(command=name)
    return parser


def _add_name(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help=what)
