"""What the cells of a column look like, said so that one look shows a mistake."""

import numpy as np
import pandas as pd

from common.tables import parse_dates, parse_numbers
from common.tables.measure_columns import parse_measures
from common.tables.measure_parsing import without_footnote
from tabular.currency import currencies_in, without_digits

NEARLY_ALL = 0.95
FEWEST_APART, TIMES_APART = 5, 3
"""Cells without a unit, and with one, that tell it; and how many times apart their middles are."""
FEWEST_DIFFERENT, SOME = 10, 100
"""So many different numbers, or dates, among other cells are no names of a few classes; and cells
to try before all."""


def look_of(cells: pd.Series, numbers: np.ndarray | None, reason: str, unit: str = "") -> str:
    """Say what a column's cells look like: samples of text, blank cells, what cannot be read.

    With `unit` also how many have another of its kind, and were converted.

    `numbers` are what the cells are read as, None where they stay text. A sample that the reason
    shows already is left out.

    >>> area = pd.Series(["30,6 м²", None, "large"], index=[2, 3, 4])
    >>> look_of(area, np.array([30.6, np.nan, np.nan]), "30.6 to 45 м²")
    ", such as '30,6 м²'; blank: 1; no number and so missing: 1, row 4 holds 'large'"
    """
    is_filled = cells.notna().to_numpy()
    known = cells[is_filled]
    said = ""
    if not pd.api.types.is_numeric_dtype(cells):
        usual = known.value_counts().index[:2] if numbers is None else known.iloc[:1]
        samples = [shown(cell) for cell in usual]
        if samples and samples[0] not in reason:
            said = f", such as {', '.join(samples)}"
    if len(known) < len(cells):
        said += f"; blank: {len(cells) - len(known):,}"
    lost = np.isnan(numbers) & is_filled if numbers is not None else np.zeros(0, bool)
    others = in_other_units(cells, unit) if unit else cells.iloc[:0]
    if len(others):
        row, cell = others.index[0], shown(others.iloc[0])
        said += f"; converted to {unit}: {len(others):,}, row {row} holds {cell}"
    fractions = fractions_among_percents(cells, unit)
    if len(fractions):
        row, cell = fractions.index[0], shown(fractions.iloc[0])
        said += (
            f"; without % and at most 1: {len(fractions):,}, row {row} holds {cell}, read as so "
            "many %; if such cells are fractions of 1, write them with %"
        )
    if numbers is not None:
        said += _several_currencies(cells[np.isfinite(numbers)])
        said += _footnoted(cells[np.isfinite(numbers)])
    bare, middle, usual = bare_among_measures(cells, unit)
    if len(bare):
        row, cell = bare.index[0], shown(bare.iloc[0])
        said += (
            f"; without a unit: {len(bare):,}, about {middle:,.6g}, beside about {usual:,.6g} "
            f"{unit}, row {row} holds {cell}; if such cells are in another unit, write it there"
        )
    if lost.any():
        row, cell = cells.index[lost][0], shown(cells[lost].iloc[0])
        said += f"; no number and so missing: {lost.sum():,}, row {row} holds {cell}"
    return said


def footnoted(cells: pd.Series) -> pd.Series:
    """Return the cells that have the mark of a footnote behind them.

    >>> footnoted(pd.Series(["5", "7*"], index=[2, 3])).to_dict()
    {3: '7*'}
    """
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return cells.iloc[:0]
    marks = [cell for cell in cells.unique() if without_footnote(str(cell)) != str(cell)]
    return cells[cells.isin(marks)]


def _footnoted(cells: pd.Series) -> str:
    marked = footnoted(cells)
    if not len(marked):
        return ""
    return (
        f"; read without the mark of a footnote: {len(marked):,}, row {marked.index[0]} holds "
        f"{shown(marked.iloc[0])}"
    )


def _several_currencies(cells: pd.Series) -> str:
    """Say that numbers are in several currencies; nothing where they are in one, or in none.

    >>> _several_currencies(pd.Series(["5 $", "7 €", "8"], index=[2, 3, 4]))
    "; in several currencies: row 2 holds '5 $', row 3 holds '7 €'; make them one"
    """
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return ""
    found = currencies_in(without_digits(cells.astype(str)))
    if len(found) < 2:
        return ""
    first, second = list(found.values())[:2]
    return (
        f"; in several currencies: row {first} holds {shown(cells.loc[first])}, row {second} "
        f"holds {shown(cells.loc[second])}; make them one"
    )


def in_other_units(cells: pd.Series, unit: str) -> pd.Series:
    """Return the cells that hold another unit of the kind of `unit`; without one, any unit.

    >>> in_other_units(pd.Series(["30 м²", "600 sq ft", "45"]), "м²").tolist()
    ['600 sq ft']
    >>> in_other_units(pd.Series(["500", "$70"]), "").tolist()
    ['$70']
    """
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return cells.iloc[:0]
    measures = parse_measures(cells, unit=unit)
    if unit:
        return measures.converted
    read = cells[measures.values.notna().to_numpy()]
    named = parse_numbers(read).isna().to_numpy() if measures.unit else False
    return read[named | _name_currency(read)]


def _name_currency(cells: pd.Series) -> np.ndarray:
    """Which cells name a currency that the name of their column does not."""
    own = currencies_in(pd.Series([str(cells.name).replace("_", " ")]))
    forms = without_digits(cells.astype(str))
    known = {form: {*currencies_in(pd.Series([form]))} - {*own} for form in forms.unique()}
    return forms.map(known).to_numpy(bool)


def fractions_among_percents(cells: pd.Series, unit: str, high: float = 0.0) -> pd.Series:
    """Return the cells that may be fractions of 1 in a column of percents.

    They have no sign, and none of them is above 1, while some percents are: `0,02` beside `2 %`.
    high: a percent that is known from elsewhere.

    >>> fractions_among_percents(pd.Series(["0,02", "1 %", "3%", "0"]), "%").tolist()
    ['0,02']
    >>> fractions_among_percents(pd.Series(["0,5", "1 %", "3%", "2"]), "%").tolist()
    []
    """
    if unit != "%" or pd.api.types.is_datetime64_any_dtype(cells):
        return cells.iloc[:0]
    numbers = parse_measures(cells, unit=unit).values.to_numpy()
    signed = np.array(["%" in str(cell) for cell in cells], dtype=bool)
    bare = ~signed & np.isfinite(numbers) & (numbers != 0)
    high = max([high, *numbers[signed & np.isfinite(numbers)]])
    fractions = bool(((numbers[bare] > 0) & (numbers[bare] <= 1)).all()) and high > 1
    return cells[bare] if fractions else cells.iloc[:0]


def bare_among_measures(cells: pd.Series, unit: str) -> tuple[pd.Series, float, float]:
    """Return the cells without a unit where they look to be in another than `unit`.

    Their middle is then several times that of the cells with one, or a part of it; both follow.

    >>> cells = pd.Series([*["600 sq ft", "700 sq ft", "800 sq ft"] * 2, *["55", "60", "75"] * 2])
    >>> bare, middle, usual = bare_among_measures(cells, "sq ft")
    >>> len(bare), middle, usual
    (6, 60.0, 700.0)
    """
    none = cells.iloc[:0], np.nan, np.nan
    is_text = not (
        pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells)
    )
    if not unit or unit == "%" or not is_text:
        return none
    numbers = parse_measures(cells, unit=unit).values
    bare = (parse_numbers(cells).notna() & numbers.notna()).to_numpy()
    measured = numbers.notna().to_numpy() & ~bare
    if min(bare.sum(), measured.sum()) < FEWEST_APART:
        return none
    middle, usual = float(numbers[bare].median()), float(numbers[measured].median())
    if not (middle > 0 and usual > 0) or 1 / TIMES_APART < middle / usual < TIMES_APART:
        return none
    return cells[bare], middle, usual


def read_but_for(sample: pd.Series) -> tuple[str, str]:
    """Say which cells keep a column from being numbers or dates, and which of both it would be.

    Both are empty where most cells are none.

    >>> read_but_for(pd.Series([*(f"{day}.05.2024" for day in range(10, 25)), "today"]))
    ("dates but for 1 of 16 cells, such as 'today'", 'date')
    """
    measures = parse_measures(sample)
    if measures.agreeing >= NEARLY_ALL:
        found = _but_for(sample, measures.values, "numbers")
        if found:
            return found, "number"
    some = sample.iloc[:SOME]
    if some.str.contains(r"\d").mean() > 0.5 and parse_dates(some).notna().mean() > 0.5:
        found = _but_for(sample, parse_dates(sample), "dates")
        return found, "date" if found else ""
    return "", ""


def _but_for(sample: pd.Series, read: pd.Series, what: str) -> str:
    others = sample[read.isna().to_numpy()]
    if not 0 < len(others) <= len(sample) / 2 or read.nunique() < FEWEST_DIFFERENT:
        return ""
    return (
        f"{what} but for {len(others):,} of {len(sample):,} cells, such as {shown(others.iloc[0])}"
    )


def shown(value: object) -> str:
    """Return a cell as messages show it, a long one by its beginning."""
    text = str(value)
    return repr(text if len(text) <= 30 else text[:29] + "…")
