"""What every command needs: the domain's Task, and a way to say what was done."""

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

from common import launch
from common.domain import Domain
from common.translation import translator


def task_of(domain: Domain) -> Any:
    return importlib.import_module(domain.task).TASK


def say_of(domain: Domain, arguments: argparse.Namespace) -> Any:
    translate = translator(arguments.lang, domain.name)
    if arguments.json or launch.rank():
        return lambda line: None
    return lambda line: print(translate(line), flush=True)


def print_json(values: Any) -> None:
    """ASCII, so that no terminal and no pipe can spoil a letter."""
    from common.runs import store

    print(json.dumps(store.plain(values), indent=2, allow_nan=False))


def print_report(domain: Domain, result: Any, out: Path, arguments: argparse.Namespace) -> None:
    from common.report.console import print_table
    from common.runs.results import summary

    if arguments.json:
        print_json({**summary(result), "run": str(out)})
        return
    print()
    translate = translator(arguments.lang, domain.name)
    print_table(task_of(domain).metrics, result.outcomes, translate=translate)
    print()
    for line in (f"run: {out}", f"page: {out / 'report.html'}"):
        print(translate(line))
