"""Names that differ in nothing that a reader would take for a difference."""

import html
import re
from collections.abc import Iterable

LOOK_ALIKE = str.maketrans("ABCEHKMOPTXYaceopxyuk", "АВСЕНКМОРТХУасеорхуик")
"""Latin letters, and the Cyrillic ones that they look like."""
UNSEEN = (
    " \t\r\n\u00a0\u00ad\u115f\u1160\u200b\u200c\u200d\u200e\u200f\u2060\u2800\u3164\ufeff\uffa0"
)
"""Spaces, and signs that nobody sees: a text of these alone is empty."""
_WITHOUT_UNSEEN = str.maketrans("", "", UNSEEN)
_QUOTES, _PAIRS = "'\"«»“”„‘’", ("[]", "()", "{}")
_SIGNS = re.compile(r"[.,:;!?_]|(?<=\w)[\-–—](?=\w)")
"""Signs that make no other name; behind a mark, `A-`, a dash does."""
_MINUS = str.maketrans("−‐‑‒–－", "------")
_WHOLE = re.compile(r"0*(\d+)(?:[.,]0+)?")
"""`2`, `02` and `2.0` are one number; `1.1` and `1.10` may be two points of a list."""


def alike_names(names: Iterable[str]) -> list[list[str]]:
    """Return the names that look alike, group by group.

    >>> alike_names(["газ", "Газ", "гaз", "щёлочь", "щелочь", "R&amp;D", "[R&D]", "лифт"])
    [['газ', 'Газ', 'гaз'], ['щёлочь', 'щелочь'], ['R&amp;D', '[R&D]']]
    >>> alike_names(["gas", "gas.", "water leak", "water-leak", "+", "-"])
    [['gas', 'gas.'], ['water leak', 'water-leak']]
    >>> alike_names([":)", ":(", "[0,1)", "(0,1]", "(5)", "5"])
    []
    >>> alike_names(["1.1", "1.10", "2", "2.0"])
    [['2', '2.0']]
    >>> alike_names(["лифт", "лифт".encode().decode("cp1251")])
    [['лифт', 'Р»РёС„С‚']]
    """
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(_plain(name), []).append(name)
    return [group for group in alike.values() if len(group) > 1]


def _plain(name: str) -> str:
    meant = html.unescape(from_mojibake(name) or name)
    if not any(map(str.isalnum, meant)):  # ":)" is another than ":("
        return meant.translate(_WITHOUT_UNSEEN)
    meant = _without_enclosing(meant)
    plain = meant.lower().replace("ё", "е").translate(LOOK_ALIKE)
    plain = "".join(plain.translate(_WITHOUT_UNSEEN).translate(_MINUS).split())
    if whole := _WHOLE.fullmatch(plain):
        plain = whole[1]
    if not any(map(str.isdigit, plain)):  # 1-2 is another than 12, and -1 than 1
        plain = _SIGNS.sub("", plain) or plain
    return plain.casefold()


def _without_enclosing(name: str) -> str:
    """Take away quotation marks, and brackets in pairs around words: (0,1] and (5) stay."""
    inner = name.strip(_QUOTES)
    if inner[:1] + inner[-1:] in _PAIRS and any(map(str.isalpha, inner)):
        return _without_enclosing(inner[1:-1])
    return inner


def from_mojibake(text: str) -> str:
    """Return a text of UTF-8 that was taken for another encoding (mojibake) as it was, else "".

    >>> from_mojibake("Ð²Ð¾Ð´Ð°"), from_mojibake("вода"), from_mojibake("cafÃ©")
    ('вода', '', 'café')
    """
    if text.isascii():
        return ""
    for encoding in ("cp1251", "cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return ""
