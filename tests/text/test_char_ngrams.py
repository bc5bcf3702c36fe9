"""Many words' n-grams at once are those of one word at a time."""

from zlib import crc32

import numpy as np

from text.char_ngrams import SIZES, char_ngrams


def one_by_one(form):
    marked = f"<{form}>" if form else ""
    found = []
    for size in SIZES:
        edge = int(size == 1)
        starts = range(edge, len(marked) - size + 1 - edge)
        found += [crc32(marked[i : i + size].encode()) or 1 for i in starts]
    return found


def test_hashes_are_those_of_zlib_in_every_width_of_utf_8():
    forms = ["кран", "", "a", "water", "чайник-2", "水道", "😱", "é", "", "ж" * 40, "<web>"]
    hashes, ends = char_ngrams(forms)
    parts = np.split(hashes, ends[:-1])
    assert [part.tolist() for part in parts] == [one_by_one(form) for form in forms]


def test_no_words_have_no_ngrams():
    for forms in ([], [""], ["", ""]):
        hashes, ends = char_ngrams(forms)
        assert len(hashes) == 0
        assert ends.tolist() == [0] * len(forms)
