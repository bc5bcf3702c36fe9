"""What torchrun tells the processes that it starts; nothing here imports torch.

    torchrun --nproc-per-node 2 -m tabular train flats.csv --target price --out runs/flats

Each of them, a rank, runs the same command. `common.training.ranks` lets them train together.
"""

import os
from typing import NoReturn

from common.errors import UserError


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


def refuse_launched(command: str) -> None:
    """Raise where torchrun started several processes for a command that needs one.

    Raises:
        UserError: in the first of them; SaidElsewhereError in the others.
    """
    if launched():
        _refuse(
            f"{command} is for one process: torchrun shares the work of train alone",
            f"{command} рассчитана на один процесс: torchrun делит работу только команды train",
        )


def check_restarts(out: str | None) -> None:
    """Raise, as `refuse_launched` does, where a restart would begin another run each time."""
    if launched() and os.environ.get("TORCHELASTIC_MAX_RESTARTS", "0") != "0" and out is None:
        _refuse(
            "--max-restarts goes on from the checkpoint of a run that has a name: add --out RUN",
            "--max-restarts продолжает с чекпойнта прогона, а у него нет имени: добавьте --out RUN",
        )


def _refuse(message: str, ru: str) -> NoReturn:
    if rank():
        raise SaidElsewhereError(2)
    raise UserError(message, ru)
