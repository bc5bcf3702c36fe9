"""Examine this computer, and print what was found with what each missing thing costs."""

import dataclasses
import json
import sys

from rich.console import Console
from rich.table import Table

from common.doctor.computer import (
    devices,
    disk,
    ffmpeg,
    fonts,
    memory,
    sandbox,
    suitable_settings,
)
from common.doctor.finding import SYSTEMS, Finding
from common.doctor.libraries import broken_domains, libraries, pymorphy, python
from common.translation import Translate, same, translator


def examine() -> list[Finding]:
    """Examine this computer; takes a few seconds, most of them for importing the libraries."""
    return [
        python(),
        *libraries(),
        *broken_domains(),
        devices(),
        *suitable_settings(),
        pymorphy(),
        ffmpeg(),
        sandbox(),
        fonts(),
        memory(),
        disk(),
    ]


def main(*, as_json: bool = False, language: str = "en") -> int:
    """Print the findings; return 1 if something needed is missing.

    as_json: print them for machines, in English whatever the language.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # what a library says may not fit the terminal
    translate = translator(language, "common.doctor")
    print(translate("importing every library once, a few seconds"), file=sys.stderr)
    findings = examine()
    healthy = all(finding.ok for finding in findings if finding.needed)
    if as_json:
        rows = [dataclasses.asdict(finding) for finding in findings]
        print(json.dumps({"ok": healthy, "findings": rows}, indent=2))
    else:
        print_findings(findings, translate)
    return 0 if healthy else 1


def print_findings(
    findings: list[Finding], translate: Translate = same, *, console: Console | None = None
) -> None:
    """Print a table, and beneath it what each missing thing costs and what fixes it."""
    console = console or Console(highlight=False, markup=False, emoji=False)
    table = Table()
    for title in ("", "what", "found"):
        table.add_column(translate(title), overflow="fold")
    for finding in findings:
        words = (_state(finding), finding.name, finding.found)
        table.add_row(*map(translate, words))
    console.print(table)
    for finding in findings:
        if finding.ok:
            continue
        cost = translate(f"As it is, {translate(finding.without)}.")
        console.print(f"\n{translate(finding.name)}: {translate(finding.found)}. {cost}")
        for system in _this_system():
            if system in finding.fix:
                # A command is to be copied whole, so it is never wrapped.
                console.print(f"  {system}: {translate(finding.fix[system])}", soft_wrap=True)
    if all(finding.ok for finding in findings):
        console.print("\n" + translate("Everything is there."))


def _state(finding: Finding) -> str:
    return "ok" if finding.ok else "MISSING" if finding.needed else "missing"


def _this_system() -> tuple[str, ...]:
    return SYSTEMS.get(sys.platform, SYSTEMS["linux"])
