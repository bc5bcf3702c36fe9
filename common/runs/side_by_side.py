"""Independent trainings side by side: each in a process of its own, one for each core."""

import contextlib
import multiprocessing
import pickle
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

import __main__
from common.errors import UserError

Case = TypeVar("Case")
Result = TypeVar("Result")
Progress = bool | Callable[[float], None]
"""A bar or none; or a function that is told the share that is done."""

Work = Callable[[Any, Case, Progress], Result]
UNPICKLABLE = (pickle.PicklingError, AttributeError, TypeError)


def side_by_side(
    work: Work,
    shared: Any,
    cases: Sequence[Any],
    *,
    processes: int,
    say: Callable[[str], None] = print,
    progress: bool = True,
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
        say: is told which case begins.
        progress: show a bar.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shared"
        if min(processes, len(cases)) < 2 or not _handed_over(file, (work, shared)):
            return [_here(work, shared, case, say, progress) for case in cases]
        say(f"training with {', '.join(map(str, cases))}: {processes} at a time")
        try:
            return _Crew(file, cases, processes, progress).run()
        except NotImplementedError:  # an exercise without a body, named by where it is called
            return [work(shared, case, False) for case in cases]


def _here(work: Work, shared: Any, case: Any, say: Callable[[str], None], progress: bool) -> Any:
    say(f"training with {case}")
    return work(shared, case, progress)


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
    """The processes, what they have told so far, and one bar for all of them."""

    def __init__(self, file: Path, cases: Sequence[Any], processes: int, progress: bool) -> None:
        self.file, self.cases, self.processes = file, cases, processes
        self.running: dict[Connection, tuple[int, SpawnProcess]] = {}
        self.results: dict[int, Any] = {}
        self.shares = [0.0] * len(cases)
        form = "{desc}{percentage:3.0f}%|{bar}| {elapsed}"
        self.bar = tqdm(total=1.0, disable=not progress, bar_format=form, dynamic_ncols=True)

    def run(self) -> list[Any]:
        waiting = list(enumerate(self.cases))
        try:
            while waiting or self.running:
                while waiting and len(self.running) < self.processes:
                    self._start(*waiting.pop(0))
                # Not without end: somewhere Ctrl+C is only heard between two calls.
                for connection in wait(list(self.running), timeout=0.5):
                    self._hear(connection)  # type: ignore[arg-type]  # one of those that we gave
        finally:
            for _, process in self.running.values():
                process.terminate()
            for connection, (_, process) in self.running.items():
                process.join()
                connection.close()
            self.bar.close()
        return [self.results[number] for number in range(len(self.cases))]

    def _start(self, number: int, case: Any) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(str(self.file), case, theirs), daemon=True)
        with _deaf_to_ctrl_c():  # the child inherits that: we end it, and it says nothing
            process.start()
        theirs.close()
        self.running[ours] = (number, process)

    def _hear(self, connection: Connection) -> None:
        number, process = self.running[connection]
        try:
            kind, value = pickle.loads(connection.recv_bytes())
        except (EOFError, ConnectionResetError):
            process.join()
            raise UserError(
                f"the process that trained with {self.cases[number]} was ended from outside (exit "
                f"code {process.exitcode}); if the memory was full, --processes 1 trains one "
                "after the other"
            ) from None
        if kind == "share":
            self.shares[number] = value
        elif kind == "error":
            raise value
        else:
            self.results[number], self.shares[number] = value, 1.0
            del self.running[connection]
            process.join()
            connection.close()
        self.bar.n = sum(self.shares) / len(self.shares)
        self.bar.set_description(f"{len(self.results)} of {len(self.cases)} trained")


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


def _work(file: str, case: Any, connection: Connection) -> None:
    """What a process does: work on one case, and tell how far it is and what came out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def tell(kind: str, value: Any) -> None:
        connection.send_bytes(pickle.dumps((kind, value), protocol=pickle.HIGHEST_PROTOCOL))

    try:
        with open(file, "rb") as stream:
            work, shared = pickle.load(stream)
        tell("result", work(shared, case, lambda share: tell("share", share)))
    except BrokenPipeError:  # nobody is left to be told
        return
    except BaseException as error:
        tell("error", _portable(error))


def _portable(error: BaseException) -> BaseException:
    """Return an error that can be handed over, with where it arose if it is a mistake of ours."""
    if isinstance(error, UserError):
        return UserError(str(error))
    error.add_note("".join(traceback.format_exception(error)))
    try:
        return pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
