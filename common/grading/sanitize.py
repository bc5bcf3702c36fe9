"""Text and data from a student's code, made fit to be shown in a terminal, a table or a log."""

import math
import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np

# Cursor moves and colours (CSI), titles and links (OSC, DCS, ...), and any other escape.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?"
)


def sanitize(text: str | bytes, *, limit: int = 2000) -> str:
    r"""Return `text` without anything that could steer a terminal, of at most `limit` characters.

    Escape sequences, control characters, marks that turn the direction of writing, and halves of
    characters go; line ends and tabs stay; what was cut off is counted. It is still text: a page
    must escape `<`, a spreadsheet must quote `=`.

    >>> sanitize("\x1b[31mred\x1b[0m \u202ebackwards\r\n<b>")
    'red backwards\n<b>'
    >>> sanitize("a" * 100, limit=10)
    'aaaaaaaaaa… (+90)'
    """
    cut = text[: 4 * limit]
    cut = cut.decode("utf-8", "replace") if isinstance(cut, bytes) else str(cut)
    cut = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", _ESCAPES.sub("", cut))
    kept = "".join(c for c in cut if c in "\n\t" or unicodedata.category(c)[0] != "C")
    if len(kept) <= limit and len(text) <= 4 * limit:
        return kept
    shown = kept[:limit]
    return f"{shown}… (+{len(text) - len(shown)})"


def shown(value: Any, *, limit: int = 160, items: int = 8) -> str:
    """Return plain data in a few words: an array of more items than so many with its ends only.

    However much there is, no more than some hundred parts of it are looked at.

    >>> shown({"n": 3, "x": np.arange(3.0)})
    'n = 3, x = float64 (3,) [0. 1. 2.]'
    >>> shown(np.zeros((4,) * 8)), shown([[1] * 9])
    ('float64 (4, 4, 4, 4, 4, 4, 4, 4) [0. 0. ... 0. 0.]', '[[1, 1, 1, 1, 1, 1, 1, 1, … +1]]')
    """
    return _shown(value, limit, items, [_PARTS])


_PARTS = 100
GIVEN = 150
"""Characters of what was given: three lines of a narrow terminal, with room at their ends."""


def in_short(value: Any, *, limit: int = GIVEN) -> str:
    """Return plain data in few words: as `shown`, and where that is too long, less of each part.

    Of an array for which there is too little room, its type and shape are left.

    >>> in_short({"n": 3, "x": np.arange(300.0)}, limit=60)
    'n = 3, x = float64 (300,) [ 0. 1. ... 298. 299.]'
    >>> in_short({"n": 3, "x": np.arange(300.0)}, limit=40)
    'n = 3, x = float64 (300,)'
    """
    text = shown(value)
    if len(text) > limit and isinstance(value, dict) and value:
        names = sum(len(str(name)) + 5 for name in value)
        share = max(12, (limit - names) // len(value))
        texts = {name: _least(part, share) for name, part in value.items()}
        room = limit - sum(len(f"{name} = {text}, ") for name, text in texts.items())
        for name, part in value.items():  # what is left goes to those that come first
            whole = shown(part, items=4)
            if isinstance(part, np.ndarray) and len(whole) - len(texts[name]) <= room:
                room -= len(whole) - len(texts[name])
                texts[name] = whole
        text = ", ".join(f"{name} = {text}" for name, text in texts.items())
    return sanitize(text, limit=limit)


def _least(part: Any, limit: int) -> str:
    if isinstance(part, np.ndarray) and len(shown(part, items=4)) > limit:
        return f"{part.dtype} {part.shape}"
    return shown(part, limit=limit, items=4)


def _shown(value: Any, limit: int, items: int, left: list[int]) -> str:
    """Return `value` as text; left: how many parts may still be looked at."""
    left[0] -= 1
    if left[0] < 0:
        return "…"
    if isinstance(value, dict | list):
        named: Iterable[tuple[Any, Any]] = (
            value.items() if isinstance(value, dict) else ((None, item) for item in value)
        )
        most = max(8, items) if isinstance(value, list) else 40
        part = limit if items > 8 else 90 if isinstance(value, dict) else 60
        texts = [
            ("" if name is None else f"{sanitize(str(name), limit=40)} = ")
            + _shown(item, part, items, left)
            for name, item in islice(named, most)
        ]
        texts += [f"… +{len(value) - most}"] if len(value) > most else []
        if isinstance(value, dict):
            return sanitize(", ".join(texts) or "{}", limit=4 * limit)
        text = f"[{', '.join(texts)}]"
    elif isinstance(value, np.ndarray):
        text = f"{value.dtype} {value.shape} {_array(value, items)}"
    elif isinstance(value, float):
        text = f"{value:.10g}"
    else:
        text = repr(value)
    return sanitize(text, limit=limit)


def _array(array: np.ndarray, items: int) -> str:
    """Return an array's items in one line; one of many short axes without its brackets.

    Whole numbers keep all their digits: NumPy would show 100,000,001 as 1.e+08.
    """
    if array.size > items and math.prod(min(length, 5) for length in array.shape) > 100 + items:
        array = array.ravel()
    whole = (
        array.dtype.kind == "f"
        and array.size <= items
        and bool((np.abs(array) < 1e16).all() and (array == np.rint(array)).all())
    )
    text = np.array2string(
        array,
        precision=6,
        threshold=items,
        edgeitems=2,
        max_line_width=10**6,
        formatter={"float_kind": "{:.0f}.".format} if whole else None,
    )
    return " ".join(text.split())
