"""The ranks that torchrun has started come together, and one of them speaks for all."""

import os
import re
import secrets
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import torch
from torch import distributed
from torch.distributed.rendezvous import rendezvous

from common.errors import UserError
from common.launch import SaidElsewhereError, launched
from common.training.barrier import LOOK, Barrier, RankEndedError, barrier
from common.training.ranks import ALONE, Alone, Ranks
from common.translation import translator

LOST = re.compile(r"gloo/transport|onnection (was likely )?(closed|reset)|roken pipe|[Tt]imed out")
UNTIL_MET = timedelta(minutes=1)
BEFORE_LEAVING = 1.0
"""Seconds for whoever says what is wrong: torchrun ends all as soon as one has left."""


@contextmanager
def joined(module: str) -> Iterator[Alone]:
    """Join the other ranks, where torchrun has started several, and let one speak for all.

    On CUDA each takes the card of its number on this machine. What is wrong is raised by the first
    rank of a machine that finds it, or hears of it; the others of that machine end in silence.

    module: the domain, whose Russian words are told to the other machines, too.
    """
    if not launched():
        yield ALONE
        return
    backend = "gloo"
    if torch.cuda.is_available() and distributed.is_nccl_available():
        backend = "cpu:gloo,cuda:nccl"
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]) % torch.cuda.device_count())
    board, rank, size = _met()
    store = distributed.PrefixStore(attempt_of(board, rank, size), board)
    distributed.init_process_group(backend, store=store, rank=rank, world_size=size)
    if rank:
        warnings.simplefilter("ignore")
    others = barrier()
    try:
        with others.beating():
            yield Launched(board)
        if backend != "gloo":
            # NCCL takes leave of all at once; the first rank had figures and a page to make yet.
            if rank == 0:
                others.store.set("examined", "")
            others.wait_for(0, "examined")
    except KeyboardInterrupt as error:
        others.tell_end("interrupted", "прервано")
        if rank:
            raise SaidElsewhereError(130) from error
        raise
    except Exception as error:
        own = _in_words(error, others)
        said = own.said if isinstance(own, RankEndedError) else str(own)
        first = others.says_first(said)
        ru = own.ru if isinstance(own, UserError) else None
        others.tell_end(said, ru or translator("ru", module)(said))
        if first:
            raise own from error
        time.sleep(BEFORE_LEAVING)
        raise SaidElsewhereError(2 if isinstance(own, UserError) else 1) from error
    distributed.destroy_process_group()


def _met() -> tuple[distributed.Store, int, int]:
    """Return torchrun's store, the number of this rank, and how many there are.

    torchrun opened the store before it started anybody: who cannot reach it never will, and
    PyTorch would try for half an hour in silence.
    """
    try:
        board, rank, size = next(rendezvous("env://", timeout=UNTIL_MET))
    except (distributed.DistError, ValueError) as error:
        where = ":".join(os.environ.get(name, "") for name in ("MASTER_ADDR", "MASTER_PORT"))
        raise UserError(
            f"rank {os.environ.get('RANK')} does not reach torchrun's store at {where}: is that "
            "address right, and open between the machines? --standalone finds one by itself",
            f"процесс {os.environ.get('RANK')} не достигает хранилища torchrun по адресу {where}: "
            "верен ли он и открыт ли между машинами? --standalone найдёт его сам",
        ) from error
    board.set_timeout(distributed.constants.default_pg_timeout)
    return board, rank, size


class Launched(Ranks):
    """The ranks of one attempt; the store outlives them, until torchrun itself ends."""

    def __init__(self, board: distributed.Store) -> None:
        super().__init__()
        self.board = board

    def goes_on_from(self, checkpoint: Path) -> bool:
        found = False
        if self.first and checkpoint.exists():
            found = self.board.check(["stickshift/begun"])
        elif self.first:  # so whatever lies there later is this launch's own
            self.board.set("stickshift/begun", "")
        return self.gathered(found)[0]


def attempt_of(board: distributed.Store, rank: int, size: int) -> str:
    """Return a name that all ranks of this attempt agree upon, and no rank of an earlier one.

    The store still holds what ranks wrote that have died, and torchrun counts the restarts of each
    machine by itself. So the first rank calls, each answers with a number of its own, and the call
    holds for those whose number the first rank has written beneath it.
    """
    own = secrets.token_hex(8)
    if rank == 0:
        name, others = f"stickshift/{own}", range(1, size)
        board.set("stickshift/call", name)
        answers = [f"{name}/{other}" for other in others]
        while not board.check(answers):
            time.sleep(LOOK)
        for other, answer in zip(others, answers, strict=True):
            board.set(f"{name}/heard/{other}", board.get(answer).decode())
        return name
    name = ""
    while True:
        called = board.get("stickshift/call").decode()
        if called != name:  # the one before was that of a rank that has died
            name = called
            board.set(f"{name}/{rank}", own)
        heard = f"{name}/heard/{rank}"
        if board.check([heard]) and board.get(heard).decode() == own:
            return name
        time.sleep(LOOK)


def _in_words(error: Exception, others: Barrier) -> Exception:
    """Return an error as it is, or, where it says that another rank was lost, why that is."""
    if not isinstance(error, RuntimeError) or not LOST.search(str(error)):
        return error
    return others.end() or UserError(
        "another rank has ended: what it said, or what torchrun says of it, tells why",
        ru="другой процесс завершился: причина в его сообщении или в сообщении torchrun",
    )
