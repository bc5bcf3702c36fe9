"""What a text looks like before it is cut into words: one script, one alphabet, nothing unseen."""

import html
import re
import unicodedata

from common.alike_names import LOOK_ALIKE

LONGEST = 20_000
"""Characters of one text that are read: a message of a megabyte has said it all by then."""

_TAG = re.compile(r"<(?:[a-zA-Z][^<>]{0,500}|/[a-zA-Z][^<>]{0,500}|!--.{0,2000}?--)>", re.S)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_ENTITIES_WITHIN = 2
"""Two programs in a row have written entities: `&amp;quot;`."""
_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[A-Za-zА-Яа-яЁё]+")
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")

_LOOKS_CYRILLIC = frozenset("ABCEHKMOPTXYaceopxyuk")

_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
"""Marks above letters that are left when all letters are composed: stress; and what asks for
colour in an emoji."""
_EXCEL = re.compile("_x00[01][0-9A-Fa-f]_")
"""How Excel's files write a control character."""

_SPACES = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")


def clean(text: str) -> str:
    """Return a text as it is meant, whatever program it passed through.

    - HTML: tags become spaces, entities their characters.
    - Unicode: NFC, so that й is one character, not и and a breve. Marks that are left then go:
      воды́ is воды.
    - What cannot be seen goes: Excel's `_x000D_`, NUL and other control characters, marks that
      turn the direction of writing, zero-width spaces, soft hyphens. (Those that hold an emoji
      together stay no more than others: a family falls into its members.)
    - Latin letters inside a Cyrillic word become the Cyrillic ones that they look like.
    - Only the first 20,000 characters are read.

    >>> clean("Вoда <b>течёт</b>&nbsp;с\\u200f потолка\\x00")
    'Вода  течёт  с потолка'
    """
    text = text[:LONGEST]
    if "<" in text:
        text = _TAG.sub(" ", text)
    for _ in range(_ENTITIES_WITHIN):
        if "&" in text:
            text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if "_x00" in text:
        text = _EXCEL.sub(" ", text)
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFC", text))
    if not text.isprintable():
        text = "".join(map(_seen, text))
    if _LATIN.search(text):
        text = _WORD.sub(_in_one_script, text)
    return text


def fold(word: str) -> str:
    """Return the form under which a word is known: small letters, е for ё.

    >>> fold("Ёлка")
    'елка'
    """
    return word.lower().replace("ё", "е")


def _seen(character: str) -> str:
    """A character as it is seen: itself, a space, or nothing."""
    if character.isprintable():
        return character
    if character in _SPACES or character.isspace():
        return " "
    return ""


def _in_one_script(found: re.Match[str]) -> str:
    word = found[0]
    if not (_LATIN.search(word) and _CYRILLIC.search(word)):
        return word
    latin = set(_LATIN.findall(word))
    return word.translate(LOOK_ALIKE) if latin <= _LOOKS_CYRILLIC else word
