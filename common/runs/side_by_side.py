"""Independent trainings side by side, each core with a process of its own, where that pays."""

import contextlib
import multiprocessing
import pickle
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Self, TypeVar

from tqdm import tqdm

import __main__
from common.errors import UserError

Case = TypeVar("Case")
Result = TypeVar("Result")
Progress = bool | Callable[[float], None]
"""A bar or none; or a function that is told the share that is done."""

Work = Callable[[Any, Case, Progress], Result]
UNPICKLABLE = (pickle.PicklingError, AttributeError, TypeError)
START = 6.0
"""Seconds that a process takes to begin, PyTorch and all: 3 on an idle core, more in company."""
CLEARLY = 2.0
"""So many times its start a process has to save."""
NONE = -1
"""The number of no case."""
LOOK = 1.0
"""Seconds of the first case from which all of it is estimated."""


def side_by_side(
    work: Work,
    shared: Any,
    cases: Sequence[Any],
    *,
    processes: int,
    if_it_pays: bool = False,
    say: Callable[[str], None] = print,
    progress: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> list[Any]:
    """Return `work(shared, case, progress)` of each case, in their order.

    Of several cases as many are worked on at a time as there are `processes`. A new process
    imports and is handed what it needs: nothing is inherited, so it works alike on every system.
    Where there is one process or one case, or something that cannot be handed over (a function
    within a function, a lock), the cases are worked on here, one after the other.

    What a case raises is raised here; Ctrl+C and any exception end the other processes.

    Args:
        work: a function that stands in a module.
        shared: what all cases need; it is written to a file once.
        cases: what tells one case from another; said when it begins.
        processes: how many at a time.
        if_it_pays: begin here, and look for a second how long the first case will take; only
            where processes clearly save more than their start costs, the others are worked on in
            them beside it, one process fewer than `processes`.
        say: is told which case begins.
        progress: show a bar.
        clock: tells seconds.
    """
    processes = min(processes, len(cases))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shared"
        if processes < 2 or not (if_it_pays or _handed_over(file, (work, shared))):
            return [_here(work, shared, case, say, progress) for case in cases]
        with _Bar(len(cases), shown=progress) as bar, _Crew(file, cases, bar) as crew:
            together = f"training with {', '.join(map(str, cases))}: {processes} at a time"
            if not if_it_pays:
                say(together)
                try:
                    crew.begin(processes)
                    return crew.finish()
                except NotImplementedError:  # where it is called names an exercise without a body
                    return [work(shared, case, False) for case in cases]

            def share(seconds: float) -> None:
                worth = pays(seconds, len(cases), processes)
                if worth and _handed_over(file, (work, shared)):
                    say(together)
                    crew.begin(processes - 1)

            look = _Look(crew, clock, share)
            while (number := crew.take()) is not None:
                if not crew.running:
                    say(f"training with {cases[number]}")
                crew.keep(number, work(shared, cases[number], look.of(number)))
            return crew.finish()


def _here(work: Work, shared: Any, case: Any, say: Callable[[str], None], tell: Progress) -> Any:
    say(f"training with {case}")
    return work(shared, case, tell)


def pays(seconds: float, cases: int, processes: int) -> bool:
    """Whether processes clearly save more than their start costs; seconds: of one case.

    >>> pays(2.0, cases=5, processes=2), pays(10.0, cases=5, processes=2)
    (False, True)
    """
    rounds = -(-cases // processes)
    return seconds * (cases - rounds) > CLEARLY * START


class _Look:
    """Is told how far the cases are that are worked on here, decides once whether others are begun
    beside them, and lets the processes be heard meanwhile."""

    def __init__(
        self, crew: "_Crew", clock: Callable[[], float], share: Callable[[float], None]
    ) -> None:
        self.crew, self.clock, self.share = crew, clock, share
        self.first: tuple[float, float] | None = None
        self.decided = False

    def of(self, number: int) -> Callable[[float], None]:
        """Return what is told the share of one case that is done."""
        tell = self.crew.bar.of(number)

        def told(done: float) -> None:
            tell(done)
            self.crew.hear()
            if number == 0:
                self._decide(done)

        return told

    def _decide(self, done: float) -> None:
        now = self.clock()
        if self.first is None:  # what comes before is preparation, and no measure
            self.first = now, done
            return
        began, before = self.first
        if self.decided or now - began < LOOK or not before < done < 1:
            return
        self.decided = True
        self.share((now - began) / (done - before))


class _Bar:
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


def _handed_over(file: Path, what: Any) -> bool:
    """Write what the processes need; say whether that can be, and they can begin at all."""
    script = getattr(__main__, "__file__", None)
    if script and not Path(script).exists():  # such as <stdin>, which cannot be imported again
        return False
    try:
        # Plain pickle: PyTorch's own for processes would need memory that is shared, of which a
        # container often has little.
        with file.open("wb") as stream:
            pickle.dump(what, stream, protocol=pickle.HIGHEST_PROTOCOL)
    except UNPICKLABLE:
        return False
    return True


class _Crew:
    """The processes, each of which works on one case after another, and what they have told."""

    def __init__(self, file: Path, cases: Sequence[Any], bar: _Bar) -> None:
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
        number = self.at[connection] = self.waiting.pop(0) if self.waiting else NONE
        given = [] if number == NONE else [self.cases[number]]
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
        with open(file, "rb") as stream:
            work, shared = pickle.load(stream)
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
