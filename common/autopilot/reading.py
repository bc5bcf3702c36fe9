"""Keeps the deadline while the data is read and prepared, before anything can be cut short."""

import _thread
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from common.autopilot.budget import Budget
from common.errors import UserError


def too_little(budget: Budget) -> UserError:
    """Return what a person is told whose minutes are over, or nearly so, before a training."""
    return UserError(
        f"--minutes {budget.seconds / 60:g} are too little: reading and preparing the data took "
        f"{budget.spent():.1f} s, and the page takes some; give it more"
    )


@contextmanager
def in_time(budget: Budget) -> Iterator[None]:
    """End what is done within when nothing is left for a training, as Ctrl+C would.

    By the wall's clock and in a process that Ctrl+C can end; elsewhere it is seen afterwards.

    Raises:
        UserError: the time is over.
    """
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
    if _can_be_ended(budget):
        timer.start()
    try:
        try:
            yield
        finally:
            timer.cancel()
            if timer.is_alive():
                timer.join()
        if over.is_set():  # somebody has kept the interruption to themselves
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        if over.is_set():
            raise too_little(budget) from None
        raise


def _can_be_ended(budget: Budget) -> bool:
    return (
        budget.clock is time.monotonic
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
