"""Work in processes of its own, of which one may die, and the others go on."""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any


def in_processes(
    work: Callable[[Any], Any], jobs: Iterable[Any], processes: int
) -> Iterator[tuple[Any, Any]]:
    """Yield each job and what came of it, as they end; None for one whose process died.

    `multiprocessing.Pool` waits for ever for a job whose process was killed, as a system that lacks
    memory kills them. So each job has a process, and what ends without an answer has died.
    """
    fork = multiprocessing.get_context("fork")
    running: dict[Connection, tuple[Any, Any]] = {}
    waiting = list(reversed(list(jobs)))
    while waiting or running:
        while waiting and len(running) < processes:
            job = waiting.pop()
            answers, answering = fork.Pipe(duplex=False)
            worker = fork.Process(target=_answer, args=(work, job, answering))
            worker.start()
            answering.close()  # or its end would not be seen, and later workers would hold it
            running[answers] = job, worker
        for ended in wait(list(running)):
            job, worker = running.pop(ended)
            came = None
            # The second is that of one that was killed while it answered.
            with contextlib.suppress(EOFError, OSError):
                came = ended.recv()
            ended.close()
            worker.join()
            yield job, came


def _answer(work: Callable[[Any], Any], job: Any, answering: Connection) -> None:
    try:
        answering.send(work(job))
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        os._exit(1)
