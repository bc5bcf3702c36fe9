"""Character n-grams of words, hashed, many words at a time."""

from collections.abc import Sequence

import numpy as np

SIZES = (3, 4, 5, 2, 1)
"""Lengths of the n-grams of a word, in the order in which they are kept."""

_POLYNOMIAL = 0xEDB88320


def char_ngrams(forms: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the hashes of the character n-grams of all words, and where each word's end.

    A word's edges are marked, and are no n-gram by themselves. The hash of an n-gram is its CRC-32
    in UTF-8, with 1 in place of 0. Returns uint32 and int64 arrays; an empty word has no n-grams.

    Source: Bojanowski et al., "Enriching word vectors with subword information" (2017).

    >>> hashes, ends = char_ngrams(["кран", "", "а"])
    >>> len(["<кр", "кра", "ран", "ан>", "<кра", "кран", "ран>"]) + 2 + 5 + 4
    18
    >>> ends.tolist()
    [18, 18, 22]
    >>> from zlib import crc32
    >>> int(hashes[1]) == crc32("кра".encode())
    True
    """
    marked = [f"<{form}>" if form else "" for form in forms]
    lengths = np.array([len(form) for form in marked], dtype=np.int64)
    letters = np.frombuffer("".join(marked).encode("utf-32-le", "surrogatepass"), np.uint32)
    counts = {size: np.maximum(lengths - size + 1 - 2 * (size == 1), 0) for size in SIZES}
    ends = np.cumsum(sum(counts.values()))
    word = np.repeat(np.arange(len(forms)), lengths)
    # The place of each letter in its word, and how many letters the word has from there on.
    place = np.arange(len(letters)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    left = lengths[word] - place
    states = np.full(len(letters), 0xFFFFFFFF, np.uint32)
    hashes = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint32)
    for size in sorted(SIZES):
        states = _fed(states[: len(letters) - size + 1], letters[size - 1 :])
        edge = int(size == 1)
        whole = np.flatnonzero((left >= size + edge) & (place >= edge))
        first = ends - sum(counts[later] for later in SIZES[SIZES.index(size) :])
        hashes[first[word[whole]] + place[whole] - edge] = ~states[whole]
    return np.maximum(hashes, 1), ends


def _fed(states: np.ndarray, letters: np.ndarray) -> np.ndarray:
    """Return the states of CRC-32 after one letter more, in UTF-8."""
    fed = np.empty_like(states)
    width = np.digitize(letters, [0x80, 0x800, 0x10000])
    for more in np.unique(width).tolist():
        of_width = width == more
        state, letter = states[of_width], letters[of_width]
        mark = 0xFF00 >> more + 1 & 0xFF if more else 0  # 110…, 1110…, 11110…
        state = _TABLE[(state ^ (letter >> 6 * more | mark)) & 0xFF] ^ state >> 8
        for place in range(more - 1, -1, -1):
            byte = letter >> 6 * place & 0x3F | 0x80
            state = _TABLE[(state ^ byte) & 0xFF] ^ state >> 8
        fed[of_width] = state
    return fed


def _table() -> np.ndarray:
    """What a byte makes of the state, by the byte."""
    states: np.ndarray = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        states = states >> 1 ^ (states & 1) * np.uint32(_POLYNOMIAL)
    return states


_TABLE = _table()
