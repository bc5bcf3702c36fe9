"""Which encoding a text is in."""

import codecs
import re
from functools import cache
from pathlib import Path

import numpy as np

from common.encodings.asian import ASIAN, detect_asian
from common.encodings.latin import detect_latin, is_latin, latin_cost
from common.errors import UserError

LETTERS = " абвгдежзийклмнопрстуфхцчшщъыьэюяё"
"""The letters of Russian, after the end of a word."""
_PAIRS = """
    0432434443934323242346563579994849 1953534436432339433376474469999549
    4296872793953642925839688745179949 2287752952954632543549787488359959
    3396834993952641937739996899999999 3273772772954632534539657697449749
    1844334446442326433377554559999569 3259821692946725986949965999969999
    2143434574954423946749975796359749 1753543535432336643388343569999549
    0989949999944537983499975499999999 2195984782984941935439989799999999
    2276672592956852793638996999429439 1269792992965732766739977979369949
    3288752992959932975539955769349649 1932334445343336433377574469999559
    5399992993954951816649976889559949 4265552572956542675439676579349649
    3373753883933443364148675698539535 2293962983955841634749866888428649
    1734335348533358433397483359998369 3277771772774672727445777777547757
    1294895974993541945649999698999999 2184881883848783888828888888388888
    3298991992936935959239999599949999 4295991991923733599539999999939799
    5288881881888847868838888888868888 5666661666666666666666666666666416
    1953553767242249543379374379999989 0957574954939438993598956479999439
    5888558868545568566087588888888888 0838638568876559744397674439999599
    0974545545543439664399555749999559 0666666666666666666666666666666666
"""
RARITY = np.array([[int(digit) for digit in row] for row in _PAIRS.split()])
"""How rarely one letter (row) is followed by another (column), by their places in `LETTERS`: minus
the logarithm of its share, from 0 to 9.

Counted in the first 60,000 characters of each of eleven Russian novels.
"""

_FOREIGN, _DOTTED = 6.0, 2.6
"""What a sign that is no letter of Russian counts against a reading, and ё beyond е,"""
_CASE_BREAK, _CAPITAL = 10.0, 0.2
"""a capital after a small letter, and each capital: who shouts is believed if need be."""

CYRILLIC = {"cp1251": 0.0, "koi8-r": 0.0, "koi8-u": 1.0, "cp866": 6.0, "mac_cyrillic": 12.0}
"""How much a reading as each counts against it: of a few letters the usual ones are believed."""

_UKRAINIAN = re.compile(
    rb"[\xa4\xa6\xa7\xad\xb4\xb6\xb7\xbd](?=[\xc0-\xff])|(?<=[\xc0-\xff])[\xa4\xa6\xa7\xad]"
)
"""Letters of Ukrainian in koi8-u beside others: in koi8-r these are lines of a drawing."""

_HARD_SPACE = re.compile(rb"(?<=\d)[\xa0\x9a\xff\xca](?=\d{3}(?!\d))")
"""The spaces between thousands in the four encodings of Russian, which are letters in others."""

_USUAL_SIGNS = re.compile("[«»„“”‘’–—…№°§©®™€₽·•²³¹\xa0\xad−×±]")
ENOUGH, POOR, POOR_FEW = 100, 5.35, 4.7
"""So many letters tell whether a reading makes sense, and what each may cost on average: Russian
costs 3.4, names and abbreviations up to 4.6, Hebrew read as Russian 5.5, Greek and Chinese 6."""

LETTERS_OF_A_LINE = 8
"""So many letters in a row of UTF-8 are no chance."""

_NOT_UTF8 = re.compile(r"[^/\s]*[\udc80-\udcff][^/\s]*")


def shown(text: str | Path) -> str:
    """Return a name, or a text with names in it, that can be printed.

    A name that another system wrote in an encoding of its own, as old zip archives keep them, comes
    as bytes that are no text: they are read as what they look like.

    >>> shown("Вера/" + "Анна".encode("cp866").decode("utf-8", "surrogateescape"))
    'Вера/Анна'
    """

    def read(name: re.Match[str]) -> str:
        data = name[0].encode("utf-8", "surrogateescape")
        return data.decode(detect_encoding(data), "backslashreplace")

    return _NOT_UTF8.sub(read, str(text))


def detect_encoding(data: bytes) -> str:
    """Return the encoding of the beginning of a text: a name that Python's codecs know.

    - A mark at the start decides: `utf-8-sig`, `utf-16`. So does a zero byte, or the 4 of
      Cyrillic letters, in every other place: `utf-16-le`, `utf-16-be`.
    - Text that is UTF-8 almost everywhere is `utf-8` (one broken byte does not make it another
      encoding), and so is one with many lines of it, whatever the others are: in no other encoding
      does UTF-8 make sense. A character cut off by the end of `data` does no harm.
    - Chinese, Japanese and Korean: `gb18030`, `big5`, `cp932`, `euc_jp`, `cp949`, see
      `common.encodings.asian`.
    - Letters that stand among Latin ones (`Straße`) are `cp1252`, or `cp1250`, `iso8859-2`, … where
      they are then the letters of one language: see `common.encodings.latin`.
    - The rest is `cp1251`, `koi8-r` (`koi8-u`), `cp866` or `mac_cyrillic`, whichever makes it look
      most like Russian: each pair of neighbouring letters scores the logarithm of its share, and
      capitals count against, for cp1251 and koi8-r have each other's capitals and small letters
      exchanged.

    >>> detect_encoding("Цена, ₽".encode("utf-8")), detect_encoding("Цена, руб".encode("koi8-r"))
    ('utf-8', 'koi8-r')
    >>> [detect_encoding("рублей за метр".encode(name)) for name in ("cp1251", "cp866")]
    ['cp1251', 'cp866']
    >>> detect_encoding("Straße, 251 €".encode("cp1252"))
    'cp1252'
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if wide := _utf16_without_mark(data):
        return wide
    if data.isascii():
        return "utf-8"
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(data)
    broken = text.count("\ufffd")
    sound = sum(character > "\x7f" for character in text) - broken
    if (sound > 0 and sound >= 10 * broken) or _has_utf8_lines(data):
        return "utf-8"
    if (asian := detect_asian(data)) and _cost_in_russian(data) > POOR_FEW:
        return asian
    if is_latin(data):
        return detect_latin(data)
    data = _HARD_SPACE.sub(b" ", data)
    best = max(CYRILLIC, key=lambda name: likeness_to_russian(data, name) - CYRILLIC[name])
    return "koi8-u" if best == "koi8-r" and _UKRAINIAN.search(data) else best


def _cost_in_russian(data: bytes) -> float:
    """Return what each letter costs in the reading that makes the text most like Russian."""
    letters = max(1, sum(byte > 0x7F for byte in data))
    return -max(likeness_to_russian(data, name) for name in CYRILLIC) / letters


def _has_utf8_lines(data: bytes) -> bool:
    """Whether many of the lines with letters beyond ASCII are sound UTF-8, as in joined files."""
    own = others = 0
    for line in data.split(b"\n"):
        if line.isascii():
            continue
        try:
            own += sum(sign > "\x7f" for sign in line.decode()) >= LETTERS_OF_A_LINE
        except UnicodeDecodeError:
            others += 1
    return own > 0 and 10 * own >= others


def check_encoding(path: str | Path, data: bytes, encoding: str) -> None:
    """Refuse a text that makes no sense in the encoding that was found as the best.

    Raises UserError that shows how it would be read.
    """
    if encoding.startswith("utf-") or encoding in ASIAN:
        return
    text = data.decode(encoding, errors="replace")
    plain = _USUAL_SIGNS.sub(" ", text)
    letters = sum(sign > "\x7f" for sign in plain)
    if letters < ENOUGH:
        return
    if encoding in CYRILLIC:
        cost = -likeness_to_russian(plain.encode(encoding, "ignore"), encoding)
    else:
        cost = latin_cost(data, encoding)
    if cost > POOR * letters:
        line = next(line for line in text.splitlines() if not line.isascii())
        raise UserError(
            f"{path}: in no encoding that is known here; the best, {encoding}, makes of it "
            f"{' '.join(line.split())[:40]!r}; save it as UTF-8",
            ru=f"{path}: неизвестная кодировка; лучшая догадка, {encoding}, даёт "
            f"{' '.join(line.split())[:40]!r}; сохраните файл в UTF-8",
        )


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 in whose every other place stands the upper byte of Latin or Russian letters."""
    for name, uppers, lowers in (
        ("utf-16-le", data[1::2], data[::2]),
        ("utf-16-be", data[::2], data[1::2]),
    ):
        high = sum(uppers.count(byte) for byte in (0, 4))
        if len(data) >= 8 and b"\0" in uppers and high > 0.8 * len(uppers) and 0 not in lowers:
            return name
    return None


def likeness_to_russian(data: bytes, encoding: str) -> float:
    """Return how much `data` looks like Russian when it is read in `encoding`: 0 and below.

    encoding: one in which each byte is a sign.

    >>> data = "нет воды".encode("koi8-r")
    >>> likeness_to_russian(data, "koi8-r") > likeness_to_russian(data, "cp1251")
    True
    """
    place, cost, capital = _meaning_of_bytes(encoding)
    signs = np.frombuffer(b" " + data + b" ", np.uint8)
    letters, capitals = place[signs], capital[signs]
    pairs = RARITY[letters[:-1], letters[1:]].sum()
    breaks = np.count_nonzero((letters > 0)[:-1] & ~capitals[:-1] & capitals[1:])
    return -float(pairs + np.bincount(signs, minlength=256) @ cost + _CASE_BREAK * breaks)


@cache
def _meaning_of_bytes(encoding: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return of each byte its letter's place in `LETTERS`, its cost, if it is a Russian capital.

    All that is no letter of Russian ends a word. ё is an е, as the novels print it.
    """
    place, cost, capital = np.zeros(256, np.uint8), np.zeros(256), np.zeros(256, bool)
    for byte in range(256):
        sign = bytes([byte]).decode(encoding, errors="replace")
        small = sign.lower()
        place[byte] = max(0, LETTERS.find(small.replace("ё", "е")))
        if sign > "\x7f":
            cost[byte] = _CAPITAL * sign.isupper() + _DOTTED * (small == "ё")
            cost[byte] += _FOREIGN * (small not in LETTERS)
        capital[byte] = place[byte] > 0 and sign != small
    return place, cost, capital
