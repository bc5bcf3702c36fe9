"""The grader's side of a Dask cluster: how submissions get to its workers, and come back.

A worker takes work only once it has shown that a sandbox stands there, in the same versions as
here. A submission that no worker came back with is not graded, and nobody is blamed.
"""

import contextlib
import io
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from common.cluster.messages import differing, in_its_words
from common.cluster.workers import LOOK_SECONDS, GoneError, LostError, Workers
from common.grading.runner import dask_worker
from common.grading.runner.dask_work import Replay, Work
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.layout import shown_of
from common.grading.runner.limits import Limits
from common.grading.sanitize import sanitize
from common.i18n import Text

_TRIES = 3
"""How often a submission is given out that came back without results."""


class UngradedError(Exception):
    """No worker came back with a submission; the message says what became of them."""


class DaskWorkers(Workers):
    """The workers of a cluster that grade, see `Workers`.

    edition: the folder with the student edition. digest: the course's. libraries: those that
    workers must have in the same versions. replaceable, preload: with what the sandbox is opened
    by which a worker proves itself; the submissions that come first need it so.
    """

    able = Text("Workers that can grade: {count}.", "Могут проверять: {count}.")
    nobody = Text("no worker of the cluster can grade", "никто в кластере не может проверять")
    go_on = Text(
        "what was graded is kept: start again, and grading goes on",
        "что проверено, сохранено: запустите снова, и проверка продолжится",
    )
    broke_down = Text(
        "its sandbox broke down {count} times: {why}", "её песочница ломалась {count} раза: {why}"
    )
    prove, rest = staticmethod(dask_worker.prove), staticmethod(dask_worker.rest)

    def __init__(
        self,
        client: Any,
        edition: Path,
        digest: str,
        *,
        libraries: Sequence[str],
        replaceable: Sequence[str],
        preload: Sequence[str],
        limits: Limits,
        say: Callable[[Text], None],
    ) -> None:
        self._versions = dask_worker.versions(libraries)
        proof = encode(
            {
                "digest": digest,
                "edition": np.frombuffer(_zipped(edition), np.uint8),
                "libraries": [*libraries],
                "limits": asdict(limits),
                "preload": [*preload],
                "replaceable": [*replaceable],
                "versions": {**self._versions},
            }
        )
        super().__init__(client, proof, say=say)
        self.digest, self.limits = digest, limits
        self._in_flight = 0

    def begin(self, work: Work, *, stop: threading.Event) -> Replay | None:
        """Have a submission's checks run; None if `stop` is set.

        Raises UngradedError where no worker came back with it.
        """
        problem = ""
        for _ in range(_TRIES):
            with self._room(stop) as targets:
                if not targets:
                    return None
                inputs, request = work.request(self.digest, self.limits)
                answer = self._ask(request, targets, stop)
            if answer is None:
                return None
            if "ran" in answer:
                outcomes = {
                    (one["exercise"], one["check"]): dask_worker.from_plain(one)
                    for one in answer["ran"]
                }
                return Replay(inputs, outcomes)
            problem = answer["broken"]
        raise UngradedError(problem)

    @contextlib.contextmanager
    def _room(self, stop: threading.Event) -> Iterator[list[str]]:
        """Wait until a worker has room; give those that may be asked, none if `stop` is set.

        A worker has one submission under way in each thread, and one that waits for it.
        """
        with self._changed:
            while self._in_flight >= 2 * sum(self._threads.values()) and not stop.is_set():
                self._need_workers()
                self._changed.wait(LOOK_SECONDS)
            targets = [] if stop.is_set() else [*self._threads]
            self._in_flight += 1
        try:
            yield targets
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()

    def _ask(
        self, request: bytes, targets: list[str], stop: threading.Event
    ) -> dict[str, Any] | None:
        """Return a worker's answer; of workers that were lost, one that says so."""
        while True:
            try:
                said = self.ask(dask_worker.run, request, targets, stop)
            except GoneError:
                with self._changed:
                    targets = [*self._threads]
                continue
            except LostError as error:
                return {"broken": str(error)}
            if said is None:
                return None
            answer: Any = decode(said)
            if "broken" in answer:
                self._doubt(answer["worker"], answer["broken"])
            return answer

    def _why_not(self, answer: bytes) -> tuple[Text | None, str]:
        said: Any = decode(answer)
        problem = sanitize(said["problem"], limit=300)
        why = differing(said["versions"], self._versions)  # first: a library may be missing there
        return why or (in_its_words(problem) if problem else None), said["host"]


def _zipped(edition: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in shown_of(edition):
            archive.writestr(name, content)
    return packed.getvalue()
