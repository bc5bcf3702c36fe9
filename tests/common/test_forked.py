"""Copies of this process: none is waited for without end."""

import json
import os
import socket
import subprocess
import sys

import pytest

from tests.common import forked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere none is forked")
ENDLESS = "-c", "import time; time.sleep(1000)"


def test_who_does_not_end_is_waited_for_no_longer_than_may_be(monkeypatch, tmp_path):
    monkeypatch.setattr(forked, "LONGEST", 0.05)
    with (tmp_path / "log").open("wb") as log:
        copy = forked.begun(ENDLESS, os.environ, log)
    for seconds in (None, 0.01):
        with pytest.raises(subprocess.TimeoutExpired):
            copy.wait(seconds)
    copy.kill()
    monkeypatch.setattr(forked, "LONGEST", 60.0)
    assert copy.wait() == -9


def test_a_run_that_does_not_end_is_killed(monkeypatch):
    begun = []

    class Noted(forked.Popen):
        def __init__(self, *words, **named):
            super().__init__(*words, **named)
            begun.append(self.pid)

    monkeypatch.setattr(forked, "Popen", Noted)
    monkeypatch.setattr(forked, "LONGEST", 0.05)
    with pytest.raises(subprocess.TimeoutExpired):
        forked.python(*ENDLESS)
    with pytest.raises(ProcessLookupError):
        os.kill(begun[0], 0)


def test_what_a_copy_begins_is_a_new_python(monkeypatch):
    forked.begin_copies(monkeypatch)
    says = """
import json, signal, sys
ignored = signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN
print(json.dumps(["torch" in sys.modules, "common" in sys.modules, ignored, sys.argv]))
"""
    words = f"[sys.executable, '-c', {says!r}, 'x']"
    code = f"import subprocess, sys; print(subprocess.check_output({words}, text=True))"
    assert json.loads(forked.python("-c", code).stdout) == [False, False, True, ["-c", "x"]]


def test_pipes_of_others_are_closed_in_a_copy_and_files_that_libraries_hold_are_not(tmp_path):
    """Who waits for a pipe to be closed would wait for the copy; Matplotlib holds its fonts."""
    (tmp_path / "font").write_bytes(b"123")
    read, write = os.pipe()
    with (tmp_path / "font").open("rb") as font:
        code = f"import os; print(os.fstat({font.fileno()}).st_size); os.write({write}, b'lost')"
        done = forked.python("-c", code)
    os.close(write)
    assert os.read(read, 4) == b""
    os.close(read)
    assert done.stdout == "3\n"


def test_what_a_copy_opens_is_not_closed_by_an_object_that_it_has_inherited(monkeypatch):
    """Before, a server's socket could have the number of one that a test had left behind."""
    monkeypatch.setattr(sys, "left", socket.socketpair(), raising=False)
    code = """
import os, sys
opened = [number for _ in range(100) for number in os.pipe()]
del sys.left
print([os.fstat(number) and None for number in opened].count(None))
"""
    done = forked.python("-c", code)
    assert done.stdout == "200\n", done.stderr
