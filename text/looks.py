"""What may be wrong with a column of texts, said so that one look shows a mistake."""

import base64
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from text.cleaning import LONGEST

SAMPLE = 2_000
"""Texts that are looked at."""
MANY = 0.05
"""Share of the texts from which on a look is worth a note."""
LEAST_CUT = 100
"""A text shorter than this was hardly cut by an export."""
_TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|u|a|li|ul|ol|td|tr|table|strong|em|font|h[1-6])\b[^<>]*>"
)
_ESCAPES = {
    "quoted-printable": re.compile(r"(?:=[0-9A-F]{2}){4}"),
    "URL": re.compile(r"(?:%[0-9A-Fa-f]{2}){4}"),
    "escaped": re.compile(r"(?:\\u[0-9a-fA-F]{4}){4}"),
}
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{24,}={0,2}")
_CODED = re.compile("[\u0080-\u00ff\u0400-\u04ff\u2013-\u2122]{2}")


def look_at(texts: Sequence[str], rows: np.ndarray) -> list[str]:
    """Return notes of texts that hold tags, were read in a wrong encoding, or were cut.

    texts: (n) some of them. rows: (n,) what a message calls each.

    >>> look_at(["<p>no water</p>", "no light"], np.array([2, 3]))
    ['HTML in 1 of 2 texts, such as row 2: its tags are left out']
    """
    notes = []
    tagged = [place for place, text in enumerate(texts) if _TAG.search(text)]
    coded = [place for place, text in enumerate(texts) if _CODED.search(text) and mended(text)]
    of = f"of {len(texts):,} texts, such as row"
    if tagged and len(tagged) >= MANY * len(texts):
        notes.append(f"HTML in {len(tagged):,} {of} {rows[tagged[0]]}: its tags are left out")
    if coded and len(coded) >= MANY * len(texts):
        text = texts[coded[0]]
        notes.append(
            f"UTF-8 that was read in another encoding and saved in {len(coded):,} {of} "
            f"{rows[coded[0]]}: {text[:20]!r} for {mended(text)[:10]!r}; mend the file first"
        )
    kinds = [_layer(text) for text in texts]
    hidden = [place for place, kind in enumerate(kinds) if kind]
    if hidden and len(hidden) >= MANY * len(texts):
        place = hidden[0]
        notes.append(
            f"coded ({kinds[place]}) {len(hidden):,} {of} {rows[place]}: {texts[place][:20]!r}; "
            "decode them first, for their codes are read as words"
        )
    long = [place for place, text in enumerate(texts) if len(text) > LONGEST]
    if long:
        notes.append(
            f"longer than {LONGEST:,} characters, of which the rest is not read: {len(long):,} "
            f"{of} {rows[long[0]]}"
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


def _layer(text: str) -> str:
    """Name the code that a text of letters is still in, as mails and web pages have it.

    >>> _layer("=D0=92=D0=BE=D0=B4=D0=B0"), _layer("0JLQvtC00Ysg0L3QtdGCINC/0Y/RgtGL0Lk=")
    ('quoted-printable', 'base64')
    >>> _layer("a=b, 100 % of C:\\\\users"), _layer("gasleakinthebasementofthishouse")
    ('', '')
    """
    for name, code in _ESCAPES.items():
        if code.search(text):
            return name
    if _BASE64.fullmatch(text.strip()):
        try:
            plain = base64.b64decode("".join(text.split()), validate=True).decode()
        except ValueError:
            return ""
        return "base64" if plain.replace("\n", "").isprintable() else ""
    return ""


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
