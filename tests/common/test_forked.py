"""Copies of this process: none is waited for without end."""

import os
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
    begun, begin = [], forked._begun
    monkeypatch.setattr(forked, "_begun", lambda *words: begun.append(begin(*words)) or begun[0])
    monkeypatch.setattr(forked, "LONGEST", 0.05)
    with pytest.raises(subprocess.TimeoutExpired):
        forked.python(*ENDLESS)
    with pytest.raises(ProcessLookupError):
        os.kill(begun[0], 0)
