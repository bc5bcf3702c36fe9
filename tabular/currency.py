"""Currencies, and amounts in short words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the settings need this room, and `--help` is not to wait for pandas
    import pandas as pd

ROUBLES = {
    **{"₽": 1.0, "$": 80.0, "€": 90.0, "£": 105.0},
    **{"₸": 0.15, "₴": 2.0, "zł": 21.0, "CHF": 95.0},
    **{"₹": 0.95, "₺": 2.0, "₾": 30.0, "Kč": 3.6, "AED": 22.0},
}
"""Nominal rates that place the thresholds in another currency; `--rate` sets another."""

UNLIKELY_IN_ROUBLES = 1_000_000
"""A median price below this, and no word of a currency, is hardly what flats cost in roubles."""
UNLIKELY_AT_ALL = 10_000
"""A median price below this is hardly in units of any currency: in millions, perhaps."""
USUAL = 10_000_000.0
"""A price in roubles to which the thresholds of a catastrophe are meant."""

_NO_CURRENCY = re.compile(r"млн|тыс|[万萬만億亿억]", re.I)
"""Words for a scale; Russians say theirs of roubles, unless another currency is named."""
_WORD = r"(?<![^\W\d_])(?:{})(?![^\W\d_])"
"""A word that stands alone, digits aside: `5RUB` has it, `scrub` has not."""
_SIGNS = {
    sign: re.compile("|".join((*signs, *map(_WORD.format, words))), re.IGNORECASE)
    for sign, signs, words in (
        ("$", (r"(?<![a-z])(us)?\$", "долл"), ("usd", "dollars?")),
        ("€", ("€", "евро"), ("eur", "euros?")),
        ("£", ("£",), ("gbp",)),
        ("₸", ("₸", "тенге"), ("kzt", "тг")),
        ("₴", ("₴", "грн"), ("uah",)),
        ("zł", (r"(?<![^\W\d_])zł",), ("pln",)),
        ("CHF", (), ("chf",)),
        ("₹", ("₹",), ("inr", "rs")),
        ("₺", ("₺",), ("try", "tl")),
        ("₾", ("₾",), ("gel",)),
        ("Kč", (r"(?<![^\W\d_])kč",), ("czk",)),
        ("AED", (), ("aed",)),
        ("₽", ("₽", "руб", "млн", "тыс", r"(?<![^\W\d_])р\."), ("rub", "rur")),
    )
}
_DOLLARS = ("AUD", "CAD", "NZD", "HKD", "SGD", "TWD", "MXN")
_SCALES = {
    1e6: re.compile(r"млн|миллион|\bmln\b|\bmio\b|\bmillions?\b", re.I),
    1e3: re.compile(r"тыс|\bthousands?\b|\b(in )?k(usd|eur|rub|\$|€)?$", re.I),
}
_PER_MONTH = re.compile(
    r"\s*(?:(?:/|\bв\b|\bper\b)\s*(?:мес(?:яц|\.)?|month|mo\.?)|\bpcm)\s*$", re.I
)
_PER_UNIT = re.compile(r"\s?/\s?([^\W\d_][^\d/]{0,13}[23²³]?)\s*$")
_CURRENCY_NAME = re.compile(r"curr|валют|ccy|w[äa]e?hrung|moneda|devise", re.I)
_OF_CURRENCY = re.compile(r"curr|валют|ccy|w[äa]e?hrung|moneda|devise|^(cur|code|iso|код)$", re.I)
_ISO_OR_SIGN = re.compile(r"[A-Z]{3}|[₽$€£¥₴₸₺₾₹]")
_DIGITS = re.compile(r"\d(?:[\s.,]*\d)*")
_MOST = 50
"""Different cells that are looked at."""
_STEM = 3
"""Letters by which `цены` is `цена`."""
_SCALE_SIGNS = {1e6: "M", 1e3: "k"}
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def currency_sign(name: str, cells: Iterable[object] = ()) -> str:
    """Return the sign of the currency that a column's name or its cells speak of, "" if none.

    >>> currency_sign("price_usd"), currency_sign("цена", ["12 млн"]), currency_sign("price")
    ('$', '₽', '')
    """
    name, text = name.replace("_", " "), " ".join(map(str, cells))
    for sign, pattern in _SIGNS.items():
        if pattern.search(name) or pattern.search(text):
            return sign
    return ""


def scaled_sign(sign: str, name: str, median: float) -> str:
    """Return a currency with the scale that a column's name speaks of, where its prices are small.

    >>> scaled_sign("₽", "цена, млн руб.", 12.5), scaled_sign("₽", "цена, млн", 12_500_000)
    ('M ₽', '₽')
    """
    for scale, pattern in _SCALES.items():
        if pattern.search(name.replace("_", " ")) and median < 1e10 / scale:
            return f"{_SCALE_SIGNS[scale]} {sign}".rstrip()
    return sign


def without_digits(cells: pd.Series) -> pd.Series:
    """Return cells with 1 for every number: of a million amounts a few are left to be looked at."""
    return cells.str.replace(_DIGITS, "1", regex=True)


def currencies_in(cells: pd.Series) -> dict[str, object]:
    """Return the currencies that cells name, each with the label of the first cell that does.

    However it is spelt, a currency is one: `A$` and `AUD`; `kr` beside `SEK` are Swedish crowns.

    >>> import pandas as pd
    >>> currencies_in(pd.Series(["$5", "€7", "12 млн", "$3"], index=[2, 3, 4, 5]))
    {'$': 2, '€': 3}
    >>> currencies_in(pd.Series(["¥5", "6 юаней", "$7 CAD", "8 C$"]))
    {'CNY': 1, 'CAD': 2}
    """
    from common.tables.number_parsing import OTHER_CURRENCIES, SPELT_ALIKE  # and pandas

    others = {
        code: re.compile(_WORD.format(spelt), re.IGNORECASE)
        for code, spelt in OTHER_CURRENCIES.items()
    }
    firsts: dict[str, object] = {}
    for row, cell in cells.dropna().astype(str).drop_duplicates().items():
        bare = _NO_CURRENCY.sub("", cell)
        named = [sign for sign, pattern in {**_SIGNS, **others}.items() if pattern.search(bare)]
        if "$" in named and any(code in _DOLLARS for code in named):
            named.remove("$")
        for sign in named:
            firsts.setdefault(sign, row)
    for sign, codes in SPELT_ALIKE.items():
        if any(code in firsts for code in codes):
            firsts.pop(sign, None)
    return firsts


def currencies_beside(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return the columns that hold nothing but names of currencies, each with those.

    >>> import pandas as pd
    >>> table = {"валюта": ["RUB", None, "USD"], "lang": ["fr", "tl", "fr"]}
    >>> currencies_beside(pd.DataFrame(table))
    {'валюта': ['RUB', 'USD']}
    """
    from common.tables.number_parsing import CURRENCY

    found = {}
    for name in frame.select_dtypes(include=["object", "string", "category"]):
        cells = frame[name].dropna()
        names = sorted({str(cell).strip() for cell in cells.drop_duplicates().iloc[:_MOST]})
        is_named = _CURRENCY_NAME.search(str(name)) or all(map(_ISO_OR_SIGN.fullmatch, names))
        if names and is_named and all(re.fullmatch(CURRENCY, one, re.I) for one in names):
            found[str(name)] = names
    return found


def _is_currency_of(name: str, target: str) -> bool:
    """Whether a column is called a currency and no more, or a currency of the target.

    >>> _is_currency_of("Валюта", "цена"), _is_currency_of("price_currency", "Price, total")
    (True, True)
    >>> _is_currency_of("валюта цены", "цена"), _is_currency_of("deposit_currency", "price")
    (True, False)
    """
    words = [[*re.findall(r"[^\W\d_]+", one.lower())] for one in (name, target)]
    more = [word for word in words[0] if not _OF_CURRENCY.search(word)]
    starts = {word[:_STEM] for word in words[1]}
    return len(more) < len(words[0]) and all(word[:_STEM] in starts for word in more)


def currency_beside(frame: pd.DataFrame, target: str, known: str) -> tuple[str, list[str]]:
    """Return the currency of the prices, and what is to be said of it.

    It is the known one, that their own cells or name tell; or one that a column beside them names,
    if that is theirs: the currency of a deposit is none.
    """
    import pandas as pd

    sign, notes = known, []
    beside = currencies_beside(frame)
    for name in sorted(beside, key=lambda name: not _is_currency_of(name, target)):
        names = beside[name]
        signs = [*currencies_in(pd.Series([f"1 {one}" for one in names]))]
        own = _is_currency_of(name, target)
        if not own and (sign or len(signs) < 2 or _CURRENCY_NAME.search(name)):
            continue  # of a deposit, or a word that only looks like a currency
        if known:
            told = scale_of(known)[1]
            if told and signs and signs != [told]:
                notes.append(
                    f"the prices are in {known}, as they tell themselves, and the column {name} "
                    f"names {', '.join(map(repr, names))}; which is right?"
                )
            continue
        if len(signs) > 1:
            return "", [
                f"column {name}: names several currencies, {', '.join(map(repr, names))}; are all "
                "prices in one? if not, make them one"
            ]
        if signs and not sign:
            sign = signs[0]
            notes = [f"the currency is taken from the column {name}: {names[0]}"]
    return sign, notes


def without_units(prices: pd.Series) -> pd.Series:
    """Return rents, `45 000 ₽/мес`, and prices of a metre, `250 ₽/м²`, as prices.

    They stay as they are where not every cell is by the month, or by the same unit.

    >>> import pandas as pd
    >>> without_units(pd.Series(["45 000 ₽/мес", "50 000 ₽ в месяц"])).tolist()
    ['45 000 ₽', '50 000 ₽']
    >>> without_units(pd.Series(["45 000 ₽/мес", "9 000 000 ₽"])).tolist()
    ['45 000 ₽/мес', '9 000 000 ₽']
    >>> without_units(pd.Series(["250 ₽/м²", "$300/кв. м"])).tolist()
    ['250 ₽', '$300']
    """
    from common.tables.units import unit_key

    known = prices.dropna()
    for pattern in (_PER_MONTH, _PER_UNIT):
        if all(isinstance(cell, str) and pattern.search(cell) for cell in known):
            break
    else:
        return prices
    if pattern is _PER_UNIT and len(set(known.str.extract(_PER_UNIT)[0].map(unit_key))) > 1:
        return prices
    return prices.map(lambda cell: pattern.sub("", cell), na_action="ignore")


def rate_of(currency: str, median: float, *, as_meant: bool = True) -> float:
    """Return the roubles for one unit of a currency, or what serves where nothing tells it.

    Prices of no currency whose rate is known are roubles if they are as high as prices in roubles.
    Otherwise the thresholds are placed by the median price: a catastrophe is then 5 % of it.

    Args:
        currency: as `currency_sign` gives it.
        median: the price in the middle.
        as_meant: whether the thresholds are our own. Those of a person are in their currency.

    >>> rate_of("$", 3e5), rate_of("", 8e6), rate_of("", 2e5), rate_of("", 2e5, as_meant=False)
    (80.0, 1.0, 50.0, 1.0)
    """
    scale, sign = scale_of(currency)
    if sign in ROUBLES or scale != 1.0 or median >= UNLIKELY_IN_ROUBLES or not as_meant:
        return scale * ROUBLES.get(sign, 1.0)
    return float(f"{USUAL / median:.3g}")


def scale_of(currency: str) -> tuple[float, str]:
    """Take `M ₽` apart into a million and the sign."""
    first, _, rest = currency.partition(" ")
    for scale, sign in _SCALE_SIGNS.items():
        if first == sign:
            return scale, rest
    return 1.0, currency


def money(value: float, currency: str = "", *, digits: int = 3) -> str:
    """Return an amount in short.

    >>> money(12_345_678, "₽"), money(-350_000, "$"), money(999.96e6), money(154, digits=2)
    ('12.3 M ₽', '-$350 k', '1 B', '150')
    """
    rounded = float(f"{value:.{digits}g}")
    size, unit = next(((s, u) for s, u in _UNITS if abs(rounded) >= s), (1.0, ""))
    amount = f"{abs(rounded) / size:,.6g}" + (f" {unit}" if unit else "")
    sign = "-" if rounded < 0 else ""
    if currency in ("$", "€", "£", "¥"):
        return f"{sign}{currency}{amount}"
    return f"{sign}{amount} {currency}".rstrip()
