"""What the doctor says of this computer, and of computers that lack things."""

import dataclasses
import importlib.metadata
import io
import json
import re
import subprocess
import sys

import pytest
from rich.console import Console

from common.__main__ import main as common_main
from common.doctor import command, computer, libraries
from common.doctor.command import print_findings
from common.doctor.finding import Finding, run
from common.domain import load_domain
from common.translation import translator
from tests.common.forked import begin_copies

HEALTHY = Finding("Python", "3.12.1", True, needed=True)
NO_VIDEO = Finding(
    "ffmpeg",
    "not installed",
    False,
    without="no video is read",
    fix={"Debian": "apt", "Fedora": "dnf", "macOS": "brew", "Windows": "winget"},
)
NO_TORCH = Finding("torch", "not installed", False, True, "nothing works", {"Debian": "pip"})


@pytest.fixture(scope="module")
def findings():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHDYNAMO_DISABLE", "1")  # compiling takes ten seconds
        # Where it has been imported; who has set it for a while may have left none.
        patch.setattr("torch._dynamo.config.disable", True, raising=False)
        begin_copies(patch)  # importing everything anew takes as long
        return {finding.name: finding for finding in command.examine()}


def printed(findings, *, width: int = 60, encoding: str = "utf-8") -> str:
    buffer = io.BytesIO()
    file = io.TextIOWrapper(buffer, encoding=encoding, newline="\n")
    print_findings(findings, console=Console(file=file, width=width, markup=False))
    file.flush()
    return buffer.getvalue().decode(encoding)


def test_this_computers_core_is_whole(findings):
    assert [finding for finding in findings.values() if finding.needed and not finding.ok] == []


def test_versions_are_those_installed(findings):
    for name in ("torch", "pandas", "opencv-python", "librosa"):
        assert findings[name].found == importlib.metadata.version(name)


def test_settings_that_suit_the_processor_were_measured(findings):
    said = findings["settings on cpu"].found
    assert "core" in said
    assert "--bf16" in said
    assert "--compile" in findings["settings on cpu, compiled"].found


def test_whatever_is_missing_has_a_cost_and_a_cure(findings):
    for finding in findings.values():
        assert finding.without
        assert finding.fix


def test_a_library_that_fails_or_crashes_is_a_finding(tmp_path, monkeypatch):
    (tmp_path / "failing.py").write_text("raise OSError('libGL.so.1: no such file')")
    (tmp_path / "crashing.py").write_text("import os; os._exit(139)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(libraries, "CORE", {"numpy": "nothing works", "crashing": "x"})
    others = {"failing": ("pip", "no vision"), "absent": ("absent", "y")}
    monkeypatch.setattr(libraries, "domain_libraries", lambda: others)
    found = {finding.name: finding for finding in libraries.libraries()}
    assert found["numpy"].ok
    assert not any(found[name].ok for name in ("crashing", "pip", "absent"))
    assert found["pip"].found.endswith("OSError: libGL.so.1: no such file")
    assert found["pip"].fix["Debian"] == "sudo apt install libgl1"
    assert found["absent"].found == "not installed"


def test_a_domain_that_cannot_be_imported_is_a_finding(monkeypatch):
    def load(name):
        if name == "broken":
            raise SyntaxError("invalid syntax (__main__.py, line 3)")
        return load_domain(name)

    monkeypatch.setattr(libraries, "domains", lambda: ["broken", "vision"])
    monkeypatch.setattr(libraries, "load_domain", load)
    assert "cv2" in libraries.domain_libraries()
    (finding,) = libraries.broken_domains()
    assert finding.found == "SyntaxError: invalid syntax (__main__.py, line 3)"
    assert not finding.ok
    assert "-m broken --help" in finding.fix["Debian"]


def test_a_process_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr("common.doctor.finding.PATIENCE", 0.2)
    assert run(sys.executable, "-c", "import time; time.sleep(60)") == (
        "",
        "no answer in 0 seconds",
    )


def test_a_program_that_is_not_there_is_a_finding():
    assert run("no-such-program-at-all")[1]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_without_linux_there_is_no_sandbox(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    finding = computer.sandbox()
    assert not finding.ok
    assert not finding.needed
    assert finding.without == "submissions of strangers are not graded"
    assert command._this_system()[0] in finding.fix


def test_a_sandbox_that_the_system_forbids_is_not_ok(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(computer.shutil, "which", lambda _: "/usr/bin/bwrap")
    answers = {"--version": ("bubblewrap 0.9.0\n", "")}
    forbidden = ("", "bwrap: No permissions to create new namespace")
    monkeypatch.setattr(computer, "run", lambda *words: answers.get(words[-1], forbidden))
    finding = computer.sandbox()
    assert not finding.ok
    assert finding.found == "0.9.0, bwrap: No permissions to create new namespace"


def test_little_memory_is_a_warning():
    assert not computer._amount("free memory", 2**30, 2, "x", "y").ok
    assert computer._amount("free memory", 2 * 2**30, 2, "x", "y").ok


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "ascii"])
def test_the_table_fits_a_narrow_terminal_of_any_alphabet(findings, encoding):
    long = dataclasses.replace(NO_VIDEO, found="x" * 200)
    lines = printed([*findings.values(), long], encoding=encoding).splitlines()
    assert max(map(len, lines[: lines.index("")])) <= 60
    assert "x" * 20 in "".join(lines)


@pytest.mark.parametrize(
    ("platform", "shown"),
    [("linux", ["Debian: apt", "Fedora: dnf"]), ("darwin", ["brew"]), ("win32", ["winget"])],
)
def test_the_cure_is_this_systems(monkeypatch, platform, shown):
    monkeypatch.setattr(sys, "platform", platform)
    text = printed([HEALTHY, NO_VIDEO])
    assert "As it is, no video is read." in text
    assert all(command in text for command in shown)
    assert text.count("apt") + text.count("brew") + text.count("winget") == 1


@pytest.mark.parametrize(
    ("findings", "code"),
    [([HEALTHY], 0), ([HEALTHY, NO_VIDEO], 0), ([HEALTHY, NO_VIDEO, NO_TORCH], 1)],
)
def test_the_exit_code_is_that_of_the_core(monkeypatch, capsys, findings, code):
    monkeypatch.setattr(command, "examine", lambda: findings)
    assert common_main(["doctor"]) == code
    assert ("MISSING" in capsys.readouterr().out) == bool(code)
    assert common_main(["doctor", "--json"]) == code
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] == (code == 0)
    assert [entry["name"] for entry in answer["findings"]] == [f.name for f in findings]


def test_help_is_quick_for_it_imports_nothing_heavy():
    code = (
        "import sys, contextlib\n"
        "from common.__main__ import main\n"
        "with contextlib.suppress(SystemExit):\n"
        "    main(['--help'])\n"
        "assert not {'torch', 'pandas', 'rich', 'numpy'} & set(sys.modules), 'heavy'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "doctor" in done.stdout


def test_in_russian_nothing_is_said_in_english(findings):
    """But names, versions and commands: all that a finding says of what works has Russian words."""
    russian = translator("ru", "common.doctor")
    assert russian("settings are guessed") != "settings are guessed"
    for finding in findings.values():
        assert re.search("[а-я]", russian(finding.without)), finding.without
        for said in (finding.name, finding.found):
            if re.search("[a-z]{2,} [a-z]{2,}", said):  # words, and no name
                assert re.search("[а-я]", russian(said)), said
                assert not re.search(r"\b(no|takes?|time|cores?)\b", russian(said)), said
    buffer = io.StringIO()
    print_findings([NO_VIDEO], russian, console=Console(file=buffer, width=90, markup=False))
    shown = buffer.getvalue()
    assert "ffmpeg: не установлено. Сейчас так: видео не читается." in shown
    assert "missing" not in shown


def test_of_pymorphy_only_what_was_examined_is_said(findings, monkeypatch):
    finding = findings["pymorphy2"]
    version = importlib.metadata.version("pymorphy2")
    assert (finding.ok, finding.found) == (True, f"{version} installed, dictionary found")
    monkeypatch.setattr(libraries.importlib.util, "find_spec", lambda name: None)
    finding = libraries.pymorphy()
    assert (finding.ok, finding.found) == (False, f"{version} installed, no dictionary")
    assert "pymorphy2-dicts-ru" in finding.fix["Debian"]

    def absent(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(libraries.importlib.metadata, "version", absent)
    finding = libraries.pymorphy()
    assert (finding.ok, finding.found) == (False, "not installed")
