"""What was understood of a folder's pictures, in words; and whether masks lie as they do."""

from collections import defaultdict
from collections.abc import Sequence

from common.i18n import count_of
from vision.files import Checked, Folder, shortened

WHITEST = 65535
NARROW = 0.25
"""A deep picture that uses less of its range than this keeps few grey levels of 256."""


def describe_sizes(seen: Sequence[Checked]) -> str:
    """Return the size of pictures, or the smallest and the largest."""
    sizes = {checked.size for checked in seen}
    if len(sizes) == 1:
        height, width = sizes.pop()
        return f"{width}x{height} pixels"
    (low, high) = (edge(sizes, key=lambda size: size[0] * size[1]) for edge in (min, max))
    return f"{low[1]}x{low[0]} to {high[1]}x{high[0]} pixels"


def describe_images(pictures: Folder, seen: Sequence[Checked]) -> list[str]:
    """Return notes of what is not seen of the pictures: bands, pages, levels, kinds of files."""
    notes = []
    rows_of = defaultdict(list)
    for row, one in enumerate(seen):
        for loss in one.losses:
            rows_of[loss].append(pictures.names[row])
    for loss, names in rows_of.items():
        notes.append(f"{len(names):,} of {len(seen):,} have {loss} ({shortened(names)})")
    deep = [one.levels for one in seen if one.levels]
    if deep:
        low, high = min(low for low, _ in deep), max(high for _, high in deep)
        if high - low < NARROW * WHITEST:
            left = round((high - low) * 255 / WHITEST) + 1
            notes.append(
                f"more than eight bits hold only {low:,.0f} to {high:,.0f} of 0 to {WHITEST:,}: of "
                f"256 grey levels {left} are left; to keep the detail, stretch the pictures to the "
                "whole range first, all alike"
            )
    if pictures.unread:
        notes.append(
            f"left out, for such files are not read in a folder: {pictures.unread}; save pictures "
            "as PNG, and name a video by itself"
        )
    return notes


def mask_turns(
    seen: Sequence[Checked], marked: Sequence[Checked]
) -> tuple[dict[int, int], list[str]]:
    """Find the masks that were drawn over pictures as the sensor saw them, before EXIF turned them.

    Sizes tell, where a picture is turned by a quarter and is no square. What they tell of all such
    pairs of a folder holds for its others.

    Args:
        seen: What reading each picture has told.
        marked: What reading each mask has told.

    Returns:
        For each row whose mask is to be turned, the EXIF orientation of its picture; and notes.
    """
    asked = [
        row
        for row, (one, mask) in enumerate(zip(seen, marked, strict=True))
        if one.orientation != 1 and mask.orientation == 1
    ]
    telling = [row for row in asked if seen[row].orientation >= 5 and _differ(*seen[row].size)]
    lying = [row for row in telling if marked[row].size == seen[row].size[::-1]]
    upright = [row for row in telling if marked[row].size == seen[row].size]
    silent = sorted(set(asked) - set(telling))
    turned = lying if upright else [*lying, *(silent if lying else [])]
    notes = []
    if turned:
        notes.append(
            f"drawn before EXIF data turned their pictures, and turned with them: {len(turned):,} "
            f"of {count_of(len(seen), 'mask')}"
        )
    if silent and bool(lying) == bool(upright):
        notes.append(
            f"turned by EXIF data: {len(silent):,} of {count_of(len(seen), 'picture')}, and the "
            "sizes of the masks do not tell whether these are turned too: taken as drawn over the "
            "upright picture; look at a few"
        )
    own = [one.orientation not in (1, seen[row].orientation) for row, one in enumerate(marked)]
    if any(own):
        notes.append(
            f"turned by EXIF data of their own, which their pictures do not have: {sum(own):,} of "
            f"{count_of(len(seen), 'mask')}: look at a few"
        )
    return {row: seen[row].orientation for row in turned}, notes


def _differ(height: int, width: int) -> bool:
    return height != width
