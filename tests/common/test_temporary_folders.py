"""Temporary folders go, even after kill -9, and only its own that nobody uses."""

import os
import signal
import subprocess
import sys
import tempfile

import pytest

from common.temporary_folders import remove_leftovers, scratch_folder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the lock is that of Linux")
KILLED = """
import os, signal
from common.temporary_folders import scratch_folder
with scratch_folder() as folder:
    (folder / "course").mkdir()
    (folder / "course" / "a.py").write_text("")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_what_a_killed_process_left_goes_and_what_is_in_use_stays(place):
    environment = {**os.environ, "TMPDIR": str(place)}
    ended = subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len([*place.iterdir()]) == 1
    with scratch_folder() as used:
        remove_leftovers(fresh=-1)
        assert [*place.iterdir()] == [used]
    assert [*place.iterdir()] == []


def test_what_is_fresh_or_another_programs_or_a_link_stays(place, tmp_path_factory):
    target = tmp_path_factory.mktemp("elsewhere")
    (target / "kept").write_text("")
    (place / "stickshift-scratch-link").symlink_to(target)
    (place / "stickshift-scratch-file").write_text("")
    (place / "stickshift-other").mkdir()
    remove_leftovers(fresh=-1)
    (place / "stickshift-scratch-fresh").mkdir()
    remove_leftovers()
    names = {path.name.removeprefix("stickshift-") for path in place.iterdir()}
    assert names == {"scratch-link", "scratch-file", "other", "scratch-fresh"}
    assert (target / "kept").exists()
