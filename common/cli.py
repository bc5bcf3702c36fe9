"""The commands that every domain has. Nothing heavy is imported before a command has to work.

    python -m tabular                     the demo: every loss at equal budget, one page
    python -m tabular train …             learn, and write a run
    python -m tabular autopilot …         search for the settings, for --minutes
    python -m tabular compare …           the same by hand, in Keras and by an AutoML
    python -m tabular evaluate RUN …      examine a run on other data
    python -m tabular predict RUN FILE    let a run answer
    python -m tabular serve RUN           a page and an API for a run
    python -m tabular export RUN          a run without PyTorch, to be taken elsewhere
    python -m tabular lesson              the lesson in the browser, with figures that move
    python -m tabular exercises, check, submit       the student's, see common.grading.commands

Exit codes: 0 for success; 1 where a check is not passed; 2 and one line on the standard error for
the user's mistake; 130 when interrupted.
"""

import argparse
import contextlib
import dataclasses
import functools
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from common import commands
from common.discovery import modules_with_exercises
from common.domain import Domain
from common.errors import UserError
from common.exercise_demo import brought_by
from common.grading.commands.arguments import (
    add_language,
    add_student_commands,
    in_russian,
    language_of,
    run_student_command,
)
from common.i18n import Text
from common.launch import SaidElsewhereError, rank, refuse_launched
from common.serving.options import ServeOptions
from common.translation import translate_help, translator

ERROR = Text("error", "ошибка")
SEE_HELP = Text("see {program} --help", "см. {program} --help")
INTERRUPTED = Text(
    "interrupted; what has a checkpoint goes on with train --resume RUN",
    "прервано; обучение с чекпойнтом продолжит train --resume RUN",
)
COMMANDS = Text("commands", "команды")
DEMO = Text(
    "compare the losses on the course's own data (default)",
    "сравнить функции потерь на данных курса (если команда не названа)",
)
TRAIN = Text("learn, and write a run", "обучить сеть и записать прогон")
AUTOPILOT = Text(
    "search for the best settings within --minutes, and write a run",
    "подобрать настройки за --minutes минут и записать прогон",
)
COMPARE = Text(
    "train the same by hand, in Keras and by an AutoML, and show the code side by side",
    "обучить то же самое вручную, в Keras и с AutoML и показать код рядом",
)
EVALUATE = Text(
    "examine a run: on its own test part, or on a source",
    "проверить прогон: на его тестовой выборке или на других данных",
)
PREDICT = Text("let a run answer for new data", "получить ответы прогона на новых данных")
SERVE = Text("open a page and an API for a run", "открыть страницу и API прогона")
LESSON = Text(
    "open the lesson in the browser, with figures that move",
    "открыть урок в браузере, с живыми рисунками",
)
LESSON_OUT = "folder to write (default: runs/{}-lesson)"
NO_BROWSER = "only write the page"
START = "fine-tune: begin from a run's weights and preparation; its settings are the defaults"
EXPORT = Text(
    "write a run as ONNX with all that it needs to answer without PyTorch",
    "записать прогон в ONNX со всем, что нужно для ответов без PyTorch",
)


def main(domain: Domain, argv: Sequence[str] | None = None) -> int:
    """Run one command of a domain; return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    return guarded(domain.name, lambda: _run(domain, words), words)


def _run(domain: Domain, words: Sequence[str]) -> int:
    language = language_of(words)
    parser = _parser(domain, language)
    first = words[2] if words[:1] == ["--lang"] and len(words) > 2 else next(iter(words), "-")
    if first.startswith("-") and not {"-h", "--help"} & set(words[:3]):
        words = ["demo", *words]
    arguments = parser.parse_args(words)
    if getattr(arguments, "run", None) is not commands.train:
        refuse_launched(next(word for word in words if not word.startswith("-")))
    if "run" not in arguments:
        return run_student_command(domain.name, arguments, brought_by)
    arguments.run(domain, arguments)
    return 0


def guarded(module: str, work: Callable[[], int], words: Sequence[str] = ()) -> int:
    """Do a command's work and return its exit code; what the user did wrong is one line.

    words: of the command, where --lang may be among them.
    """
    for stream in (sys.stdout, sys.stderr):
        # A sign that the terminal cannot show must not end a training; cp1251 has no ₽ everywhere.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    language = "en"
    try:
        language = language_of(words)
        return work()
    except UserError as error:
        said = error.to(language) if error.ru else translator(language, module)(str(error))
        # A file's name may hold a line break.
        print(f"{ERROR.to(language)}: {' '.join(said.splitlines())}", file=sys.stderr)
        return 2
    except NotImplementedError as error:
        return _name_empty_exercise(module, error, language)
    except SaidElsewhereError as error:
        return error.code
    except KeyboardInterrupt:
        print(INTERRUPTED.to(language), file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe has had enough, as `| head` does; what follows has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        said = f"{error.filename or 'output'}: {error.strerror or error}"
        print(f"{ERROR.to(language)}: {said}", file=sys.stderr)
        return 2
    return 0


def _name_empty_exercise(module: str, error: NotImplementedError, language: str) -> int:
    """Say which exercise is next, where one without a body was called; raise for anything else."""
    from common.exercises import empty_exercises

    empty = {exercise.name: exercise for exercise in empty_exercises()}
    frames = traceback.extract_tb(error.__traceback__)
    if not empty or not any(frames[-1].name == name.rpartition(".")[2] for name in empty):
        raise error
    from common.grading.commands import student
    from common.grading.exercise.course import exercises_of

    owners = [owner for owner in (module, "common") if owner in modules_with_exercises()]
    order = [g.exercise for owner in owners for g in exercises_of(owner)]
    name = min(empty, key=order.index)
    print(student.explain_empty(module, name, language=language), file=sys.stderr)
    return 2


def run(domain: Domain) -> NoReturn:
    """Run the command of this process, and end it.

    Not by `sys.exit`: when a table was refused half-read, threads of Arrow's reader may still be
    at work, and abort the process when Python is taken down under them.
    """
    code = main(domain)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


class _Parser(argparse.ArgumentParser):
    language = "en"

    def error(self, message: str) -> Any:
        """One line, without the usage that would push it off the screen."""
        if rank():
            self.exit(2)
        said = translator(self.language, "common")(message)
        help = SEE_HELP.to(self.language).format(program=self.prog)
        self.exit(2, f"{ERROR.to(self.language)}: {said}; {help}\n")


def _parser(domain: Domain, language: str = "en") -> argparse.ArgumentParser:
    program = f"python -m {domain.name}"
    parser = _Parser(prog=program, description=domain.summary)
    title = COMMANDS.to(language)
    subparsers = parser.add_subparsers(title=title, metavar="COMMAND", required=True)

    demo = _command(subparsers, "demo", commands.demo, DEMO.to(language))
    if "data" in [field.name for field in dataclasses.fields(domain.source)]:
        _add(demo, "data", domain)
    for name in ("out", "json"):
        _add(demo, name, domain)
    processes = "trainings side by side, on the CPU (default: one for each core, if that pays)"
    demo.add_argument("--processes", type=_count, metavar="N", help=processes)
    domain.settings.add_to(demo.add_argument_group("settings"), defaults=domain.demo_settings)

    train = _command(subparsers, "train", commands.train, TRAIN.to(language))
    domain.source.add_to(train.add_argument_group("data"))
    domain.settings.add_to(train.add_argument_group("settings"))
    train.add_argument("--resume", metavar="RUN", help="go on with a training that was killed")
    # torchrun takes --start for an abbreviation of its own --start-method, before Python 3.12.
    train.add_argument("--start", "--start-run", metavar="RUN", help=START)
    sweep = "draw the loss while the learning rate rises, and train nothing"
    train.add_argument("--find-lr", action="store_true", help=sweep)
    for name in ("out", "json"):
        _add(train, name, domain)

    autopilot = _command(subparsers, "autopilot", commands.autopilot, AUTOPILOT.to(language))
    domain.source.add_to(autopilot.add_argument_group("data"))
    autopilot.add_argument(
        "--metric", metavar="KEY", help="what to judge by, such as a key of metrics.json"
    )
    workers = "try settings side by side on the workers of this Dask scheduler (tls://HOST:8786)"
    autopilot.add_argument("--workers", metavar="ADDRESS", help=workers)
    certificates = "folder of the cluster's client, made by `cluster certificates`"
    autopilot.add_argument("--certificates", metavar="DIR", help=certificates)
    group = autopilot.add_argument_group("settings that are to stay, and the time for all of it")
    domain.settings.add_to(group, defaults={"minutes": 7})
    for name in ("out", "json"):
        _add(autopilot, name, domain)

    if domain.keras_loss is not None:
        compare = _command(subparsers, "compare", commands.compare, COMPARE.to(language))
        domain.source.add_to(compare.add_argument_group("data"))
        domain.settings.add_to(
            compare.add_argument_group("settings"),
            defaults={
                **domain.demo_settings,
                **domain.compare_settings,
                "loss": domain.keras_loss,
            },
        )
        for name in ("out", "json"):
            _add(compare, name, domain)

    evaluate = _command(subparsers, "evaluate", commands.evaluate, EVALUATE.to(language))
    _add(evaluate, "run", domain)
    domain.source.add_to(evaluate, training=False)
    for name in ("device", "json"):
        _add(evaluate, name, domain)

    predict = _command(subparsers, "predict", commands.predict, PREDICT.to(language))
    _add(predict, "run", domain)
    predict.add_argument("input", metavar="INPUT", help="a file or a folder")
    predict.add_argument(
        "--out", metavar="OUT", help="what to write (default: INPUT-predicted, beside the input)"
    )
    domain.predict.add_to(predict)
    for name in ("device", "json"):
        _add(predict, name, domain)

    serve = _command(subparsers, "serve", commands.serve, SERVE.to(language))
    _add(serve, "run", domain)
    ServeOptions.add_to(serve)

    for own in domain.commands:
        work = functools.partial(commands.of_domain, own)
        command = _command(subparsers, own.name, work, own.summary.to(language))
        _add(command, "run", domain)
        own.options.add_to(command)
        for name in ("device", "json"):
            _add(command, name, domain)

    export = _command(subparsers, "export", commands.export, EXPORT.to(language))
    _add(export, "run", domain)
    export.add_argument(
        "--out", metavar="ZIP", help="the zip to write (default: RUN.zip, beside the run)"
    )
    export.add_argument(
        "--int8", action="store_true", help="compute in whole numbers: smaller and faster"
    )
    domain.export.add_to(export)
    _add(export, "json", domain)

    lesson = _command(subparsers, "lesson", commands.lesson, LESSON.to(language))
    lesson.add_argument("--out", metavar="DIR", help=LESSON_OUT.format(domain.name))
    lesson.add_argument("--no-browser", action="store_true", help=NO_BROWSER)
    add_student_commands(subparsers, domain.name, language)
    add_language(parser, language)
    parsers: list[_Parser] = [parser, *subparsers.choices.values()]
    translate_help(parsers, translator(language, domain.name))
    for one in parsers:
        one.language = language
        if language == "ru":
            in_russian(one)
    return parser


def _command(subparsers: Any, name: str, run: Any, summary: str) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(name, help=summary, description=summary, allow_abbrev=False)
    parser.set_defaults(run=run)
    return parser


def _add(parser: argparse.ArgumentParser, name: str, domain: Domain) -> None:
    if name == "run":
        parser.add_argument("folder", metavar="RUN", help="folder of a run")
    elif name == "out":
        parser.add_argument(
            "--out", metavar="RUN", help=f"folder to write (default: runs/{domain.name}-…)"
        )
    elif name == "json":
        parser.add_argument("--json", action="store_true", help="print the result for machines")
    elif name == "device":
        parser.add_argument("--device", default="auto", help="where to compute (default: auto)")
    elif name == "data":
        parser.add_argument(
            "--data", default=argparse.SUPPRESS, metavar="NAME", help="a table of the course"
        )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r}, expected a whole number from 1")
    return int(text)
