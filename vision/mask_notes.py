"""What was understood of a folder's masks, in words: classes, their shares, likely slips."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from common.i18n import count_of
from vision.files import Checked, shortened

WHITE = 255
MOSTLY_OBJECT = 2 / 3
"""Share of the pixels from which on the only class may well be the background."""
TURNED = 0.1
"""Share of masks that are mostly object, beside others that hardly are, worth a look."""
MOSTLY_SAME, FEWEST_SAME = 0.5, 3
"""Share of the masks that show something, and their number, from which on it is worth a look that
they are the same as those of other pictures."""
FEW_PIXELS = 12
"""A class whose parts in a mask are fewer pixels than this, on average, is worth a look."""


def describe_shares(
    custom: str,
    shares: list[tuple[str, int, int]],
    known: int,
    marked: Sequence[Checked],
    masks: Sequence[str],
) -> list[str]:
    """Return notes of each class's share of the pixels, and of what may be a slip."""
    filled = np.mean([one.marked for one in marked])
    words = ", ".join(f"{name} {pixels / known:.2%}" for name, pixels, _ in shares)
    notes = [f"masks hold {custom}: {words} of the pixels; {filled:.0%} of them are not empty"]
    absent = [name for name, pixels, _ in shares if not pixels]
    if absent:
        notes.append(f"in no mask: {shortened(absent, 8)}")
    few = [
        f"{name} ({count_of(pixels, 'pixel')} in {count:,} of {len(marked):,})"
        for name, pixels, count in shares
        if pixels and pixels < FEW_PIXELS * count
    ]
    if few:
        notes.append(
            f"only a few pixels have {shortened(few, 8)}: a slip of the brush, or masks that were "
            "resized smoothly?"
        )
    if sum(pixels for _, pixels, _ in shares) == known:
        notes.append("no pixel is background, 0")
    elif len(shares) == 1 and shares[0][1] > MOSTLY_OBJECT * known:
        notes.append("most pixels are the object: if the masks show it in black, turn them round")
    elif len(shares) == 1:
        own = np.array(
            [1 - one.counts.get(0, 0) / max(1, sum(one.counts.values())) for one in marked]
        )
        full, bare = np.flatnonzero(own > MOSTLY_OBJECT), (own > 0) & (own < 1 - MOSTLY_OBJECT)
        if min(len(full), bare.sum()) >= max(2, TURNED * len(marked)):
            notes.append(
                f"in {len(full):,} of {len(marked):,} masks most pixels are the object, in others "
                f"few: are some turned round, black for white? Look at {masks[full[0]]}"
            )
    return notes


def describe_same(
    pictures: Sequence[str], seen: Sequence[Checked], marked: Sequence[Checked]
) -> list[str]:
    """Return a note of masks that are file by file the same for different pictures.

    One that has the same value everywhere says the same of many a picture, and does not count.
    """
    rows_of = defaultdict[bytes, list[int]](list)
    for row, one in enumerate(marked):
        if len(one.counts) > 1:
            rows_of[one.checksum].append(row)
    same = [rows for rows in rows_of.values() if len({seen[row].checksum for row in rows}) > 1]
    count, most = sum(map(len, same)), sum(map(len, rows_of.values()))
    if count < max(FEWEST_SAME, MOSTLY_SAME * most):
        return []
    first, second = (shortened([pictures[row]]) for row in same[0][:2])
    return [
        f"one mask for several pictures: {count:,} of {most:,}, such as those of {first} and "
        f"{second}: is that so?"
    ]


def describe_edges(names: list[str]) -> list[str]:
    """Return a note of the classes that are nothing but edges."""
    if not names:
        return []
    return [
        f"found at edges alone, a pixel or two wide: {shortened(names, 8)}; masks that were "
        "resized smoothly or saved as JPEG have such classes between others"
    ]


def count_holding(marked: Sequence[Checked], number: int, white: bool) -> int:
    return sum((WHITE if white else number) in one.counts for one in marked)
