"""What `benchmarks/fuzz.py` counts: processor time, and workers that die."""

import os
import signal
import sys
import time

import pytest

from common.discovery import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks")


@pytest.fixture
def fuzzing(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from fuzzing import attempts, workers

    return attempts, workers


def spin(path):
    while True:
        pass


@pytest.mark.parametrize(
    ("read", "outcome"),
    [
        (spin, "hang"),
        (lambda path: time.sleep(0.01) or [], "read"),
        (lambda path: os.kill(os.getpid(), signal.SIGKILL), "crash"),
    ],
)
def test_a_hang_is_told_by_processor_time(fuzzing, tmp_path, monkeypatch, read, outcome):
    attempts, _ = fuzzing
    monkeypatch.setattr(attempts, "SECONDS", 1)
    assert attempts.in_child(read, tmp_path / "file").outcome == outcome


def test_waiting_is_no_hang_until_patience_ends(fuzzing, tmp_path, monkeypatch):
    attempts, _ = fuzzing
    monkeypatch.setattr(attempts, "SECONDS", 1)
    monkeypatch.setattr(attempts, "PATIENCE", 1)
    assert attempts.in_child(lambda path: time.sleep(60), tmp_path / "file").outcome == "hang"


def half(job):
    if job == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if job == 5:
        raise ValueError("five")
    return job / 2


def test_a_worker_that_dies_is_named_and_the_others_go_on(fuzzing):
    _, workers = fuzzing
    came = dict(workers.in_processes(half, range(8), 2))
    assert came == {n: None if n in (3, 5) else n / 2 for n in range(8)}
