"""What a Dask worker does for a search: it trains with a setting, and judges what came of it.

    the prepared data        -> prove -> whether it can be trained on here, and in which versions
    a setting, and its time  -> train -> the trial, and the weights of its network

What comes in is pickled, for whoever holds the client's key can run anything here anyway. What goes
out is plain: a line of JSON, then the weights as safetensors. The test part never leaves the
coordinator.
"""

import contextlib
import dataclasses
import hashlib
import json
import pickle
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

import numpy
import pandas
import torch
from torch.utils.data import Dataset

from common.autopilot.budget import Budget
from common.autopilot.portfolio import changed
from common.autopilot.search import Search
from common.autopilot.trials import Record, Trial, packed
from common.discovery import ROOT
from common.errors import UserError
from common.outcome import Metric
from common.runs.learning import learn
from common.runs.results import Prepared
from common.task import Task
from common.training.nonfinite import NonFiniteLossError
from common.training.threads import using_threads


@dataclass(frozen=True)
class Given:
    """What all trials of a search need: settings are changes to `base`.

    threads: of one training; the same everywhere, for a sum in another order is another sum.
    """

    task: Task
    prepared: Prepared
    source: Any
    base: Any
    metric: Metric
    threads: int | None


_held: dict[str, Given] = {}  # by its digest; of one search at a time
_one_at_a_time = threading.Lock()
"""A training draws from PyTorch's own generator: beside another one it would draw other numbers."""


def packed_for_workers(given: Given) -> bytes:
    """Return what `prove` takes: a line with our versions, then the data."""
    return json.dumps(versions(given.task.name)).encode() + b"\n" + pickle.dumps(given)


def digest_of(proof: bytes) -> str:
    """Return what tells this data from another search's."""
    return hashlib.sha256(proof).hexdigest()


def prove(proof: bytes) -> bytes:
    """Take the data in, and show that it can be trained on here.

    The answer is JSON with "problem", which is empty where all is well, "host" and "versions".
    """
    head, _, body = proof.partition(b"\n")
    theirs = json.loads(head)
    domain, problem = theirs["domain"], ""
    ours = versions(domain)
    if ours == theirs:  # of others, what was pickled there might not be understood here
        try:
            with _one_at_a_time:
                given = pickle.loads(body)
                _warm_up(given)
                _held.clear()
                _held[digest_of(proof)] = given
        except (UserError, OSError, MemoryError) as error:
            problem = str(error) or type(error).__name__
    said = {"problem": problem, "host": socket.gethostname(), "versions": ours}
    return json.dumps(said).encode()


def train(request: bytes) -> bytes:
    """Try one setting.

    request: JSON with "digest" of the data, the trial's "number" and "changes", the "seconds" that
    it may take, and those that "judging" takes. The answer is a line of JSON: with "trial", its
    seconds those of training, and the rows it has "seen"; or with "failed" or "refused" and why; or
    with "broken", where another worker may do better. After the line come the weights.
    """
    asked = json.loads(request)
    with _one_at_a_time:
        given = _held.get(asked["digest"])
        if given is None:
            return _line({"broken": "this worker has not got the data"})
        budget = Budget(asked["seconds"] / 60, clock=time.monotonic, ending=0.0)
        search = Search(
            *(given.task, given.prepared, given.source, given.base, given.metric, set(), budget),
            *(Record(None, {}), lambda line: None),
        )
        search.judging = asked["judging"]
        trial = Trial(asked["number"], asked["changes"], seconds=0.0, ended=0.0)
        try:
            with using_threads(given.threads):
                search.train(trial, changed(given.base, trial.changes))
        except UserError as error:
            return _line({"refused": str(error), "ru": error.ru})
        except OSError as error:
            return _line({"broken": str(error)})
        except Exception as error:
            if not search.is_of_the_trial(error):
                raise
            return _line({"failed": str(error)})
        assert trial.model is not None
        trial.seconds = budget.spent() - search.judging
        answer = {"trial": trial.to_dict(), "seen": trial.history.position.seen}
        return _line(answer) + packed(trial.model)


def forget(proof: bytes = b"") -> bytes:
    """Let go of the data: the search is over, or the answer of a proof came too late for it."""
    with _one_at_a_time:
        _held.clear()
    return b""


def versions(domain: str) -> dict[str, str]:
    """Return what must be the same on two machines for both to come to the same results."""
    code = hashlib.sha256()
    for package in ("common", domain):
        for path in sorted((ROOT / package).rglob("*.py")):
            code.update(path.relative_to(ROOT).as_posix().encode())
            code.update(path.read_bytes())
    # PyTorch for cards and for the processor alone are of one version: 2.13.0+cu130, 2.13.0+cpu.
    libraries = {one.__name__: one.__version__.partition("+")[0] for one in (numpy, pandas, torch)}
    return {"domain": domain, "the course": code.hexdigest()[:12], **libraries}


def _warm_up(given: Given) -> None:
    """Read the first and the last example, and train for a moment.

    Files must lie where they lay. A first training takes longer, for all that it imports, and the
    clock of a trial, which the learning rate may follow, is not to see that.
    """
    for data in (given.prepared.train_data, given.prepared.valid_data):
        if isinstance(data, Dataset):
            for row in (0, len(data) - 1):  # type: ignore[arg-type]  # those of a Task have a length
                data[row]
    moment = dataclasses.replace(given.base, minutes=1e-6)
    with contextlib.suppress(NonFiniteLossError), using_threads(given.threads):
        learn(given.task, given.prepared, moment, progress=False)


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode() + b"\n"
