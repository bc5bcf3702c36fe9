"""`python -m common doctor`: what this computer has, what it lacks, and what fixes it.

Things are tried rather than looked up: libraries are imported, ffmpeg and the sandbox started,
all in processes of their own, so that a library that crashes is a finding and no crash. Of
pymorphy2, its files alone are looked for: that it can be imported says nothing of its analyser.
"""

import contextlib
import dataclasses
import importlib.metadata
import importlib.util
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from common.discovery import domains
from common.domain import load_domain
from common.files import cache_folder

SYSTEMS = {"linux": ("Debian", "Fedora"), "darwin": ("macOS",), "win32": ("Windows",)}
PATIENCE = 180.0
"""Seconds for a process to answer; the first import of torch from a slow disk takes its time."""

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
_FFMPEG = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"


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


def examine() -> list[Finding]:
    """Examine this computer; takes a few seconds, most of them for importing the libraries."""
    return [
        _python(),
        *_libraries(),
        *_domains(),
        _devices(),
        *_settings(),
        _pymorphy(),
        _ffmpeg(),
        _sandbox(),
        _fonts(),
        _memory(),
        _disk(),
    ]


def main(argv: list[str] | None = None) -> int:
    """Print the findings, for machines with `--json`; return 1 if something needed is missing."""
    as_json = "--json" in (sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # what a library says may not fit the terminal
    print("importing every library once, a few seconds", file=sys.stderr)
    findings = examine()
    healthy = all(finding.ok for finding in findings if finding.needed)
    if as_json:
        rows = [dataclasses.asdict(finding) for finding in findings]
        print(json.dumps({"ok": healthy, "findings": rows}, indent=2))
    else:
        print_findings(findings)
    return 0 if healthy else 1


def print_findings(findings: list[Finding], *, console: Console | None = None) -> None:
    """Print a table, and beneath it what each missing thing costs and what fixes it."""
    console = console or Console(highlight=False, markup=False, emoji=False)
    table = Table()
    for title in ("", "what", "found"):
        table.add_column(title, overflow="fold")
    for finding in findings:
        table.add_row(_state(finding), finding.name, finding.found)
    console.print(table)
    for finding in findings:
        if finding.ok:
            continue
        console.print(f"\n{finding.name}: {finding.found}. As it is, {finding.without}.")
        for system in _this_system():
            if system in finding.fix:
                # A command is to be copied whole, so it is never wrapped.
                console.print(f"  {system}: {finding.fix[system]}", soft_wrap=True)
    if all(finding.ok for finding in findings):
        console.print("\nEverything is there.")


def _state(finding: Finding) -> str:
    return "ok" if finding.ok else "MISSING" if finding.needed else "missing"


def _this_system() -> tuple[str, ...]:
    return SYSTEMS.get(sys.platform, SYSTEMS["linux"])


def _everywhere(command: str) -> dict[str, str]:
    return {system: command for systems in SYSTEMS.values() for system in systems}


def _run(*command: str) -> tuple[str, str]:
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


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    fix = {
        "Debian": "sudo apt install python3.12 python3.12-venv",
        "Fedora": "sudo dnf install python3.12",
        "macOS": "brew install python@3.12",
        "Windows": "winget install Python.Python.3.12",
    }
    return Finding("Python", version, sys.version_info >= (3, 11), True, "nothing works", fix)


def domain_libraries() -> dict[str, tuple[str, str]]:
    """Return what the domains need: by module its distribution, and what fails without it.

    A domain that cannot be imported needs nothing that is known; `_domains` says so.
    """
    found: dict[str, tuple[str, str]] = {}
    for name in domains():
        with contextlib.suppress(Exception):
            found |= load_domain(name).libraries
    return found


def _domains() -> list[Finding]:
    """Import what each domain says of itself; only those that fail are a finding."""
    broken = []
    for name in domains():
        try:
            load_domain(name)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            fix = _everywhere(f'"{sys.executable}" -m {name} --help   (shows where)')
            broken.append(
                Finding(name, reason, False, False, f"python -m {name} does not run", fix)
            )
    return broken


def _libraries() -> list[Finding]:
    """Import them one after another in one process; where it dies, another takes up the rest."""
    errors: dict[str, str] = {}
    others = domain_libraries()
    while waiting := [name for name in (*CORE, *others) if name not in errors]:
        printed, died = _run(sys.executable, "-c", _IMPORT, *waiting)
        answers = [json.loads(line) for line in printed.splitlines() if line.startswith("[")]
        errors |= dict(answers)
        if len(answers) < len(waiting):
            errors[waiting[len(answers)]] = f"crashes on import: {died}"
    core = [_library(name, name, errors[name], True, CORE[name]) for name in CORE]
    return core + [_library(d, d, errors[name], False, w) for name, (d, w) in others.items()]


def _library(name: str, distribution: str, error: str, needed: bool, without: str) -> Finding:
    try:
        version = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        version = "not installed"
    found = f"{version}, {error}" if error and version != "not installed" else version
    fix = _everywhere(f'"{sys.executable}" -m pip install --force-reinstall {distribution}')
    if "libGL" in error:  # OpenCV brings everything but this
        fix |= {"Debian": "sudo apt install libgl1", "Fedora": "sudo dnf install mesa-libGL"}
    return Finding(name, found, not error, needed, without, fix)


def _devices() -> Finding:
    code = "from common.device import available_devices; print(', '.join(available_devices()))"
    printed, error = _run(sys.executable, "-c", code)
    fix = _everywhere(f'"{sys.executable}" -m pip install --force-reinstall torch')
    return Finding("devices", printed.strip() or error, not error, True, "nothing is trained", fix)


def _settings() -> list[Finding]:
    """Say which settings suit each device; where nothing can be measured, `_devices` says why."""
    printed, _ = _run(sys.executable, "-m", "common.device_report")
    pairs = [json.loads(line) for line in printed.splitlines() if line.startswith("[")]
    fix = _everywhere(f'"{sys.executable}" -m common.device_report   (shows why)')
    return [
        Finding(f"settings on {name}", said, True, False, "settings are guessed", fix)
        for name, said in pairs
    ]


def _pymorphy() -> Finding:
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
    fix = _everywhere(f'"{sys.executable}" -m pip install --force-reinstall {packages}')
    without = "Russian words are not brought to their dictionary form"
    return Finding("pymorphy2", found, found.endswith("dictionary found"), False, without, fix)


def _ffmpeg() -> Finding:
    path, error = _run(sys.executable, "-c", _FFMPEG)
    printed = ""
    if not error:
        printed, error = _run(path.strip(), "-version")
    version = " ".join(printed.split()[2:3])
    fix = {
        "Debian": "sudo apt install ffmpeg",
        "Fedora": "sudo dnf install ffmpeg-free",
        "macOS": "brew install ffmpeg",
        "Windows": "winget install Gyan.FFmpeg",
    }
    return Finding("ffmpeg", error or version, not error, False, "no video is read", fix)


def _sandbox() -> Finding:
    """Start the smallest sandbox there is: some systems have the program and forbid its use."""
    without = "submissions of strangers are not graded"
    if sys.platform != "linux":
        wsl = "wsl --install   (and grade inside it, with bubblewrap)"
        fix = {"macOS": "grade on a Linux machine", "Windows": wsl}
        return Finding("bubblewrap", "only on Linux", False, False, without, fix)
    program = shutil.which("bwrap")
    if program is None:
        fix = {"Debian": "sudo apt install bubblewrap", "Fedora": "sudo dnf install bubblewrap"}
        return Finding("bubblewrap", "not installed", False, False, without, fix)
    sandbox = (program, "--ro-bind", "/", "/", "--unshare-all", "--die-with-parent")
    _, error = _run(*sandbox, sys.executable, "-c", "")
    version = _run(program, "--version")[0].strip().removeprefix("bubblewrap ")
    fix = {
        "Debian": "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
        "Fedora": "sudo sysctl user.max_user_namespaces=15000",
    }
    found = f"{version}, {error}" if error else version
    return Finding("bubblewrap", found, not error, False, without, fix)


def _fonts() -> Finding:
    """Look for the letters in the font that Matplotlib will really draw with."""
    code = (
        "from matplotlib import font_manager, ft2font\n"
        "path = font_manager.findfont(font_manager.FontProperties())\n"
        "letters = ft2font.FT2Font(path).get_charmap()\n"
        "print(font_manager.get_font(path).family_name)\n"
        "assert all(ord(letter) in letters for letter in 'Ая\u20bd'), 'no Russian letters'"
    )
    printed, error = _run(sys.executable, "-c", code)
    fix = _everywhere(f'"{sys.executable}" -m pip install --force-reinstall matplotlib')
    without = "pictures show boxes in place of Russian letters"
    return Finding("font for pictures", error or printed.strip(), not error, False, without, fix)


def _memory() -> Finding:
    free = psutil.virtual_memory().available
    return _amount("free memory", free, 2, "the demo may be too large", "close other programs")


def _disk() -> Finding:
    folder = cache_folder()
    while not folder.exists():
        folder = folder.parent
    fix = "set the variable STICKSHIFT_CACHE to a folder on another disk"
    return _amount("free disk", shutil.disk_usage(folder).free, 1, "downloads may not fit", fix)


def _amount(name: str, free: int, enough: int, without: str, fix: str) -> Finding:
    found = f"{free / 2**30:.1f} GB"
    return Finding(name, found, free >= enough * 2**30, False, without, _everywhere(fix))
