"""What a workbook's formats write beside its numbers: `₽`, `%`, `м²`. A reader of cells drops it.

Without it `12 500 ₽` and `$140` are two numbers of one column.
"""

import html
import re
import zipfile
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, NamedTuple

from common.tables.number_parsing import CURRENCY, read_numeral
from common.tables.units import is_unit, paid_per
from common.tables.xml_tags import LAST_COLUMN, LAST_ROW, parts, tags


class Sign(NamedTuple):
    """What stands beside a number, and by what it is multiplied where it is shown."""

    text: str
    factor: float = 1.0


Signs = Mapping[int, Mapping[Sign, Sequence[int]]]
"""By columns, from 0: each sign, and the rows, from 0, of the cells that have it."""

PERCENT = Sign("%", 100.0)
OF_ALL = {9: PERCENT, 10: PERCENT}
"""Formats that every workbook has and does not spell out. Those of money are the reader's own."""
MOST_STYLES, LONGEST_FORMAT = 65_490, 255
"""The styles of cells of a workbook, and the letters of a number format, that Excel allows."""
_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]\-]*)[^\]]*\]|\[[^\]]*\]|[_*]."
    r"|(?P<end>;)|(?P<digits>[0#?.,]+)|(?P<percent>%)|(?P<plain>[₽$€£¥₴₸])|(?P<clock>[a-z/:])|.",
    re.IGNORECASE | re.DOTALL,
)
_DIVIDED = re.compile(
    rf"(?<![^\W\d_])(?:k|mm?n?|bn?)?((?:{CURRENCY})(?:\s?/\s?\S+)?)(?![^\W\d_])", re.IGNORECASE
)
"""The money in `тыс. ₽`, `M€`, `k$/ft²`."""
_TAG = re.compile(
    rb"""<(?:\w+:)?(numFmt|cellXfs|xf)((?:\s[^<>"']*(?:"[^"<]*"|'[^'<]*'))*)\s*/?>"""
    rb"|</(?:\w+:)?(cellXfs)>"
)
_ID = re.compile(rb"""\bnumFmtId=["'](\d{1,5})["']""")
_CODE = re.compile(rb"""\bformatCode=(?:"([^"]*)"|'([^']*)')""")
_MONEY_OR_SHARE = re.compile(rb"value-type=.(?:currency|percentage).")
_MOST_REPEATED = 1 << 22
"""Cells with a sign for which another stands that is written, of a whole workbook: 16 MB."""
_CELL = re.compile(rb"""<(?:\w+:)?c\s([^<>]*?\bs=["'](\d{1,5})["'][^<>]*)>""")
_PLACE = re.compile(rb"""(?:^|\s)r=["']([A-Z]{1,3})(\d{1,7})["']""")


def sign_of(code: str) -> Sign | None:
    """Return what a number format writes beside a number; None for nothing of that kind.

    That is a currency, a percent sign, or a unit that is known. A word for a scale counts where
    the number is not divided for it: `#,##0 "тыс."` shows 5 as 5 thousand, `#,##0, "тыс."` 5,000.

    >>> [sign_of(code).text for code in ('#,##0\\\\ "₽"', "[$$-409]#,##0", "0.0%", '0" м²"')]
    ['₽', '$', '%', 'м²']
    >>> [sign_of(code).text for code in ('#,##0, "тыс. ₽"', '#,##0" тыс. ₽"')]
    ['₽', 'тыс. ₽']
    >>> sign_of('0" %"').factor, sign_of("0.00"), sign_of("dd.mm.yy"), sign_of('"№ "0')
    (1.0, None, None, None)
    >>> [sign_of(code).text for code in ('0" ₽/м²"', '$0"/ft²"', '0.0,," M€"')]
    ['₽/м²', '$/ft²', '€']
    """
    if len(code) > LONGEST_FORMAT:
        return None
    before, number, after, factor = "", "", "", 1.0
    for token in _TOKEN.finditer(code.replace("General", "0")):
        if token["end"]:
            break
        if token["clock"]:
            return None
        said = token["quoted"] or token["escaped"] or token["currency"] or token["plain"] or ""
        if token["percent"]:
            said, factor = "%", 100.0
        if token["digits"] and not after.strip():
            number += token["digits"]
        elif number:
            after += said
        else:
            before += said
    behind, ahead = (" ".join(text.split()) for text in (after, before))
    if number.endswith(","):
        divided = _DIVIDED.search(behind)
        behind = divided[1] if divided else ""
    elif behind.startswith("/") and _is_money(ahead):
        behind = ahead + behind
    text = behind or (ahead if _is_money(ahead) else "")
    if not number or not text or any(map(str.isdecimal, text)):
        return None
    is_known = text == "%" or is_unit(text) or any(paid_per(text))
    return Sign(text, factor) if is_known or read_numeral(f"5 {text}") is not None else None


def _is_money(text: str) -> bool:
    return re.fullmatch(CURRENCY, text, re.IGNORECASE) is not None


def signs_of_styles(archive: zipfile.ZipFile) -> dict[int, Sign]:
    """Return the styles of an .xlsx whose formats write something beside a number, and what.

    Those of a workbook that has more styles, or more formats, than Excel allows are none.
    """
    if "xl/styles.xml" not in archive.namelist():
        return {}
    formats: dict[int, Sign | None] = {**OF_ALL}
    signs: dict[int, Sign] = {}
    within, style = False, 0
    with archive.open("xl/styles.xml") as file:
        for tag, attributes, _ in (found for part in parts(file) for found in _TAG.findall(part)):
            number, code = _ID.search(attributes), _CODE.search(attributes)
            if tag == b"numFmt" and number and code:
                written = (code[1] or code[2] or b"").decode("utf-8", "replace")
                formats[int(number[1])] = sign_of(html.unescape(written))
            elif tag != b"xf":
                within = tag == b"cellXfs"
            elif within:
                if sign := formats.get(int(number[1]) if number else 0):
                    signs[style] = sign
                style += 1
            if max(style, len(formats)) > MOST_STYLES:
                return {}
    return signs


class CellSigns:
    """Collects the cells of an .xlsx sheet that have one of these styles."""

    def __init__(self, styles: Mapping[int, Sign]) -> None:
        self.styles = styles
        self.found: dict[int, dict[Sign, array[int]]] = defaultdict(dict)

    def look_at(self, text: bytes) -> None:
        """Take the cells of a part of the sheet, which is cut between two tags."""
        for attributes, style in _CELL.findall(text) if self.styles else ():
            sign = self.styles.get(int(style))
            if sign is not None and (place := _PLACE.search(attributes)):
                of_column = self.found[column_number(place[1]) - 1]
                of_column.setdefault(sign, array("i")).append(int(place[2]) - 1)


def signs_in_open_document(content: IO[bytes]) -> dict[str, Signs]:
    """Return by sheets what stands beside the numbers of a workbook of OpenDocument.

    Its cells say themselves that they hold money, of which currency, or a share. A unit that a
    style writes is not looked for. Of a workbook that stands for too many such cells nothing is
    said.
    """
    signs: dict[str, dict[int, dict[Sign, array[int]]]] = {}
    if not any(_MONEY_OR_SHARE.search(part) for part in parts(content)):
        return {}
    content.seek(0)
    sheet: dict[int, dict[Sign, array[int]]] = {}
    row = below = column = repeated = 0
    names = "table:table|table:table-row|table:table-cell|table:covered-table-cell"
    for attributes in tags(content, names):
        if attributes["tag"] == "table:table":
            sheet = signs[attributes.get("name", "")] = {}
            row = below = 0
        elif attributes["tag"] == "table:table-row":
            row, column = below, 0
            below += max(0, int(attributes.get("number-rows-repeated", 1)))
        else:
            right = column + max(0, int(attributes.get("number-columns-repeated", 1)))
            kind, currency = attributes.get("value-type"), attributes.get("currency", "")
            sign = PERCENT if kind == "percentage" else None
            if kind == "currency" and _is_money(currency):
                sign = Sign(currency)
            if sign is not None:
                rows = range(row, min(below, LAST_ROW))
                columns = range(column, min(right, LAST_COLUMN))
                repeated += max(0, len(rows) * len(columns) - 1)
                if repeated > _MOST_REPEATED:
                    return {}
                places = array("i", rows)
                for at in columns:
                    sheet.setdefault(at, {}).setdefault(sign, array("i")).extend(places)
            column = right
    return {**signs}


def column_number(letters: bytes) -> int:
    """Return the number of a column, from 1.

    >>> column_number(b"A"), column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def signs_beside(signs: Signs, column: int, rows: Iterable[int]) -> list[Sign | None] | None:
    """Return what stands beside the cells of a column in these rows; None where nothing does."""
    known = {row: sign for sign, places in signs.get(column, {}).items() for row in places}
    beside = [known.get(row) for row in rows] if known else []
    return beside if any(beside) else None


def with_sign(cell: Any, sign: Sign | None) -> Any:
    """Return a number as it is shown with its sign; other cells as they are.

    >>> with_sign(0.07, PERCENT), with_sign(1250, Sign("₽")), with_sign(0.5, None)
    ('7 %', '1250 ₽', 0.5)
    """
    if sign is None or type(cell) not in (int, float):
        return cell
    return f"{cell * sign.factor:.15g} {sign.text}"
