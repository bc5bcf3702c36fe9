"""Python in a copy of this process: `python -m` or `-c`, where PyTorch is imported already.

Importing PyTorch takes a process of its own two seconds, and the tests begin many. Of the course's
packages the copy forgets what it holds, patches too, and imports those of its own folder. A Python
that it begins is a new one: a copy has threads of its own by then, and a copy of those may hang.
Where processes are not forked, a new one is begun.
"""

import asyncio
import contextlib
import functools
import gc
import importlib
import multiprocessing.util
import os
import runpy
import signal
import stat
import subprocess
import sys
import traceback
import warnings
from pathlib import Path

from common.discovery import ROOT, packages

FORGOTTEN = {*packages(), "tests", "conftest", "dask", "distributed", "tornado"}
"""Packages of which a copy imports its own; of the libraries, those that keep loops and clients."""
LONGEST = 600.0
"""Seconds after which a process that has not ended is killed, and the test fails."""
_NEW = subprocess.Popen, multiprocessing.util.spawnv_passfds


def python(*words, folder=ROOT, environment=None):
    """Run `python WORDS` in a folder to its end; return it with its output, as subprocess.run."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    text = {"encoding": "utf-8", "errors": "replace"}
    command = [sys.executable, *map(str, words)]
    with Popen(command, cwd=folder, env=environment, **pipes, **text) as process:
        try:
            out, err = process.communicate(timeout=LONGEST)
        except BaseException:
            process.kill()
            process.wait(60)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def begun(words, environment, log, folder=ROOT):
    """Begin `python WORDS` in a group of its own, as a terminal does; `log` gets its output."""
    how = {"cwd": folder, "env": environment, "stdout": log, "stderr": log}
    return Popen([sys.executable, *map(str, words)], start_new_session=True, **how)


class Popen(subprocess.Popen):
    """subprocess.Popen; where `python -m` or `-c` is to begin, a copy of this process does it."""

    def __init__(self, args, *more, **named):
        if sys.platform == "linux" and _is_python(args):
            # Once for all copies; the second one PyTorch imports for its first optimizer.
            for name in ("torch", "torch._dynamo"):
                importlib.import_module(name)
            words, environment = [*map(str, args[1:])], dict(named.get("env") or os.environ)
            named["restore_signals"] = False  # Python ignores a pipe that nobody reads
            # It is called in the new process, and goes on in place of another program.
            named["preexec_fn"] = functools.partial(
                _become, words, environment, {0, 1, 2, *named.get("pass_fds", ())}
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: they hold no lock
            super().__init__(args, *more, **named)

    def wait(self, timeout=None):
        return super().wait(LONGEST if timeout is None else timeout)


def _is_python(args):
    first = [] if isinstance(args, str) else [*args[:2]]
    return first in ([sys.executable, "-m"], [sys.executable, "-c"])


def begin_copies(patch):
    """Let what begins Python in this process begin copies; what multiprocessing spawns, too."""
    patch.setattr(subprocess, "Popen", Popen)
    patch.setattr(multiprocessing.util, "spawnv_passfds", _spawned)


def _spawned(path, args, passfds):
    # -B is there where this process was told to keep no bytecode, see conftest.py.
    words = [word for word in args[1:] if word != "-B"]
    _spawned_ones.append(Popen([os.fsdecode(path), *words], pass_fds=passfds))
    return _spawned_ones[-1].pid


_spawned_ones = []
"""multiprocessing waits for them; one that is forgotten here, this module would wait for, too."""


def _become(words, environment, kept):
    code = 1
    try:
        # Pipes and sockets of others give way to nothing, and their numbers stay taken: objects
        # that this process has inherited close them sometime. Files, libraries keep open.
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in {*map(int, os.listdir("/proc/self/fd"))} - kept:
            with contextlib.suppress(OSError):  # where the list was read from
                mode = os.fstat(number).st_mode
                if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
                    os.dup2(nothing, number, inheritable=False)
        code = _as_python(words, environment)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _as_python(words, environment):
    """Become what `python WORDS` is at its start, run it, and return its exit code."""
    # ruff: noqa: SIM115  # what is opened stays open to the end of the process
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", closefd=False, buffering=1)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asyncio._set_running_loop(None)
    asyncio.set_event_loop(None)
    gc.enable()
    subprocess.Popen, multiprocessing.util.spawnv_passfds = _NEW
    os.environ.clear()
    os.environ.update(environment)
    for name in [name for name in sys.modules if name.partition(".")[0] in FORGOTTEN]:
        del sys.modules[name]
    warnings.resetwarnings()
    warnings.simplefilter("ignore", DeprecationWarning)
    named = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    others = [path for path in sys.path if path and not Path(path).is_relative_to(ROOT)]
    sys.path[:] = [os.getcwd(), *named, *others]
    importlib.invalidate_caches()
    try:
        if words[0] == "-m":
            sys.argv[:] = words[1:]
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv[:] = ["-c", *words[2:]]
            exec(compile(words[1], "<string>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    return 0
