"""What torchrun tells the processes that it starts; nothing here imports torch.

    torchrun --nproc-per-node 2 -m tabular train flats.csv --target price --out runs/flats

Each of them, a rank, runs the same command. `common.training.ranks` lets them train together.
"""

import contextlib
import os
import sys
import time

from common.errors import UserError

UNTIL_ENDED = 60.0
"""Seconds to wait for torchrun, which ends all of them as soon as one has ended."""


class SaidElsewhereError(Exception):
    """This process ends with `code` and in silence: another rank says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def launched() -> bool:
    """Whether torchrun started this process as one of several."""
    several = os.environ.get("WORLD_SIZE", "1") != "1"
    return several and "TORCHELASTIC_RUN_ID" in os.environ


def rank() -> int:
    """Return the number of this process among those that torchrun started; 0 alone."""
    return int(os.environ.get("RANK", "0")) if launched() else 0


def quieten() -> None:
    """Keep PyTorch's own warnings of several ranks off the screen; before it is imported."""
    if launched():
        os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")


def speaks() -> bool:
    """Whether this process says what is wrong.

    Before the ranks have joined, what one of them finds wrong with the command all of them find,
    and the first one of each machine says it. Those that have joined agree upon who does.
    """
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        return True
    return not launched() or os.environ.get("LOCAL_RANK", str(rank())) == "0"


def wait_for_the_speaker() -> None:
    """Let the one that speaks end first: with the first that ends, torchrun ends all others.

    Who returns from this was alone in finding something wrong, and is to say it. So is who is
    interrupted: had another said it, both would have been ended long before.
    """
    with contextlib.suppress(KeyboardInterrupt):
        time.sleep(UNTIL_ENDED)


def refuse_launched(command: str) -> None:
    """Raise UserError where torchrun started several processes for a command that needs one."""
    if launched():
        raise UserError(
            f"{command} is for one process: torchrun shares the work of train alone",
            f"{command} рассчитана на один процесс: torchrun делит работу только команды train",
        )


def check_restarts(out: str | None) -> None:
    """Raise UserError where a restart would begin another run each time."""
    if launched() and os.environ.get("TORCHELASTIC_MAX_RESTARTS", "0") != "0" and out is None:
        raise UserError(
            "--max-restarts goes on from the checkpoint of a run that has a name: add --out RUN",
            "--max-restarts продолжает с чекпойнта прогона, а у него нет имени: добавьте --out RUN",
        )
