"""What a check itself waited for a processor is told from the time in which it does nothing."""

import sys

import pytest

from common.grading.runner import run_queue, sandbox
from tests.common.grading import shop

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


@pytest.fixture
def proc(monkeypatch, tmp_path):
    """Process 10 began 11 and 12, 12 began 13; 20 is somebody else's, and 14 tells nothing."""

    def lives(number, parent, *waited, name="python"):
        for task, nanoseconds in enumerate(waited):
            place = tmp_path / str(number) / "task" / str(number + task)
            place.mkdir(parents=True)
            (place / "schedstat").write_text(f"77000000 {nanoseconds} 5\n")
        (tmp_path / str(number)).mkdir(exist_ok=True)
        (tmp_path / str(number) / "stat").write_text(f"{number} ({name}) S {parent} 1 1 0 -1\n")

    lives(10, 1, 500_000_000)
    lives(11, 10, 1_000_000_000)
    lives(12, 10, 250_000_000, 2_250_000_000)
    lives(13, 12, 4_000_000_000, name=") S 20 (")
    lives(20, 1, 64_000_000_000)
    lives(14, 13)
    (tmp_path / "15").mkdir()
    (tmp_path / "self").mkdir()
    monkeypatch.setattr(run_queue, "PROC", tmp_path)


@pytest.mark.usefixtures("proc")
def test_the_thread_of_a_family_that_waited_longest_is_found():
    assert run_queue.family(10) == {10, 11, 12, 13, 14}
    assert run_queue.waited(10) == 4.0
    assert run_queue.waited(10, but={10, 13}) == 2.25
    assert run_queue.waited(11) == 1.0
    assert run_queue.waited(99) == 0


@linux
def test_a_check_that_waits_for_a_processor_is_not_stopped_by_the_clock(tmp_path, monkeypatch):
    asked = []

    def waited(top, but):
        asked.append((top, *but))
        return 10.0

    sleeps = "import time\ndef double(x):\n    time.sleep(1.5)\n    return 2 * x\n"
    with shop.open_sandbox(shop.make_course(tmp_path)) as opened:
        limits = sandbox.replace(opened.limits, wall_seconds=0.5)
        monkeypatch.setattr(opened, "limits", limits)
        monkeypatch.setattr(sandbox, "_LOOK_SECONDS", 0.1)
        monkeypatch.setattr(run_queue, "waited", waited)
        outcome, right = shop.submit(opened, sleeps)
        monkeypatch.setattr(sandbox, "_LONGEST", 1)
        without_end, _ = shop.submit(opened, sleeps.replace("1.5", "60"))
    assert right, outcome
    assert without_end.failure.kind == "time"
    assert outcome.wall < 0.5
    assert {one[0] for one in asked} == {opened._server.pid}
    assert all(opened._server.pid in one[1:] for one in asked)
