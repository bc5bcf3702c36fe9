"""A search by many machines: settings side by side, each on a worker of a Dask cluster.

The coordinator reads and prepares the data, chooses what is tried, and answers. A worker gets the
prepared training and validation part, and gives back figures and weights: the same ones wherever
a setting was tried, as far as their processors add up alike. A trial whose worker is lost is tried
on another one; one that is not back when the time is over is left out.
"""

import json
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import safetensors.torch

from common.autopilot import dask_worker
from common.autopilot.budget import LEAST
from common.autopilot.search import Search
from common.autopilot.speed import learn_speed
from common.autopilot.trials import FailedError, Trial
from common.cluster.messages import differing, in_its_words
from common.cluster.workers import LOOK_SECONDS, LostError, Workers
from common.device import pick_device
from common.errors import UserError
from common.i18n import Text
from common.runs.learning import new_model

_TRIES = 3
"""How often a trial is given out that came back without results."""
_ON_THE_WAY = 1.0
"""Seconds that a trial's way to a worker and back may take."""
_AT_ONCE = 1024
"""Workers that are given something at a time, at most."""


class TrialWorkers(Workers):
    """The workers of a cluster that train, see `Workers`: one trial at a time on each.

    given: what all trials need.
    """

    able = Text("workers that try settings: {count}", "рабочих машин, пробующих настройки: {count}")
    nobody = Text("no worker of the cluster can train", "никто в кластере не может обучать")
    go_on = Text(
        "what was tried is kept: give the same command again, and the search goes on",
        "что испробовано, сохранено: дайте ту же команду снова, и поиск продолжится",
    )
    broke_down = Text("it broke down {count} times: {why}", "сбои, {count} раза: {why}")
    prove, rest = staticmethod(dask_worker.prove), staticmethod(dask_worker.forget)

    def __init__(self, client: Any, given: dask_worker.Given, say: Callable[[Text], None]) -> None:
        proof = dask_worker.packed_for_workers(given)
        super().__init__(client, proof, say=say)
        self.digest = dask_worker.digest_of(proof)
        self._versions, self._domain = dask_worker.versions(given.task.name), given.task.name

    def train(
        self, request: Callable[[], dict[str, Any]], stop: threading.Event
    ) -> tuple[dict[str, Any], bytes] | None:
        """Return what a worker answers, and the weights; None if `stop` is set.

        request: gives what to ask, at the moment when a worker is free.

        Raises FailedError where no worker came back with it.
        """
        problem = ""
        for _ in range(_TRIES):
            worker = self._take(stop)
            if worker is None:
                return None
            try:
                asked = json.dumps({**request(), "digest": self.digest}).encode()
                said = self.ask(dask_worker.train, asked, [worker], stop)
            except LostError as error:
                self._leave(worker)
                problem = str(error)
                continue
            except FailedError:
                self._leave(worker)
                raise
            if said is None:
                return None  # and the worker is busy still
            self._leave(worker)
            head, _, weights = said.partition(b"\n")
            answer = json.loads(head)
            if "broken" not in answer:
                return answer, weights
            problem = answer["broken"]
            self._doubt(worker, problem)
        raise FailedError(f"{_TRIES} workers did not come back with it: {problem}")

    def _take(self, stop: threading.Event) -> str | None:
        """Wait for a worker that is free."""
        with self._changed:
            while not stop.is_set():
                free = [one for one in self._threads if one not in self._busy]
                if free:
                    self._busy.add(free[0])
                    return free[0]
                self._need_workers()
                self._changed.wait(LOOK_SECONDS)
        return None

    def _leave(self, worker: str) -> None:
        with self._changed:
            self._busy.discard(worker)
            self._changed.notify_all()

    def _why_not(self, answer: bytes) -> tuple[Text | None, str]:
        said = json.loads(answer)
        problem = str(said["problem"])
        if problem:
            return in_its_words(problem, self._domain), str(said["host"])
        why = differing(said["versions"], self._versions)
        return why, str(said["host"])


def search_side_by_side(search: Search, workers: TrialWorkers) -> None:
    """Try what there is time for, a setting on each worker; the search keeps what comes back."""
    stop = threading.Event()
    running: dict[Future, tuple[Trial, float]] = {}
    exhausted = False  # nothing fits, until a trial has come back
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        try:
            while True:
                while not exhausted and len(running) < max(1, workers.count):
                    changes = search.next()
                    exhausted = changes is None
                    if changes is not None and (trial := search.begin(changes)) is not None:
                        began = search.budget.spent()
                        future = threads.submit(_tried, search, workers, trial, stop)
                        running[future] = trial, began
                if not running:
                    return
                done, _ = wait(running, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
                for future in done:
                    exhausted = False
                    _take_back(search, future, *running.pop(future))
                if not done and search.ranked() and search.budget.left() < -_ON_THE_WAY:
                    for trial, began in running.values():
                        trial.error = "not back when the time was over"
                        search.note(trial, began)
                    return
        finally:
            stop.set()


def _tried(search: Search, workers: TrialWorkers, trial: Trial, stop: threading.Event) -> Any:
    """Have a setting tried; the body of a thread."""

    def request() -> dict[str, Any]:
        judging = search.judging_about()
        seconds = search.budget.left() - _ON_THE_WAY
        if search.ranked() and seconds < LEAST:
            raise FailedError("its worker was lost, and no time was left for another")
        seconds = max(seconds, LEAST + judging)
        facts = {"number": trial.number, "changes": trial.changes}
        return {**facts, "seconds": seconds, "judging": judging}

    return workers.train(request, stop)


def _take_back(search: Search, future: Future, trial: Trial, began: float) -> None:
    """Note what became of a trial."""
    try:
        answer, weights = future.result()
        if "refused" in answer:
            raise UserError(answer["refused"], ru=answer["ru"])
        if "failed" in answer:
            raise FailedError(answer["failed"])
        found = Trial.from_dict(answer["trial"])
        trial.figure, trial.history = found.figure, found.history
        trial.history.position.seen = answer["seen"]
        learn_speed(search, trial, found.seconds)
        settings = search.settings_of(trial)
        model = new_model(search.task, search.prepared, settings)
        model = model.to(pick_device(settings.device))
        model.load_state_dict(safetensors.torch.load(weights))
        trial.model = model
        if not search.judging:  # at the end that is done here, and time is held back for it
            at = search.budget.clock()
            search.judge(model, settings)
            search.judging = search.budget.clock() - at
    except Exception as error:
        search.failed(trial, error)
    search.note(trial, began)
