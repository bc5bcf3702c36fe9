"""Imports the given code once, as far as it does not depend on what a student hands in.

A module whose own imports lead to no replaceable file is the same in every check. It stays
imported; every other one is left to the checks, which import it anew. To find out, the given code
is imported twice.
"""

import contextlib
import importlib
import sys
from collections.abc import Collection, Iterator, Sequence
from importlib.machinery import ModuleSpec


def import_given(packages: Collection[str], replaceable: Collection[str]) -> None:
    """Import what the modules of a course need at import, but no replaceable one.

    packages: of the course; other modules are libraries, and all that are needed stay.
    replaceable: the names of modules; they and the probes of their packages are looked into.
    """
    firsts = {name.partition(".")[0] for name in replaceable}
    probes = [f"tests.graded.{first}_probes" for first in sorted(firsts)]
    fence = _Fence(replaceable)
    # A module is listed before those that it imports: from the last to the first, a module that
    # has to go takes no other one along.
    for name in reversed(_needed([*sorted(replaceable), *probes], packages)):
        before = {*sys.modules}
        with fence.up() as reached, contextlib.suppress(Exception):
            importlib.import_module(name)
        if reached:
            _forget([new for new in {*sys.modules} - before if new.partition(".")[0] in packages])


def _needed(names: Sequence[str], packages: Collection[str]) -> list[str]:
    """Return what importing these modules imports; the libraries among it stay imported."""
    before = {*sys.modules}
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    new = [name for name in sys.modules if name not in before]
    _forget([name for name in new if name.partition(".")[0] in packages])
    return [name for name in new if name not in sys.modules]


class _Fence:
    """Finds no replaceable module, and notes that one was asked for."""

    def __init__(self, replaceable: Collection[str]) -> None:
        self.replaceable = frozenset(replaceable)
        self.reached: list[str] = []

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name in self.replaceable:
            self.reached.append(name)
            raise ModuleNotFoundError(name, name=name)
        return None

    @contextlib.contextmanager
    def up(self) -> Iterator[list[str]]:
        self.reached = []
        sys.meta_path.insert(0, self)
        try:
            yield self.reached
        finally:
            sys.meta_path.remove(self)


def _forget(names: Sequence[str]) -> None:
    for name in names:
        del sys.modules[name]
        parent, _, last = name.rpartition(".")
        if hasattr(sys.modules.get(parent), last):
            delattr(sys.modules[parent], last)
