"""What is held back: by the load of the computer, and by what was measured."""

import signal
import threading
import time

import pytest

from common.autopilot.budget import CAUTION, FIRST_SHARE, LEAVING, SLOWEST, Budget, Load
from common.autopilot.reading import in_time
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
