"""The grader's side of a Dask cluster: which workers may take work, and how it gets to them.

Dask places the work, and places it anew where a worker is lost. What it cannot know is which
worker has a sandbox: a worker takes work only once it has shown that one stands there, in the same
versions as here. A submission that no worker came back with is not graded, and nobody is blamed.
"""

import contextlib
import io
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import numpy as np

from common.cluster.connection import parties
from common.errors import UserError
from common.grading.runner import dask_worker
from common.grading.runner.dask_work import Replay, Work
from common.grading.runner.inside.wire import decode, encode
from common.grading.runner.layout import shown_of
from common.grading.runner.limits import Limits
from common.grading.sanitize import sanitize
from common.i18n import LANGUAGES, Text

GO_ON = Text(
    "what was graded is kept: start again, and grading goes on",
    "что проверено, сохранено: запустите снова, и проверка продолжится",
)
GONE = Text(
    "{worker}: this worker is gone; others go on with what it had in hand",
    "{worker}: эта машина пропала; её работу берут другие",
)
LEFT_OUT = Text(
    "{worker}: this worker is left out: {why}", "{worker}: эта машина не участвует: {why}"
)
NOT_INSTALLED = Text(
    "the scheduler or the worker cannot import the course: install it there",
    "планировщик или рабочая машина не находит курс: установите его там",
)
OTHER_VERSIONS = Text(
    "it has other versions than this computer: {others}",
    "версии там не такие, как на этом компьютере: {others}",
)
BROKE_DOWN = Text(
    "its sandbox broke down {count} times: {why}", "её песочница ломалась {count} раза: {why}"
)
_TRIES = 3
"""How often a submission is given out that came back without results."""
_PROOFS = 3
"""How often a worker may show that its sandbox stands, after it broke down."""
_PROVING_SECONDS = 300.0
_ALONE_SECONDS, _REFUSED_SECONDS = 60.0, 5.0
"""To wait for a worker where there is none, and where there are some that cannot grade."""
_LOOK_SECONDS = 1.0
_LOOKS = 5
"""How often in a row the scheduler may give no answer before it counts as lost."""
_LAST_SECONDS = 10.0


class UngradedError(Exception):
    """No worker came back with a submission; the message says what became of them."""


class DaskWorkers:
    """The workers of a cluster, as far as they may take work; a context manager, for many threads.

    client: a connected `distributed.Client`. edition: the folder with the student edition.
    digest: the course's. libraries: those that workers must have in the same versions.
    say: is told in one line of every worker that comes, goes, or is left out, and why.

    Raises UserError, on entering and later, where no worker is left that can grade.
    """

    def __init__(
        self,
        client: Any,
        edition: Path,
        digest: str,
        *,
        libraries: Sequence[str],
        limits: Limits,
        say: Callable[[Text], None],
    ) -> None:
        self.client, self.digest, self.limits, self.say = client, digest, limits, say
        self._versions = dask_worker.versions(libraries)
        self._proof = encode(
            {
                "digest": digest,
                "edition": np.frombuffer(_zipped(edition), np.uint8),
                "libraries": [*libraries],
                "limits": asdict(limits),
            }
        )
        self._changed = threading.Condition()
        self._threads: dict[str, int] = {}  # of those that may take work, by address
        self._proving: dict[str, Any] = {}
        self._proofs: dict[str, int] = {}
        self._refused: dict[str, Text] = {}
        self._in_flight = 0
        self._since = time.monotonic()  # when there was last a worker, or one that proves itself
        self._lost = ""
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        try:
            with self._changed:
                while not self._threads or self._proving:
                    self._need_workers()
                    self._changed.wait(_LOOK_SECONDS)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join(_LAST_SECONDS)
        with contextlib.suppress(Exception):  # a cluster that is no more needs no rest
            from distributed import wait

            resting = [self._submit(dask_worker.rest, [one]) for one in self._threads]
            wait(resting, timeout=_LAST_SECONDS)

    @property
    def count(self) -> int:
        """How many may take work now."""
        return len(self._threads)

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
                self._changed.wait(_LOOK_SECONDS)
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
        from distributed import CancelledError, KilledWorker

        while True:
            future, done = self._submit(dask_worker.run, targets, request), threading.Event()
            future.add_done_callback(lambda _, done=done: done.set())
            while not done.wait(_LOOK_SECONDS):
                if stop.is_set():
                    future.cancel()
                    return None
                with self._changed:
                    self._need_workers()
                    if self._threads and not self._threads.keys() & set(targets):
                        targets = [*self._threads]  # all that it could go to are gone
                        break
            else:
                try:
                    answer: Any = decode(future.result())
                except KilledWorker:
                    return {"broken": "the workers that had it ended, one after another"}
                except CancelledError:
                    with self._changed:
                        self._need_workers()
                    return {"broken": "the scheduler gave it up"}
                if "broken" in answer:
                    self._doubt(answer["worker"], answer["broken"])
                return answer
            future.cancel()

    def _submit(self, function: Callable, targets: list[str], *arguments: Any) -> Any:
        return self.client.submit(
            function,
            *arguments,
            key=f"{function.__name__}-{uuid.uuid4().hex}",
            workers=targets,
            allow_other_workers=False,
            pure=False,
        )

    def _need_workers(self) -> None:
        """Raise UserError where there has been no worker for a while; `_changed` is held."""
        if self._lost:
            raise UserError(
                f"the scheduler is lost ({self._lost}); {GO_ON.en}",
                f"связь с планировщиком потеряна ({self._lost}); {GO_ON.ru}",
            )
        if self._threads or self._proving:
            self._since = time.monotonic()
        elif time.monotonic() - self._since > (
            _REFUSED_SECONDS if self._refused else _ALONE_SECONDS
        ):
            why = [
                f" ({'; '.join(said.to(language) for said in self._refused.values())})"
                if self._refused
                else ""
                for language in LANGUAGES
            ]
            raise UserError(
                f"no worker of the cluster can grade{why[0]}; {GO_ON.en}",
                f"никто в кластере не может проверять{why[1]}; {GO_ON.ru}",
            )

    def _watch(self) -> None:
        """Look after workers that come and go; the body of a thread."""
        failed = 0
        while not self._over.is_set():
            try:
                self._look()
                failed = 0
            except Exception as error:
                failed += 1
                if self._over.wait(_LOOK_SECONDS) or failed < _LOOKS:
                    continue
                with self._changed:
                    self._lost = str(error) or type(error).__name__
                    self._changed.notify_all()
                return
            self._over.wait(_LOOK_SECONDS / 4 if self._proving else _LOOK_SECONDS)

    def _look(self) -> None:
        here = {
            address: worker["nthreads"]
            for address, worker in parties(self.client)["workers"].items()
        }
        with self._changed:
            for address in self._threads.keys() - here.keys():
                del self._threads[address]
                self.say(Text(*(said.format(worker=address) for said in GONE)))
            for address in self._proving.keys() - here.keys():
                del self._proving[address]
            for address, (future, since) in [*self._proving.items()]:
                if future.done():
                    del self._proving[address]
                    self._admit(address, here[address], future)
                elif time.monotonic() - since > _PROVING_SECONDS:
                    del self._proving[address]
                    self._refuse(address, Text("it does not answer", "не отвечает"))
            known = self._threads.keys() | self._proving.keys() | self._refused.keys()
            for address in sorted(here.keys() - known):
                proof = self._submit(dask_worker.prove, [address], self._proof)
                self._proving[address] = proof, time.monotonic()
            self._changed.notify_all()

    def _admit(self, address: str, threads: int, future: Any) -> None:
        try:
            answer: Any = decode(future.result())
        except Exception as error:  # there is not our code, or other code
            what = sanitize(" ".join(f"{type(error).__name__}: {error}".split()), limit=300)
            self._refuse(address, NOT_INSTALLED if "task graph" in what else Text(what, what))
            return
        others = "; ".join(
            f"{name} {answer['versions'].get(name, '–')} ≠ {version}"
            for name, version in self._versions.items()
            if answer["versions"].get(name) != version
        )
        if answer["problem"] or others:
            problem = sanitize(answer["problem"], limit=300)
            why = Text(*(said.format(others=others) for said in OTHER_VERSIONS))
            host = sanitize(answer["host"], limit=60)
            self._refuse(address, Text(problem, problem) if problem else why, f" ({host})")
            return
        self._threads[address] = threads

    def _refuse(self, address: str, why: Text, host: str = "") -> None:
        worker = f"{address}{host}"
        refused = Text(
            LEFT_OUT.en.format(worker=worker, why=why.en),
            LEFT_OUT.ru.format(worker=worker, why=why.ru),
        )
        self._refused[address] = refused
        self.say(refused)

    def _doubt(self, address: str, why: str) -> None:
        """Take no more from a worker until it has shown once more that its sandbox stands."""
        with self._changed:
            if self._threads.pop(address, None) is not None:
                self._proofs[address] = self._proofs.get(address, 0) + 1
                if self._proofs[address] >= _PROOFS:
                    said = (one.format(count=_PROOFS, why=why) for one in BROKE_DOWN)
                    self._refuse(address, Text(*said))


def _zipped(edition: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in shown_of(edition):
            archive.writestr(name, content)
    return packed.getvalue()
