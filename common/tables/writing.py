"""Writing a table that opens where the person's own file opened."""

import codecs
import io
import os
import tempfile
from pathlib import Path

import pandas as pd

from common.errors import UserError
from common.tables.cells import FORMULA_STARTS
from common.tables.excel import excel_bytes
from common.tables.frames import TableFormat
from common.tables.layout import NO_SEPARATOR
from common.tables.numbers import parse_number


def write_table(frame: pd.DataFrame, path: str | Path, *, like: TableFormat | None = None) -> None:
    """Write `frame`, without its index, as CSV; as Excel or Parquet by the path's suffix.

    CSV has the separator, decimal mark and encoding of `like`. UTF-8 is written with its mark,
    without which Excel mistakes Cyrillic, and so is what the encoding of `like` has no letters
    for (`₽` in cp1251). Without `like`: commas, or tabs where the path ends in `.tsv`.

    A spreadsheet runs text that starts with `=`, `+`, `-` or `@` as a formula, which a stranger's
    file must not do to whoever opens ours. In CSV such text, unless it is a number, is written
    with an apostrophe before it; `read_table` takes the apostrophe off again.

    The file appears whole or not at all: it is written beside and moved into place.

    Raises UserError where the folder is not there or the file cannot be replaced.
    """
    path = Path(path)
    if path.suffix.lower() in (".xlsx", ".xls"):
        content = excel_bytes(frame)
    elif path.suffix.lower() == ".parquet":
        buffer = io.BytesIO()
        frame.to_parquet(buffer, index=False)
        content = buffer.getvalue()
    else:
        content = _csv_bytes(frame, like or TableFormat("csv", separator=_usual_separator(path)))
    _replace(path, content)


def _usual_separator(path: Path) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else ","


def _csv_bytes(frame: pd.DataFrame, like: TableFormat) -> bytes:
    guarded = frame.rename(columns=_guard)
    for name, column in guarded.items():
        if column.dtype == object or isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
            guarded[name] = column.map(_guard)
    separator = like.separator if like.separator not in (None, NO_SEPARATOR) else ","
    text = guarded.to_csv(
        index=False, sep=separator, decimal=like.decimal or ".", lineterminator="\r\n"
    )
    if like.encoding in (None, "utf-8", "utf-8-sig"):
        return codecs.BOM_UTF8 + text.encode("utf-8")
    try:
        return text.encode(like.encoding)
    except UnicodeEncodeError:
        return codecs.BOM_UTF8 + text.encode("utf-8")


def _guard(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(tuple(FORMULA_STARTS)):
        return cell if parse_number(cell) is not None else f"'{cell}"
    return cell


def _replace(path: Path, content: bytes) -> None:
    if not path.parent.is_dir():
        raise UserError(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise UserError(f"{path}: a folder, expected the name of a file to write")
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise UserError(
            f"{path}: cannot be written ({error.strerror}); is it open in another program?"
        ) from error
