"""Whether Python, the course's libraries and its domains are there and can be imported.

Of pymorphy2, its files alone are looked for: that it can be imported says nothing of its analyser.
"""

import contextlib
import importlib.metadata
import importlib.util
import json
import sys
from pathlib import Path

from common.discovery import domains
from common.doctor.finding import Finding, everywhere, run
from common.domain import load_domain

CORE = {
    "torch": "nothing works",
    "numpy": "nothing works",
    "pandas": "no table is read",
    "pyarrow": "no table is read",
    "openpyxl": "Excel files are not read",
    "scipy": "no neighbours are found, so a network for prices does not train",
    "matplotlib": "the reports lack their pictures",
    "jinja2": "no report is written",
    "safetensors": "runs are neither saved nor loaded",
    "pooch": "nothing is downloaded",
    "tqdm": "no progress is shown",
}
_IMPORT = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
        error = ""
    except BaseException as reason:
        error = f"{type(reason).__name__}: {reason}".splitlines()[0]
    print(json.dumps([name, error]), flush=True)
"""


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    fix = {
        "Debian": "sudo apt install python3.12 python3.12-venv",
        "Fedora": "sudo dnf install python3.12",
        "macOS": "brew install python@3.12",
        "Windows": "winget install Python.Python.3.12",
    }
    return Finding("Python", version, sys.version_info >= (3, 11), True, "nothing works", fix)


def libraries() -> list[Finding]:
    """Import them one after another in one process; where it dies, another takes up the rest."""
    errors: dict[str, str] = {}
    others = domain_libraries()
    while waiting := [name for name in (*CORE, *others) if name not in errors]:
        printed, died = run(sys.executable, "-c", _IMPORT, *waiting)
        answers = [json.loads(line) for line in printed.splitlines() if line.startswith("[")]
        errors |= dict(answers)
        if len(answers) < len(waiting):
            errors[waiting[len(answers)]] = f"crashes on import: {died}"
    core = [_library(name, name, errors[name], True, CORE[name]) for name in CORE]
    return core + [_library(d, d, errors[name], False, w) for name, (d, w) in others.items()]


def domain_libraries() -> dict[str, tuple[str, str]]:
    """Return what the domains need: by module its distribution, and what fails without it.

    A domain that cannot be imported needs nothing that is known; `broken_domains` says so.
    """
    found: dict[str, tuple[str, str]] = {}
    for name in domains():
        with contextlib.suppress(Exception):
            found |= load_domain(name).libraries
    return found


def _library(name: str, distribution: str, error: str, needed: bool, without: str) -> Finding:
    try:
        version = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        version = "not installed"
    found = f"{version}, {error}" if error and version != "not installed" else version
    fix = everywhere(f'"{sys.executable}" -m pip install --force-reinstall {distribution}')
    if "libGL" in error:  # OpenCV brings everything but this
        fix |= {"Debian": "sudo apt install libgl1", "Fedora": "sudo dnf install mesa-libGL"}
    return Finding(name, found, not error, needed, without, fix)


def broken_domains() -> list[Finding]:
    """Import what each domain says of itself; only those that fail are a finding."""
    broken = []
    for name in domains():
        try:
            load_domain(name)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            fix = everywhere(f'"{sys.executable}" -m {name} --help   (shows where)')
            broken.append(
                Finding(name, reason, False, False, f"python -m {name} does not run", fix)
            )
    return broken


def pymorphy() -> Finding:
    """Look for the library and the dictionary that it comes with."""
    try:
        found = f"{importlib.metadata.version('pymorphy2')} installed"
    except importlib.metadata.PackageNotFoundError:
        found = "not installed"
    spec = importlib.util.find_spec("pymorphy2_dicts_ru")
    origin = spec.origin if spec is not None else None
    there = origin is not None and (Path(origin).parent / "data" / "words.dawg").is_file()
    if found != "not installed":
        found += ", dictionary found" if there else ", no dictionary"
    packages = "pymorphy2 pymorphy2-dicts-ru"
    fix = everywhere(f'"{sys.executable}" -m pip install --force-reinstall {packages}')
    without = "Russian words are not brought to their dictionary form"
    return Finding("pymorphy2", found, found.endswith("dictionary found"), False, without, fix)
