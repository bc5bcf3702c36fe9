"""A check is not charged for the time in which an overloaded machine had no processor for it."""

import queue

import pytest

from common.grading.runner import local
from common.grading.runner import stopwatch as subject
from common.grading.runner.stopwatch import Stopwatch


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Let seconds pass, for some of which programs wait for a processor."""
    now, waited, file = [0.0], [7.0], tmp_path / "cpu"

    def let_pass(seconds, waiting):
        now[0] += seconds
        waited[0] += waiting
        file.write_text(
            f"some avg10=99.88 avg60=99.77 avg300=99.55 total={round(waited[0] * 1e6)}\n"
            "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
        )

    let_pass(0, 0)
    monkeypatch.setattr(subject, "PRESSURE", file)
    monkeypatch.setattr(subject.time, "monotonic", lambda: now[0])
    return let_pass


def test_of_waiting_a_quarter_counts_so_who_sleeps_comes_to_an_end_too(machine):
    watch = Stopwatch()
    machine(10, 0)
    assert watch.seconds() == 10
    machine(40, 40)
    assert watch.seconds() == pytest.approx(20)
    machine(100, 100)
    assert watch.seconds() == pytest.approx(45)


def test_no_more_can_have_been_waited_than_has_passed(machine):
    """The kernel adds up every two seconds, and some of that was before the check."""
    watch = Stopwatch()
    machine(1, 2)
    assert watch.seconds() == pytest.approx(0.25)


def test_of_its_own_waiting_a_thirtieth_counts(machine):
    watch = Stopwatch()
    machine(100, 100)
    assert watch.seconds(90) == pytest.approx(100 - 87)
    assert watch.seconds(50) == watch.seconds() == pytest.approx(25)
    assert watch.seconds(1000) == pytest.approx(100 / 30)


@pytest.mark.parametrize("said", [None, "", "nothing of the kind"])
def test_where_the_system_does_not_tell_the_clock_counts(machine, said, tmp_path, monkeypatch):
    path = tmp_path / "none"
    if said is not None:
        path.write_text(said)
    monkeypatch.setattr(subject, "PRESSURE", path)
    watch = Stopwatch()
    machine(10, 5)
    assert watch.seconds() == 10


def test_the_student_s_own_check_is_not_charged_for_waiting_either(monkeypatch):
    """Two looks at an empty queue: the first ends by the clock, the second by what counts."""
    asked = []

    class Nothing:
        def get(self, timeout):
            asked.append(timeout)
            raise queue.Empty

    class Busy:
        seconds = staticmethod(iter((0.0, 5.0, 6.0 * local.WALL)).__next__)

    monkeypatch.setattr(local, "Stopwatch", Busy)
    runner = object.__new__(local.LocalRunner)
    runner.seconds, runner._answers = 6.0, Nothing()
    with pytest.raises(queue.Empty):
        runner._answer()
    assert asked == [6.0 * local.WALL, 6.0 * local.WALL - 5.0]
