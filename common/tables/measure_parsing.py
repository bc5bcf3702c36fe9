"""A number with a unit (`30,6 м²`, `5 мин`, `45 %`), and several numbers in one cell (`3/9`).

One cell at a time, with the standard library alone: an exported model takes this file along.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from common.tables.coordinate_parsing import read_place
from common.tables.date_forms import names_month
from common.tables.number_parsing import (
    CURRENCY,
    FRACTIONS,
    MINUS,
    Numeral,
    decide_decimal,
    read_numeral,
)
from common.tables.units import (
    factor_between,
    is_by_the_month,
    is_same_money,
    manner,
    paid_per,
    unit_key,
)

_SIGN = "₽$€£¥₴₸₺₾₹"
_MEASURE = re.compile(
    rf"\s*+(?P<before>[{_SIGN}]\s?)?(?P<number>[+{MINUS}]?[\d{FRACTIONS}]"
    rf"[\d\s\u00a0\u202f.,'’/{FRACTIONS}]*?(?<!\s))\s*+[-–]?\s?"
    rf"(?P<unit>(?:(?(before)|[{_SIGN}]\s?)/\s?)?[^\W\d_{FRACTIONS}][^\d{FRACTIONS}]{{0,14}}?[23²³]?"
    r"|квадратны[йхе]\s[^\W\d_]{4,10}|㎡|%|°\s?[CF]?|[²³])\s*",
)
_FOOTNOTE = re.compile(r"(?<=[\d%²³\w.])\s?(?:\*{1,3}|[†‡¹]|\[(?:\d{1,2}|[a-z])\])$")
"""`81.0*`, `81.0 [1]`: what a remark below the table explains."""
_MOST_FOOTNOTES = 0.5
"""Share of cells with such a mark: where more have one, it is stars, or a second number."""
_PAID = re.compile(rf"(?:{CURRENCY})\.?", re.IGNORECASE)
_OF_NUMBER = re.compile(rf"[\d\s+.,'’()/{MINUS}{FRACTIONS}]|тыс\.?|млн\.?|млрд\.?", re.IGNORECASE)
_COMPOUND = re.compile(
    r"\s*+(?P<number>\d{1,4})\s*+(?P<unit>[^\W\d_]{1,10}\.?)[\s,]*"
    r"(?P<more>\d{1,4}(?:[.,]\d+)?)\s*(?P<lesser>[^\W\d_]{1,10}\.?)\s*+"
)
"""`1 ч 20 мин`, `9 ft 2 in`."""
_FLOOR = r"(?:-?(?:й|ый|ий|ой|st|nd|rd|th))?\s*+(?:этаж\w*|эт\.?|floors?|fl\.?)?"
_PAIR = re.compile(
    rf"\s*+([\-−]?\d{{1,9}}){_FLOOR}\s*+(?:/|\\|(?P<open>\()?(?:из|of|von))\s*+(\d{{1,9}}){_FLOOR}"
    r"\s*+(?(open)\))\s*+",
    re.IGNORECASE,
)
"""`3/9`, `3 из 9`, `3 этаж из 9`, `3 (из 9)`."""
_SIZE = r"(\d{1,5}(?:[.,]\d{1,2})?)"
_TRIPLE = re.compile(
    rf"\s*+{_SIZE}\s*+[/\\]\s*+{_SIZE}\s*+[/\\]\s*+{_SIZE}\s*+"
    r"(?:(?:кв\.?\s?|sq\.?\s?)?[мm]\.?[2²]?)?\s*+",
    re.IGNORECASE,
)
"""`65/40/9`, `65,5/40/9 м²`: a flat's area, that of its rooms, and that of its kitchen."""


class Spellings(NamedTuple):
    """What the distinct cells of a column measure.

    values: the number of each cell that is one. unit: the one that most cells with a unit have, as
    it is written; empty where none has. agreeing: their share that have it, or one of its kind.
    others: the cells that have another of its kind, and became numbers in it.
    """

    values: dict[str, float]
    unit: str
    agreeing: float
    others: list[str]


def read_spellings(
    counts: Mapping[str, int], *, decimal: str | None = None, unit: str = ""
) -> Spellings:
    """Read the distinct cells of a column, see `common.tables.measure_columns.parse_measures`.

    counts: how many cells are spelt so.

    >>> read_spellings({"500 м": 2, "1,5 км": 1}).values
    {'500 м': 500.0, '1,5 км': 1500.0}
    """
    numerals: dict[str, Numeral] = {}
    unit_of: dict[str, str] = {}
    paid_in: dict[str, str] = {}
    bare = {cell: without_footnote(cell) for cell in counts}
    marked = sum(counts[cell] for cell, left in bare.items() if left != cell)
    marks = 0 < marked <= _MOST_FOOTNOTES * sum(counts.values())
    for cell in counts:
        written = bare[cell] if marks else cell
        numeral = read_numeral(written)
        match = (
            _MEASURE.fullmatch(written) if numeral is None or not written[-1].isdigit() else None
        )
        if numeral:
            sign = _OF_NUMBER.sub("", written)
            paid_in |= {cell: sign} if _PAID.fullmatch(sign) else {}
        elif match and names_month(match["unit"]):  # 02.май is what a spreadsheet made of 2.5
            continue
        elif match and (numeral := read_numeral(match["number"])):
            unit_of[cell] = (match["before"] or "").strip() + match["unit"].strip()
        elif numeral is None and (both := _COMPOUND.fullmatch(written)):
            numeral = _summed(both)
            unit_of |= {cell: both["unit"]} if numeral else {}
        if numeral is not None:
            numerals[cell] = numeral
    if unit or unit_of:  # beside `2 min`, `30 sek` are no Swedish crowns, and `30 ₽` no minutes
        most = unit or _usual({cell: (own, counts[cell]) for cell, own in unit_of.items()})
        currency = paid_per(most)[0]  # `руб.` beside `₽/мес` is the same money
        unit_of |= {
            cell: own
            for cell, own in paid_in.items()
            if not is_same_money(paid_per(own)[0], currency)
        }
    mark = decide_decimal(numerals.values()) or decimal or "."
    known = {cell: numeral.value(mark) for cell, numeral in numerals.items()}
    usual = _usual({cell: (own, counts[cell]) for cell, own in unit_of.items()})
    wanted = unit or usual
    meant = {own: manner(own) for own in {wanted, *unit_of.values()}}
    factors = {
        own: factor_between(own, wanted)
        if not (meant[own] and meant[wanted]) or meant[own] == meant[wanted]
        else None  # minutes on foot, and by bus
        for own in {*unit_of.values()}
    }
    told = {
        own
        for own, factor in factors.items()
        if factor not in (None, 1.0) or (factor and is_by_the_month(own, wanted))
    }
    for cell, own in unit_of.items():
        factor = factors[own]
        if factor is not None:
            known[cell] = float(f"{known[cell] * factor:.12g}") if factor != 1.0 else known[cell]
        elif unit:
            del known[cell]
    total = sum(counts[cell] for cell in unit_of)
    agreeing = sum(counts[cell] for cell, own in unit_of.items() if factors[own] is not None)
    others = [cell for cell, own in unit_of.items() if own in told]
    return Spellings(known, usual, agreeing / total if total else 1.0, others)


def without_footnote(cell: str) -> str:
    """Return a cell without the mark of a footnote behind it.

    >>> without_footnote("81.0*"), without_footnote("81,0 м² [1]"), without_footnote("*")
    ('81.0', '81,0 м²', '*')
    """
    return _FOOTNOTE.sub("", cell)


def _summed(cell: re.Match[str]) -> Numeral | None:
    """Return what `1 ч 20 мин` is in hours; None where the second unit is no part of the first."""
    factor = factor_between(cell["lesser"], cell["unit"])
    if factor is None or factor >= 1:
        return None
    value = int(cell["number"]) + float(cell["more"].replace(",", ".")) * factor
    return Numeral(value, value, "")


def _usual(units: Mapping[str, tuple[str, int]]) -> str:
    """Return the unit that most cells have, as most of them write it; empty without any."""
    spelt: dict[str, Counter[str]] = {}
    for unit, count in units.values():
        spelt.setdefault(unit_key(unit), Counter())[unit] += count
    if not spelt:
        return ""
    most = max(spelt.values(), key=Counter.total)
    return most.most_common(1)[0][0]


def read_parts(cell: str) -> tuple[float, ...] | None:
    """Return the numbers of a cell such as `3/9`, `65/40/9` or `55.75, 37.61`, else None.

    >>> read_parts("3 из 9"), read_parts("65,5/40/9 м²"), read_parts("пл. 3")
    ((3.0, 9.0), (65.5, 40.0, 9.0), None)
    """
    pair, triple = _PAIR.fullmatch(cell), _TRIPLE.fullmatch(cell)
    if pair:
        found = pair.group(1, 3)
    elif triple:
        found = triple.groups()
    else:
        return read_place(cell)
    return tuple(float(n.replace(",", ".").replace("−", "-")) for n in found)
