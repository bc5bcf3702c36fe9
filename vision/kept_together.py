"""Which pictures a split keeps on one side: those of one sub-folder, and copies of each other."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from common.disjoint_sets import joined
from common.i18n import count_of
from vision.files import Checked, Folder, shortened
from vision.near_copies import follow_each_other, near_copies

FEWEST_GROUPS = 3
PARTS = frozenset(("train", "training", "test", "testing", "val", "valid", "validation", "dev"))
"""Names of folders that are parts of a split."""


def keep_together(
    pictures: Folder, seen: Sequence[Checked]
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Find what a split keeps together.

    Sub-folders, taken for flights, patients or fields; and copies of one picture, which a network
    would be tested on after it had learned them.

    Returns:
        What a split is to know, and notes.
    """
    parents = [Path(name).parent.as_posix() for name in pictures.names]
    folders, codes = np.unique(parents, return_inverse=True)
    many = len(folders) >= FEWEST_GROUPS
    words = []
    if many:
        words.append(
            f"{len(folders)} sub-folders: the pictures of each stay on one side of the split"
        )
    groups = codes if many else np.arange(len(pictures))
    first: dict[bytes, int] = {}
    originals = np.array([first.setdefault(one.checksum, row) for row, one in enumerate(seen)])
    copies = [
        f"{pictures.names[row]} = {pictures.names[original]}"
        for row, original in enumerate(originals)
        if original != row
    ]
    near = near_copies([one.thumbnail for one in seen])
    alike = [
        f"{pictures.names[row]} = {pictures.names[first]}"
        for row, first in enumerate(near)
        if first not in (row, originals[row])
    ]
    merged = joined(groups, originals, near)
    together = len(np.unique(merged)) >= FEWEST_GROUPS
    where = "they stay on one side of the split" if together else "too many to keep together"
    if copies:
        words.append(
            f"copies among the {count_of(len(seen), 'picture')}: {len(copies):,} "
            f"({shortened(copies)}): {where}"
        )
    if alike:
        words.append(
            f"nearly the same among the {count_of(len(seen), 'picture')}: {len(alike):,} "
            f"({shortened(alike)}): {where}"
        )
    if not many:
        named = shortened(folders.tolist())
        if {folder.partition("/")[0].casefold() for folder in folders} <= PARTS:
            words.append(
                f"sub-folders called as parts of a split, {named}: their pictures are "
                "put together, and training makes its own parts"
            )
        if follow_each_other(pictures.names, [one.thumbnail for one in seen]):
            words.append(
                "pictures whose names follow each other look alike, as frames of a film do: put "
                "each film into a sub-folder, or the test shows what was learned"
            )
    groups = np.unique(merged if together else groups, return_inverse=True)[1]
    return ({"groups": groups} if many or ((copies or alike) and together) else {}), words
