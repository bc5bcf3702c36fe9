"""Words, numbers, signs: how a text is cut, by NLTK's tokenizers that need no download."""

import re
import sys
import unicodedata

from nltk.tokenize import RegexpTokenizer

from text.cleaning import clean, fold

_MARKS = "".join(
    re.escape(chr(code))
    for code in range(0x300, sys.maxunicode // 8)
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
"""Signs that belong to the letter before them: the vowels of Hindi, of Thai, of Hebrew."""
_LETTER = rf"[^\W\d_][{_MARKS}]*"
_PHONE = r"""
      [+]\d[\d\s().-]{5,16}\d                                  # +7 916 123-45-67
    | (?<!\d)[78][\s-]{0,2}\(?\d{3}\)?[\s-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)
    | \(\d{3,5}\)\s?\d{1,3}[\s-]?\d{2,3}[\s-]?\d{2,4}(?!\d)  # (495) 123-45-67
    | (?<!\d)9\d{2}[\s-]?\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)    # 916 123 45 67
    | (?<![\d-])(?:\d{3,4}[\s-])?\d{3}-\d{2}-\d{2}(?![\d-])     # 123-45-67
    | (?<![\d.-])\d{3}[.-]\d{3}[.-]\d{4}(?![\d.-])               # 555-123-4567
"""
"""A telephone number by its form: not every row of seven digits is one."""
_SUM = r"(?<!\d)\d{1,3}(?:[ ]\d{3})+(?:[.,]\d+)?(?!\d)"
_DATE = r"\d{4}-\d{1,2}-\d{1,2}(?!\d) | \d{1,2}-\d{1,2}-\d{4}(?!\d)"
_TOKENIZER = RegexpTokenizer(
    rf"""(?x)
      (?:https?://|www\.)[^\s<>"]+          # an address on the web
    | [\w.+-]+@[\w-]+\.[\w.-]+              # an address of mail
    | (?:{_LETTER})+(?:[-'’](?:{_LETTER})+)*  # a word, with hyphens inside
    | {_DATE}                               # a date
    | {_PHONE}
    | {_SUM}                                # 1 250 000
    | \d+(?:[.,:/]\d+)*                     # a number, an hour, a date, a version, an IP address
    | [!?]{{2,3}} | \.{{2,3}} | -{{2,3}} | [)]{{2,3}} | [(]{{2,3}}
    | [\U0001F1E6-\U0001F1FF]{{2}}          # a flag
    | [^\w\s][\U0001F3FB-\U0001F3FF]?      # any other sign by itself, a hand in its colour
    | _+
    """
)
_RUN = re.compile(r"([^\d\n])\1{3,}")
_TELEPHONE = re.compile(_PHONE, re.VERBOSE)
_PARTED = re.compile(r"\d[().-]{0,2}\s[\s().-]{0,15}\d")
"""What may be one token with a space inside."""

LONGEST = 40
"""Characters of a token that are kept."""


def tokenize(text: str) -> list[str]:
    """Return the tokens of a text as it came: words, numbers, addresses, signs.

    A letter or sign that is repeated more than three times is cut to three, whatever the mood;
    not so a digit, for 10000 is not 1000.

    >>> tokenize("АЛЛООО!!!!!! Кв.45, течёт с 7:30 <br> 😱😱")
    ['АЛЛООО', '!!!', 'Кв', '.', '45', ',', 'течёт', 'с', '7:30', '😱', '😱']
    """
    text = clean(text)
    if _RUN.search(text):
        text = _RUN.sub(r"\1\1\1", text)
    return [token[:LONGEST] for token in _TOKENIZER.tokenize(text)]


def splits_at_spaces(text: str) -> bool:
    """Whether the tokens of a text are those of its words, cut one by one.

    Not so where a token may hold a space, as a telephone number or a sum does, or where cleaning
    looks further than to the next space.

    >>> splits_at_spaces("Вода, опять вода!"), splits_at_spaces("8 800 555-35-35")
    (True, False)
    """
    looks_further = "<" in text or "&" in text or "    " in text or not text.isprintable()
    return not looks_further and not _PARTED.search(text)


def is_word(token: str) -> bool:
    """Whether a token is a word, and not a number, an address or a sign.

    >>> [is_word(token) for token in ("кран", "45", "!!!")]
    [True, False, False]
    """
    return token[0].isalpha() and "@" not in token and "/" not in token


def shape(token: str) -> str:
    """Return under what name a token that is no word is known.

    Of a number only its digits' places count, of an address only what it is.

    >>> [shape(token) for token in ("8 800 555-35-35", "7:30", "1 250 000", "www.okna.example")]
    ['<phone>', '0:00', '0000000', '<web>']
    """
    if token.startswith(("http", "www.")):
        return "<web>"
    if "@" in token and len(token) > 1:
        return "<mail>"
    if not any(character.isdigit() for character in token):
        return fold(token)
    if _TELEPHONE.fullmatch(token):
        return "<phone>"
    return re.sub(r"\d", "0", token.replace(" ", ""))
