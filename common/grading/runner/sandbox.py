"""A place where a student's code can run and do no harm, and from which only plain data comes back.

Outside is bubblewrap (`bubblewrap`): no network, no files but the system's, Python's and the
starter code's, nothing that can be written to and stays. Inside waits a server which has imported
the libraries already (`server`), and every check runs in a child of it with namespaces of its own
(`namespaces`), without a privilege, under limits, with the student's files in place of the starter
code's (`driver`). Whatever comes back is data, and the judge never was in there.
"""

import contextlib
import json
import math
import os
import secrets
import selectors
import socket
import subprocess
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from io import FileIO
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from common.errors import UserError
from common.files import cache_folder
from common.grading.runner import bubblewrap, jit_cache, run_queue
from common.grading.runner.inside import wire
from common.grading.runner.layout import Layout
from common.grading.runner.limits import USUAL, Limits, Stream, conclude
from common.grading.runner.probe_result import Failure, ProbeResult
from common.grading.runner.stopwatch import Stopwatch

_START_SECONDS = 900
"""It takes two, and minutes where the machine has far more to do than it can."""
_END_SECONDS = 30
_LOOK_SECONDS = 2.0
"""After so long, and then as often, it is worth to look for how long a check stands in line."""
_LONGEST = 10
"""How many times its seconds a check may last by the clock, however long it stands in line."""
_CHUNK = 2**16


class Sandbox:
    """Runs probes beside a student's code; a context manager, for one thread at a time.

    The server ends with the thread that opened the sandbox. For several checks at a time, open
    several sandboxes, each in the thread that uses it.

    root: the starter code, the student edition: the student's code can read its packages and its
        tests/graded/*_probes.py, and nothing else of it.
    limits: what one check may use.
    replaceable: the paths, relative to root, of the files that a student may hand in.
    preload: libraries to import once, before any check. Those that the replaceable files and the
        probes of their packages import at once are found without being named here.
    guarded: whether a check ends where its code reaches for what runs it (`inside.guard`). Without
        it the walls stand all the same.

    >>> sandbox = Sandbox(edition, replaceable=["shop/loss.py"])  # doctest: +SKIP
    >>> with sandbox:  # doctest: +SKIP
    ...     files = {"shop/loss.py": b"def double(x): return 2 * x"}
    ...     sandbox.run(files, "shop.loss", "tests.graded.shop_probes:double", {"x": 21}).output
    42

    Raises UserError, on entering and in every check, where the sandbox does not stand; there is
    no other way to run a check.
    """

    def __init__(
        self,
        root: Path,
        limits: Limits = USUAL,
        *,
        replaceable: Collection[str] = (),
        preload: Collection[str] = ("numpy", "torch"),
        guarded: bool = True,
    ) -> None:
        self.root = Path(root).resolve()
        self.limits = limits
        self.replaceable = frozenset(replaceable)
        self.preload = tuple(preload)
        self.guarded = guarded
        self._layout = Layout(self.root)
        for path in sorted(self.replaceable):
            parts = PurePosixPath(path).parts
            given = self.root / path
            if ".." in parts or not {*parts[:1]} <= {*self._layout.packages} or not given.is_file():
                raise UserError(f"{path}: not a file of the packages in {self.root}")

    def __enter__(self) -> "Sandbox":
        program = bubblewrap.check_system()
        modules = [_module(path) for path in sorted(self.replaceable)]
        config = {
            "limits": asdict(self.limits),
            "preload": self.preload,
            "replaceable": modules,
            "guarded": self.guarded,
        }
        code = jit_cache.place(cache_folder(), self.preload)
        self._started = False
        with contextlib.ExitStack() as opened:
            opened.enter_context(self._layout)
            command = bubblewrap.command(
                program, self._layout, config, code if jit_cache.trusted(code) else None
            )
            self._errors = opened.enter_context(tempfile.TemporaryFile())
            self._control, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with inner:
                self._server = subprocess.Popen(
                    command,
                    stdin=inner.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    env=bubblewrap.environment(),
                )
            self._opened = opened.pop_all()
        try:
            self._control.settimeout(_START_SECONDS)
            # While the server imports the libraries.
            self._layout.fill({path.partition("/")[0] for path in self.replaceable})
            with contextlib.suppress(OSError):  # a server that is no more is noticed right after
                self._control.send(b"go on")
            self._hear_ready(code)
            self._control.settimeout(None)
            self._resident = run_queue.family(self._server.pid)
            tried = self.run({}, "json", "builtins:dict", [])  # the inner wall stands, too
            if tried.failure or tried.output != {}:
                raise self._broken(f"a check of nothing {tried.failure}: {tried.stderr}")
            self._started = True
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server and everything in the sandbox."""
        self._control.close()
        try:
            self._server.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._opened.close()

    def run(
        self, files: Mapping[str, bytes], module: str, probe: str, inputs: wire.Plain
    ) -> ProbeResult:
        """Run one check in a new process and return what came of it.

        files: path -> content, the student's versions of files of the starter code.
        module: the student's module; it is imported first, so that its errors are told apart.
        probe: "package.module:function", called with `inputs`; what it returns is the output.

        Raises UserError if the sandbox itself fails, and ValueError for a file that may not be
        replaced, and in a sandbox that is closed.
        """
        if self._control.fileno() < 0:
            raise ValueError("the sandbox is closed")
        strange = sorted(set(files) - self.replaceable)
        if strange:
            raise ValueError(f"{strange[0]!r} is not among the files that may be replaced")
        size = sum(map(len, files.values()))
        if size > self.limits.tmp_bytes // 2:
            return ProbeResult(failure=Failure("refused", f"{size} bytes"))
        watch, self._waited = Stopwatch(), 0.0
        try:
            if not self._layout.holds(files):
                self._put(files, self.limits.tmp_bytes // 2 - size)
            found = self._exchange({"module": module, "probe": probe, "inputs": inputs})
            return replace(found, wall=watch.seconds(self._waited))
        except BaseException:  # even Ctrl-C: a later answer must not be taken for another check's
            self._server.kill()
            raise

    def _put(self, files: Mapping[str, bytes], room: int) -> None:
        """Put a student's files in, and the bytecode of them, made once for all their checks.

        It is compiled in the sandbox and is as little to be trusted as the files themselves.
        """
        self._layout.put(files)
        if not files:
            return
        names: list[wire.Plain] = [*sorted(files)]
        made = self._exchange({"module": "", "probe": "", "inputs": names}).output
        if not isinstance(made, dict) or not made.keys() <= files.keys():
            return
        compiled = {name: body for name, body in made.items() if isinstance(body, np.ndarray)}
        if len(compiled) == len(made) and sum(body.nbytes for body in compiled.values()) <= room:
            self._layout.put_bytecode({name: body.tobytes() for name, body in compiled.items()})

    def _exchange(self, request: dict[str, wire.Plain]) -> ProbeResult:
        most = self.limits.output_bytes
        # Only who was there before the student's code knows it, so that a result says who sent it.
        key = secrets.token_hex(16)
        kept = {"result": most, "stdout": _CHUNK, "stderr": _CHUNK}
        streams = {name: Stream(size, most) for name, size in kept.items()}
        with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:
            sent = [stack.enter_context(_in_memory(wire.encode({**request, "key": key})))]
            for stream in streams.values():
                reading, writing = _pipe(stack)
                selector.register(reading, selectors.EVENT_READ, stream)
                sent.append(writing)
            try:
                socket.send_fds(self._control, [b"run"], [file.fileno() for file in sent])
            except OSError:
                raise self._broken() from None
            for file in sent:
                file.close()
            selector.register(self._control, selectors.EVENT_READ)
            ended, stopped = self._listen(selector)
        try:
            return conclude(self.limits, ended, stopped, key=key.encode(), **streams)
        except Exception as error:  # what nobody thought of costs this check, and not the class
            return ProbeResult(failure=Failure("not_plain", type(error).__name__))

    def _listen(self, selector: selectors.BaseSelector) -> tuple[dict[str, Any], str]:
        """Take in everything until the check has ended; stop it where it goes too far."""
        watch, most, before = Stopwatch(), self.limits.wall_seconds, self._waited
        longest = _LONGEST * most
        ended, stopped, given_up = {}, "", False
        while selector.get_map():
            left = min(most - watch.seconds(self._waited - before), longest - watch.passed())
            ready = selector.select(max(0.0, min(left, _LOOK_SECONDS)))
            if not ready:
                waited = run_queue.waited(self._server.pid, but=self._resident)
                self._waited = max(self._waited, before + waited)
            counted = watch.seconds(self._waited - before)
            if counted >= most or watch.passed() >= longest:
                if given_up:
                    raise self._broken("a check cannot be ended")
                given_up, stopped = True, stopped or "time"
                most, longest = counted + _END_SECONDS, math.inf
                self._kill()
            for key, _ in ready:
                if key.data is None:
                    ended = self._hear()
                    selector.unregister(key.fileobj)
                elif not (chunk := os.read(key.fd, _CHUNK)):
                    selector.unregister(key.fileobj)
                elif key.data.take(chunk) and not stopped and not ended:
                    stopped = "flood"
                    self._kill()
        return ended, stopped

    def _hear_ready(self, code: Path) -> None:
        """Wait for the server's first word; no student's code has run by then."""
        descriptors: list[int] = []
        reason = ""
        try:
            try:
                _, descriptors, _, _ = socket.recv_fds(self._control, _CHUNK, 1)
            except TimeoutError:
                reason = f"it was not ready after {_START_SECONDS} seconds"
            except OSError:  # the server has ended
                pass
            if not descriptors:
                raise self._broken(reason)
            jit_cache.keep(code, descriptors[0])
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _kill(self) -> None:
        # A server that is no more is noticed where its last word is awaited.
        with contextlib.suppress(OSError):
            self._control.send(b"kill")

    def _hear(self) -> dict[str, Any]:
        try:
            said = self._control.recv(_CHUNK)
        except OSError:
            said = b""
        message = json.loads(said or b"{}")
        if not message or message.get("broken"):
            raise self._broken(message.get("broken", ""))
        return message

    def _broken(self, reason: str = "") -> UserError:
        self._server.kill()
        self._server.wait()
        self._errors.seek(0)
        printed = self._errors.read()[-_CHUNK:].decode("utf-8", "replace")
        return bubblewrap.explain(reason or printed, started=self._started)


def _module(path: str) -> str:
    return ".".join(PurePosixPath(path).with_suffix("").parts).removesuffix(".__init__")


def _pipe(stack: contextlib.ExitStack) -> list[FileIO]:
    """Return both ends of a new pipe, to read from and to write to."""
    ends = zip(os.pipe(), ("rb", "wb"), strict=True)
    return [stack.enter_context(FileIO(end, mode)) for end, mode in ends]


def _in_memory(content: bytes) -> FileIO:
    file = FileIO(os.memfd_create("request"), "w+b")
    file.write(content)
    file.seek(0)
    return file
