"""Keeps what runs a check out of the reach of the student's code: it has its arguments, no more.

Python shows any code the frames that it was called from and all objects there are. With these a
submission could take the inputs of a whole check and send an answer of its own making, without a
function written. So before it is imported, what runs the check goes out of sight, and an audit
hook, which nothing takes away again, ends a check whose code reaches for frames, for the objects of
the garbage collector or for memory. Libraries do so with reason, and are let be.

Against native code nothing in one process can be kept. What comes back is data, and judged.
"""

import builtins
import ctypes
import inspect
import logging
import os
import sys
import threading
import traceback
import types
from collections.abc import Callable, Collection, Iterable
from itertools import takewhile
from typing import Any

_EVENTS = frozenset(
    (
        *("sys._getframe", "sys._current_frames", "sys._current_exceptions"),
        *("sys.settrace", "sys.setprofile", "compile", "code.__new__", "marshal.loads"),
        *("gc.get_objects", "gc.get_referrers", "gc.get_referents"),
    )
)
_FRAMES = frozenset(("tb_frame", "gi_frame", "cr_frame", "ag_frame"))
_HANDING_ON = {
    inspect.__file__: None,
    threading.__file__: None,
    traceback.__file__: {"walk_stack", "walk_tb", "extract_stack", "print_stack", "format_stack"},
    logging.__file__: {"currentframe", "<lambda>"},
}
"""Files of functions that get a frame for who calls them; None: all of the file's."""
_last_looked_at = ""
_to_hide: list[str] = []


def prepare() -> None:
    """Look for what is to be hidden before the forks, so that no check has to look again.

    To look at the names of two thousand modules is to count a reference to each, and in a forked
    process every page so touched is a copy to make: that was a third of a small check's time.
    """
    global _last_looked_at
    _to_hide[:] = _runs_checks(sys.modules)
    _last_looked_at = next(reversed(sys.modules))


def _runs_checks(names: Iterable[str]) -> list[str]:
    return [
        name for name in names if name.startswith(("common.grading", "tests")) or name == "__main__"
    ]


def begin(students: Collection[str], trusted: Collection[str], stop: Callable[[str], Any]) -> None:
    """Hide what runs the check, and watch until the process ends.

    students: the paths of files that a student hands in. trusted: folders of other code.
    stop: told what was reached for, and by which line; it must not return.
    """
    new = takewhile(lambda name: name != _last_looked_at, reversed(sys.modules))
    hidden = [sys.modules.pop(name, None) for name in {*_to_hide, *_runs_checks(new)}]
    sys.modules["__main__"] = types.ModuleType("__main__")
    hook = _hook(frozenset(students), (*trusted, *_places(), "<frozen "), stop, hidden)
    sys.addaudithook(hook)


def _places() -> tuple[str, ...]:
    """Return the folders of Python and its libraries."""
    found = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__)}
    found |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    return tuple(sorted(os.path.join(place, "") for place in found))


def _hook(
    students: frozenset[str],
    trusted: tuple[str, ...],
    stop: Callable[[str], Any],
    hidden: list[types.ModuleType | None],
) -> Callable[[str, tuple], None]:
    """Return the hook; the hidden modules stay with it, for to take them down would cost more."""
    # All that the hook uses is bound here: names of modules and builtins a student may rebind.
    get_frame, events, frames, handing_on = sys._getframe, _EVENTS, _FRAMES, _HANDING_ON
    native = os.path.join(os.path.dirname(ctypes.__file__), "")
    nothing: frozenset[str] = frozenset()
    busy = False

    def hook(event: str, values: tuple, _: object = hidden) -> None:
        nonlocal busy
        if event == "object.__getattr__":
            if values[1] not in frames:
                return
            event = values[1]
        elif event not in events and event[:7] != "ctypes.":
            return
        if busy:
            return
        busy = True
        frame: types.FrameType | None = get_frame(1)
        while frame is not None:
            code = frame.f_code
            path = code.co_filename
            if path in handing_on:
                names = handing_on[path]
                if names is not None and code.co_name not in (names or nothing):
                    break
            elif not path.startswith(native):
                if path in students or not path.startswith(trusted):
                    stop(f"{event}, line {frame.f_lineno}")
                break
            frame = frame.f_back
        busy = False

    return hook


def keep_builtins() -> Callable[[], None]:
    """Return what puts back what a student's code has made of Python's own functions."""
    kept, place = dict(vars(builtins)), vars(builtins)
    update = place.update
    return lambda: update(kept)
