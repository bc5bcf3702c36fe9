"""The student's and the teacher's commands as argparse knows them; what they do is imported late.

python -m tabular exercises           what there is to solve, and what is solved
python -m tabular check [NAME]        check one exercise, or all
python -m tabular submit              pack what is to be handed in
python -m common release DIR          write the student edition
python -m common grade SUBMISSIONS    grade a class
"""

import argparse
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from common.errors import UserError
from common.i18n import LANGUAGES, Text, pick_language

SHOW = Text("show the exercises and what is solved", "показать задания и что уже решено")
SHOW_ONE = Text("show this one with its whole statement", "показать одно, с полным условием")
VERIFY = Text("check your solutions, all or one of them", "проверить решения, все или одно")
VERIFY_ONE = Text("check this one: its name or a part of it", "проверить одно: имя или его часть")
WATCH = Text("check again whenever a file is saved", "проверять при каждом сохранении файла")
STOP = Text(
    "stop in the debugger (pdb) where your code raises an error or answers wrongly",
    "остановиться в отладчике (pdb) там, где ваш код падает или отвечает неверно",
)
HINTS = Text(
    "show a hint; --hint --hint shows the second too", "дать подсказку; --hint --hint — и вторую"
)
PACK = Text(
    "pack the files that hold exercises, to be handed in", "упаковать файлы с заданиями для сдачи"
)
ARCHIVE = Text(
    "the archive to write (default: submission-{module}.zip)",
    "какой архив записать (обычно submission-{module}.zip)",
)
WHOSE = Text("your first and last name, remembered", "ваши имя и фамилия, запомнятся")
ATTEMPTS = Text(
    "do not send along how many versions you checked and which hints you opened",
    "не прикладывать, сколько вариантов вы проверили и какие подсказки открыли",
)
LANGUAGE = Text("language (default: the system's)", "язык (обычно — системы)")
JSON = Text("print the result for machines", "напечатать результат для программ")
RELEASE = Text(
    "write the student edition, without the solutions, into a new folder",
    "записать издание для студентов, без решений, в новую папку",
)
NEW_FOLDER = Text(
    "a folder that is empty or not there yet", "папка, пустая или ещё не существующая"
)
GRADE = Text(
    "grade a class's submissions, each in a sandbox", "проверить работы группы, каждую в песочнице"
)
SUBMISSIONS = Text(
    "a folder or a zip per student in it; without, only write the pages and tables anew",
    "в ней папка или zip на каждого студента; без неё только заново записать страницы и таблицы",
)
GRADES = Text("folder of the grades", "папка оценок")
JOBS = Text(
    "how many at a time (default: as cores and memory allow)",
    "сколько работ сразу (обычно — по числу ядер и памяти)",
)
WORKERS = Text(
    "run the checks on a Dask cluster: the scheduler's address, tls://HOST:8786",
    "выполнять проверки на кластере Dask: адрес планировщика, tls://HOST:8786",
)
CERTIFICATES = Text(
    "folder of the cluster's client, made by `cluster certificates`",
    "папка клиента кластера, её создаёт `cluster certificates`",
)
MODULE = Text(
    "grade this one (default: what is handed in)", "проверить этот модуль (обычно — что сдано)"
)
FILES = {
    "policy": Text(
        "TOML: what lateness costs in each module, and what it weighs in the term",
        "TOML: цена опоздания в каждом модуле и его вес в семестре",
    ),
    "roster": Text(
        "CSV: who is in the class, as Moodle and Canvas export it",
        "CSV: список группы, как его отдают Moodle и Canvas",
    ),
    "extensions": Text(
        "TOML: who has more time, and who is excused", "TOML: у кого отсрочка и кто освобождён"
    ),
    "groups": Text(
        "CSV: group, student: who hands in together", "CSV: group, student: кто сдаёт вместе"
    ),
    "times": Text("CSV: student, submitted (with its zone)", "CSV: student, submitted (с поясом)"),
    "secret": Text(
        "what inputs are drawn from (default: made)", "из чего берутся данные (обычно создаётся)"
    ),
}
REGRADE = Text(
    "grade all anew; show what changed", "проверить всё заново и показать, что изменилось"
)
APPEAL = Text(
    "show an exercise's inputs, what came and what was expected; grade nothing",
    "показать, что было дано в задании, что вышло и что ожидалось; ничего не проверять",
)


def add_student_commands(commands: Any, module: str, language: str = "en") -> None:
    """Add the student's commands to the parser of a module; `run_student_command` runs them."""
    exercises = _command(commands, "exercises", SHOW.to(language))
    _add_name(exercises, SHOW_ONE.to(language))
    check = _command(commands, "check", VERIFY.to(language))
    _add_name(check, VERIFY_ONE.to(language))
    check.add_argument("--watch", action="store_true", help=WATCH.to(language))
    check.add_argument("--pdb", action="store_true", help=STOP.to(language))
    check.add_argument("--hint", action="count", default=0, help=HINTS.to(language))
    submit = _command(commands, "submit", PACK.to(language))
    submit.add_argument("--out", metavar="FILE", help=ARCHIVE.to(language).format(module=module))
    submit.add_argument("--student", metavar="NAME", help=WHOSE.to(language))
    told = ATTEMPTS.to(language)
    submit.add_argument("--no-attempts", dest="attempts", action="store_false", help=told)
    for parser in (exercises, check, submit):
        parser.add_argument("--json", action="store_true", help=JSON.to(language))
        add_language(parser, language)
        if language == "ru":
            in_russian(parser)


def language_of(words: Sequence[str]) -> str:
    """Return the language of a command's words: that after --lang, or the system's.

    Raises UserError for a language that there is not.

    >>> language_of(["check", "--lang", "ru"]), language_of(["--lang=en"])
    ('ru', 'en')
    """
    found = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    found += [after for word, after in itertools.pairwise(words) if word == "--lang"]
    return pick_language(found[-1] if found else None)


def add_language(parser: argparse.ArgumentParser, language: str) -> None:
    """Let a parser and all its commands take --lang; what it says `language_of` has read."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                add_language(one, language)
    if not any("--lang" in action.option_strings for action in parser._actions):
        text = LANGUAGE.to(language)
        parser.add_argument("--lang", choices=LANGUAGES, default=language, help=text)


def with_commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield a parser and those of its commands, and of their own commands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from with_commands(one)


def in_russian(parser: argparse.ArgumentParser) -> None:
    """Let a parser's --help say in Russian what argparse itself says."""
    parser.formatter_class = _RussianHelp
    parser._positionals.title, parser._optionals.title = "аргументы", "параметры"
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            action.help = "показать эту справку"


class _RussianHelp(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "как вызвать: " if prefix is None else prefix)


def run_student_command(
    module: str,
    arguments: argparse.Namespace,
    brought_by: Callable[[str], Mapping[str, Text]] = lambda module: {},
) -> int:
    """Run the student's command that was asked for; return the exit code.

    brought_by: says of a module's exercises, by their short names, what each brings to life.

    What is wrong with the input, and that it was interrupted, is told in the student's language.
    """
    from common.grading.commands import student

    language = pick_language(arguments.lang)
    try:
        if arguments.command == "exercises":
            return student.exercises(module, arguments, brings=brought_by(module))
        return getattr(student, arguments.command)(module, arguments)
    except UserError as error:
        raise UserError(error.to(language)) from None
    except KeyboardInterrupt:
        print(student.INTERRUPTED.to(language), file=sys.stderr)
        return 130


def add_teacher_commands(commands: Any, language: str = "en") -> None:
    """Add `release` and `grade` to a parser, each with the function `run` that runs it."""
    release = commands.add_parser(
        "release", help=RELEASE.to(language), description=RELEASE.to(language)
    )
    release.add_argument("folder", metavar="DIR", help=NEW_FOLDER.to(language))
    release.set_defaults(run=_release)
    _add_grade(commands, language)


def _command(commands: Any, name: str, summary: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
    parser.set_defaults(command=name)
    return parser


def _add_name(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help=what)


def _add_grade(commands: Any, language: str) -> None:
    summary = GRADE.to(language)
    grade = commands.add_parser("grade", help=summary, description=summary, allow_abbrev=False)
    grade.add_argument(
        "submissions", nargs="?", metavar="SUBMISSIONS", help=SUBMISSIONS.to(language)
    )
    grade.add_argument("--out", required=True, metavar="GRADES", help=GRADES.to(language))
    grade.add_argument("--jobs", type=int, metavar="N", help=JOBS.to(language))
    grade.add_argument("--workers", metavar="ADDRESS", help=WORKERS.to(language))
    grade.add_argument("--certificates", metavar="DIR", help=CERTIFICATES.to(language))
    grade.add_argument("--module", metavar="M", help=MODULE.to(language))
    for name, text in FILES.items():
        grade.add_argument(f"--{name}", metavar="FILE", help=text.to(language))
    grade.add_argument("--regrade", action="store_true", help=REGRADE.to(language))
    grade.add_argument(
        "--appeal", nargs=2, metavar=("STUDENT", "EXERCISE"), help=APPEAL.to(language)
    )
    grade.set_defaults(run=_grade)


def _release(arguments: argparse.Namespace) -> int:
    from common.grading.commands import release

    return release.main(arguments.folder, arguments.lang)


def _grade(arguments: argparse.Namespace) -> int:
    from common.grading.commands import grade

    return grade.main(arguments)
