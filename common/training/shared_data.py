"""Data that the ranks of one machine share: made by one of them, mapped into memory by all.

See `common.mapped_pickle` for how.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from common.mapped_pickle import CANNOT, mapped, write
from common.temporary_folders import remove_leftovers, scratch_folder
from common.training.ranks import Alone

Made = TypeVar("Made")


def made_once(make: Callable[[], Made], ranks: Alone) -> Made:
    """Return what `make` returns: the first rank of each machine makes it, and all map it.

    What cannot be handed over, such as a lock, or has no room in the temporary folder, each rank
    makes for itself; so does each on Windows, where a file in use cannot be removed.
    """
    machine, local = os.environ.get("GROUP_RANK"), os.environ.get("LOCAL_RANK")
    if ranks.size == 1 or machine is None or local is None or os.name == "nt":
        return ranks.together(make)
    with ExitStack() as stack:

        def first_makes() -> tuple[list[Made], str]:
            if local != "0":
                return [], ""
            remove_leftovers()
            made = make()
            return [made], _written(made, stack.enter_context(scratch_folder()) / "data")

        made, path = ranks.together(first_makes)
        written = dict(one for one in ranks.gathered((machine, path)) if one[1])
        if machine in written:
            made = [mapped(Path(written[machine]))]
        ranks.sum()  # whoever wrote it removes it when all have it
    return ranks.together(lambda: made[0] if made else make())


def _written(value: Any, path: Path) -> str:
    """Write a value; return the path, or "" where that cannot be."""
    try:
        write(value, path)
    except CANNOT:
        return ""
    return str(path)
