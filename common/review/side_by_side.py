"""Two sources beside each other, line by line, with what is the same in both folded away."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_LINES, MOST_SIGNS = 1500, 300
"""Lines of a file, and signs of a line, that are shown: a student may hand in anything."""
AROUND = 3
"""Lines that are the same, shown before and after what is not."""
CUT = "…"


@dataclass(frozen=True)
class Line:
    """A line of both sides; a number is 0 where a side has none. same: whether both are alike."""

    left_number: int
    left: str
    right_number: int
    right: str
    same: bool


@dataclass(frozen=True)
class Part:
    """Lines that stand together. folded: whether they are the same, and not worth reading."""

    lines: tuple[Line, ...]
    folded: bool


def side_by_side(left: str, right: str) -> list[Part]:
    """Return two sources as parts, in order.

    >>> parts = side_by_side("a\\nb\\nc", "a\\nB\\nc")
    >>> [(line.left, line.right, line.same) for part in parts for line in part.lines]
    [('a', 'a', True), ('b', 'B', False), ('c', 'c', True)]
    """
    first, second = _lines(left), _lines(right)
    matcher = SequenceMatcher(None, first, second)
    parts: list[Part] = []
    blocks = matcher.get_opcodes()
    for index, (tag, i, i_end, j, j_end) in enumerate(blocks):
        if tag != "equal":
            parts.append(Part(tuple(_pairs(first, second, i, i_end, j, j_end)), False))
            continue
        lines = [
            Line(i + k + 1, text, j + k + 1, text, True) for k, text in enumerate(first[i:i_end])
        ]
        head = AROUND if index else 0
        tail = AROUND if index < len(blocks) - 1 else 0
        if len(lines) <= head + tail + 1:
            parts.append(Part(tuple(lines), False))
            continue
        end = len(lines) - tail
        cut = [(lines[:head], False), (lines[head:end], True), (lines[end:], False)]
        parts += [Part(tuple(some), folded) for some, folded in cut if some]
    return parts


def _pairs(
    first: Sequence[str], second: Sequence[str], i: int, i_end: int, j: int, j_end: int
) -> list[Line]:
    lines = []
    for k in range(max(i_end - i, j_end - j)):
        left = i + k < i_end
        right = j + k < j_end
        lines.append(
            Line(
                i + k + 1 if left else 0,
                first[i + k] if left else "",
                j + k + 1 if right else 0,
                second[j + k] if right else "",
                False,
            )
        )
    return lines


def _lines(source: str) -> list[str]:
    lines = source.splitlines()
    kept = [line if len(line) <= MOST_SIGNS else line[:MOST_SIGNS] + CUT for line in lines]
    return kept if len(kept) <= MOST_LINES else [*kept[:MOST_LINES], CUT]
