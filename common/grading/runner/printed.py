"""What a student's code prints during a check: its first lines, and how many more there were.

A function that is called once for each drawn case prints as often; all of it would push what the
check has to say off the screen.
"""

import os
import queue
import threading
from typing import IO

FEW = 5
"""Lines that are shown of what a check printed; one more is shown where it is the last."""
WIDE = 160
"""Characters that are shown of a line."""
_MOST = 1 << 14
_SOON = 5.0
_BEGIN, _END = b"(", b")"


class Printed:
    """Reads what a process prints, in a thread of its own, and tells it apart by check.

    The process writes `begin` and `end` around each check (see `told`). What lies between two
    checks, such as warnings of a library that is imported, belongs to none of them.

    stream: the process's standard error. mark: bytes that nobody prints.
    """

    def __init__(self, stream: IO[bytes], mark: bytes) -> None:
        self._stream, self._mark = stream, mark
        self._checks: queue.Queue[tuple[str, int]] = queue.Queue()
        self._forget()
        threading.Thread(target=self._read, daemon=True).start()

    def of_check(self) -> tuple[str, int]:
        """Return what the last check printed, and how many lines of it are left out.

        It is there when the check's answer is, or the process has ended; where neither told, as
        with a process of the student's own that goes on, it is given up soon.
        """
        try:
            return self._checks.get(timeout=_SOON)
        except queue.Empty:
            return "", 0

    def _read(self) -> None:
        size, rest = len(self._mark) + 1, b""
        with self._stream:
            while chunk := os.read(self._stream.fileno(), 1 << 16):
                rest += chunk
                while 0 <= (at := rest.find(self._mark)) <= len(rest) - size:
                    self._take(rest[:at])
                    if rest[at + size - 1 : at + size] == _END:
                        self._checks.put(shortened(bytes(self._head), self._count))
                    self._forget()
                    rest = rest[at + size :]
                sure = max(0, len(rest) - size + 1)
                self._take(rest[:sure])
                rest = rest[sure:]
            self._take(rest)
        self._checks.put(shortened(bytes(self._head), self._count))

    def _forget(self) -> None:
        self._head, self._count, self._in_line = bytearray(), 0, False

    def _take(self, piece: bytes) -> None:
        if piece:
            self._head += piece[: max(0, _MOST - len(self._head))]
            self._count += piece.count(b"\n") - self._in_line
            self._in_line = not piece.endswith(b"\n")
            self._count += self._in_line


def told(mark: bytes, descriptor: int, *, end: bool) -> None:
    """Write, in the process, that a check begins or ends."""
    os.write(descriptor, mark + (_END if end else _BEGIN))


def shortened(head: bytes, count: int) -> tuple[str, int]:
    r"""Return the first lines of what was printed, and how many of `count` are left out.

    >>> shortened(b"a\nb\n", 2)
    ('a\nb', 0)
    >>> shortened(b"1\n2\n3\n4\n5\n6\n7\n", 300)
    ('1\n2\n3\n4\n5', 295)
    """
    most = count if count <= FEW + 1 else FEW
    lines = head.decode("utf-8", "replace").splitlines()[:most]
    kept = [line if len(line) <= WIDE else f"{line[:WIDE]}…" for line in lines]
    return "\n".join(kept), count - most
