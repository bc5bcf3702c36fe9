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
        *("sys._getframe", "compile", "code.__new__", "marshal.loads"),
        *("gc.get_objects", "gc.get_referrers", "gc.get_referents"),
    )
)
_NEVER = frozenset(
    ("sys.settrace", "sys.setprofile", "sys._current_frames", "sys._current_exceptions")
)
"""What no library needs in a check, and hands on all frames there are."""
_FRAMES = frozenset(("tb_frame", "gi_frame", "cr_frame", "ag_frame"))
"""Attributes that are frames: of a library, only what keeps none of them to itself may ask."""
_LIBRARY = os.path.dirname(os.__file__)
_WALK = traceback._walk_tb_with_full_positions.__code__  # type: ignore[attr-defined]
_SUMMARY = traceback.StackSummary._extract_from_extended_frame_gen.__func__.__code__  # type: ignore[attr-defined]
"""Of what makes text of a traceback: what walks through its frames, and what they are given to."""
_LOOKING_ONCE = {
    traceback.__file__: {"clear_frames"},
    os.path.join(_LIBRARY, "unittest", "result.py"): {"_is_relevant_tb_level"},
}
"""Functions that use a frame themselves and give it to nobody."""
_HANDING_ON = {
    inspect.__file__: None,
    threading.__file__: None,
    **{os.path.join(_LIBRARY, f"{name}.py"): None for name in ("bdb", "pdb", "profile", "trace")},
    traceback.__file__: {"walk_stack", "walk_tb", "extract_stack", "print_stack", "format_stack"},
    logging.__file__: {"currentframe", "<lambda>"},
}
"""Files of functions that get a frame for who calls them; None: all of the file's."""
_LOOKING_UP = "createResolutionCallbackFromFrame"
"""Of torch: looks up names in the frames of those who called, as far up as it is told to."""
_OURS = "common.grading"
_last_looked_at = ""
_to_hide: list[str] = []
_kinds: list[type] = []


def prepare() -> None:
    """Look for what is to be hidden before the forks, so that no check has to look again.

    To look at the names of two thousand modules is to count a reference to each, and in a forked
    process every page so touched is a copy to make: that was a third of a small check's time.
    """
    global _last_looked_at
    _to_hide[:] = _runs_checks(sys.modules)
    _last_looked_at = next(reversed(sys.modules))
    _kinds[:] = [kind for kind in object.__subclasses__() if str(kind.__module__).startswith(_OURS)]


def _runs_checks(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith((_OURS, "tests")) or name == "__main__"]


def begin(students: Collection[str], trusted: Collection[str], stop: Callable[[str], Any]) -> None:
    """Hide what runs the check, and watch until the process ends.

    students: the paths of files that a student hands in. trusted: folders of other code.
    stop: told what was reached for, and by which line; it must not return.
    """
    new = takewhile(lambda name: name != _last_looked_at, reversed(sys.modules))
    hidden = [sys.modules.pop(name, None) for name in {*_to_hide, *_runs_checks(new)}]
    for kind in _kinds:
        _take_apart(kind)
    sys.modules["__main__"] = types.ModuleType("__main__")
    calling = frozenset(id(frame.f_code) for frame, _ in traceback.walk_stack(sys._getframe()))
    places = (*trusted, *_places(), "<frozen ")
    hook = _hook(frozenset(students), places, calling, stop, hidden)
    sys.addaudithook(hook)


def _take_apart(kind: type) -> None:
    """Leave a class without methods; in the process of a check none of them is called any more.

    Any code finds all classes that there are, and by a method the names of its whole module.
    """
    for name, method in [*vars(kind).items()]:
        if isinstance(method, types.FunctionType):
            delattr(kind, name)


def _places() -> tuple[str, ...]:
    """Return the folders of Python and its libraries."""
    found = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__)}
    found |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    return tuple(sorted(os.path.join(place, "") for place in found))


def _hook(
    students: frozenset[str],
    trusted: tuple[str, ...],
    calling: frozenset[int],
    stop: Callable[[str], Any],
    hidden: list[types.ModuleType | None],
) -> Callable[[str, tuple], None]:
    """Return the hook; calling: the codes of what runs the check, the program itself among it.

    The hidden modules stay with it, for to take them down would cost more.
    """
    # All that the hook uses is bound here: names of modules and builtins a student may rebind.
    get_frame, events, frames, handing_on = sys._getframe, _EVENTS, _FRAMES, _HANDING_ON
    never, looking_up, identity = _NEVER, _LOOKING_UP, id
    walk, summary, looking_once = _WALK, _SUMMARY, _LOOKING_ONCE
    importing = "<frozen importlib."
    native = os.path.join(os.path.dirname(ctypes.__file__), "")
    nothing: frozenset[str] = frozenset()
    busy = False

    def is_students(frame: types.FrameType) -> bool:
        code = frame.f_code
        path = code.co_filename
        if path in students:
            return True
        return not path.startswith(trusted) and identity(code) not in calling

    def students_from(frame: types.FrameType | None) -> types.FrameType | None:
        """Return the first frame of a student's from one on upwards, None where there is none."""
        while frame is not None and not is_students(frame):
            frame = frame.f_back
        return frame

    def makes_text(frame: types.FrameType, walking: types.FrameType) -> bool:
        """Whether a frame summarises what the walk through a traceback gives, and nobody else.

        Who walks with another iterator in between may keep the frames.
        """
        if frame.f_code is not summary or walking.f_code is not walk:
            return False
        return getattr(frame.f_locals.get("frame_gen"), "gi_frame", None) is walking

    def hook(event: str, values: tuple, _: object = hidden) -> None:
        nonlocal busy
        if event == "object.__getattr__":
            if values[1] not in frames:
                return
            event = values[1]
        elif event not in events and event not in never and event[:7] != "ctypes.":
            return
        if busy:
            return
        busy = True
        strict = event in frames or event in never
        asking = get_frame(1)
        frame: types.FrameType | None = asking
        while frame is not None:
            code = frame.f_code
            path = code.co_filename
            if is_students(frame):
                stop(f"{event}, line {frame.f_lineno}")
            elif event in frames and (
                path.startswith(importing)
                or code.co_name in looking_once.get(path, nothing)
                or makes_text(frame, asking)
            ):
                break
            elif path in handing_on:
                names = handing_on[path]
                if not strict and names is not None and code.co_name not in (names or nothing):
                    break
            elif not (strict or path.startswith(native) or code.co_name == looking_up):
                break
            frame = frame.f_back
        if event in never:
            stop(event)
        if event == "sys._getframe" and students_from(values[0]) is None:
            # A frame of what called the student's code is for no library that this code calls.
            frame = students_from(frame)
            if frame is not None:
                stop(f"{event}, line {frame.f_lineno}")
        busy = False

    return hook


def keep_builtins() -> Callable[[], None]:
    """Return what puts back what a student's code has made of Python's own functions."""
    kept, place = dict(vars(builtins)), vars(builtins)
    update = place.update
    return lambda: update(kept)
