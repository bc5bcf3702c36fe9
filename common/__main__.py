"""python -m common: the student's commands for this module, and the teacher's."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common.cli import guarded
from common.cluster.certificates import add_cluster_command
from common.commands.arguments import COMMANDS, Parser
from common.errors import UserError
from common.exercise_demo import brought_by
from common.grading.commands.arguments import (
    GRADES,
    add_language,
    add_student_commands,
    add_teacher_commands,
    in_russian,
    language_of,
    run_student_command,
    with_commands,
)
from common.i18n import LANGUAGES, Text, pick_language
from common.launch import refuse_launched

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
REVIEW = Text(
    "go through a graded class on a page of this computer: code, checks, points by hand",
    "просмотреть проверенную группу на странице этого компьютера: код, проверки, баллы вручную",
)
PORT = Text("port of the page (default: 8001)", "порт страницы (обычно 8001)")
BY = Text(
    "who gives points and comments (default: the user's name on this computer)",
    "от чьего имени баллы и комментарии (обычно — имя пользователя компьютера)",
)
SLIDES = Text(
    "write a lesson as a page of slides, with its figures",
    "записать урок как страницу слайдов с рисунками",
)
LESSON = Text("whose lesson: common, tabular, …", "чей урок: common, tabular, …")
PAGE = Text(
    "the page to write (default: slides-MODULE.html)", "какую страницу (обычно slides-MODULE.html)"
)
OUT = Text("folder to write", "в какую папку записать")
NOTEBOOKS = Text(
    "write every module as a notebook: lesson, exercises, checks",
    "записать каждый модуль блокнотом: урок, задания, проверки",
)
REPOSITORY = Text(
    "where the course can be read, such as https://github.com/NAME/COURSE: for links and for Colab",
    "где выложен курс, например https://github.com/NAME/COURSE: для ссылок и для Colab",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    return guarded("common", lambda: _run(words), words)


def _parser(language: str) -> argparse.ArgumentParser:
    parser = Parser(prog="python -m common", description=ABOUT.to(language))
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
    notebooks = subparsers.add_parser(
        "notebooks", help=NOTEBOOKS.to(language), description=NOTEBOOKS.to(language)
    )
    notebooks.add_argument("--out", metavar="DIR", required=True, help=OUT.to(language))
    notebooks.add_argument("--repository", metavar="URL", help=REPOSITORY.to(language))
    notebooks.set_defaults(run=_notebooks)
    add_teacher_commands(subparsers, language)
    _add_review(subparsers, language)
    _add_slides(subparsers, language)
    add_cluster_command(subparsers, language)
    summary = NEW.to(language)
    new = subparsers.add_parser("new", help=summary, description=summary)
    new.add_argument("name", metavar="NAME", help=PACKAGE.to(language))
    new.set_defaults(run=_new)
    add_language(parser, language)
    for one in with_commands(parser):
        if isinstance(one, Parser):
            one.language = language
        if language == "ru":
            in_russian(one)
    return parser


def _run(words: Sequence[str]) -> int:
    language = language_of(words)
    first = [word for word in words if word not in ("--lang", *LANGUAGES)]
    arguments = _parser(language).parse_args(words if first else ["demo", *words])
    refuse_launched(next(iter(first), "demo"))
    if "run" not in arguments:
        return run_student_command("common", arguments, brought_by)
    return arguments.run(arguments)


def _add_review(commands: Any, language: str) -> None:
    summary = REVIEW.to(language)
    review = commands.add_parser("review", help=summary, description=summary)
    review.add_argument("grades", metavar="GRADES", help=GRADES.to(language))
    review.add_argument("--port", type=int, default=8001, metavar="N", help=PORT.to(language))
    review.add_argument("--by", metavar="NAME", help=BY.to(language))
    review.set_defaults(run=_review)


def _review(arguments: argparse.Namespace) -> int:
    try:
        from common.review import server
    except ModuleNotFoundError as error:
        install = 'python -m pip install -e ".[serve]"'
        raise UserError(
            f"review needs {error.name}, which is not installed: {install}",
            f"для review нужна библиотека {error.name}, её нет: {install}",
        ) from None
    place = Path(arguments.grades)
    return server.main(place, port=arguments.port, who=arguments.by, language=arguments.lang)


def _add_slides(commands: Any, language: str) -> None:
    summary = SLIDES.to(language)
    slides = commands.add_parser("slides", help=summary, description=summary)
    slides.add_argument("module", metavar="MODULE", help=LESSON.to(language))
    slides.add_argument("--out", metavar="FILE", help=PAGE.to(language))
    slides.set_defaults(run=_slides)


def _slides(arguments: argparse.Namespace) -> int:
    from common.slides import lecture

    return lecture.main(arguments.module, arguments.out, arguments.lang)


def _demo(arguments: argparse.Namespace) -> int:
    from common import exercise_demo

    exercise_demo.show("common", arguments.lang, Path(arguments.out))
    return 0


def _notebooks(arguments: argparse.Namespace) -> int:
    from common.notebooks import command

    return command.main(arguments)


def _new(arguments: argparse.Namespace) -> int:
    from common import scaffold

    return scaffold.main(arguments.name, pick_language(arguments.lang))


def _doctor(arguments: argparse.Namespace) -> int:
    from common.doctor import command

    return command.main(as_json=arguments.json, language=pick_language(arguments.lang))


if __name__ == "__main__":
    sys.exit(main())
