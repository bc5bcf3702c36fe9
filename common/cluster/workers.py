"""The workers of a Dask cluster: which of them may take work, and how it gets to them.

Dask places the work. What it cannot know is which worker is able to do it: one takes work only once
it has proved that it can, by an answer of its own, in the same versions as here. Workers may come
and go; one that is lost is missed within a second or two, and its work is given to another.
Work begins with the first that has proved itself, and others join as they do.
"""

import contextlib
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Self

from common.cluster.connection import parties
from common.cluster.messages import (
    GONE,
    LEFT_OUT,
    NO_ANSWER,
    NOT_INSTALLED,
    NOT_NEEDED,
    TOO_LATE,
    in_its_words,
)
from common.errors import UserError
from common.i18n import LANGUAGES, Text

_PROOFS = 3
"""How often a worker may prove itself again, after it broke down."""
_PROVING_SECONDS = 300.0
_LONG_SECONDS = 60.0
"""Of proving itself, after which something is wrong with a worker."""
_ALONE_SECONDS, _REFUSED_SECONDS = 60.0, 5.0
"""To wait for a worker where there is none, and where there are some that cannot do it."""
LOOK_SECONDS = 1.0
_LOOKS = 5
"""How often in a row the scheduler may give no answer before it counts as lost."""
_LAST_SECONDS = 10.0


class LostError(Exception):
    """A piece of work came back without results; the message says what became of it."""


class GoneError(LostError):
    """The workers that it was given to are gone, and there are others."""


class Workers:
    """The workers of a cluster, as far as they may take work; a context manager, for many threads.

    Who has work for them says by a subclass what that is: `prove`, a function that a worker runs
    first, of `proof`; `rest`, what it runs at the end; `_why_not`, what is wrong with its answer;
    and the words in which a person is told.

    client: a connected `distributed.Client`. proof: what a worker needs to prove itself.
    say: is told how many can do it, in one line of every worker that goes, or is left out, and why,
    and at the end how many had no time to prove themselves.

    Raises UserError, on entering and later, where no worker is left that can do it.
    """

    able, nobody, go_on, broke_down = Text("", ""), Text("", ""), Text("", ""), Text("", "")
    """That `count` can do it, or none; how to go on then; that one broke down `count` times."""

    def __init__(self, client: Any, proof: bytes, *, say: Callable[[Text], None]) -> None:
        self.client, self.say, self._proof = client, say, proof
        self._changed = threading.Condition()
        self._threads: dict[str, int] = {}  # of those that may take work, by address
        self._proving: dict[str, Any] = {}
        self._proofs: dict[str, int] = {}
        self._busy: set[str] = set()  # those that are not to be sent to rest at the end
        self._refused: dict[str, Text] = {}
        self._begun = False  # told of in `__enter__`, and from then on by the watcher
        self._told = 0  # how many can do it
        self._since = time.monotonic()  # when there was last a worker, or one that proves itself
        self._lost = ""
        self._over = threading.Event()

    prove: Callable[[bytes], bytes]
    rest: Callable[..., bytes]
    """What a worker runs at the end, and after a proof that nobody waits for, of its answer."""

    def _why_not(self, answer: bytes) -> tuple[Text | None, str]:
        """Return why a worker that answered so cannot take work, if it cannot; and its host."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        try:
            with self._changed:
                while not self._threads:
                    self._need_workers()
                    self._changed.wait(LOOK_SECONDS)
                self._tell_count()
                self._begun = True
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._over.set()
        self._watcher.join(_LAST_SECONDS)
        with self._changed:  # a look that was held up comes before this, or changes nothing
            if kind is None:
                self._tell_unproved()
            for address, (proof, _) in self._proving.items():
                self._let_go(address, proof)
        with contextlib.suppress(Exception):  # a cluster that is no more needs no rest
            from distributed import wait

            rest = type(self).rest
            resting = [self._submit(rest, [one]) for one in self._threads if one not in self._busy]
            wait(resting, timeout=_LAST_SECONDS)

    @property
    def count(self) -> int:
        """How many may take work now."""
        return len(self._threads)

    def ask(
        self,
        function: Callable[[bytes], bytes],
        request: bytes,
        targets: Sequence[str],
        stop: threading.Event,
    ) -> bytes | None:
        """Return what one of the workers answers; None if `stop` is set.

        Raises GoneError where all that it could go to are gone, and LostError where it is lost.
        """
        from distributed import CancelledError, KilledWorker

        future, done = self._submit(function, targets, request), threading.Event()
        future.add_done_callback(lambda _: done.set())
        while not done.wait(LOOK_SECONDS):
            if stop.is_set():
                future.cancel()
                return None
            with self._changed:
                self._need_workers()
                if self._threads and not self._threads.keys() & set(targets):
                    future.cancel()
                    raise GoneError("the worker that had it is gone")
        try:
            return future.result()
        except KilledWorker:
            raise LostError("the workers that had it ended, one after another") from None
        except CancelledError:
            with self._changed:
                self._need_workers()
            raise LostError("the scheduler gave it up") from None

    def _submit(self, function: Callable, targets: Sequence[str], *arguments: Any) -> Any:
        return self.client.submit(
            function,
            *arguments,
            key=f"{function.__name__}-{uuid.uuid4().hex}",
            workers=[*targets],
            allow_other_workers=False,
            pure=False,
        )

    def _let_go(self, address: str, proof: Any) -> None:
        """Have a worker rest once its proof has ended, though nobody waits for that any more."""
        with contextlib.suppress(Exception):
            from distributed import fire_and_forget

            fire_and_forget(self._submit(type(self).rest, [address], proof))

    def _tell_count(self) -> None:
        """Tell how many can do it, where they are more than was told; `_changed` is held."""
        if self.count > self._told:
            self.say(self.able.filled(count=self.count))
        self._told = self.count

    def _tell_unproved(self) -> None:
        """Tell of those that still prove themselves at the end: as a rule it was but early."""
        long = time.monotonic() - _LONG_SECONDS
        slow = [address for address, (_, since) in self._proving.items() if since < long]
        for address in slow:
            self._refuse(address, TOO_LATE)
        count = len(self._proving) - len(slow)
        if count:
            self.say(NOT_NEEDED.filled(count=count))

    def _need_workers(self) -> None:
        """Raise UserError where there has been no worker for a while; `_changed` is held."""
        if self._lost:
            raise UserError(
                f"the scheduler is lost ({self._lost}); {self.go_on.en}",
                f"связь с планировщиком потеряна ({self._lost}); {self.go_on.ru}",
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
                f"{self.nobody.en}{why[0]}; {self.go_on.en}",
                f"{self.nobody.ru}{why[1]}; {self.go_on.ru}",
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
                if self._over.wait(LOOK_SECONDS) or failed < _LOOKS:
                    continue
                with self._changed:
                    self._lost = str(error) or type(error).__name__
                    self._changed.notify_all()
                return
            self._over.wait(LOOK_SECONDS / 4 if self._proving else LOOK_SECONDS)

    def _look(self) -> None:
        here = {
            address: worker["nthreads"]
            for address, worker in parties(self.client)["workers"].items()
        }
        with self._changed:
            if self._over.is_set():  # nobody would let those go that are taken now
                return
            for address in self._threads.keys() - here.keys():
                del self._threads[address]
                self.say(GONE.filled(worker=address))
            for address in self._proving.keys() - here.keys():
                del self._proving[address]
            for address, (future, since) in [*self._proving.items()]:
                if future.done():
                    del self._proving[address]
                    self._admit(address, here[address], future)
                elif time.monotonic() - since > _PROVING_SECONDS:
                    del self._proving[address]
                    self._refuse(address, NO_ANSWER)
                    self._let_go(address, future)
            known = self._threads.keys() | self._proving.keys() | self._refused.keys()
            for address in sorted(here.keys() - known):
                proof = self._submit(type(self).prove, [address], self._proof)
                self._proving[address] = proof, time.monotonic()
            if not self._proving and self._begun:
                self._tell_count()
            self._changed.notify_all()

    def _admit(self, address: str, threads: int, future: Any) -> None:
        try:
            why, host = self._why_not(future.result(_LAST_SECONDS))
        except TimeoutError:
            why, host = NO_ANSWER, ""
        except Exception as error:  # there is not our code, or other code
            what = _plain(f"{type(error).__name__}: {error}")
            why, host = NOT_INSTALLED if "task graph" in what else in_its_words(what), ""
        if why is not None:
            self._refuse(address, why, f" ({_plain(host)[:60]})" if host else "")
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
        """Take no more from a worker until it has proved itself once more."""
        with self._changed:
            if self._threads.pop(address, None) is not None:
                self._proofs[address] = self._proofs.get(address, 0) + 1
                if self._proofs[address] >= _PROOFS:
                    said, ended = in_its_words(why), self.broke_down
                    both = zip(ended, said, strict=True)
                    ended = Text(*(text.format(count=_PROOFS, why=own) for text, own in both))
                    self._refuse(address, ended)


def _plain(text: str) -> str:
    """Return a worker's text as one line, without what a terminal would obey."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())[:300]
