"""The record of a search: each trial as it ends, in a folder beside the run that is to come.

    flats.autopilot/search.json                what is searched for, and each trial
    flats.autopilot/trial-3.safetensors        the weights of the best ones
    flats.autopilot/lock                       held while an autopilot is at work

A search that was killed goes on from there. In Python, without a folder to write, nothing is
written down.
"""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
from filelock import FileLock, Timeout
from safetensors import SafetensorError
from torch import nn

from common.errors import UserError
from common.files import is_temporary, write_bytes
from common.runs.store import read_json, write_json
from common.training.history import History

FORMAT = 1
SEARCH, LOCK = "search.json", "lock"


class FailedError(Exception):
    """A trial came to nothing; the others go on."""


@dataclass
class Trial:
    """One setting that was tried.

    changes: to the default settings. figure: of the metric on the validation part; None where the
    trial failed, and `error` says why. ended: the second of the search at which it was over.
    model: the trained network, on the device; None where it is not among the best.
    """

    number: int
    changes: dict[str, Any]
    seconds: float
    ended: float
    figure: float | None = None
    error: str = ""
    history: History = field(default_factory=History)
    model: nn.Module | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return what search.json holds of it."""
        own = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        del own["model"]
        history = self.history
        facts = {"rows": history.rows, "best": history.best_epoch, "stopped": history.stopped}
        return {**own, "history": facts}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Trial":
        """Take back what `to_dict` returned; raise for anything else."""
        facts = dict(values["history"])
        history = History(list(facts["rows"]), facts["best"], facts["stopped"])
        trial = cls(**{**values, "history": history})
        figure = 0.0 if trial.figure is None else trial.figure
        if not all(isinstance(v, (int, float)) for v in (trial.seconds, trial.ended, figure)):
            raise ValueError("a trial's figures are no numbers")
        return trial


class Record:
    """Where trials are written down; nowhere, if there is no folder.

    Args:
        folder: beside the run; None for a search in memory alone.
        identity: what JSON can hold of the search: another one's trials are of no use to it.
    """

    def __init__(self, folder: Path | None, identity: dict[str, Any]) -> None:
        self.folder = folder
        self.identity = {"format": FORMAT, **identity}
        self.written: set[int] = set()

    def read(self) -> tuple[list[Trial], float]:
        """Return the trials of this search before it was interrupted, and the seconds they took.

        Raises:
            UserError: the folder holds another search, or a damaged one.
        """
        if self.folder is None or not (self.folder / SEARCH).is_file():
            return [], 0.0
        found = read_json(self.folder / SEARCH)
        if found.get("search") != self.identity:
            raise UserError(
                f"{self.folder}: another search was interrupted here, with other data or settings; "
                "give the command of that one, or delete the folder"
            )
        try:
            trials = [Trial.from_dict(dict(each)) for each in found["trials"]]
            return trials, float(found["seconds"])
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(
                f"{self.folder / SEARCH}: damaged ({error}); delete the folder to start anew"
            ) from None

    def write(self, trials: list[Trial], seconds: float) -> None:
        """Write the trials down, and the weights of those that still have their network."""
        if self.folder is None:
            return
        kept = {_file(trial) for trial in trials if trial.model is not None}
        for trial in trials:
            if trial.model is not None and trial.number not in self.written:
                write_bytes(self.folder / _file(trial), packed(trial.model))
                self.written.add(trial.number)
        facts = [trial.to_dict() for trial in trials]
        values = {"search": self.identity, "seconds": seconds, "trials": facts}
        write_json(self.folder / SEARCH, values)
        for path in self.folder.glob("trial-*.safetensors"):
            if path.name not in kept:
                path.unlink()

    def load(self, trial: Trial, model: nn.Module) -> bool:
        """Fill a network with the weights of a trial; say whether they are there.

        Raises:
            UserError: they are damaged.
        """
        if self.folder is None or not (path := self.folder / _file(trial)).is_file():
            return False
        try:
            model.load_state_dict(safetensors.torch.load_file(path))
        except (SafetensorError, OSError, RuntimeError, ValueError, KeyError):
            raise UserError(f"{path}: damaged; delete the folder to start anew") from None
        self.written.add(trial.number)
        return True

    def remove(self) -> None:
        """Take the trials away: the run is written."""
        if self.folder is not None:
            for path in self.folder.iterdir():
                if path.name != LOCK and _ours(path.name):
                    path.unlink(missing_ok=True)


def packed(model: nn.Module) -> bytes:
    """Return a network's weights as safetensors."""
    weights = model.state_dict()
    return safetensors.torch.save({n: t.detach().cpu().contiguous() for n, t in weights.items()})


def folder_beside(run: Path) -> Path:
    """Return where the record of a search lies until its run is written.

    >>> folder_beside(Path("runs/flats")).name
    'flats.autopilot'
    """
    return run.with_name(run.name + ".autopilot")


@contextmanager
def held(folder: Path | None, run: Path | None) -> Iterator[None]:
    """Keep a second autopilot off the same run; where there is none to write, do nothing.

    Raises:
        UserError: one is at work there; or the folder of the record holds something else.
    """
    if folder is None:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        strange = sorted(path.name for path in folder.iterdir() if not _ours(path.name))
    except OSError as error:
        raise UserError(f"{folder}: cannot be written: {error.strerror or error}") from None
    if strange:
        raise UserError(f"{folder}: holds {strange[0]!r}, no record of a search; name another run")
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise UserError(f"{run}: another autopilot is at work on this run") from None
    try:
        yield
    finally:
        lock.release()
        with suppress(OSError):  # another one may have come meanwhile
            if not any(path.name != LOCK for path in folder.iterdir()):
                (folder / LOCK).unlink(missing_ok=True)
                folder.rmdir()


def _file(trial: Trial) -> str:
    return f"trial-{trial.number}.safetensors"


def _ours(name: str) -> bool:
    weights = name.startswith("trial-") and name.endswith(".safetensors")
    return name in (SEARCH, LOCK) or weights or is_temporary(name)
