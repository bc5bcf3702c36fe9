"""What the tests let processes of their own do. Nothing heavy is imported: each imports it anew."""

import os
import threading
from pathlib import Path

from common.errors import UserError


class RowError(UserError):
    """An error that pickle cannot build again: it wants a keyword."""

    def __init__(self, message: str, *, row: int) -> None:
        super().__init__(message)
        self.row = row


def doubled(shared, case, progress):
    if callable(progress):
        progress(0.5)
    return shared + 2 * case, os.getpid()


def lying_in_files(array, case, progress):
    from common.memory_mapped import lie_in_files

    array[0] = case  # in a page of this process alone
    return lie_in_files(array), float(array.sum())


def told(steps, case, progress):
    for step in range(1, steps + 1):
        progress(step / steps)
    return case, os.getpid()


def failing_later(steps, case, progress):
    if case != "a":
        raise RowError("row 7 is not finite", row=7)
    return told(steps, case, progress)


def failing(shared, case, progress):
    if case == 1:
        return case
    if shared == "user":
        raise RowError("row 7 is not finite", row=7)
    if shared == "ours":
        raise KeyError("a mistake of ours")
    if shared == "empty":
        empty_exercise()
    os._exit(9)


def empty_exercise():
    raise NotImplementedError


def endless(folder, case, progress):
    (Path(folder) / str(case)).write_text(str(os.getpid()))
    threading.Event().wait()
