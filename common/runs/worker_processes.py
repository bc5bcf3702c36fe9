"""Processes that work on one case after another, each with a PyTorch of its own."""

import contextlib
import multiprocessing
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Self

from tqdm import tqdm

import __main__
from common.errors import UserError
from common.mapped_pickle import CANNOT, mapped, write

NONE = -1
"""The number of no case."""


class Bar:
    """One bar for all cases."""

    def __init__(self, cases: int, *, shown: bool) -> None:
        self.shares = [0.0] * cases
        self.bar = tqdm(
            total=1.0,
            disable=not shown,
            bar_format="{desc}{percentage:3.0f}%|{bar}| {elapsed}",
            dynamic_ncols=True,
            # In a file every redrawing is a line to scroll past.
            mininterval=0.2 if sys.stderr.isatty() else 10.0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def of(self, number: int) -> Callable[[float], None]:
        """Return what is told the share of one case that is done, 1 when it has ended."""

        def tell(share: float) -> None:
            self.shares[number] = share
            whole = f"{sum(own == 1 for own in self.shares)} of {len(self.shares)} trained"
            self.bar.set_description(whole, refresh=False)
            self.bar.update(sum(self.shares) / len(self.shares) - self.bar.n)

        return tell


def handed_over(file: Path, what: Any) -> bool:
    """Write what the processes need; say whether that can be, and they can begin at all."""
    script = getattr(__main__, "__file__", None)
    if script and not Path(script).exists():  # such as <stdin>, which cannot be imported again
        return False
    try:
        # In a file: PyTorch's own way for processes would need memory that is shared, of which a
        # container often has little; and what lies in files here is not to be memory there.
        write(what, file)
    except CANNOT:
        file.unlink(missing_ok=True)  # where the disk is full, at once
        return False
    return True


class Crew:
    """The processes, each of which works on one case after another, and what they have told."""

    def __init__(self, file: Path, cases: Sequence[Any], bar: Bar) -> None:
        self.file, self.cases, self.bar = file, cases, bar
        self.waiting = list(range(len(cases)))
        self.running: dict[Connection, SpawnProcess] = {}
        self.at: dict[Connection, int] = {}
        self.results: dict[int, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running.values():
            process.terminate()
        for connection, process in self.running.items():
            process.join()
            connection.close()

    def begin(self, processes: int) -> None:
        """Let so many processes work on the cases that wait."""
        while self.waiting and len(self.running) < processes:
            self._start()

    def take(self) -> int | None:
        """Take the next case that waits, to work on it here; None where all are taken."""
        return self.waiting.pop(0) if self.waiting else None

    def keep(self, number: int, result: Any) -> None:
        """Keep what came of a case."""
        self.results[number] = result
        self.bar.of(number)(1.0)

    def hear(self, wait_for: float = 0.0) -> None:
        """Take in what the processes have told; wait for it at most so many seconds."""
        if self.running:
            for connection in wait(list(self.running), timeout=wait_for):
                self._hear(connection)  # type: ignore[arg-type]  # one of those that we gave

    def finish(self) -> list[Any]:
        """Wait until all cases are worked on, and return what came of each."""
        while self.running:
            self.hear(0.5)  # not without end: somewhere Ctrl+C is only heard between two calls
        return [self.results[number] for number in range(len(self.cases))]

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(str(self.file), theirs), daemon=True)
        with _deaf_to_ctrl_c():  # the child inherits that: we end it, and it says nothing
            process.start()
        theirs.close()
        self.running[ours] = process
        self._give(ours)

    def _give(self, connection: Connection) -> None:
        """Give a process the next case, or none, and it ends."""
        number = self.take()
        self.at[connection] = NONE if number is None else number
        given = [] if number is None else [self.cases[number]]
        with contextlib.suppress(BrokenPipeError):  # it has ended, which is heard of next
            connection.send_bytes(pickle.dumps(given))

    def _hear(self, connection: Connection) -> None:
        process, number = self.running[connection], self.at[connection]
        try:
            kind, value = pickle.loads(connection.recv_bytes())
        except (EOFError, ConnectionResetError):
            process.join()
            if number == NONE:
                del self.running[connection]
                connection.close()
                return
            raise UserError(
                f"the process that trained with {self.cases[number]} was ended from outside (exit "
                f"code {process.exitcode}); if the memory was full, --processes 1 trains one "
                "after the other"
            ) from None
        if kind == "share":
            self.bar.of(number)(value)
        elif kind == "error":
            raise value
        else:
            self.keep(number, value)
            self._give(connection)


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(file: str, connection: Connection) -> None:
    """What a process does: work on the cases it is given, and tell how far it is and what came."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def tell(kind: str, value: Any) -> None:
        connection.send_bytes(pickle.dumps((kind, value), protocol=pickle.HIGHEST_PROTOCOL))

    try:
        work, shared = mapped(Path(file))
        while given := _next(connection):
            tell("result", work(shared, given[0], lambda share: tell("share", share)))
    except BrokenPipeError:  # nobody is left to be told
        return
    except BaseException as error:
        tell("error", _portable(error))


def _next(connection: Connection) -> list[Any]:
    """Return the next case in a list, or an empty one."""
    try:
        return pickle.loads(connection.recv_bytes())
    except EOFError:  # nobody is left to give any
        return []


def _portable(error: BaseException) -> BaseException:
    """Return an error that can be handed over, with where it arose if it is a mistake of ours."""
    if isinstance(error, UserError):
        return UserError(str(error))
    error.add_note("".join(traceback.format_exception(error)))
    try:
        return pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
