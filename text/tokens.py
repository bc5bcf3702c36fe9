"""Words, numbers, signs: how a text is cut, by NLTK's tokenizers that need no download."""

import re

from nltk.tokenize import RegexpTokenizer
from nltk.tokenize.casual import reduce_lengthening

from text.cleaning import clean, fold

_TOKENIZER = RegexpTokenizer(
    r"""(?x)
      (?:https?://|www\.)[^\s<>"]+          # an address on the web
    | [\w.+-]+@[\w-]+\.[\w.-]+              # an address of mail
    | [^\W\d_]+(?:[-'’][^\W\d_]+)*          # a word, with hyphens inside
    | [+]?\d[\d\s().-]{5,16}\d              # a telephone number
    | \d+(?:[.,:/]\d+)*                     # a number, an hour, a date
    | [!?]{2,3} | \.{2,3} | -{2,3} | [)]{2,3} | [(]{2,3}
    | [^\w\s]                               # any other sign by itself
    | _+
    """
)
_RUN = re.compile(r"(.)\1{3,}")
_TELEPHONE = re.compile(r"\d[\d\s().-]{5,16}\d")

LONGEST = 40
"""Characters of a token that are kept."""


def tokenize(text: str) -> list[str]:
    """Return the tokens of a text as it came: words, numbers, addresses, signs.

    A letter or sign that is repeated more than three times is cut to three, whatever the mood.

    >>> tokenize("АЛЛООО!!!!!! Кв.45, течёт с 7:30 <br> 😱😱")
    ['АЛЛООО', '!!!', 'Кв', '.', '45', ',', 'течёт', 'с', '7:30', '😱', '😱']
    """
    text = clean(text)
    if _RUN.search(text):
        text = reduce_lengthening(text)
    return [token[:LONGEST] for token in _TOKENIZER.tokenize(text)]


def splits_at_spaces(text: str) -> bool:
    """Whether the tokens of a text are those of its words, cut one by one.

    Not so where a token may hold a space, as a telephone number does, or where cleaning looks
    further than to the next space.

    >>> splits_at_spaces("Вода, опять вода!"), splits_at_spaces("8 800 555-35-35")
    (True, False)
    """
    looks_further = "<" in text or "&" in text or "    " in text or not text.isprintable()
    return not looks_further and not _TELEPHONE.search(text)


def is_word(token: str) -> bool:
    """Whether a token is a word, and not a number, an address or a sign.

    >>> [is_word(token) for token in ("кран", "45", "!!!")]
    [True, False, False]
    """
    return token[0].isalpha() and "@" not in token and "/" not in token


def shape(token: str) -> str:
    """Return under what name a token that is no word is known.

    Of a number only its digits' places count, of an address only what it is.

    >>> [shape(token) for token in ("8 800 555-35-35", "7:30", "www.okna.example", "!!!")]
    ['<phone>', '0:00', '<web>', '!!!']
    """
    if token.startswith(("http", "www.")):
        return "<web>"
    if "@" in token and len(token) > 1:
        return "<mail>"
    digits = sum(character.isdigit() for character in token)
    if digits >= 7:
        return "<phone>"
    return re.sub(r"\d", "0", token) if digits else fold(token)
