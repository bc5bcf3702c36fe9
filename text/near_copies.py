"""Texts that are copies of each other but for a few words: they belong in one part.

Two texts are compared by their runs of five words (shingles), as hashes, of which a long
document keeps one in sixteen: Broder, "On the resemblance and containment of documents" (1997).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from zlib import crc32

import numpy as np

from common.disjoint_sets import DisjointSets
from common.encodings import shown
from text.cleaning import clean, fold
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
"""Fewer shingles than this tell nothing, unless all of them are in the other text, too,"""
_QUOTED = 4
"""and are so many: a sentence that another quotes."""
_COMMON = 50
"""A shingle that so many documents have is a phrase of the trade, and leads to no pairs."""

MOST_COMPARED = 4_000_000
"""Characters of a table's texts up to which shingles are compared; of more, only letters are."""
FEWEST_GROUPS = 3
"""A part each for training, validation and test."""
MOST_ALIKE = 0.1
"""Share of the texts from which on those that are alike are too many for one part."""

_NO_LETTER = re.compile(r"[\W\d_]+")
_WORD = re.compile(r"\w+")
_WORD_OR_NUMBER = re.compile(r"[^\W\d_]+|\d+")


def same_words(text: str) -> str:
    """Return what of a text is the same however it is set: its words and numbers, in small letters.

    Without words, its signs.

    >>> same_words("Нет  воды,\u00a0ЁЛКА; кв.5!") == same_words("нет воды елка кв. 5")
    True
    >>> same_words("1.5 л") == same_words("15 л")
    False
    """
    meant = fold(clean(text))
    return " ".join(_WORD_OR_NUMBER.findall(meant)) or "".join(meant.split())


def near_copies(documents: Sequence[Document]) -> np.ndarray:
    """Return (n,) int64, the number of each document's group; copies share one."""
    return _joined([_sketch(text) for text in _beginnings(documents)]).groups()


def alike_texts(texts: Sequence[str] | Iterable[str], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (n,) int64, the group of each of `count` texts; and the rows that are in none.

    Texts that differ in capitals, digits and signs alone share a group, and, where all have no
    more than MOST_COMPARED characters, those that share most of their runs of words. Where more
    than MOST_ALIKE of the texts would be in one group, as those of one form are, they are in none;
    nor is any where fewer groups than FEWEST_GROUPS would be left.

    >>> texts = ["Нет воды, дом 5", "нет воды! дом 7.", "Горит свет", "Где врач"]
    >>> alike_texts(texts, 4)[0].tolist()
    [0, 0, 2, 3]
    """
    compared = isinstance(texts, list) and sum(map(len, texts)) <= MOST_COMPARED
    # Eight bytes of each text: a dict of them would take some eighty.
    keys, lettered, sketches = np.zeros(count, np.uint64), np.zeros(count, bool), []
    for number, text in enumerate(texts):
        if letters := _NO_LETTER.sub("", text.lower().replace("ё", "е")):
            key = blake2b(letters.encode("utf-8", "replace"), digest_size=8).digest()
            keys[number], lettered[number] = int.from_bytes(key, "little"), True
        if compared:
            sketches.append(_sketch(text))
    same, rows = np.arange(count), np.flatnonzero(lettered)
    _, first, inverse = np.unique(keys[rows], return_index=True, return_inverse=True)
    same[rows] = rows[first[inverse]]
    sets = _joined(sketches) if sketches else DisjointSets(count)
    for number in np.flatnonzero(same != np.arange(count)).tolist():
        sets.join(number, int(same[number]))
    groups = sets.groups()
    sizes = np.bincount(groups, minlength=count)[groups]
    few = len(np.unique(groups)) < FEWEST_GROUPS
    many = sizes > (1 if few else max(10, MOST_ALIKE * count))
    return np.where(many, np.arange(count), groups), np.flatnonzero(many)


def alike_notes(groups: np.ndarray, many: np.ndarray, rows: np.ndarray) -> list[str]:
    """Say how many texts are alike, and which ones. rows: (n,) what a message calls each."""
    notes = []
    later = np.flatnonzero(groups != np.arange(len(groups)))
    if len(later):
        count = len(np.unique(np.concatenate([later, groups[later]])))
        pair = f"rows {rows[groups[later[0]]]} and {rows[later[0]]}"
        notes.append(
            f"texts alike but for a few words: {count:,}, they stay in one part (such as {pair})"
        )
    if len(many):
        notes.append(
            f"texts alike but for digits and signs: {len(many):,} of {len(groups):,}, such as rows "
            f"{rows[many[0]]} and {rows[many[1]]}: too many for one part"
        )
    return notes


def _joined(sketches: Sequence[tuple[frozenset[int], bool]]) -> DisjointSets:
    holders: dict[int, list[int]] = defaultdict(list)
    for number, (hashes, _) in enumerate(sketches):
        for value in hashes:
            holders[value].append(number)
    sets = DisjointSets(len(sketches))
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
    return sets


def _beginnings(documents: Sequence[Document]) -> Iterator[str]:
    for document in documents:
        with document.path.open("rb") as file:
            yield decode(file.read(READ), document.encoding)


def _sketch(text: str) -> tuple[frozenset[int], bool]:
    """Return the hashes that are kept of a text, and whether they are all of them."""
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
    least, shared = min(map(len, sets)), len(sets[0] & sets[1])
    if least < _LEAST:
        return shared == least >= _QUOTED
    return shared >= ALIKE * least


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
