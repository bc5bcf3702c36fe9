"""The watcher: a small process between the judge and the server, which ends what takes too much.

The server must not do this itself. Whatever it wrote to while a child shares its memory, the kernel
would copy, and the huge page around it would fall apart for good: each fork after that had hundreds
of pages more to list. So the server sleeps while a check runs, and the watcher is awake.
"""

import contextlib
import json
import os
import select
import signal
import socket
from collections.abc import Mapping
from typing import Any

from common.grading.runner.inside.resource_usage import ResourceUsage, memory_of

_PAUSE_MS = 50
_MOST_BYTES, _MOST_DESCRIPTORS = 2**16, 4


class Watcher:
    """Hands on what the judge says to the server, and tells the judge what came of it.

    judge: the socket to the judge.
    server: the socket to the server.
    births: the socket to the server's children. Each one says, before a student's code runs in it,
        "born", with a descriptor to kill it by, and "confined", or else what went wrong.
    limits: the fields of `common.grading.runner.limits.Limits`.
    """

    def __init__(
        self,
        judge: socket.socket,
        server: socket.socket,
        births: socket.socket,
        limits: Mapping[str, Any],
    ) -> None:
        self.judge, self.server, self.births, self.limits = judge, server, births, limits
        births.setblocking(False)

    def watch(self, process: int) -> None:
        """Follow check after check, until the judge or the server is gone.

        process: the server's number.
        """
        _hand_on(self.judge, self.server)  # the course is laid out
        if not _hand_on(self.server, self.judge):  # all is imported
            return
        self.trusted, self.process = frozenset(os.listdir("/proc")), str(process)
        self.own = memory_of(self.process)
        while word := _hand_on(self.judge, self.server):
            if word == b"run":  # a late "kill" is for nobody
                self.judge.send(json.dumps(self._follow()).encode())

    def _follow(self) -> dict[str, Any]:
        """Wait for the check's end; kill it when told to, or when it takes too much.

        The child is heard only after a while, or at the end: most checks are over before, and each
        waking takes its time.
        """
        poll = select.poll()
        poll.register(self.server, select.POLLIN)
        poll.register(self.judge, select.POLLIN)
        usage = ResourceUsage(self.trusted, self.process, self.own, self.limits)
        child, over, told = _Child(self.births), "", False
        while self.server.fileno() not in (ready := dict(poll.poll(_PAUSE_MS))):
            if self.judge.fileno() in ready:
                poll.unregister(self.judge)
                told = True
            child.listen()
            over = over or (usage.over() if child.said == "confined" else "")
            if over or told:
                child.kill()
        child.listen()
        child.let_go()
        word, _ = _hear(self.server)
        report = {"over": over} | ({} if child.said == "confined" else {"broken": child.said})
        return report | json.loads(word or b'{"broken": "the server ended"}')


class _Child:
    """What a child has said last, and the descriptor to kill it by."""

    def __init__(self, births: socket.socket) -> None:
        self.births = births
        self.said = "no word from the child"
        self.handles: list[int] = []

    def listen(self) -> None:
        word = b"born"
        while word and word != b"confined":
            try:
                word, handles, _, _ = socket.recv_fds(self.births, _MOST_BYTES, 1)
            except BlockingIOError:  # nothing more yet
                return
            self.said = word.decode() or self.said
            self.handles += handles

    def kill(self) -> None:
        for handle in self.handles:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)

    def let_go(self) -> None:
        for handle in self.handles:
            os.close(handle)


def _hand_on(source: socket.socket, target: socket.socket) -> bytes:
    """Pass one word and its descriptors on; return the word, which is empty at the end of all."""
    word, descriptors = _hear(source)
    try:
        if word:
            socket.send_fds(target, [word], descriptors)
    except OSError:  # the target is gone
        word = b""
    for descriptor in descriptors:
        os.close(descriptor)
    return word


def _hear(source: socket.socket) -> tuple[bytes, list[int]]:
    """Return the next word and its descriptors; the word is empty where nobody speaks any more."""
    try:
        return socket.recv_fds(source, _MOST_BYTES, _MOST_DESCRIPTORS)[:2]
    except OSError:  # gone without having heard all
        return b"", []
