"""Documents that are copies of each other but for a few words: they belong in one part.

Two documents are compared by their runs of five words (shingles), as hashes, of which a long
document keeps one in sixteen: Broder, "On the resemblance and containment of documents" (1997).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from common.disjoint_sets import DisjointSets
from common.encodings import shown
from text.documents import Document, decode

READ = 1 << 18
"""Bytes of a document that are compared: two copies of a book are alike from the first chapter."""
RUN = 5
"""Words in a shingle."""
ALIKE = 0.6
"""Share of the shorter document's shingles from which on the other counts as its copy."""
SHORT = 1000
"""Shingles up to which all are kept."""
_ONE_IN = 16
_LEAST = 8
"""Fewer shingles than this tell nothing, unless all are the same."""
_COMMON = 50
"""A shingle that so many documents have is a phrase of the trade, and leads to no pairs."""

_WORD = re.compile(r"\w+")


def near_copies(documents: Sequence[Document]) -> np.ndarray:
    """Return (n,) int64, the number of each document's group; copies share one."""
    sketches = [_sketch(document) for document in documents]
    holders: dict[int, list[int]] = defaultdict(list)
    for number, (hashes, _) in enumerate(sketches):
        for value in hashes:
            holders[value].append(number)
    sets = DisjointSets(len(documents))
    first = dict[frozenset[int], int]()
    for number, (hashes, whole) in enumerate(sketches):
        same = first.setdefault(hashes, number) if hashes else number
        sets.join(number, same)
        near = Counter(
            other
            for value in hashes
            if len(holders[value]) <= _COMMON
            for other in holders[value]
            if other < number
        )
        for other in near:
            if _alike((hashes, whole), sketches[other]):
                sets.join(number, other)
    return sets.groups()


def _sketch(document: Document) -> tuple[frozenset[int], bool]:
    """Return the hashes that are kept of a document, and whether they are all of them."""
    with document.path.open("rb") as file:
        text = decode(file.read(READ), document.encoding)
    words = _WORD.findall(text.lower().replace("ё", "е"))
    runs = zip(*(words[place:] for place in range(min(RUN, max(1, len(words))))), strict=False)
    hashes = {crc32(" ".join(run).encode("utf-8", "replace")) for run in runs}
    if len(hashes) <= SHORT:
        return frozenset(hashes), True
    return frozenset(value for value in hashes if value % _ONE_IN == 0), False


def _alike(one: tuple[frozenset[int], bool], other: tuple[frozenset[int], bool]) -> bool:
    sets = [
        hashes if whole == one[1] == other[1] else {v for v in hashes if v % _ONE_IN == 0}
        for hashes, whole in (one, other)
    ]
    least = min(map(len, sets))
    return least >= _LEAST and len(sets[0] & sets[1]) >= ALIKE * least


def copy_notes(documents: Sequence[Document], group: np.ndarray) -> list[str]:
    """Name the copies, and those that are of two classes."""
    sizes = Counter(group.tolist())
    copies = [number for number, count in sizes.items() if count > 1]
    if not copies:
        return []
    members = [[documents[place] for place in np.flatnonzero(group == n).tolist()] for n in copies]
    some = ", ".join(shown(document.path.name) for document in members[0][:3])
    count = sum(map(len, members))
    notes = [f"near-identical documents: {count}, copies stay in one part (such as {some})"]
    for own in members:
        labels = sorted({document.label for document in own})
        if len(labels) > 1:
            names = " and ".join(shown(document.path.name) for document in own[:2])
            notes.append(
                f"near-identical documents of several classes ({', '.join(labels[:5])}), such as "
                f"{names}: one of their classes is wrong?"
            )
            break
    return notes
