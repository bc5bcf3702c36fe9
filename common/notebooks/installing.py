"""Installs what the course lacks where a notebook runs, and leaves alone what is there.

Only the standard library and what every Python has beside it is imported here: the rest may be
what is missing.
"""

import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS = {
    "en": (
        "Installing what is missing: {names}",
        "These were in use already: {names}. Restart the kernel (on Colab: Runtime, Restart "
        "session), and run this cell again.",
    ),
    "ru": (
        "Ставлю, чего не хватает: {names}",
        "Эти библиотеки уже были загружены: {names}. Перезапустите ядро (в Colab: Среда "
        "выполнения, Перезапустить сеанс) и выполните эту ячейку снова.",
    ),
}


def install(language: str = "en", *, root: Path = ROOT) -> list[str]:
    """Install the course's libraries that are missing or too old; return them.

    Ends the cell where one of them has been imported already: the old one would go on working.
    """
    wanted = missing(root)
    if not wanted:
        return []
    begun, restart = WORDS[language]
    print(begun.format(names=", ".join(wanted)))
    before = {name: found for name in wanted if (found := _version(_name(name)))}
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *wanted], check=True)
    stale = [_name(name) for name in before if _module(_name(name)) in sys.modules]
    if stale:
        raise SystemExit(restart.format(names=", ".join(stale)))
    return wanted


def missing(root: Path = ROOT) -> list[str]:
    """Return the course's requirements that this Python does not meet, as pip takes them."""
    from packaging.requirements import Requirement

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = []
    for line in project["dependencies"]:
        one = Requirement(line)
        version = _version(one.name)
        if version is None or not one.specifier.contains(version, prereleases=True):
            found.append(f"{one.name}{one.specifier}")
    return found


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _name(requirement: str) -> str:
    return requirement.partition("<")[0].partition(">")[0]


def _module(name: str) -> str:
    return {"opencv-python": "cv2", "pillow": "PIL"}.get(name, name.replace("-", "_"))
