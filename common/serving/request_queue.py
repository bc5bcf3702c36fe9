"""Bounded queues, each with threads that answer.

What waits at a moment and is of one kind is answered in one call, as far as its endpoint allows.
Nobody waits for others to come.
"""

import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from time import monotonic
from typing import Any

QUEUE = 64
"""`--queue`: requests that may wait, each with its body in memory; beyond, 503."""

FILE_QUEUE = 8
"""Whole files that may wait: each takes far longer than what is answered at once."""

Answer = Callable[[Sequence[Any]], Sequence[Any]]


class Busy(Exception):  # noqa: N818, nothing went wrong
    """As many wait as may. retry_after: whole seconds until there is room, as far as one knows."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many requests are waiting")
        self.retry_after = retry_after


class Lane:
    """A queue and its threads.

    Args:
        name: of the threads.
        most: how many may wait.
        threads: with two, one decodes or encodes while the network of the other computes.
    """

    def __init__(self, name: str, most: int, threads: int = 1) -> None:
        self.name, self.most = name, most
        self._waiting: deque[tuple[Answer, int, Any, Future[Any]]] = deque()
        self._changed = threading.Condition()
        self._seconds = 0.05  # that one request took lately
        self._open = True
        self._threads = [
            threading.Thread(target=self._work, name=name, daemon=True) for _ in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def __len__(self) -> int:
        return len(self._waiting)

    def submit(self, answer: Answer, item: Any, *, together: int = 1) -> Future[Any]:
        """Let `item` be answered; cancel what comes back, and it is not, if it has not begun.

        Args:
            answer: see `Endpoint.answer`.
            together: how many may be answered in one call.

        Raises:
            Busy: the queue is full.
        """
        future: Future[Any] = Future()
        with self._changed:
            if not self._open:
                raise Busy(1)
            if len(self._waiting) >= self.most:
                self._waiting = deque(one for one in self._waiting if not one[3].cancelled())
            if len(self._waiting) >= self.most:
                raise Busy(max(1, min(60, math.ceil(len(self._waiting) * self._seconds))))
            self._waiting.append((answer, together, item, future))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Answer what waits, and end the threads."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=10)

    def _work(self) -> None:
        while taken := self._take():
            began = monotonic()
            _answer(taken[0][0], [(item, future) for _, _, item, future in taken])
            spent = (monotonic() - began) / len(taken)
            self._seconds += 0.1 * (spent - self._seconds)

    def _take(self) -> list[tuple[Answer, int, Any, Future[Any]]]:
        """Wait for work and take what may be answered in one call; nothing when it is over."""
        with self._changed:
            while True:
                taken = self._first()
                if taken or not self._open:
                    return taken
                self._changed.wait()

    def _first(self) -> list[tuple[Answer, int, Any, Future[Any]]]:
        taken: list[tuple[Answer, int, Any, Future[Any]]] = []
        while self._waiting:
            answer, together, _, _ = self._waiting[0]
            if taken and (answer != taken[0][0] or len(taken) >= together):
                break
            one = self._waiting.popleft()
            if one[3].set_running_or_notify_cancel():
                taken.append(one)
        return taken


def _answer(answer: Answer, asked: Sequence[tuple[Any, Future[Any]]]) -> None:
    """Give everybody an answer, or the error that is theirs."""
    try:
        found: Sequence[Any] = answer([item for item, _ in asked])
    except Exception as error:
        if len(asked) > 1:  # whose fault it was shows when each is asked alone
            for one in asked:
                _answer(answer, [one])
            return
        found = [error]
    for (_, future), result in zip(asked, found, strict=True):
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
