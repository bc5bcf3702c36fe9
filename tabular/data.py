"""Where tables of prices come from: a person's file, a simulated market, a download."""

import re
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from common.downloads import Download, fetch
from common.errors import UserError, unknown
from common.exercises import exercise
from common.memory_mapped import in_files, is_large, taken
from common.tables import not_numbers, parse_numbers, read_table
from common.tables.measure_columns import range_of
from common.training.freed_memory import give_back_freed_memory
from tabular.columns import identifiers, parse_overrides
from tabular.currency import (
    currencies_in,
    currency_beside,
    currency_sign,
    scaled_sign,
    without_units,
)
from tabular.kept_together import split_as_asked, twins_of
from tabular.price_notes import note_on_bare_prices, note_on_mark, notes_on_prices
from tabular.price_table import PriceTable, hashed_rows
from tabular.settings import TableSource
from tabular.values import LARGEST_NUMBER, as_categories

LOWEST_PRICE, HIGHEST_PRICE = 1e-6, 1e15
"""A price beyond these is a slip of the keyboard, in any currency and in any unit of it."""

_SCALED = (
    r"(?i:\d\s*(?:тыс|т\.?\s?р|млн|млрд|миллион|mln|mio|million|mrd|bn|lakh|lacs?\b|cr\b|crore"
    r"|(?:k|l|m[mn]?)\b|[万萬만億亿억]))"
)

CALIFORNIA = Download(
    name="california-housing.csv",
    url="https://raw.githubusercontent.com/ageron/handson-ml2/"
    "1e2115277b50f6c584cd668fa30e3af309a5b136/datasets/housing/housing.csv",
    sha256="8a3727f4cf54ac1a327f69b1d5b4db54c5834ea81c6e4efc0d163300022a685e",
    size=1_423_529,
    licence="Apache-2.0; the figures are from the 1990 census of the United States",
)

COURSE_TARGETS = {"moscow": "price", "california": "median_house_value"}
"""The column of prices of each table of the course; the first is the default."""


def load(source: TableSource) -> PriceTable:
    """Read the table that a source names: a file, or a table of the course."""
    if source.file is not None:
        if source.data is not None:
            raise UserError(f"a file and --data {source.data} together: give one of them")
        names = () if source.target is None else (source.target,)
        table = read_table(
            source.file,
            sheet=source.sheet,
            header_row=source.header_row,
            names=names,
            large=True,
            hidden=source.hidden,
        )
        if source.target is None:
            shown = ", ".join(str(name) for name in table.frame.columns[:30])
            raise UserError(
                f"say which column holds the price, --target COLUMN; there are: {shown}"
            )
        notes = [f"{Path(source.file).name}: {table.found}", *table.notes]
        _refuse_on_its_side(table.frame, source)
        give_back_freed_memory()
        prices = from_frame(table.frame, source, notes=notes)
        cell = table.found.either_way.get(source.target, "")
        if "." in cell or ("," in cell and table.found.separator != ","):
            prices.notes.extend(note_on_mark(cell, pd.Series(prices.price), source.target))
        return prices
    if source.target is not None and source.data is None:
        raise UserError(f"--target {source.target}: name the file that has this column")
    return _course_table(source)


def _refuse_on_its_side(frame: pd.DataFrame, source: TableSource) -> None:
    """Refuse a table whose prices were taken for the names of its columns."""
    first, *others = map(str, frame.columns)
    if first != source.target or not others or pd.api.types.is_numeric_dtype(frame[first]):
        return
    prices = [re.sub(r"\.\d+$", "", name) for name in others]  # `12 млн.1` is the second of 12 млн
    numbers = parse_numbers(pd.Series(prices))
    if numbers.notna().all() and parse_numbers(frame[first].astype(str)).isna().all():
        raise UserError(
            f"{source.file}: {first!r} stands in the first column: a table on its side? turn it "
            "round, so that names stand in the first row"
        )


def from_frame(frame: pd.DataFrame, source: TableSource, *, notes: list[str]) -> PriceTable:
    """Take a frame apart into prices and what tells them; throw out repeated rows.

    Raises UserError for a target that is not there or holds anything but prices above zero.
    """
    frame = normalized_columns(frame)
    target = source.target
    if target in parse_overrides(source.column):
        raise UserError(f"--column {target}: this is the price column, and stays a price")
    if target is None or target not in frame.columns:
        raise unknown("column", str(target), [str(name) for name in frame.columns])
    notes = list(notes)
    _check_numbers(frame.drop(columns=target))
    # Before the split: a flat that stands twice would lie in training and in the test: leakage.
    tags = identifiers(frame.drop(columns=target))
    repeated = _repeated(frame, tags)
    if repeated.any():
        notes.append(f"repeated rows thrown out: {int(repeated.sum()):,} of {len(frame):,}")
        frame = taken(frame, np.flatnonzero(~repeated))
    texts = without_units(frame[target])
    price = parse_prices(texts)
    check_prices(price)
    if price.isna().any():
        notes.append(f"rows without a price left out: {int(price.isna().sum()):,}")
        frame, price = taken(frame, np.flatnonzero(price.notna())), price[price.notna()]
    currency = _currency(texts, price)
    currency, said = currency_beside(frame.drop(columns=target), target, currency)
    notes += said
    notes.append(f"prices in {target!r}: {range_of(price)} {currency}".rstrip())
    notes += notes_on_prices(price, target)
    notes += note_on_bare_prices(frame.drop(columns=target), price)
    if is_large(*frame.shape):
        size = 4 * frame.size / 2**30
        notes.append(
            f"{size:.1f} GB of cells are more than is kept in memory: they, and what they become "
            "for the network, lie in files of the temporary folder"
            if in_files(frame)
            else f"{size:.1f} GB of cells lie in memory: they came so, or the temporary folder "
            "(TMPDIR) cannot hold them"
        )
    split_by = split_as_asked(frame, source)
    frame = frame.drop(columns=target)
    groups, alike = twins_of(frame.drop(columns=tags), price.to_numpy(), kept=not split_by)
    if groups is not None:
        notes += alike
        split_by = split_by or {"groups": groups}
    return PriceTable(frame, price.to_numpy(), currency, notes=notes, split_by=split_by)


def _currency(texts: pd.Series, price: pd.Series) -> str:
    """Return the currency of prices, with its scale; refuse prices that have several of either."""
    name = str(texts.name)
    cells = texts.iloc[:0] if pd.api.types.is_numeric_dtype(texts) else texts.dropna()
    found = currencies_in(cells)
    if len(found) > 1:
        first, second = ((row, str(cells.loc[row])) for row in [*found.values()][:2])
        raise UserError(
            f"price column {name!r}: several currencies, row {first[0]} holds {first[1]!r}, row "
            f"{second[0]} holds {second[1]!r}; make it one"
        )
    scaled = cells.astype(str).str.contains(_SCALED, regex=True).to_numpy(dtype=bool)
    if scaled.any() and not scaled.all():
        amounts = price.loc[cells.index]
        bare = cells[~scaled & (amounts < amounts[scaled].min() / 100).to_numpy()]
        if len(bare):
            raise UserError(
                f"price column {name!r}: row {bare.index[0]} holds {str(bare.iloc[0])!r}, without "
                f"a scale beside others such as {str(cells[scaled].iloc[0])!r}; write it there too"
            )
    sign = next(iter(found), "") or currency_sign(name, cells[:50])
    return scaled_sign(sign, name, float(price.median()))


def normalized_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose columns have names, as text, each its own, and one value in a cell.

    Durations become days; a column of lists is left out.

    Raises UserError for two columns of one name.
    """
    names = [str(name) for name in frame.columns]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise UserError(f"two columns are called {sorted(twice)[0]!r}: rename one of them")
    frame = frame.set_axis(names, axis=1)
    days = frame.select_dtypes("timedelta")
    if len(days.columns):
        frame = frame.assign(**{name: days[name] / pd.Timedelta(days=1) for name in days})
    objects = [name for name in frame if frame[name].dtype == object]
    nested = [name for name in objects if not frame[name].map(_is_plain).all()]
    return frame.drop(columns=nested)


def _is_plain(cell: object) -> bool:
    """Whether a cell is one value, and not a list of them."""
    return isinstance(cell, Hashable)


def _repeated(frame: pd.DataFrame, tags: list[str]) -> np.ndarray:
    """Tell for each row whether it stands further up already, identifiers aside.

    An export gives every listing a number of its own, and lists some flats twice. Rows are
    compared by a hash of 64 bits: on a million rows they would be confused once in 37 million
    tables, and comparing cells takes as much memory again as the table.
    """
    known = frame.drop(columns=tags) if len(tags) < frame.shape[1] - 1 else frame
    if not is_large(*known.shape):  # the case of letters makes no other flat, nor do spaces
        texts = known.select_dtypes(include=["object", "string", "category"])
        known = known.assign(**{name: as_categories(texts[name]) for name in texts})
    return pd.Series(np.concatenate([*hashed_rows(known)])).duplicated().to_numpy()


@exercise(points=10, minutes=20, difficulty=2, uses="pandas", lesson="Data")
def parse_prices(texts: pd.Series) -> pd.Series:
    """Return the column of prices as float64, NaN where a cell is empty.

    The index stays as it is: it holds each row's number in the file, which messages speak of.

    `parse_numbers` (of common.tables) reads `12,5 млн`, `$1,250,000` and the like, and gives NaN
    for an empty cell and for what is no number alike. `not_numbers(texts, numbers)` gives the
    cells that hold something and yet are no number, with the index that they have in `texts`.

    Raises UserError that names the column (`texts.name`) and, where it is a cell that is wrong,
    the row (its index, and no other row) and what the cell holds, in this order of precedence:

    - the column holds dates or true and false: name its first cell
    - a cell holds something that is no number, such as `по запросу`: name the first such cell, a
      long text by its first 60 characters
    - there is no number at all

    A price that cannot be, such as 0 or 7e15, is returned as it is: `check_prices` asks for that.

    >>> parse_prices(pd.Series(["12 500 000 ₽", "12,5 млн"], name="price")).tolist()
    [12500000.0, 12500000.0]
    >>> parse_prices(pd.Series(["1 000", "по запросу"], index=[2, 3], name="цена"))
    Traceback (most recent call last):
    common.errors.UserError: price column 'цена': row 3 holds 'по запросу', expected a number ...
    """
    column = f"price column {texts.name!r}"
    kind = texts.dtype
    if pd.api.types.is_bool_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind):
        raise UserError(f"{column}: row {texts.index[0]} holds {texts.iloc[0]}, expected a number")
    price = parse_numbers(texts)
    strangers = not_numbers(texts, price)
    if len(strangers):
        cell = str(strangers.iloc[0])[:60]
        raise UserError(
            f"{column}: row {strangers.index[0]} holds {cell!r}, "
            "expected a number such as 12 500 000"
        )
    if not price.notna().any():
        raise UserError(f"{column}: holds no number at all, expected prices")
    return price


@exercise(points=10, minutes=15, difficulty=1, uses="pandas", lesson="Data")
def check_prices(price: pd.Series) -> None:
    """Refuse a column in which a price cannot be; return nothing where all of them can.

    price: float64, NaN where a cell was empty, with each row's number in the file as its index;
    what `parse_prices` returns. It stays as it is.

    A price can be from LOWEST_PRICE to HIGHEST_PRICE, both included. Infinity is beyond them, NaN
    is no price and stays.

    Raises UserError for the first price that cannot be. The message names the column
    (`price.name`), the row (its index) and this price, as a number in any form: -5000, -5e3 and
    -5 000 are all right. No other row and no other price of the column is named.

    >>> check_prices(pd.Series([7e6, float("nan"), 12.5e6], name="price"))
    >>> check_prices(pd.Series([7e6, -5000, 0], index=[2, 3, 4], name="цена"))
    Traceback (most recent call last):
    common.errors.UserError: price column 'цена': row 3 holds -5000, expected a price above 0
    """
    impossible = price[(price < LOWEST_PRICE) | (price > HIGHEST_PRICE)]
    if len(impossible):
        limit = "above 0" if impossible.iloc[0] < LOWEST_PRICE else f"up to {HIGHEST_PRICE:g}"
        raise UserError(
            f"price column {price.name!r}: row {impossible.index[0]} holds "
            f"{impossible.iloc[0]:g}, expected a price {limit}"
        )


def _check_numbers(frame: pd.DataFrame) -> None:
    """Refuse numbers that no flat can have: infinite, or beyond what a network computes in."""
    for name in frame.select_dtypes("number"):
        impossible = frame.loc[frame[name].abs() > LARGEST_NUMBER, name]
        if len(impossible):
            raise UserError(
                f"column {name!r}: row {impossible.index[0]} holds {impossible.iloc[0]:g}, "
                "expected a number that a flat can have"
            )


def _course_table(source: TableSource) -> PriceTable:
    if source.data in (None, "moscow"):
        from tabular.synthetic import simulate

        flats, fair_price = simulate()
        currency = "₽"
        notes = [
            "the flats are simulated: no real deal is among them, and what each was worth is known"
        ]
    elif source.data == "california":
        flats, fair_price = read_table(fetch(CALIFORNIA)).frame, None
        currency = "$"
        notes = ["California, 1990 census: districts, not houses; prices above 500,000 are capped"]
    else:
        raise unknown("table", source.data, list(COURSE_TARGETS))
    target = source.target or COURSE_TARGETS[source.data or "moscow"]
    table = from_frame(flats, replace(source, target=target), notes=notes)
    if fair_price is not None:
        fair_price = fair_price[table.frame.index]
    return replace(table, currency=currency, fair_price=fair_price)
