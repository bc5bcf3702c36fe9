"""python -m common: the student's commands for this module, and the teacher's."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from common.cli import COMMANDS, guarded
from common.grading.commands.arguments import (
    add_language,
    add_student_commands,
    add_teacher_commands,
    in_russian,
    language_of,
    run_student_command,
)
from common.i18n import LANGUAGES, Text

ABDOCTOR = Text(
    "say what this computer lacks, and what fixes it", "сказать, чего не хватает и что это исправит"
)
FOR_MACHINES = Text("print the findings for machines", "напечатать результат для программ")
NEW = Text(
    "write a new domain that works, with its lesson, exercise and tests",
    "создать новый модуль, который работает, с уроком, заданием и тестами",
)
PACKAGE = Text("of the package, such as timeseries", "имя пакета, например timeseries")
OUT = Text(
    "What every domain shares, and the teacher's commands.",
    "Что общего у всех модулей, и команды преподавателя.",
)
ABOUT = Text(
    "What every domain shares, and the teacher's commands.",
    "Что общего у всех модулей, и команды преподавателя.",
)
DEMO = Text("show what your exercises do (default)", "показать, что делают ваши задания")
DOCTOR = Text(
    "say what this computer lacks, and what fixes it", "сказать, чего не хватает и что это исправит"
)
FOR_MACHINES = Text("print the findings for machines", "напечатать результат для программ")
NEW = Text(
    "write a new domain that works, with its lesson, exercise and tests",
    "создать новый модуль, который работает, с уроком, заданием и тестами",
)
PACKAGE = Text("of the package, such as timeseries", "имя пакета, например timeseries")
OUT = Text("folder to write", "в какую папку записать")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    return guarded("common", lambda: _run(words), words)


def _parser(language: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m common", description=ABOUT.to(language))
    title = COMMANDS.to(language)
    subparsers = parser.add_subparsers(title=title, metavar="COMMAND", required=True)
    add_student_commands(subparsers, "common", language)
    demo = subparsers.add_parser("demo", help=DEMO.to(language), description=DEMO.to(language))
    demo.add_argument("--out", metavar="DIR", default="runs/common-demo", help=OUT.to(language))
    demo.set_defaults(run=_demo)
    summary = DOCTOR.to(language)
    doctor = subparsers.add_parser("doctor", help=summary, description=summary)
    doctor.add_argument("--json", action="store_true", help=FOR_MACHINES.to(language))
    doctor.set_defaults(run=_doctor)
    add_teacher_commands(subparsers, language)
    summary = NEW.to(language)
    new = subparsers.add_parser("new", help=summary, description=summary)
    new.add_argument("name", metavar="NAME", help=PACKAGE.to(language))
    new.set_defaults(run=_new)
    add_language(parser, language)
    if language == "ru":
        for one in (parser, *subparsers.choices.values()):
            in_russian(one)
    return parser


def _run(words: Sequence[str]) -> int:
    language = language_of(words)
    first = [word for word in words if word not in ("--lang", *LANGUAGES)]
    arguments = _parser(language).parse_args(words if first else ["demo", *words])
    if "run" not in arguments:
        return run_student_command("common", arguments)
    return arguments.run(arguments)


def _demo(arguments: argparse.Namespace) -> int:
    from common import exercise_demo

    exercise_demo.show("common", arguments.lang, Path(arguments.out))
    return 0


def _new(arguments: argparse.Namespace) -> int:
    from common import scaffold

    return scaffold.main(arguments.name)


def _doctor(arguments: argparse.Namespace) -> int:
    from common import doctor

    return doctor.main(["--json"] if arguments.json else [])


if __name__ == "__main__":
    sys.exit(main())
