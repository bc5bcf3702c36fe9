"""Keeps the deadline while the data is read and prepared, before anything can be cut short.

Minutes that this alone would use up are refused before they are spent, as far as that can be seen.
"""

import _thread
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from common.autopilot.budget import LEAST, SLOWEST, Budget, Load
from common.errors import UserError

AMPLE = 2.0
"""What is asked for is so many times what reading and the page take: the rest is for training."""
PROBE = 0.1
"""Seconds of work by which the load of the computer is seen."""


def too_little(budget: Budget) -> UserError:
    """Return what a person is told whose minutes are over, or nearly so, before a training."""
    return UserError(
        f"--minutes {budget.seconds / 60:g} are too little: reading and preparing the data took "
        f"{budget.spent():.1f} s, and the page takes some; give it "
        f"{minutes_for(AMPLE * (budget.spent() + budget.reserve + LEAST))} or more"
    )


def refuse_too_little(budget: Budget, reading: float) -> None:
    """Refuse minutes that reading the data would use up, before they are spent.

    reading: seconds that it takes at least, on a computer with nothing else to do.

    Raises:
        UserError: it says how many minutes would do.
    """
    if SLOWEST * (reading + budget.alone) + LEAST <= budget.whole_left():
        return
    times = load_of(budget.clock)
    needed = times * (reading + min(budget.alone, budget.seconds)) + LEAST
    if reading and needed > budget.whole_left():
        raise UserError(
            f"--minutes {budget.seconds / 60:g} are too little: {budget.spent():.0f} s are over, "
            f"reading the data and writing the page take about {needed:.0f} s here, and training "
            f"some; give it {minutes_for(budget.spent() + AMPLE * needed)} or more"
        )


def load_of(clock: Callable[[], float]) -> float:
    """Return how much slower the computer is now beside other work: see `Load`."""
    load, began = Load(clock), time.process_time()
    while load.real and time.process_time() < began + PROBE:
        sum(range(10_000))
    return load.times()


def minutes_for(seconds: float) -> str:
    """Return minutes that are enough, rounded up as a person would.

    >>> minutes_for(5), minutes_for(50), minutes_for(100), minutes_for(400)
    ('0.1', '0.9', '2', '7')
    """
    minutes = seconds / 60
    step = 0.1 if minutes <= 1 else 0.5 if minutes <= 5 else 1.0
    return f"{math.ceil(round(minutes / step, 6)) * step:.1f}".removesuffix(".0")


@contextmanager
def in_time(budget: Budget) -> Iterator[None]:
    """End what is done within when nothing is left for a training, as Ctrl+C would.

    By the wall's clock and in a process that Ctrl+C can end; elsewhere it is seen afterwards.

    Raises:
        UserError: the time is over, before the reading began or in it; how much more is needed is
            then anybody's guess.
    """
    ends = _can_be_ended(budget)
    if ends and budget.left() <= 0:
        raise UserError(
            f"--minutes {budget.seconds / 60:g} are too little: {budget.spent():.1f} s were over "
            "before the data was read; give it "
            f"{minutes_for(AMPLE * (budget.spent() + budget.reserve + LEAST))} or more"
        )
    over = threading.Event()

    def end() -> None:
        over.set()
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main, signal.SIGINT)  # wakes a thread that waits, too
        else:  # Windows
            _thread.interrupt_main()

    main = threading.main_thread().ident or 0
    timer = threading.Timer(max(budget.left(), 0.0), end)
    timer.daemon = True
    try:
        try:
            if ends:
                timer.start()  # inside, for it may be due before it has returned
            yield
        finally:
            timer.cancel()
            if timer.is_alive():
                timer.join()
        if over.is_set():  # somebody has kept the interruption to themselves
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        if over.is_set():
            raise UserError(
                f"--minutes {budget.seconds / 60:g} are too little: reading and preparing the data "
                f"was not over after {budget.spent():.1f} s; try {minutes_for(3 * budget.seconds)}"
            ) from None
        raise


def _can_be_ended(budget: Budget) -> bool:
    return (
        budget.clock is time.monotonic
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
