"""One thing that the doctor examined, and how it tries things out: in processes of their own."""

import subprocess
from dataclasses import dataclass, field

SYSTEMS = {"linux": ("Debian", "Fedora"), "darwin": ("macOS",), "win32": ("Windows",)}
PATIENCE = 180.0
"""Seconds for a process to answer; the first import of torch from a slow disk takes its time."""


@dataclass(frozen=True)
class Finding:
    """One thing examined.

    needed: the course's core does not work without it. without: what does not work as it is.
    fix: the command for each system.
    """

    name: str
    found: str
    ok: bool
    needed: bool = False
    without: str = ""
    fix: dict[str, str] = field(default_factory=dict)


def everywhere(command: str) -> dict[str, str]:
    return {system: command for systems in SYSTEMS.values() for system in systems}


def run(*command: str) -> tuple[str, str]:
    """Return what a process printed, and what went wrong with it, empty if nothing did."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except OSError as error:
        return "", error.strerror or str(error)
    except subprocess.TimeoutExpired as error:
        # Bytes, whatever encoding was asked for.
        said = error.stdout.decode(errors="replace") if isinstance(error.stdout, bytes) else ""
        return said, f"no answer in {PATIENCE:.0f} seconds"
    if done.returncode == 0:
        return done.stdout, ""
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return done.stdout, last
