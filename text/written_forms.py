"""Texts that are still in the form of another program: its marks would be read as words."""

import json
import re
from collections.abc import Sequence

import numpy as np

from common.file_signatures import is_mail
from text.cleaning import LONGEST

MANY = 0.05
"""Share of the texts from which on a form is worth a note."""
_HEAD = re.compile(r"\s*---\n(?:\w[\w -]*:[^\n]*\n(?:[ \t-][^\n]*\n)*)+---\n")
_CUE = re.compile(r"\d\d:\d\d[.,]\d{3} --> (?:\d\d:)?\d\d:\d\d[.,]\d{3}")
_DATED = (
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4},|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})"
    r" \d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?"
)
"""Logs have the year first, and no comma between the day and the time."""
_CHAT = re.compile(rf"\s*(?:\[{_DATED}\]|{_DATED} [-–]) [^:\n]{{1,40}}: ")
_CUT_JSON = re.compile(r"\s*(?:\[\s*)?\{\s*\"[^\"\n]*\"\s*:")
_LIST = re.compile(r"\s*\[(?:'[^'\n]*'|\"[^\"\n]*\")(?:,? (?:'[^'\n]*'|\"[^\"\n]*\"))*\]\s*")
_COMMAND = re.compile(r"\\[a-z]{3,20}\*?\{")
_PART_OF_DOCUMENT = re.compile(
    r"\\(?:documentclass|usepackage|(?:sub)*section|chapter|paragraph|title|cite[a-z]*|footnote"
    r"|caption|emph|begin\{(?:document|abstract|figure|table|itemize|enumerate|quote))\b"
)
"""What a document has; formulas alone are how mathematics is written within words."""
_LETTERS_APART = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){4,}(?!\S)")
_CUT_WORD = re.compile(r"[^\W\d_]{2}[-‐][^\S\n]*\n\s*([^\W\d_])[^\W\d_]")
APART, CUT = "letters set apart by spaces", "lines that end within words"
FEW = 3
"""So many times the mark of a form stands in a text that has it."""


def form_of(text: str) -> str:
    """Name the form that a text is in; empty for one that is a text and no more.

    >>> form_of('{"text": "no water"}'), form_of("['no', 'water']"), form_of("no water: [1], {2}")
    ('JSON', "a list in Python's notation", '')
    """
    text = text[:LONGEST].replace("\r\n", "\n")
    start = text.lstrip()[:10]
    if start.startswith("{\\rtf"):
        return "RTF"
    if start[:1] in ("{", "[") and _is_json(text):
        return "JSON"
    if start.startswith("[") and _LIST.fullmatch(text):
        return "a list in Python's notation"
    if is_mail(text):
        return "an e-mail with headers"
    if _HEAD.match(text):
        return "a page with a head of properties"
    if _CHAT.match(text):
        return "a chat with dates and names"
    if len(_CUE.findall(text)) >= FEW:
        return "subtitles"
    if len(_COMMAND.findall(text)) >= FEW and _PART_OF_DOCUMENT.search(text):
        return "LaTeX"
    if _is_in_columns(text):
        return "columns set apart by tabs"
    if sum(map(len, _LETTERS_APART.findall(text))) > len(text) / 2:
        return APART
    if sum(not after.isupper() for after in _CUT_WORD.findall(text)) >= FEW:
        return CUT
    return ""


def _is_json(text: str) -> bool:
    if len(text) == LONGEST:  # it was cut
        return _CUT_JSON.match(text) is not None
    try:
        return '"' in text and isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_in_columns(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return (
        len(lines) >= FEW
        and sum(line.strip().count("\t") >= FEW for line in lines) > len(lines) / 2
    )


def form_notes(
    texts: Sequence[str], called: Sequence[object] | np.ndarray, what: str = "texts, such as row"
) -> list[str]:
    """Say which texts are in a form, and in which.

    Args:
        texts: (n) some of them.
        called: (n) what a message calls each.
        what: the words before a name.

    >>> form_notes(['{"text": "no water"}', "no light"], [2, 3])
    ['written as JSON 1 of 2 texts, such as row 2: \\'{"text": "no water"}\\'; its marks and names \
are read as words too, take the texts out of it first']
    """
    forms = np.array([form_of(text) for text in texts], dtype=object)
    found = []
    for form in dict.fromkeys(forms[forms != ""]):
        places = np.flatnonzero(forms == form)
        if len(places) >= MANY * len(texts):
            first = places[0]
            joined = "join the parts of its words first, each is read as a word of its own"
            marks = "its marks and names are read as words too, take the texts out of it first"
            found.append(
                f"written as {form} {len(places):,} of {len(texts):,} {what} {called[first]}: "
                f"{texts[first][:20]!r}; {joined if form in (APART, CUT) else marks}"
            )
    return found
