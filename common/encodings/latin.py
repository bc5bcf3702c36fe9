"""Which encoding a text in a language of Latin letters is in: by the letters that go together.

Encodings share most bytes and few letters: what is `ě` in one is `ì` in another. A reading is
believed whose letters are those of one language, and whose signs stand where signs stand.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping

_WESTERN = (
    "äüöß",
    "éèàêçùîôûâœëïü",
    "óíáéñúü",
    "ãçéáíóêõúàâô",
    "äöåé",
    "øåæéö",
    "èàùòìé",
    "íáðþéöúæóý",
    "éëïóüèö",
)
_CENTRAL = (
    "íáéýěřčžšůúňťďó",
    "áíéčýžšľťúňôďäóŕĺ",
    "łąęóśćżńź",
    "áéöóőíüúű",
    "ăîşţâ",
    "čšžćđ",
)
_TURKISH = ("ıüişğçöâî",)
_BALTIC = ("ėšžūųįąčę", "āīšēņūļģķčž", "äõüöšž")
ENCODINGS: dict[str, tuple[float, tuple[str, ...]]] = {
    "cp1252": (0.0, _WESTERN),
    "cp1250": (1.0, _CENTRAL),
    "iso8859-2": (3.0, _CENTRAL),
    "cp1254": (3.0, _TURKISH),
    "cp1257": (3.0, _BALTIC),
    "cp852": (4.0, _CENTRAL),
    "cp850": (4.0, _WESTERN),
    "mac_roman": (4.0, _WESTERN),
}
"""What a reading in each encoding counts against it, and the letters of each of its languages
beyond ASCII, the most frequent first: German, French, Spanish, Portuguese, Swedish, Danish,
Italian, Icelandic, Dutch; Czech, Slovak, Polish, Hungarian, Romanian, Croatian; Turkish;
Lithuanian, Latvian, Estonian."""

_FOREIGN = 7.0
"""What a letter costs that the language does not have,"""
_ANY, _SELDOM = 4.2, 6.5
"""one of several Western languages mixed, by how usual it is there,"""
_LEARNED = 0.7
"""how much more usual the letters are of what is read most: cp1252,"""
_BESIDE, _MISPLACED, _UNDEFINED = 0.9, 5.0, 8.0
"""a sign beside a letter, a sign or a letter where none stands, and a byte that is nothing."""
_USUAL = frozenset("éèàçüöäßñóíáãõêôåøæâîûëïúœ")

_SIGN = r"[^\w\s\x00-\x7f'’´·‑\xad\xa0]"
_SIGN_INSIDE = re.compile(rf"(?<=[^\W\d_]){_SIGN}(?=[^\W\d_])|(?<=[^\W\d_])[¹²³](?=[^\W\d_])")
_SIGN_BEHIND = re.compile(
    r"(?<=[^\W\d_])(?![²³°»”’“‘´…–—€£%®™©ºª\xa0\xad·†])[^\w\s\x00-\x7f](?![^\W\d_])"
    r"|(?<=[^\W\d_])¹(?![^\W\d_])"
)
_SIGN_BEFORE = re.compile(
    r"(?<![^\W\d_])(?![«»„“”‘’‚‹›¿¡€$§–—\xa0º·•…°²³&])[^\w\s\x00-\x7f](?=[^\W\d_])"
)
_SIGN_BESIDE = re.compile(r"(?<=[^\W\d_])[^\w\s\x00-\x7f]|[^\w\s\x00-\x7f](?=[^\W\d_])")
_UNUSUAL = re.compile(r"[õÕ](?!e)|[ìòùÈÌÒÙ](?=[^\W\d_])")
"""Portuguese has õ before e alone; Italian and French have these where a word ends."""
_MONEY = re.compile(r"(?<![^\W\d_])(?:Kč|zł|Zł|ZŁ)(?![^\W\d_])")
"""Often the only letters beyond ASCII of a table of prices."""
_AFTER_SMALL = re.compile(r"(?<=[a-z])[^\W\d_A-Za-z]")
_NOTHING = re.compile("[\ufffd\x80-\x9f]")
_POWER = re.compile(r"([^\W\d_]*)[²³](?![^\W\d_])")
_MEASURED = frozenset(("", "m", "cm", "mm", "dm", "km", "ft", "in", "yd"))
_WORD = re.compile(rb"[A-Za-z\x80-\x9f\xa1-\xff]*[\x80-\x9f\xa1-\xff][A-Za-z\x80-\x9f\xa1-\xff]*")


def is_latin(data: bytes) -> bool:
    """Whether bytes beyond ASCII stand in words of Latin letters, and not among their like.

    >>> is_latin("Zażółć gęślą jaźń".encode("cp1250")), is_latin("да, Wi-Fi".encode("cp1251"))
    (True, False)
    """
    words = _WORD.findall(data)
    mixed = sum(re.search(rb"[A-Za-z]", word) is not None for word in words)
    beside_latin = len(re.findall(rb"(?:[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z])", data))
    beside_others = len(re.findall(rb"(?=[\x80-\xff][\x80-\xff])", data))
    return mixed > len(words) / 2 or beside_latin > 2 * beside_others


def detect_latin(data: bytes) -> str:
    """Return the encoding that makes most sense of a text of Latin letters.

    >>> detect_latin("Plzeň, České Budějovice".encode("cp1250"))
    'cp1250'
    >>> detect_latin("Genève, Zürich".encode("cp1252"))
    'cp1252'
    """
    return min(ENCODINGS, key=lambda name: latin_cost(data, name) + ENCODINGS[name][0])


def latin_cost(data: bytes, encoding: str) -> float:
    """Return how little sense `data` makes in `encoding`."""
    text = data.decode(encoding, errors="replace")
    letters = Counter(
        letter for letter in text.lower() if letter > "\x7f" and letter.isalpha() and letter != "ª"
    )
    costs = [_cost(letters, _costs_of(language)) for language in ENCODINGS[encoding][1]]
    if encoding == "cp1252":
        costs = [cost - _LEARNED * letters.total() for cost in costs]
    patterns = [_SIGN_INSIDE, _SIGN_BEHIND, _SIGN_BEFORE]
    if ENCODINGS[encoding][1] is _WESTERN:
        patterns.append(_UNUSUAL)
        costs.append(
            sum(n * (_ANY if letter in _USUAL else _SELDOM) for letter, n in letters.items())
        )
    elif ENCODINGS[encoding][1] is _CENTRAL:
        costs = [cost - _MISPLACED * len(_MONEY.findall(text)) for cost in costs]
    misplaced = sum(len(pattern.findall(text)) for pattern in patterns)
    misplaced += sum(letter.isupper() for letter in _AFTER_SMALL.findall(text))
    misplaced += sum(unit.lower() not in _MEASURED for unit in _POWER.findall(text))
    beside, nothing = (len(sign.findall(text)) for sign in (_SIGN_BESIDE, _NOTHING))
    return min(costs) + _BESIDE * beside + _MISPLACED * misplaced + _UNDEFINED * nothing


def _costs_of(language: str) -> Mapping[str, float]:
    """Return minus the logarithm of each letter's share, where usual letters come first."""
    shares = {letter: 1 / (rank + 2) for rank, letter in enumerate(language, 1)}
    whole = sum(shares.values())
    return {letter: -math.log(share / whole) for letter, share in shares.items()}


def _cost(letters: Mapping[str, int], costs: Mapping[str, float]) -> float:
    return sum(count * costs.get(letter, _FOREIGN) for letter, count in letters.items())
