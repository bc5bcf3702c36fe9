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

from common.grading.account import Account, memory_of

_PAUSE_MS = 50
_MOST_BYTES, _MOST_DESCRIPTORS = 2**16, 4


class Watcher:
    """Hands on what the judge says to the server, and tells the judge what came of it.

    judge: the socket to the judge.
    server: the socket to the server; a child of the server has it, too, until it is confined.
    number: the server's process.
    limits: the fields of `common.grading.outcome.Limits`.
    """

    def __init__(
        self, judge: socket.socket, server: socket.socket, number: int, limits: Mapping[str, Any]
    ) -> None:
        self.judge, self.server, self.number, self.limits = judge, server, number, limits

    def watch(self) -> None:
        """Follow check after check, until the judge or the server is gone."""
        _hand_on(self.judge, self.server)  # the course is laid out
        if not _hand_on(self.server, self.judge):  # all is imported
            return
        self.trusted, self.own = frozenset(os.listdir("/proc")), memory_of(str(self.number))
        while word := _hand_on(self.judge, self.server):
            if word == b"run":  # a late "kill" is for nobody
                self.judge.send(json.dumps(self._follow()).encode())

    def _follow(self) -> dict[str, Any]:
        """Wait for the check's end; kill it when told to, or when it takes too much."""
        poll = select.poll()
        for source in (self.judge, self.server):
            poll.register(source, select.POLLIN)
        account = Account(self.trusted, self.own, self.limits)
        told: dict[str, Any] = {}
        child, over, killed = None, "", False
        while not told.keys() & {"status", "broken"}:
            ready = dict(poll.poll(_PAUSE_MS))
            if self.server.fileno() in ready:
                word, handles = _hear(self.server)
                told |= json.loads(word or b'{"broken": "the server ended"}')
                child = handles[0] if handles else child
            elif child is not None and not killed:
                over = over or (account.over() if "confined" in told else "")
                if over or self.judge.fileno() in ready:
                    with contextlib.suppress(ProcessLookupError):
                        signal.pidfd_send_signal(child, signal.SIGKILL)
                    poll.unregister(self.judge)
                    killed = True
        if child is not None:
            os.close(child)
        if not told.keys() & {"confined", "broken"}:
            told["broken"] = "no word from the child"
        return {"over": over, **told}


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
