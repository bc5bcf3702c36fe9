"""Which colours the masks of a folder have: in their pixels, or in the palettes of their files."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from common.errors import UserError
from vision.files import Checked, Folder
from vision.masks import Colour

WHITE = 255
"""The value that is no class id: class 1 beside 0 alone, else what nobody knows."""
BLACK = (0, 0, 0)
"""The colour of the background."""


def palettes_differ(marked: Sequence[Checked]) -> bool:
    """Whether an index is one colour here and another there, or black is not the background."""
    pairs = {pair for one in marked for pair in one.palette.items()}
    values = {value for value, _ in pairs}
    colours = {colour for _, colour in pairs}
    if len(values) < len(pairs):
        return True
    twice = any(len(set(one.palette.values())) < len(one.palette) for one in marked)
    moved = any(colour == BLACK and value not in (0, WHITE) for value, colour in pairs)
    return not twice and (len(colours) < len(pairs) or moved)


class Colours(NamedTuple):
    """Of each colour of some masks: the lowest value that it has in one, how many pixels have it,
    how many of these lie within an area of it, and how many masks hold it.
    """

    first: dict[Colour, int]
    pixels: Counter[Colour]
    inner: Counter[Colour]
    holding: Counter[Colour]


def count_colours(masks: Folder, marked: Sequence[Checked], why: str) -> Colours:
    """Count the colours; raise UserError for a mask in which they do not tell the classes."""
    found = Colours({}, Counter(), Counter(), Counter())
    for row, one in enumerate(marked):
        shown = {value: one.palette.get(value, (value,) * 3) for value in one.counts}
        told = one.palette or (one.channels and max(shown) <= WHITE)
        if len(set(shown.values())) < len(shown) or not (told or {0, WHITE}.issuperset(shown)):
            raise UserError(
                f"{masks.path(row)}: these masks {why}, so that colours tell the classes, and this "
                "mask's do not: expected a colour for each class"
            )
        for value, colour in shown.items():
            found.first[colour] = min(found.first.get(colour, value), value)
            found.pixels[colour] += one.counts[value]
            found.inner[colour] += one.inner.get(value, 0)
            found.holding[colour] += 1
    return found


def is_mixed(colour: Colour, colours: Sequence[Colour]) -> bool:
    """Whether a colour lies between two others, as what is smoothed between them does."""
    here = np.array(colour)
    others = np.array([other for other in colours if other != colour])
    for one in others:
        way = others - one
        share = (way @ (here - one)) / np.maximum((way**2).sum(1), 1)
        nearest = one + np.clip(share, 0, 1)[:, None] * way
        if (np.abs(nearest - here).max(1) <= 1).any():
            return True
    return False
