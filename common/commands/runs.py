"""What the commands do that work with a finished run: evaluate, predict, serve, export."""

import argparse
import dataclasses
import importlib
from pathlib import Path

from common.commands.output import print_json, say_of, task_of
from common.domain import Command, Domain
from common.errors import UserError
from common.files import beside
from common.i18n import Text
from common.serving.options import ServeOptions
from common.translation import translator

DONE = Text(
    "{out}: {size:.1f} MB; unpack it: python -m zipfile -e {out} FOLDER",
    "{out}: {size:.1f} МБ; распаковать: python -m zipfile -e {out} ПАПКА",
)


def evaluate(domain: Domain, arguments: argparse.Namespace) -> None:
    from common.report.console import print_table
    from common.runs import inference

    task = task_of(domain)
    source = domain.source.from_arguments(arguments)
    folder, say = Path(arguments.folder), say_of(domain, arguments)
    found = inference.evaluate(task, folder, source, device=arguments.device, say=say)
    if arguments.json:
        figures = {"part": found.part, "examples": found.examples, "metrics": found.outcome.metrics}
        if found.part == "given":
            figures["trained_on"] = found.trained_on
        print_json(figures)
    else:
        translate = translator(arguments.lang, domain.name)
        print_table(task.metrics, [found.outcome], translate=translate)


def predict(domain: Domain, arguments: argparse.Namespace) -> None:
    from common.runs import inference

    task, source = task_of(domain), Path(arguments.input)
    out = Path(arguments.out or beside(source, task.answers_suffix(source)))
    line = inference.predict(
        task,
        Path(arguments.folder),
        source,
        out,
        options=domain.predict.from_arguments(arguments),
        device=arguments.device,
    )
    if arguments.json:
        print_json({"out": str(out), "message": line})
    else:
        print(translator(arguments.lang, domain.name)(line))


def serve(domain: Domain, arguments: argparse.Namespace) -> None:
    try:
        from common.serving.server import serve as run_server
    except ModuleNotFoundError as error:
        raise UserError(
            f'serve needs {error.name}, which is not installed: python -m pip install -e ".[serve]"'
        ) from None
    options = ServeOptions.from_arguments(arguments)
    translate = translator(arguments.lang, domain.name)
    run_server(
        task_of(domain),
        domain.task,
        Path(arguments.folder),
        options,
        language=arguments.lang,
        say=lambda line: print(translate(line), flush=True),
    )


def export(domain: Domain, arguments: argparse.Namespace) -> None:
    from common.export import writing

    task, folder = task_of(domain), Path(arguments.folder)
    out = Path(arguments.out or folder.with_name(f"{folder.resolve().name}.zip"))
    written = writing.export(
        task,
        folder,
        out,
        options=domain.export.from_arguments(arguments),
        int8=arguments.int8,
        say=say_of(domain, arguments),
        language=arguments.lang,
    )
    if arguments.json:
        print_json(
            {
                "out": str(out),
                "metric": written.metric,
                "figures": [dataclasses.asdict(row) for row in written.figures],
                "holds": [line.en for line in written.holds],
            }
        )
        return
    for line in written.holds:
        print(line.to(arguments.lang))
    print(DONE.to(arguments.lang).format(out=out, size=out.stat().st_size / 1e6))


def of_domain(own: Command, domain: Domain, arguments: argparse.Namespace) -> None:
    """Do what a command of one domain alone does."""
    options = own.options.from_arguments(arguments)
    module, _, name = own.work.partition(":")
    work = getattr(importlib.import_module(module), name)
    say = say_of(domain, arguments)
    result = work(Path(arguments.folder), options, device=arguments.device, say=say)
    if arguments.json:
        print_json(result)
