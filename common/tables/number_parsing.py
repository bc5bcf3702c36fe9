"""Numbers as people write them: `12 500 000 ₽`, `12,5 млн`, `$1,250,000`, `(1.250,50 €)`.

One cell at a time, with the standard library alone: an exported model takes this file along.
"""

import re
import unicodedata
from collections.abc import Iterable
from numbers import Number
from typing import Any, NamedTuple

MISSING = frozenset(
    (
        "",
        *(
            "na",
            "n/a",
            "n.a.",
            "n/d",
            "no data",
            "not available",
            "not specified",
            "<na>",
            "null",
            "none",
            "nan",
            "nat",
            "nil",
            "-",
            "--",
            "–",
            "—",
            "?",
        ),
        *(".", "..", "...", "…"),  # in SAS and Stata, and in tables of statistical offices
        *("\\n", "(null)", "[null]", "<null>", "undefined"),  # where a database was exported
        *("нет данных", "н/д", "нд", "не указано", "не указан", "не указана", "б/д"),
        *("неизвестно", "неизвестен", "неизвестна", "unknown", "нет информации"),
        *("01.01.0001", "01.01.0001 0:00:00", "01.01.0001 00:00:00"),  # no date, as 1C has it,
        *("0001-01-01", "0001-01-01t00:00:00", "0001-01-01 00:00:00"),
        *("0000-00-00", "0000-00-00 00:00:00", "00.00.0000"),  # and as MySQL does
        *("(пусто)", "(blank)"),  # in a pivot table of Excel
        *("#n/a", "#н/д", "#nv", "#div/0!", "#дел/0!", "#value!", "#знач!", "#wert!"),
        *("#ref!", "#ссылка!", "#bezug!", "#name?", "#имя?", "#num!", "#число!", "#zahl!"),
        *("#null!", "#пусто!", "#spill!", "#перенос!", "#calc!", "#вычисл!", "#error!"),
        *("#getting_data", "#field!", "#busy!", "#blocked!", "#connect!", "#unknown!"),
    )
)
"""What a cell without a value holds, in any case of letters, with any spaces around it."""

SPACES = " \t\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
"""Every space that may stand inside a number, as a range for a regular expression."""

UNSEEN = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""Signs that nobody sees, as a range for a regular expression: marks of direction, soft hyphens.

Those that join letters or part them, U+200C and U+200D, show: in Persian, and in emoji.
"""
GUARDED = '^="([^"]*)"$'
"""How a program tells Excel to keep a cell as text: `="007"`."""

MINUS = "\\-−–‐‑‒﹣－"
"""Every sign that people write for minus, for a regular expression."""
_AS_SPACE = re.compile(f"[{SPACES}]")
_AS_PLAIN = str.maketrans("−–‐‑‒﹣－’‘ʼ´`٬٫·．，", "-------''''''...,")
_UNSEEN = re.compile(f"[{UNSEEN}]")
_GUARDED = re.compile(GUARDED)

OTHER_CURRENCIES = {
    **{"¥": "[¥￥]", "CNY": r"cn¥|cny|rmb|юан(?:ей|я|ь|и)|人民币|元", "JPY": r"jp¥|jpy|日元|円"},
    **{"kr": "kr", "SEK": "sek", "NOK": "nok", "DKK": "dkk", "ISK": "isk"},
    **{"AUD": r"au?\$|aud", "CAD": r"ca?\$|cad", "NZD": r"nz\$|nzd", "HKD": r"hk\$|hkd"},
    **{"SGD": r"sg?\$|sgd", "TWD": r"nt\$|twd", "MXN": r"mx\$|mxn", "BRL": r"r\$|brl"},
    **{"KRW": "₩|krw|원", "VND": "₫|vnd", "THB": "฿|thb|бат(?:ов|а)?", "PHP": "₱|php"},
    **{"ILS": "₪|ils", "AZN": "₼|azn|манат(?:ов|а)?", "AMD": "֏|amd|драм(?:ов|а)?"},
    **{
        "UZS": "uzs|сум|сўм",
        "KGS": "kgs|сом(?:ов|а)?",
        "BYN": "byn",
        "BGN": "лв|bgn",
        "HUF": "huf",
    },
    **{"lei": "lei", "RON": "ron", "MDL": "mdl", "RSD": "rsd", "IDR": "idr", "MYR": "myr"},
    **{"ARS": "ars", "CLP": "clp", "ZAR": "zar", "NGN": "ngn", "KES": "kes", "EGP": "egp"},
    **{"SAR": "sar", "QAR": "qar", "OMR": "omr", "KWD": "kwd", "BHD": "bhd"},
}
"""Those of which nothing is known here but how they are spelt, as regular expressions."""
SPELT_ALIKE = {"¥": ("CNY", "JPY"), "kr": ("SEK", "NOK", "DKK", "ISK"), "lei": ("RON", "MDL")}
"""Signs that several currencies share: beside one of these, each means it."""
_RUPEE = r"₹|inr|rs\.?"
CURRENCIES = {
    "₽": r"₽|руб(?:\.|л(?:ей|я|ь))?|р\.?|rub|rur",
    "$": r"(?:us)?\$|usd|dollars?|долл(?:\.|ар(?:ов|а)?)?",
    **{"€": "€|eur|euros?|евро", "£": "£|gbp", "CHF": r"chf|fr\.?", "zł": "pln|zł"},
    **{"₸": r"₸|kzt|тенге|тг\.?", "₴": r"₴|uah|грн\.?", "₺": "₺|try|tl", "₾": "₾|gel"},
    **{"Kč": "czk|kč", "AED": "aed", "₹": _RUPEE, "у. е.": r"у\.?\s?е\.?"},
    **{sign: rf"(?:{spelt})\.?" for sign, spelt in OTHER_CURRENCIES.items()},
}
"""Each currency by one sign, and how it is spelt, as a regular expression."""
CURRENCY = "|".join(CURRENCIES.values())
_SCALES = {
    1e3: r"тыс(?:яч[аи]?|\.)?|т\.?(?=\s?р)|k",
    1e4: "万|萬|만",
    1e5: r"lakhs?|lacs?|(?(rupees)l|(?!))",
    1e6: r"млн\.?|миллион(?:а|ов)?|mln\.?|mio\.?|million|(?(before)m[mn]?|(?-i:M))"
    rf"|m[mn]?(?=\s*[€£$₽₹₺¥]|\s+(?:{CURRENCY}))",
    1e7: r"crores?|cr\.?",
    1e8: "億|亿|억",
    1e9: r"млрд\.?|миллиард(?:а|ов)?|mrd\.?|bn|billion",
}
"""Words for a scale. A small m is a million beside a currency, `£1.2m`, and a metre without one;
an L is a lakh behind rupees, `₹45 L`, and a litre without them."""
_NUMBER = re.compile(
    rf"(?P<open>\()?\s*+(?P<sign>[+-])?\s*+(?P<before>(?P<rupees>{_RUPEE})|{CURRENCY})?\s*+"
    r"(?P<inner_sign>[+-])?\s*+(?P<body>\d[\d',.]*+(?: ++[\d',.]++)*|[.,]\d++)"
    r"(?:\s*+(?P<exponent>e[+-]?\d++))?(?:(?<=\d[.,]\d\d)\s?(?P<behind>-))?\s*+"
    + "(?:"
    + "|".join(f"(?P<e{scale:.0f}>{words})" for scale, words in _SCALES.items())
    + rf")?\s*+(?P<after>{CURRENCY})?(?:(?<=[.бр₽])\s*+(?P<cents>\d\d)\s?коп\.?)?\s*+"
    r"(?P<close>\))?",
    re.IGNORECASE,
)
"""Spaces are never given back (`++`): a cell of many would take time by a power of their number. No
group is possessive: Python before 3.11.5 forgets where a repetition began that did not come to its
end."""
_TWO_SCALES = re.compile(r"(?<![\d.,])(\d{1,4})\s?[億亿억]\s?(\d{1,4}|\d,\d{3})\s?[万萬만]")
"""`1億2000万`, `5억 5,000만`: a hundred millions, and ten thousands."""
_NO_CENTS = re.compile(r"(?<=\d)([.,])(?:--?|—)(?!\d)")
"""In place of cents: 1'250'000.–, 1.250,- €."""
FRACTIONS = "¼-¾⅐-⅞"
"""Signs such as ½, as a range for a regular expression."""
_FRACTION = re.compile(
    rf"(?P<sign>[+-]?)(?P<whole>\d{{1,6}})?"
    rf"(?:\s?(?P<letter>[{FRACTIONS}])|(?<=\d)\s(?P<over>\d)/(?P<under>[2348]|16))"
)
_GROUPED = re.compile(r"\d{1,3}(?:([ '.,])\d{3})(?:\1\d{3})*(?:(?!\1)([.,])\d*)?")
_LAKHS = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d*)?")
"""Groups as in India: 12,50,000 is 1,250,000."""
_PLAIN = re.compile(r"\d*(?:([.,])\d*)?")


def as_seen(cell: str) -> str:
    """Return a cell as a person sees it: letters composed (NFC), without signs that nobody sees.

    >>> as_seen('\u200e1 500\u200e'), as_seen('="007"'), as_seen("и\u0306од") == "йод"
    ('1 500', '007', True)
    """
    cell = _GUARDED.sub(r"\1", cell.strip())
    if cell.isascii():
        return cell
    return unicodedata.normalize("NFC", _UNSEEN.sub("", cell)).strip()


class Numeral(NamedTuple):
    """A number read both ways, and what its spelling says about the decimal mark.

    `1,250` is 1250 where the decimal mark is a point and 1.25 where it is a comma, and by itself
    says nothing of which (`evidence` is empty). `1,25` can be read in one way only. Beside a
    currency, `1.250 €`, three digits are thousands: money has two decimals.
    """

    if_point: float
    if_comma: float
    evidence: str

    def value(self, decimal: str) -> float:
        return self.if_comma if decimal == "," else self.if_point


def parse_number(text: str) -> float | None:
    """Return the number that `text` spells, or None where it spells none.

    Understands thousands set apart by any space, an apostrophe, a comma or a point; a decimal
    comma or point; `тыс`, `млн`, `млрд`, `k`, `M`, `bn`; currency signs and words on either side;
    minus signs, behind two decimals too, as SAP has them (`1.250,50-`), and parentheses around a
    negative sum; `1e6`; `350万`, `1億2000万円`. A percentage is no number here.
    Of a lone `1,250` the comma is taken for thousands, of a lone `1.250` the point for decimals:
    with a whole column at hand, `parse_numbers` looks at the other cells first.

    >>> parse_number("12,5 млн ₽"), parse_number("$1,250,000"), parse_number("1.250.000,50 €")
    (12500000.0, 1250000.0, 1250000.5)
    >>> parse_number("по запросу") is None
    True
    """
    numeral = read_numeral(text)
    return None if numeral is None else numeral.value(".")


def decide_decimal(numerals: Iterable[Numeral | None]) -> str | None:
    """Return the decimal mark, "." or ",", that most numerals give evidence of; None without any.

    >>> decide_decimal([read_numeral("1,250"), read_numeral("0,5")])
    ','
    """
    evidence = [numeral.evidence for numeral in numerals if numeral]
    commas, points = evidence.count(","), evidence.count(".")
    if commas == points:
        return "." if points else None
    return "," if commas > points else "."


def read_numeral(text: Any) -> Numeral | None:
    """Read one cell in both ways; None where it is no number."""
    if not isinstance(text, str):
        is_number = isinstance(text, Number)
        return Numeral(float(text), float(text), "") if is_number else None
    plain = _AS_SPACE.sub(" ", text).translate(_AS_PLAIN).strip()
    if plain.lstrip("+-").casefold() in ("inf", "infinity"):
        return Numeral(float(plain), float(plain), "")
    if (fraction := _FRACTION.fullmatch(plain)) is not None:
        return _mixed(fraction)
    plain = _NO_CENTS.sub(r"\g<1>00", plain)
    plain = _TWO_SCALES.sub(lambda two: f"{two[1]}{two[2].replace(',', ''):0>4}万", plain)
    if plain[:1] == "'":  # how one tells Excel to keep digits as text
        plain = plain[1:]
    match = _NUMBER.fullmatch(plain)
    if not match:
        return None
    signs = [match[name] for name in ("sign", "inner_sign", "behind", "open") if match[name]]
    if len(signs) > 1 or bool(match["open"]) != bool(match["close"]):
        return None
    scale = next((scale for scale in _SCALES if match[f"e{scale:.0f}"]), 1.0)
    if scale != 1.0 and match["exponent"]:
        return None
    exact = scale != 1.0 or bool(match["exponent"])
    written = match["body"].strip()
    if match["cents"]:  # 12 500 руб. 50 коп.
        whole = re.sub("[ ']", "", written)
        if not whole.isdigit() or scale != 1.0:
            return None
        exact, written = True, f"{whole}.{match['cents']}"
    body = _read_body(written, exact)
    if body is None:
        return None
    if not body[2] and body[0] != body[1] and match["before"] is not match["after"]:
        # Nobody writes money with three decimals: what a mark sets apart there is thousands.
        body = (*body[:2], "," if "." in match["body"] else ".")
    factor = -1.0 if signs and signs[0] in "-(" else 1.0
    if_point, if_comma = (
        factor * _scaled(digits + (match["exponent"] or ""), scale) for digits in body[:2]
    )
    return Numeral(if_point, if_comma, body[2])


def _mixed(fraction: re.Match[str]) -> Numeral | None:
    """`2 ½` and `2 1/2` are 2.5."""
    if fraction["letter"]:
        part = unicodedata.numeric(fraction["letter"])
    else:
        part = int(fraction["over"]) / int(fraction["under"])
    if not 0 < part < 1:
        return None
    value = (int(fraction["whole"] or 0) + part) * (-1 if fraction["sign"] == "-" else 1)
    return Numeral(value, value, "")


def _scaled(digits: str, scale: float) -> float:
    """`12.3` millions are 12 300 000 exactly, not 12 300 000.000000002."""
    return float(f"{digits}e{len(f'{scale:.0f}') - 1}" if scale != 1.0 else digits)


def _read_body(body: str, exact: bool) -> tuple[str, str, str] | None:
    """Return the digits if the decimal mark is a point, if it is a comma, and the evidence.

    `exact` says that a scale or an exponent follows, so that the only separator is a decimal mark.
    """
    if _LAKHS.fullmatch(body):
        digits = body.replace(",", "")
        return digits, digits, "."
    grouped, plain = _GROUPED.fullmatch(body), _PLAIN.fullmatch(body)
    mark = plain[1] if plain else None
    if grouped and not (mark and (exact or body.startswith("0"))):
        thousands, decimal = grouped[1], grouped[2]
        if thousands in " '":
            digits = body.replace(thousands, "").replace(",", ".")
            return digits, digits, decimal or ""
        other = "," if thousands == "." else "."
        digits = body.replace(thousands, "").replace(other, ".")
        if mark:
            with_decimals = body.replace(mark, ".")
            return (with_decimals, digits, "") if mark == "." else (digits, with_decimals, "")
        return digits, digits, other
    if plain and any(character.isdigit() for character in body):
        digits = body.replace(",", ".")
        return digits, digits, mark or ""
    return None
