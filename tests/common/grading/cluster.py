"""A Dask cluster on this machine: a scheduler and workers, each a process, with certificates."""

import contextlib
import json
import os
import time

from common.cluster.certificates import QUIET, write_certificates
from common.discovery import ROOT
from tests.common import forked


class Cluster:
    """A scheduler, and the workers that are started; a context manager.

    root: an empty folder for its certificates, its logs and its workers' temporary files.
    """

    def __init__(self, root):
        self.root, self.certificates = root, root / "certificates"
        self.processes = {}
        write_certificates(self.certificates)

    def __enter__(self):
        file = self.root / "scheduler.json"
        where = ["--protocol", "tls", "--host", "127.0.0.1", "--port", "0"]
        self._start("scheduler", "scheduler", *where, "--scheduler-file", str(file))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, ValueError):  # it may be half written
                self.address = json.loads(file.read_text())["address"]
                return self
            time.sleep(0.05)
        raise TimeoutError((self.root / "scheduler.log").read_text())

    def __exit__(self, *_):
        for process in self.processes.values():
            process.kill()
            process.wait()

    def start_worker(self, name, **variables):
        """Start a worker of one thread, as a process without a nanny."""
        words = [self.address, "--name", name, "--no-nanny", "--nthreads", "1"]
        self._start(name, "worker", *words, **variables)

    def where(self):
        """Return the options of grading that name the cluster."""
        return {"workers": self.address, "certificates": self.certificates / "client"}

    def _start(self, name, kind, *words, **variables):
        folder = self.certificates / kind
        files = {"ca-file": "ca.pem", "cert": "certificate.pem", "key": "key.pem"}
        tls = [f"--tls-{option}={folder / file}" for option, file in files.items()]
        own = {"PYTHONPATH": str(ROOT), "TMPDIR": str(self.root)}
        environment = {**os.environ, **QUIET, **own, **variables}
        command = ["-m", f"distributed.cli.dask_{kind}", *words, "--no-dashboard", *tls]
        with (self.root / f"{name}.log").open("wb") as log:
            self.processes[name] = forked.begun(command, environment, log)


def begin_with(count, kind, monkeypatch):
    """Let work begin when so many workers have proved themselves; by itself it does with one."""
    enter = kind.__enter__

    def entering(workers):
        enter(workers)
        deadline = time.monotonic() + 60
        while workers.count < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return workers

    monkeypatch.setattr(kind, "__enter__", entering)
