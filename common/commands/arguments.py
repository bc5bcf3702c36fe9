"""What can be typed after `python -m DOMAIN`: each command, its options, and their help."""

import argparse
import dataclasses
import functools
from typing import Any

from common.commands import runs, training
from common.domain import Domain
from common.grading.commands.arguments import add_language, add_student_commands, in_russian
from common.i18n import Text
from common.launch import speaks, wait_for_the_speaker
from common.serving.options import ServeOptions
from common.translation import translate_help, translator

ERROR = Text("error", "ошибка")
SEE_HELP = Text("see {program} --help", "см. {program} --help")
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


class Parser(argparse.ArgumentParser):
    language = "en"

    def error(self, message: str) -> Any:
        """One line, without the usage that would push it off the screen."""
        if not speaks():
            wait_for_the_speaker()
        said = translator(self.language, "common")(message)
        help = SEE_HELP.to(self.language).format(program=self.prog)
        self.exit(2, f"{ERROR.to(self.language)}: {said}; {help}\n")


def parser_of(domain: Domain, language: str = "en") -> argparse.ArgumentParser:
    program = f"python -m {domain.name}"
    parser = Parser(prog=program, description=domain.summary)
    title = COMMANDS.to(language)
    subparsers = parser.add_subparsers(title=title, metavar="COMMAND", required=True)

    demo = _command(subparsers, "demo", training.demo, DEMO.to(language))
    if "data" in [field.name for field in dataclasses.fields(domain.source)]:
        _add(demo, "data", domain)
    for name in ("out", "json"):
        _add(demo, name, domain)
    processes = "trainings side by side, on the CPU (default: one for each core, if that pays)"
    demo.add_argument("--processes", type=_count, metavar="N", help=processes)
    domain.settings.add_to(demo.add_argument_group("settings"), defaults=domain.demo_settings)

    train = _command(subparsers, "train", training.train, TRAIN.to(language))
    domain.source.add_to(train.add_argument_group("data"))
    domain.settings.add_to(train.add_argument_group("settings"))
    train.add_argument("--resume", metavar="RUN", help="go on with a training that was killed")
    # torchrun takes --start for an abbreviation of its own --start-method, before Python 3.12.
    train.add_argument("--start", "--start-run", metavar="RUN", help=START)
    sweep = "draw the loss while the learning rate rises, and train nothing"
    train.add_argument("--find-lr", action="store_true", help=sweep)
    for name in ("out", "json"):
        _add(train, name, domain)

    autopilot = _command(subparsers, "autopilot", training.autopilot, AUTOPILOT.to(language))
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
        compare = _command(subparsers, "compare", training.compare, COMPARE.to(language))
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

    evaluate = _command(subparsers, "evaluate", runs.evaluate, EVALUATE.to(language))
    _add(evaluate, "run", domain)
    domain.source.add_to(evaluate, training=False)
    for name in ("device", "json"):
        _add(evaluate, name, domain)

    predict = _command(subparsers, "predict", runs.predict, PREDICT.to(language))
    _add(predict, "run", domain)
    predict.add_argument("input", metavar="INPUT", help="a file or a folder")
    predict.add_argument(
        "--out", metavar="OUT", help="what to write (default: INPUT-predicted, beside the input)"
    )
    domain.predict.add_to(predict)
    for name in ("device", "json"):
        _add(predict, name, domain)

    serve = _command(subparsers, "serve", runs.serve, SERVE.to(language))
    _add(serve, "run", domain)
    ServeOptions.add_to(serve)

    for own in domain.commands:
        work = functools.partial(runs.of_domain, own)
        command = _command(subparsers, own.name, work, own.summary.to(language))
        _add(command, "run", domain)
        own.options.add_to(command)
        for name in ("device", "json"):
            _add(command, name, domain)

    export = _command(subparsers, "export", runs.export, EXPORT.to(language))
    _add(export, "run", domain)
    export.add_argument(
        "--out", metavar="ZIP", help="the zip to write (default: RUN.zip, beside the run)"
    )
    export.add_argument(
        "--int8", action="store_true", help="compute in whole numbers: smaller and faster"
    )
    domain.export.add_to(export)
    _add(export, "json", domain)

    lesson = _command(subparsers, "lesson", training.lesson, LESSON.to(language))
    lesson.add_argument("--out", metavar="DIR", help=LESSON_OUT.format(domain.name))
    lesson.add_argument("--no-browser", action="store_true", help=NO_BROWSER)
    add_student_commands(subparsers, domain.name, language)
    add_language(parser, language)
    parsers: list[Parser] = [parser, *subparsers.choices.values()]
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
