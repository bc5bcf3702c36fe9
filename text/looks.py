"""What may be wrong with a column of texts, said so that one look shows a mistake."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

SAMPLE = 2_000
"""Texts that are looked at."""
MANY = 0.05
"""Share of the texts from which on a look is worth a note."""
LEAST_CUT = 100
"""A text shorter than this was hardly cut by an export."""
_TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|u|a|li|ul|ol|td|tr|table|strong|em|font|h[1-6])\b[^<>]*>"
)
_CODED = re.compile("[\u0080-\u00ff\u0400-\u04ff\u2013-\u2122]{2}")


def look_at(texts: Sequence[str], rows: np.ndarray) -> list[str]:
    """Return notes of texts that hold tags, were read in a wrong encoding, or were cut.

    texts: (n) some of them. rows: (n,) what a message calls each.

    >>> look_at(["<p>no water</p>", "no light"], np.array([2, 3]))
    ['HTML in 1 of 2 texts, such as row 2: its tags are words like others; take them out first']
    """
    notes = []
    tagged = [place for place, text in enumerate(texts) if _TAG.search(text)]
    coded = [place for place, text in enumerate(texts) if _CODED.search(text) and mended(text)]
    of = f"of {len(texts):,} texts, such as row"
    if tagged and len(tagged) >= MANY * len(texts):
        notes.append(
            f"HTML in {len(tagged):,} {of} {rows[tagged[0]]}: its tags are words like others; take "
            "them out first"
        )
    if coded and len(coded) >= MANY * len(texts):
        text = texts[coded[0]]
        notes.append(
            f"UTF-8 that was read in another encoding and saved in {len(coded):,} {of} "
            f"{rows[coded[0]]}: {text[:20]!r} for {mended(text)[:10]!r}; mend the file first"
        )
    lengths = Counter(map(len, texts))
    longest = max(lengths, default=0)
    cut = lengths[longest] + lengths[longest - 1]  # one that ended with a space
    if longest >= LEAST_CUT and cut >= max(5, MANY * len(texts)):
        notes.append(
            f"{cut:,} of {len(texts):,} texts have {longest} characters, and none has more: cut by "
            "what wrote the file?"
        )
    return notes


def mended(text: str) -> str:
    """Return a text of UTF-8 that was taken for another encoding as it was; "" for other texts.

    >>> mended("вода".encode().decode("cp1251")), mended("вода"), mended("cafÃ©")
    ('вода', '', 'café')
    """
    for encoding in ("cp1251", "cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return ""
