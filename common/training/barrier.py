"""A barrier before which ranks work as long as they must, and are told why another has ended.

A collective of PyTorch gives up after half an hour, and then nobody knows why. To read and prepare
data may take longer, on one rank of many. So whoever works shows a sign of life (a heartbeat) in
the store that the process group has in common, and whoever ends writes there what it said.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TypeVar

from torch import distributed

from common.errors import UserError

Made = TypeVar("Made")
BEAT = 5.0
"""Seconds between two signs of life."""
SILENCE = 600.0
"""Seconds without a sign, after which a rank is given up: some libraries let no thread run."""
LOOK = 0.2


class RankEndedError(UserError):
    """Another rank has ended before the work was done; `said` is what it said itself."""

    def __init__(self, rank: int, said: str, ru: str) -> None:
        super().__init__(f"rank {rank} has ended: {said}", f"процесс {rank} завершился: {ru}")
        self.said = said


class Barrier:
    """What the ranks of a process group tell each other through its store."""

    def __init__(
        self,
        store: distributed.Store,
        rank: int,
        size: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.store, self.rank, self.size = store, rank, size
        self.clock, self.pause = clock, pause

    def after(self, work: Callable[[], Made]) -> Made:
        """Do this rank's part of a work; return it when all ranks have done theirs.

        Raises:
            RankEndedError: another one ended before it had done it; see `tell_end`.
            UserError: another one has shown no sign of life for ten minutes.
        """
        number = self.store.add(f"works/{self.rank}", 1)
        with self.beating():
            made = work()
        self.store.set(f"done/{number}/{self.rank}", "")
        for rank in range(self.size):
            self.wait_for(rank, f"done/{number}/{rank}")
        return made

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Show signs of life for the length of the block."""
        over = threading.Event()

        def beat() -> None:
            while not over.is_set():
                try:
                    self.store.add(f"alive/{self.rank}", 1)
                except RuntimeError:  # the store has gone with whoever held it
                    return
                over.wait(BEAT)

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def wait_for(self, rank: int, key: str) -> None:
        """Wait until a rank has written a key; raise as `after` does."""
        seen, since = -1, self.clock()
        while not self.store.check([key]):
            end = self.end()
            if end:
                raise end
            beats, now = self.store.add(f"alive/{rank}", 0), self.clock()
            if beats != seen:
                seen, since = beats, now
            elif now - since > SILENCE:
                minutes = round(SILENCE / 60)
                raise UserError(
                    f"rank {rank} has shown no sign of life for {minutes} minutes: is its machine "
                    "still there?",
                    f"процесс {rank} не подаёт признаков жизни {minutes} минут: работает ли его "
                    "машина?",
                )
            self.pause(LOOK)

    def tell_end(self, said: str, ru: str) -> None:
        """Tell the others why this rank ends; the first that does so is believed."""
        note = json.dumps({"rank": self.rank, "said": said, "ru": ru})
        try:
            if self.store.add("ends", 1) == 1:
                self.store.set("end", note)
        except RuntimeError:  # nobody is left to be told
            return

    def end(self) -> RankEndedError | None:
        """Return why another rank has ended, if one has said so."""
        try:
            if not self.store.check(["end"]):
                return None
            return RankEndedError(**json.loads(self.store.get("end")))
        except RuntimeError:
            return None

    def says_first(self, said: str) -> bool:
        """Whether this rank is the first of its machine to say so."""
        machine = os.environ.get("GROUP_RANK", "0")
        key = sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
        try:
            return self.store.add(f"said/{machine}/{key}", 1) == 1
        except RuntimeError:
            return os.environ.get("LOCAL_RANK", "0") == "0"


def barrier() -> Barrier:
    """Return that of the process group that this process has joined."""
    store = distributed.distributed_c10d._get_default_store()
    return Barrier(store, distributed.get_rank(), distributed.get_world_size())
