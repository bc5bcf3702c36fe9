"""What is held back: by the load of the computer, and by what was measured."""

import time

from common.autopilot.budget import CAUTION, FIRST_SHARE, SLOWEST, Budget, Load


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
    assert budget.reserve == CAUTION * 10.0 + 7.0
    assert budget.left() == 600.0 - budget.reserve
    assert budget.whole_left() == 600.0


def test_the_load_is_that_of_the_walls_clock():
    load = Load(time.monotonic)
    time.sleep(0.05)  # waiting is no work
    assert load.times() > 2
    assert Load(time.process_time).times() == 1.0
