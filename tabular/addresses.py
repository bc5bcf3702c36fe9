"""Whether texts tell flats apart, as addresses do, or rows alone, as the number of a listing."""

import re

import pandas as pd

_ADDRESS_NAME = re.compile(r"адрес|улиц|местополож|addr|street|location", re.IGNORECASE)
_LINK = re.compile(r"://|www\.|\S@\S")
_WORDS = re.compile(r"[^\W\d_]{2}")
_PHRASE = re.compile(r"[^\W\d_]{2}\S*\s.*[^\W\d_]{2}", re.DOTALL)
"""Two words."""
_FLAT = re.compile(
    r"(?:^|[,;])\s*(?:ул|улица|д|дом|кв|квартира|апартаменты?|корп|корпус|жк|street|house|"
    r"building|bldg|flat|apt|apartment|unit)[.\s]",
    re.IGNORECASE,
)
"""A part of an address, such as `кв. 12`, beside which a number is a flat's own."""
_WORD = r"([^\W\d_]{4,})"
FEWEST_WORDS = 5
"""So many different words, each in several cells, are streets: sites of listings are fewer."""
NEARLY_ALL = 0.9
"""Share of cells that say the same but for their digits, from which on these are a number."""


def tell_flats_apart(name: str, sample: pd.Series) -> bool:
    """Whether texts, another in every row, are of different flats: no tags that an export gives.

    >>> tell_flats_apart("адрес", pd.Series(["Мира, 3", "Мира, 5"]))
    True
    >>> tell_flats_apart("x", pd.Series(["Listing number 1000", "Listing number 1001"]))
    False
    """
    if sample.str.contains(_LINK).mean() >= 0.5 or sample.str.contains(_WORDS).mean() < 0.5:
        return False
    if _ADDRESS_NAME.search(name) or sample.str.contains(_FLAT).mean() >= 0.5:
        return True
    forms = sample.str.replace(r"\d+", "0", regex=True)
    if forms.value_counts().iloc[0] >= NEARLY_ALL * len(forms):
        return False
    words = sample.str.extract(_WORD, expand=False)
    counts = words.value_counts()
    streets = counts.index[counts > 1]
    is_told = sample.str.contains(_PHRASE)
    if len(streets) >= FEWEST_WORDS:
        is_told |= words.isin(streets)
    return bool(is_told.mean() >= 0.5)
