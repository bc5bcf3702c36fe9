"""How the masks of a folder are to be read: 0 and 255, class ids, or the colours of palettes.

Decided once, from all files together, and shown: what is one class in one file is that in each.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.errors import UserError
from vision.files import Checked, Folder, shortened
from vision.instance_ids import counted_objects
from vision.mask_colours import BLACK, WHITE, count_colours, is_mixed, palettes_differ
from vision.mask_notes import count_holding, describe_edges, describe_shares
from vision.masks import (
    CODES,
    MOST_CLASSES,
    Colour,
    name_colour,
    open_mask,
    open_mask_by_colour,
)

BORDER = (224, 224, 192)
"""What PASCAL VOC draws around its objects, by 255 of its palette: nobody knows what is there."""
BORDERS = 0.7
"""Share of the pixels of such a border, five wide, that at most lie within it."""
MOSTLY_EDGE = 0.05
"""A class of whose pixels fewer than this share lie within it is an edge, not a thing."""
MOSTLY_BETWEEN = 0.5
"""Share of them between a lower and a higher class, as what is smoothed is; thin things are not."""
OWN_COLOURS = 0.8
"""Share of the colours above which they seem to be drawn by lot, one for each object."""


@dataclass(frozen=True)
class MaskReading:
    """How masks are read.

    classes: the name of each class id, the background first. white: 255 stands for class 1.
    colours: the colour of each class id, where masks are pictures in colour, or their palettes
    differ from file to file. unknown: the colour of what nobody knows.
    """

    classes: tuple[str, ...]
    white: bool = False
    colours: tuple[Colour, ...] = ()
    unknown: Colour | None = None

    def read(self, path: Path) -> np.ndarray:
        """Return a mask's class ids, (height, width) uint8; 255 where nobody knows."""
        if self.colours:
            known = self.colours if self.unknown is None else (*self.colours, self.unknown)
            ids = open_mask_by_colour(path, known)
            return np.where(ids == len(self.colours), WHITE, ids).astype(np.uint8)
        values = open_mask(path)
        return np.minimum(values, 1) if self.white else values.astype(np.uint8, copy=False)


def understand(
    masks: Folder, marked: Sequence[Checked], classes: Sequence[str] = ()
) -> tuple[MaskReading, list[str]]:
    """Decide how masks are read, and say so.

    Args:
        masks: The files.
        marked: What reading each has told.
        classes: The names of the classes that a network knows, if there is one.

    Returns:
        The reading, and notes: the classes with their shares.

    Raises:
        UserError: Values that are neither class ids nor 0 and 255; two customs in one folder; no
            background; nothing but background.
    """
    learned = [name for name in classes[1:] if name.startswith("#")]
    drawn = any(max(one.counts, default=0) >= CODES for one in marked)
    if learned or drawn or palettes_differ(marked):
        return _by_colour(masks, marked, learned, drawn)
    white, top = is_white(masks, marked)
    names = ["object"] if top == 1 else [f"class {number}" for number in range(1, top + 1)]
    counts = _total([one.counts for one in marked])
    if white:
        counts[1] = counts.pop(WHITE)
    shares = [
        (name, counts[number], count_holding(marked, number, white))
        for number, name in enumerate(names, start=1)
    ]
    known = counts.total() - (0 if white else counts[WHITE])
    _check_background(masks, counts, white, learning=not classes)
    notes = describe_shares(
        "0 and 255" if white else "class ids", shares, known, marked, masks.names
    )
    held = [one.values for one in marked]
    if objects := counted_objects(held, lambda row: open_mask(masks.path(row))):
        notes.append(objects)
    inner = _total([one.inner for one in marked])
    between = _total([one.between for one in marked])
    notes += describe_edges(
        [
            name
            for number, name in enumerate(names[:-1], start=1)
            if inner[number] < MOSTLY_EDGE * counts[number]
            and between[number] > MOSTLY_BETWEEN * counts[number]
        ]
    )
    if not white and counts[WHITE]:
        notes.append(f"255, what nobody knows: {counts[WHITE] / counts.total():.2%} of the pixels")
    return MaskReading(("background", *names), white), notes


def is_white(masks: Folder, marked: Sequence[Checked]) -> tuple[bool, int]:
    """Tell whether 255 stands for class 1, and the largest class id.

    255 beside other ids is what nobody knows. Raises UserError for values that are neither, where
    two customs are mixed, and where all masks are empty.
    """
    allowed = {*range(MOST_CLASSES), WHITE}
    strange = [row for row, one in enumerate(marked) if not allowed.issuperset(one.values)]
    if strange:
        values = [str(value) for value in marked[strange[0]].values if value not in allowed]
        others = len(strange) - 1
        more = f"; so do {others:,} other masks" if others > 1 else ""
        more += "; so does 1 other mask" if others == 1 else ""
        raise UserError(
            f"{masks.path(strange[0])}: holds {shortened(values, 8)}, expected class ids 0 to "
            f"{MOST_CLASSES - 1}, or 0 and 255{more}; {_explain(marked[strange[0]], allowed)}"
        )
    top = max(value % WHITE for one in marked for value in (0, *one.values))
    white = [row for row, one in enumerate(marked) if WHITE in one.values]
    ids = [row for row, one in enumerate(marked) if any(v % WHITE for v in one.values)]
    if not white and not ids:
        raise UserError(f"{masks.place}: all {len(masks):,} masks are empty: nothing to learn from")
    if white and ids and not set(white) & set(ids):
        raise UserError(
            f"{masks.path(ids[0])} holds class ids, {masks.names[white[0]]} 0 and 255: "
            "expected one custom for all masks"
        )
    nothing = [row for row in white if marked[row].nothing]
    if not ids and 0 < len(nothing) < len(white):
        raise UserError(
            f"{masks.path(nothing[0])}: beside 0 it holds nothing but what its header says stands "
            "for nothing, and others 255: write the object as 1 in all of them"
        )
    if not ids and nothing:
        raise UserError(
            f"{masks.place}: beside 0 they hold nothing but what their headers say stands for "
            "nothing: write the object as 1"
        )
    return (True, 1) if not ids else (False, top)


def _explain(mask: Checked, allowed: Collection[int]) -> str:
    """Say what a mask may be that holds other values than class ids."""
    values = mask.values
    if min(values) < 0:
        return "write what has no value as 255, which is what nobody knows"
    strange = [value for value in values if value not in allowed]
    within = sum(mask.inner.get(value, 0) for value in strange)
    most = MOSTLY_EDGE * sum(mask.counts[value] for value in strange)
    smooth = bool(mask.inner) and within < most
    numbers = "if each object has a number of its own there, write its class in place of it"
    if max(values) > WHITE or [*values] == [*range(max(values) + 1)]:
        return numbers + "; else it was resized or blurred smoothly" * smooth
    if len(values) <= 2:
        return "write the object as 255, or as its class id"
    if smooth or len(values) > MOST_CLASSES:  # JPEG of low quality moves whole areas by a little
        return "a mask that was saved as JPEG or resized smoothly has such values"
    return "if each value is a class, number them 1, 2, 3, … in place of it"


def _check_background(masks: Folder, counts: Counter[int], white: bool, *, learning: bool) -> None:
    """Refuse two values without 0: which is the background? And one alone, to learn from."""
    values = sorted(value for value, pixels in counts.items() if pixels)
    if 0 in values or len(values) > 2 or (len(values) == 1 and not learning):
        return
    if len(values) == 1:
        only = WHITE if white else values[0]
        raise UserError(
            f"{masks.place}: all pixels of all {len(masks):,} masks are {only}: nothing to learn "
            "from"
        )
    total = counts.total()
    shown = " and ".join(f"{value} ({counts[value] / total:.0%} of the pixels)" for value in values)
    raise UserError(
        f"{masks.place}: no mask holds 0, the background: all hold {shown}; expected the "
        "background as 0: write the masks so"
    )


def _total(parts: Sequence[dict[int, int]]) -> Counter[int]:
    total: Counter[int] = Counter()
    for part in parts:
        total.update(part)
    return total


def _by_colour(
    masks: Folder, marked: Sequence[Checked], learned: Sequence[str], drawn: bool
) -> tuple[MaskReading, list[str]]:
    """Take each colour for a class; drawn: in colour, not by a palette."""
    custom = "colours" if drawn else "palettes that differ, read by colour"
    why = "are in colour" if drawn else "have palettes that differ"
    first, pixels, inner, holding = count_colours(masks, marked, why)
    if BLACK not in first and (not drawn or len(first) == 2):
        raise UserError(
            f"{masks.place}: these masks {why}, so that colours tell the classes, and no mask "
            f"holds black: expected the background as black, and there are "
            f"{shortened([name_colour(colour) for colour in sorted(first)], 8)}"
        )
    unknown = next((one.palette[WHITE] for one in marked if WHITE in one.palette), None)
    bordered = drawn and pixels[BORDER] > 0 and inner[BORDER] < BORDERS * pixels[BORDER]
    if unknown is None and bordered and name_colour(BORDER) not in learned and len(first) > 2:
        unknown = BORDER
    others = [colour for colour in first if colour != BLACK and colour != unknown]
    others.sort(key=lambda colour: (0 if drawn else first[colour], colour))
    mixed = [
        colour
        for colour in others[:MOST_CLASSES]
        if inner[colour] < MOSTLY_EDGE * pixels[colour] and is_mixed(colour, list(first))
    ]
    own = len(marked) > 2 and [holding[c] for c in others].count(1) > OWN_COLOURS * len(others) > 2
    if own and len(others) >= MOST_CLASSES:
        raise UserError(
            f"{masks.place}: masks in {len(first):,} colours, nearly each in one mask alone: if "
            "colours tell objects apart, write their class in place of them"
        )
    if len(others) >= MOST_CLASSES or (drawn and 2 * len(mixed) > len(others)):
        between = f", of which {len(mixed)} are found at edges alone, between others" * bool(mixed)
        raise UserError(
            f"{masks.place}: masks in {len(first):,} colours "
            f"({shortened([name_colour(colour) for colour in first])}){between}: drawn or resized "
            "smoothly, or no masks; expected one colour for each class"
        )
    if learned:
        strange = [name for colour in others if (name := name_colour(colour)) not in learned]
        if strange:
            raise UserError(
                f"{masks.place}: masks hold the colours {shortened(strange, 8)}, the network "
                f"learned {', '.join(learned)}"
            )
        others = [(int(n[1:3], 16), int(n[3:5], 16), int(n[5:7], 16)) for n in learned]
    if not others:
        raise UserError(f"{masks.place}: all {len(masks):,} masks are empty: nothing to learn from")
    names = [name_colour(colour) for colour in others]
    shares = [(n, pixels[c], holding[c]) for n, c in zip(names, others, strict=True)]
    known = pixels.total() - (pixels[unknown] if unknown else 0)
    notes = describe_shares(custom, shares, known, marked, masks.names)
    notes += describe_edges([name_colour(colour) for colour in mixed])
    if unknown and pixels[unknown]:
        share = pixels[unknown] / pixels.total()
        notes.append(f"{name_colour(unknown)}, what nobody knows: {share:.2%} of the pixels")
    reading = MaskReading(("background", *names), colours=(BLACK, *others), unknown=unknown)
    if own:
        notes.append(
            "nearly each colour is in one mask alone: if colours tell objects apart and not "
            "classes, write their class in place of them"
        )
    ids = {colour: label for label, colour in enumerate(reading.colours)}
    held = [
        sorted(ids.get(one.palette.get(value, (value,) * 3), WHITE) for value in one.counts)
        for one in marked
    ]
    if objects := counted_objects(held, lambda row: reading.read(masks.path(row))):
        notes.append(objects)
    return reading, notes
