"""A teacher's small tables: CSV as Moodle, Canvas and Excel write it, with commas, semicolons or
tabs between the cells."""

import csv
import io
import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common.encodings import check_encoding, detect_encoding
from common.errors import UserError

Row = tuple[int, dict[str, str]]
"""The number of a row's line in the file, and its cells by column."""


def read_table(path: Path) -> tuple[list[str], list[Row]]:
    """Return the columns of a CSV and its rows; lines with nothing in them are left out.

    It may be in UTF-8, or in UTF-16 or cp1251 as Excel saves it.

    Raises UserError where there is no such file, it is no CSV, or two columns have one name.
    """
    try:
        text = _text(path)
        head = text.partition("\n")[0]
        separator = max(",;\t", key=head.count)  # a Russian Excel writes ;
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except FileNotFoundError:
        raise no_file(path) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: not a CSV: {error}", f"{path}: это не CSV: {error}") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}", f"{path}: {error.strerror}") from None
    columns = [clean(name) for name in lines[0]] if lines else []
    named = [name for name in columns if name]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice:
        raise UserError(
            f"{path}: two columns are called {twice}", f"{path}: два столбца называются {twice}"
        )
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            cells = [*map(clean, cells), *[""] * (len(columns) - len(cells))]
            pairs = zip(columns, cells, strict=False)
            rows.append((number, {name: cell for name, cell in pairs if name}))
    return columns, rows


def _text(path: Path) -> str:
    data = path.read_bytes()
    encoding = detect_encoding(data)
    check_encoding(path, data, encoding)
    text = data.decode(encoding)
    if "\0" in text:
        raise UserError(
            f"{path}: not a CSV; save the table as CSV",
            f"{path}: это не CSV; сохраните таблицу как CSV",
        )
    return text


def clean(text: str) -> str:
    """Return a cell without spaces around it, its letters composed.

    >>> clean(" Анна\\xa0")
    'Анна'
    """
    return unicodedata.normalize("NFC", text.replace("\xa0", " ")).strip()


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds; raise UserError where it is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise no_file(path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not TOML: {error}", f"{path}: это не TOML: {error}") from None
    except RecursionError:
        raise UserError(
            f"{path}: not TOML of any use: too deep", f"{path}: слишком глубокий TOML"
        ) from None


def no_file(path: Path) -> UserError:
    return UserError(f"{path}: no such file", f"{path}: нет такого файла")


def need_columns(path: Path, columns: Sequence[str], wanted: Sequence[str]) -> None:
    """Raise UserError where a table lacks a column."""
    missing = [name for name in wanted if name not in columns]
    if missing:
        there = ", ".join(columns) or "-"
        raise UserError(
            f"{path}: the columns {' and '.join(wanted)} are expected; there are: {there}",
            f"{path}: нужны столбцы {' и '.join(wanted)}; есть: {there}",
        )
