"""What the commands know of a domain: its `DOMAIN`, found by the domain's name."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.discovery import domains
from common.errors import UserError, unknown
from common.i18n import Text
from common.settings import Options, Settings


@dataclass(frozen=True)
class Command:
    """A command that one domain alone has: `python -m DOMAIN NAME RUN …`.

    summary: its line of help. options: what it is told. work: "module:function" that does it; it is
    called with the run's folder, the options, and by name with device and say, and returns what
    `--json` prints.
    """

    name: str
    summary: Text
    options: type[Options]
    work: str


@dataclass(frozen=True)
class Domain:
    """What the commands must know of a domain before anything heavy is imported.

    task: the module that holds the domain's `TASK`. demo: the losses that the demo compares;
    demo_settings: where the demo's settings differ, so that it is over soon; compare_settings:
    where those of `compare` differ from these. demo_needs: the exercises of common that the demo
    calls: in a student edition it trains once these are solved, and the domain's own. predict,
    export: options of the domain's own for these commands. libraries: what the domain needs beside
    what all need: by module the distribution's name, and what does not work without it. commands:
    those that no other domain has. keras_loss: the loss that is written in Keras too, which the
    command `compare` trains with, by the ways of the domain's `comparison`; None where there is
    none.
    """

    name: str
    summary: str
    task: str
    source: type[Options]
    settings: type[Settings]
    demo: tuple[str, ...]
    demo_settings: Mapping[str, Any] = field(default_factory=dict)
    compare_settings: Mapping[str, Any] = field(default_factory=dict)
    demo_needs: tuple[str, ...] = ("pick_device", "training_step", "early_stopping")
    predict: type[Options] = Options
    export: type[Options] = Options
    libraries: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()
    keras_loss: str | None = None


def load_domain(name: str) -> Domain:
    """Import a domain's `__main__.py`, which imports nothing heavy, and return its `DOMAIN`.

    Raises:
        UserError: where there is no such domain; it names those that there are.
    """
    if name not in domains():
        raise unknown("domain", name, domains())
    found = importlib.import_module(f"{name}.__main__").DOMAIN
    if not isinstance(found, Domain):
        raise UserError(f"{name}/__main__.py: DOMAIN is {found!r}, expected a common.domain.Domain")
    return found
