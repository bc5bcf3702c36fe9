"""The ranks that torchrun has started come together, and one of them speaks for all."""

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

import torch
from torch import distributed
from torch.distributed.rendezvous import rendezvous

from common.errors import UserError
from common.launch import SaidElsewhereError, launched
from common.training.ranks import ALONE, Alone, Ranks

LOST = re.compile(r"gloo/transport|onnection (closed|reset)|roken pipe|[Tt]imed out")


@contextmanager
def joined() -> Iterator[Alone]:
    """Join the other ranks, where torchrun has started several, and let one speak for all.

    On CUDA each takes the card of its number on this machine. What is wrong is raised by the first
    rank that finds it; those that find the same, or lose the others, end in silence.
    """
    if not launched():
        yield ALONE
        return
    backend = "gloo"
    if torch.cuda.is_available() and distributed.is_nccl_available():
        backend = "cpu:gloo,cuda:nccl"
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]) % torch.cuda.device_count())
    board, rank, size = next(rendezvous("env://"))
    # What ranks that have died wrote there is not for those that torchrun starts after them.
    attempt = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
    store = distributed.PrefixStore(f"stickshift/{attempt}", board)
    distributed.init_process_group(backend, store=store, rank=rank, world_size=size)
    if rank:
        warnings.simplefilter("ignore")
    try:
        yield Ranks()
    except UserError as error:
        said = sha256(str(error).encode()).hexdigest()
        if store.add(f"said/{said}", 1) > 1:
            raise SaidElsewhereError(2) from error
        raise
    except KeyboardInterrupt as error:
        if rank:
            raise SaidElsewhereError(130) from error
        raise
    except RuntimeError as error:
        if not LOST.search(str(error)):
            raise
        if rank:
            raise SaidElsewhereError(1) from error
        raise UserError(
            "another rank has ended: what it said, or what torchrun says of it, tells why",
            ru="другой процесс завершился: причина в его сообщении или в сообщении torchrun",
        ) from error
    if backend != "gloo":
        # NCCL takes leave of all at once, and the first rank has figures and a page to make yet.
        if rank:
            store.wait(["examined"], timedelta(days=30))
        else:
            store.set("examined", "1")
    distributed.destroy_process_group()
