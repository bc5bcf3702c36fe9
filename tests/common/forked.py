"""Python in a copy of this process: what `python WORDS` runs, where PyTorch is imported already.

Importing PyTorch takes a process of its own two seconds, and the tests begin many. Of the course's
packages the copy forgets what it holds, patches too, and imports those of its own folder. Where
processes are not forked, a new one is begun.
"""

import asyncio
import contextlib
import importlib
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from common.discovery import ROOT, packages

FORGOTTEN = {*packages(), "tests", "conftest", "dask", "distributed", "tornado"}
"""Packages of which a copy imports its own; of the libraries, those that keep loops and clients."""
LONGEST = 600.0
"""Seconds after which a process that has not ended is killed, and the test fails."""


def python(*words, folder=ROOT, environment=None):
    """Run `python WORDS` in a folder to its end; return it with its output, as subprocess.run."""
    words = [*map(str, words)]
    environment = dict(os.environ if environment is None else environment)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        if sys.platform != "linux":
            how = {"cwd": folder, "env": environment, "stdout": out, "stderr": err}
            command = [sys.executable, *words]
            code = subprocess.run(command, check=False, timeout=LONGEST, **how).returncode
        else:
            code = _in_a_copy(words, folder, environment, (out, err))
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    return subprocess.CompletedProcess(words, code, *texts)


def begun(words, environment, log, folder=ROOT):
    """Begin `python WORDS` in a group of its own, as a terminal does; `log` gets its output."""
    words = [*map(str, words)]
    if sys.platform == "linux":
        return Copy(words, folder, environment, (log, log))
    how = {"cwd": folder, "env": environment, "stdout": log, "stderr": log}
    return subprocess.Popen([sys.executable, *words], start_new_session=True, **how)


class Copy:
    """A copy that is at work: of subprocess.Popen what Jupyter needs of a kernel."""

    stdin = stdout = stderr = returncode = None

    def __init__(self, words, folder, environment, files):
        self.pid = _begun(words, folder, environment, files)
        os.setpgid(self.pid, 0)  # signals go to the group

    def poll(self):
        if self.returncode is None:
            self.returncode = _ended(self.pid)
        return self.returncode

    def wait(self, timeout=None):
        _waited_for(self.poll, LONGEST if timeout is None else timeout)
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def _in_a_copy(words, folder, environment, files):
    process = _begun(words, folder, environment, files)
    try:
        return _waited_for(lambda: _ended(process), LONGEST)
    except BaseException:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        raise


def _ended(process):
    """Return the exit code of a copy, None while it is at work."""
    ended, status = os.waitpid(process, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _waited_for(poll, seconds):
    """Return what `poll` gives as soon as it is something; raise TimeoutExpired after a while."""
    latest = time.monotonic() + seconds
    while (found := poll()) is None:
        if time.monotonic() > latest:
            raise subprocess.TimeoutExpired("a copy", seconds)
        time.sleep(0.01)
    return found


def _begun(words, folder, environment, files):
    importlib.import_module("torch")  # once for all copies
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: they hold no lock here
        process = os.fork()
    if process == 0:
        code = 1
        try:
            code = _as_python(words, folder, environment, files)
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(BaseException):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
    return process


def _as_python(words, folder, environment, files):
    """Become what `python WORDS` is at its start, run it, and return its exit code."""
    # ruff: noqa: SIM115  # what is opened stays open to the end of the process
    for number, file in enumerate((open(os.devnull, "rb"), *files)):
        os.dup2(file.fileno(), number)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", closefd=False, buffering=1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asyncio._set_running_loop(None)
    asyncio.set_event_loop(None)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] in FORGOTTEN]:
        del sys.modules[name]
    warnings.resetwarnings()
    warnings.simplefilter("ignore", DeprecationWarning)
    first = os.path.dirname(os.path.abspath(words[0])) if words[0][0] != "-" else str(folder)
    named = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    others = [path for path in sys.path if path and not Path(path).is_relative_to(ROOT)]
    sys.path[:] = [first, *named, *others]
    importlib.invalidate_caches()
    try:
        if words[0] == "-m":
            sys.argv[:] = words[1:]
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        elif words[0] == "-c":
            sys.argv[:] = ["-c", *words[2:]]
            exec(compile(words[1], "<string>", "exec"), {"__name__": "__main__"})
        else:
            sys.argv[:] = words
            runpy.run_path(words[0], run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    return 0
