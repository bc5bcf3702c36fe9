"""Units that people write behind numbers, which of them are one, and how one becomes another."""

import functools
import re

from common.tables.number_parsing import CURRENCIES, SPELT_ALIKE

_ALIKE = 3
"""So many letters tell units apart: комната, комнаты, комнат are one."""

_SQUARE = re.compile("квадратны[йхе]")
_SAME = {
    **dict.fromkeys(("m²", "sqm", "квм", "qm", "mq", "м2", "m2", "㎡", "мкв", "msq"), "м²"),
    **dict.fromkeys(("sqf", "sf", "квф", "фт²"), "ft²"),
    **dict.fromkeys(("sqk", "квк", "km²"), "км²"),
    **dict.fromkeys(("m", "мет", "met"), "м"),
    **dict.fromkeys(("km", "кил", "kil"), "км"),
    **dict.fromkeys(("cm", "сан"), "см"),
    **dict.fromkeys(("mi", "mil", "мил"), "mi"),
    **dict.fromkeys(("fee", "foo", "фут"), "ft"),
    **dict.fromkeys(("inc", "дюй"), "in"),
    **dict.fromkeys(("ha", "гек", "hec"), "га"),
    **dict.fromkeys(("acr", "акр"), "ac"),
    **dict.fromkeys(("час", "h", "hr", "hrs", "hou"), "ч"),
    **dict.fromkeys(("sec", "sek", "с"), "сек"),
    **dict.fromkeys(("mo", "mon", "mos"), "мес"),
    **dict.fromkeys(("год", "лет", "yea", "yrs", "yr"), "г"),
    **{"mm": "мм", "min": "мин", "эт": "эта", "к": "ком", "кк": "ком"},
}
"""Units that are one, by their first letters; Latin ones that look like Russian among them."""

_SIZES: tuple[dict[str, float], ...] = (
    {"м²": 1, "ft²": 0.09290304, "сот": 100, "га": 1e4, "ac": 4046.8564224, "км²": 1e6},
    {"м": 1, "км": 1000, "см": 0.01, "мм": 0.001, "in": 0.0254, "ft": 0.3048, "mi": 1609.344},
    {"мин": 1, "ч": 60, "сек": 1 / 60},
    {"мес": 1, "г": 12},
    {"of1": 1, "%": 0.01},
)
"""The units of one kind, each with its size."""
FRACTION = "of 1"
"""The unit of 0.07 where a format shows it as 7 %."""


_PAID = tuple(
    (sign, re.compile(rf"(?:{spelt})\.?(?:\s?(?:/|(?:в|за|per)\b)\s?(.*\w.*))?", re.IGNORECASE))
    for sign, spelt in CURRENCIES.items()
)


@functools.lru_cache(maxsize=1024)
def paid_per(unit: str) -> tuple[str, str]:
    """Return the sign of a unit's currency, however it is spelt, and what is behind its `/`.

    >>> paid_per("руб./мес"), paid_per("USD"), paid_per("м")
    (('₽', 'мес'), ('$', ''), ('', ''))
    """
    for sign, spelt in _PAID:
        if match := spelt.fullmatch(unit.strip()):
            return sign, match[1] or ""
    return "", ""


def is_same_money(sign: str, other: str) -> bool:
    """Whether two signs of currencies mean one, as `kr` and `SEK` do.

    >>> is_same_money("kr", "SEK"), is_same_money("SEK", "NOK"), is_same_money("", "")
    (True, False, False)
    """
    alike = (
        sign == other or other in SPELT_ALIKE.get(sign, ()) or sign in SPELT_ALIKE.get(other, ())
    )
    return bool(sign) and alike


def is_by_the_month(unit: str, other: str) -> bool:
    """Whether a sum is by the month and another of the same money by nothing: a rent, mostly.

    >>> is_by_the_month("₽/мес", "руб."), is_by_the_month("₽/м²", "₽"), is_by_the_month("₽", "₽")
    (True, False, False)
    """
    (sign, per), (other_sign, other_per) = paid_per(unit), paid_per(other)
    spans = {unit_key(per), unit_key(other_per)}
    return spans == {"", "мес"} and is_same_money(sign, other_sign)


@functools.lru_cache(maxsize=1024)
def unit_key(unit: str) -> str:
    """Spell a unit so that м², м2, кв. м and sq. m are one, and комната, комнат are.

    >>> unit_key("кв. м"), unit_key("sqm"), unit_key("комнаты") == unit_key("комнат")
    ('м²', 'м²', True)
    >>> unit_key("руб. в месяц"), unit_key("₽/м2")
    ('₽/мес', '₽/м²')
    """
    currency, per = paid_per(unit)
    if per:
        return f"{currency}/{unit_key(per)}"
    letters = re.sub(r"[\s.^\-–]", "", unit.casefold()).replace("2", "²").replace("3", "³")
    short = _SQUARE.sub("кв", letters.replace("square", "sq"))[:_ALIKE]
    return _SAME.get(short, currency or short)  # `30 sek` beside minutes are no crowns


def is_unit(text: str) -> bool:
    """Whether a text is a unit whose size is known here.

    >>> is_unit("sq ft"), is_unit("шт.")
    (True, False)
    """
    return any(unit_key(text) in sizes for sizes in _SIZES)


def manner(unit: str) -> str:
    """Return how a time is meant: on foot, by bus; empty where nothing stands behind the unit.

    >>> manner("мин пешком") == manner("мин. пеш."), manner("мин"), manner("кв. м")
    (True, '', '')
    """
    first, *others = re.split(r"[\s.]+", unit.casefold().strip(". "))
    words = [word for word in others if word not in ("на", "by", "on", "a", "of", "до", "от")]
    return words[0][:_ALIKE] if words and unit_key(first) in _SIZES[2] else ""


def factor_between(unit: str, other: str) -> float | None:
    """Return what a number in `unit` is multiplied by to be one in `other`; None for other kinds.

    >>> factor_between("km", "м"), factor_between("sq ft", "м²"), factor_between("м²", "м")
    (1000.0, 0.09290304, None)
    >>> factor_between("₽/мес", "руб."), factor_between("₽/год", "руб.")
    (1.0, None)
    >>> factor_between("%", FRACTION), factor_between(FRACTION, "%")
    (0.01, 100.0)
    """
    key, wanted = unit_key(unit), unit_key(other)
    (sign, per), (other_sign, other_per) = paid_per(unit), paid_per(other)
    same_money = is_same_money(sign, other_sign) and unit_key(per) == unit_key(other_per)
    if key == wanted or same_money or is_by_the_month(unit, other):
        return 1.0
    for sizes in _SIZES:
        if key in sizes and wanted in sizes:
            return sizes[key] / sizes[wanted]
    return None
