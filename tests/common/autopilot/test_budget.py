"""What is held back: by the load of the computer, and by what was measured."""

import re
import signal
import threading
import time

import pytest

from common.autopilot.budget import CAUTION, FIRST_SHARE, LEAVING, SLOWEST, Budget, Load
from common.autopilot.reading_deadline import in_time, minutes_for, refuse_too_little, too_little
from common.errors import UserError


def test_a_busy_computer_gets_more_held_back_but_never_all():
    budget = Budget(1.0, clock=lambda: 0.0, ending=3.0)
    assert budget.reserve == 3.0
    budget.slowed(4.0)
    assert budget.reserve == 12.0
    budget.slowed(0.1)
    assert budget.reserve == 3.0
    budget.slowed(1e9)
    assert budget.reserve == min(3.0 * SLOWEST, FIRST_SHARE * 60)


def test_what_was_measured_takes_the_place_of_the_guess():
    budget = Budget(10.0, clock=lambda: 0.0, ending=3.0)
    budget.measured(10.0)
    budget.hold_back(7.0)
    assert budget.reserve == CAUTION * (10.0 + LEAVING) + 7.0
    assert budget.left() == 600.0 - budget.reserve
    assert budget.whole_left() == 600.0


def test_what_was_measured_goes_along_with_the_load():
    budget = Budget(10.0, clock=lambda: 0.0, ending=3.0)
    budget.measured(12.0, times=4.0)  # on a busy computer; by itself it takes 3
    budget.slowed(4.0)
    assert budget.reserve == CAUTION * 4.0 * (3.0 + LEAVING)
    budget.slowed(8.0)
    assert budget.reserve == CAUTION * 8.0 * (3.0 + LEAVING)


def test_the_load_is_that_of_the_walls_clock():
    load = Load(time.monotonic)
    time.sleep(0.05)  # waiting is no work
    assert load.times() > 2
    assert Load(time.process_time).times() == 1.0


def waiting(budget):
    with in_time(budget):
        threading.Event().wait(60)
        raise AssertionError("the time was over long before")


def test_reading_ends_when_the_time_is_over():
    began = time.monotonic()
    with pytest.raises(UserError, match=r"--minutes 0.06 are too little: reading") as error:
        waiting(Budget(0.06, clock=time.monotonic, spent=0.5))  # 3.6 s, of which the end needs 2.16
    assert time.monotonic() - began < 60
    assert "\n" not in str(error.value)


def test_minutes_that_are_over_before_the_reading_are_refused_before_it():
    """Starting Python takes half a minute on a busy computer. A timer that is due at once could
    interrupt its own start, which ended without a word of the minutes."""
    for _ in range(50):
        budget = Budget(0.12, clock=time.monotonic, spent=20.0)
        with pytest.raises(UserError, match="0.12 are too little: 20.0 s were over") as error:
            waiting(budget)
    enough = float(re.search(r"give it (\S+) or more", str(error.value))[1])
    assert 60 * enough >= 2 * 20


def test_minutes_that_reading_uses_up_are_refused_before_they_are_spent():
    """Reading takes 60 seconds, the end 3: half a minute is refused, with what would do."""
    budget = Budget(0.5, clock=time.process_time, ending=3.0)
    with pytest.raises(UserError, match="--minutes 0.5 are too little: .*about 64 s") as error:
        refuse_too_little(budget, 60.0)
    assert budget.spent() < 5
    enough = float(re.search(r"give it (\S+) or more", str(error.value))[1])
    assert 60 * enough >= 2 * 63
    refuse_too_little(Budget(enough, clock=time.process_time, ending=3.0), 60.0)


@pytest.mark.parametrize("reading", [0.0, 20.0])
def test_minutes_that_may_do_are_not_refused(reading):
    refuse_too_little(Budget(0.5, clock=time.process_time, ending=3.0), reading)


def test_a_busy_computer_needs_more_minutes(monkeypatch):
    monkeypatch.setattr("common.autopilot.reading_deadline.load_of", lambda clock: 5.0)
    budget = Budget(1.0, clock=time.process_time, ending=3.0)
    with pytest.raises(UserError, match="take about 91 s here.*give it 3.5 or more"):
        refuse_too_little(budget, 15.0)  # 5 times 18 seconds and one more, twice: 182 of 210


def test_where_reading_left_nothing_it_is_said_how_many_minutes_would_do():
    now = iter([0.0, 29.0, 29.0])
    budget = Budget(0.5, clock=lambda: next(now), ending=3.0)
    said = str(too_little(budget))
    assert "reading and preparing the data took 29.0 s" in said
    assert said.endswith("give it 1.5 or more")  # twice 29 + 3 + 1 is 66 seconds


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.1, "0.1"), (6, "0.1"), (7, "0.2"), (61, "1.5"), (301, "6")]
)
def test_minutes_are_rounded_up(seconds, shown):
    assert minutes_for(seconds) == shown


def test_what_keeps_the_interruption_to_itself_is_found_out_afterwards():
    with (
        pytest.raises(UserError, match="too little"),
        in_time(Budget(0.001, clock=time.monotonic)),
        pytest.raises(KeyboardInterrupt),
    ):
        threading.Event().wait(60)


def test_a_person_may_end_it_before():
    with pytest.raises(KeyboardInterrupt), in_time(Budget(10.0, clock=time.monotonic)):
        signal.raise_signal(signal.SIGINT)
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


@pytest.mark.parametrize("clock", [time.process_time, time.monotonic])
def test_what_is_read_in_time_is_left_alone(clock):
    with in_time(Budget(10.0, clock=clock)):
        pass
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_by_another_clock_than_the_walls_nothing_is_interrupted():
    with in_time(Budget(0.0001, clock=time.process_time)):
        time.sleep(0.02)
