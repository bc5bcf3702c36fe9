"""The model in use: loaded, warmed up, and exchanged as a whole when a new run lies at its path.

Whoever has begun with a model ends with it: what is exchanged is one reference.
"""

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

from torch import nn

from common.device import pick_device
from common.errors import UserError
from common.runs import store
from common.serving.contract import Serving
from common.serving.network import PipelineInPlace
from common.serving.problems import OURS
from common.serving.run_metadata import read_metadata, signature
from common.task import Task

LOOK = 1.0
"""Seconds between two looks at the run's folder."""
TRIES = 5
"""Readings of a run that changes while it is read."""


@dataclass(frozen=True)
class Served:
    """A loaded run and the application that answers with it."""

    serving: Serving
    app: Any


class Holder:
    """Keeps the served run that is current.

    Args:
        build: makes the application of a loaded run.

    Attributes:
        current: None until the first is loaded.
        problem: why the newest run at the path is not the one that answers; "" where it is.
    """

    def __init__(
        self, task: Task, folder: Path, build: Callable[[Serving], Any], *, device: str = "auto"
    ) -> None:
        self.task, self.folder, self.build, self.device = task, folder, build, device
        self.current: Served | None = None
        self.problem = ""
        self._signature: Any = None
        self._ended = threading.Event()
        self._watching: threading.Thread | None = None

    def load(self) -> Served:
        """Load what lies at the path, warm it up, and let it answer from now on.

        Raises:
            UserError: it is no run of the task, is damaged, or cannot be served.
        """
        for left in reversed(range(TRIES)):
            folder = store.standing(self.folder)
            before = signature(folder)
            try:
                served = self._read(folder)
            except UserError:
                if left and signature(store.standing(self.folder)) != before:
                    sleep(LOOK / 4)
                    continue  # it was being exchanged while it was read
                raise
            if signature(folder) == before:
                break
        self._signature, self.current, self.problem = before, served, ""
        return served

    def _read(self, folder: Path) -> Served:
        pipeline = store.load(folder, self.task, device=self.device)
        _own_memory(pipeline.model)
        pipeline.model.to(pick_device(pipeline.settings.device))
        metadata = read_metadata(folder, self.task, pipeline.settings.loss)
        serving = self.task.serving()(self.task, PipelineInPlace.of(pipeline), metadata)
        serving.warm_up()
        return Served(serving, self.build(serving))

    def watch(self) -> None:
        """Look at the path from now on, in a thread; load first where nothing is loaded yet."""
        self._watching = threading.Thread(target=self._watch, name="watch", daemon=True)
        self._watching.start()

    def close(self) -> None:
        """Look no more."""
        self._ended.set()
        if self._watching is not None:
            self._watching.join(timeout=10)

    def _watch(self) -> None:
        tried = self._signature if self.current else None
        while True:
            now = signature(store.standing(self.folder))
            if now != tried and (now[0] is not None or self.current is None):
                tried = now
                self._exchange()
            if self._ended.wait(LOOK):
                return

    def _exchange(self) -> None:
        try:
            self.load()
        except Exception as error:  # the run that answers goes on, whatever lies there now
            print(f"{self.folder}: {error or type(error).__name__}", file=sys.stderr, flush=True)
            self.problem = self._told(error)

    def _told(self, error: Exception) -> str:
        """Return what clients are told, who need not know where on this machine a run lies."""
        if not isinstance(error, UserError):
            return OURS
        said = str(error)
        # The longer first: it ends in the other.
        for parent in (self.folder.absolute().parent, self.folder.parent):
            if parent != Path():
                said = said.replace(f"{parent}{os.sep}", "")
        return said


def _own_memory(model: nn.Module) -> None:
    """Let weights lie in memory of their own.

    As they are loaded they lie in the file, which the system reads when it must: whoever writes
    into that file would end the process.
    """
    for weights in (*model.parameters(), *model.buffers()):
        weights.data = weights.data.clone()
