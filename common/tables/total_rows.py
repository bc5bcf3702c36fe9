"""Rows that sum up others: what accounting programs put above and below groups, and at the end."""

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from common.tables.measure_parsing import read_spellings
from common.tables.sums_of_rows import spells_numbers, sums_among

_TOTAL = (
    r"^\s*(итого|всего|итог|общий итог|total|totals|grand total|subtotal|sum|summe|gesamt)"
    r"(\s+(по|за|for|of)\s.{0,40})?\s*:?\s*$"
)
_SUMMARY = (
    r"^\s*(среднее|средн\.|в среднем|медиана|минимум|максимум|мин\.?|макс\.?|average|avg\.?|mean"
    r"|median|min\.?|max\.?|minimum|maximum|mittelwert|durchschnitt|std\.?)"
    r"(\s+(по|за|for|of)\s.{0,40})?\s*:?\s*$"
)
_MEASURES = {
    "sum": "total|итого|итог|всего|сумма|sum|result|ergebnis|summe|somme",
    "mean": "average|среднее|mittelwert|durchschnitt|moyenne",
    "count": "count|количество|anzahl|nombre",
    "max": "max|maximum|максимум",
    "min": "min|minimum|минимум",
}
_WORDS = "|".join(_MEASURES.values())
_OF_GROUP = (
    rf"^\s*(?:(?P<before>\S.{{0,80}}?)\s+(?P<last>{_WORDS})"
    rf"|(?P<first>{_WORDS})\s+(?P<after>\S.{{0,80}}?))\s*:?\s*$"
)
"""Beside the name of a group: `North Total`, `Total Nord`."""
_OF_ALL = ("общая", "общее", "общий", "grand", "total", "général", "general")
_PART = 50_000
"""Cells of text that are looked at together."""
_ROUNDED = {"sum": 1e-3, "mean": 5e-3}
"""How far what is written may lie from what the numbers come to, by that."""


class _Claim(NamedTuple):
    """A cell that says its row sums up a group: the column, the group, "" for all, and how."""

    column: str
    group: str
    measure: str


def says_total(cell: str) -> bool:
    """Whether a cell says that its row sums up others.

    >>> says_total("Итого за май:"), says_total("Тотальная распродажа")
    (True, False)
    """
    return re.match(_TOTAL, cell, re.IGNORECASE) is not None


def total_rows(frame: pd.DataFrame, as_text: Collection[str]) -> np.ndarray:
    """Return which rows (n,) sum up others.

    One cell says so, the other cells of text are blank, and its numbers are sums, or it stands
    below all others. Where it names a group (`North Total`), which a product may be called as well,
    the row stands next to the rows of that group, and its numbers are what theirs come to.

    as_text: columns of which a sum has no cell.

    >>> total_rows(pd.DataFrame({"a": ["x", "x", "x total"], "b": [5, 7, 12]}).convert_dtypes(), ())
    array([False, False,  True])
    """
    plain = _rows_that_say(frame, lambda column: _says(column, _TOTAL))
    plain &= _without(frame, as_text)
    if plain.any():
        plain = sums_among(frame, plain, _words_of(frame, plain))
    claims = dict(_claims(frame, as_text))
    if not claims:
        return plain
    by_name = {place: _proof(frame, place, claims) for place, one in claims.items() if one.group}
    if any(by_name.values()):  # then a group of one row, or without numbers, has a sum as well
        plain[[place for place, proof in by_name.items() if proof is not None]] = True
    for place, claim in claims.items():
        if not claim.group:
            others = [row for row in np.flatnonzero(~plain).tolist() if row != place]
            plain[place] |= bool(_comes_to(frame, place, others, claim))
    return plain


def _without(frame: pd.DataFrame, names: Collection[str]) -> np.ndarray:
    """Which rows have no cell in any of the columns."""
    return frame[list(names)].isna().all(axis=1).to_numpy(bool)


def _words_of(frame: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Return for each row by what word it is called a total."""
    words = np.full(len(frame), "", object)
    for _, column in frame.items():
        found = where_texts(column, lambda c: _says(c, _TOTAL))
        if found is not None:
            words[found & rows] = column[found & rows].astype(str).str.strip(" :").str.casefold()
    return words


def _claims(frame: pd.DataFrame, as_text: Collection[str]) -> Iterator[tuple[int, _Claim]]:
    for name, column in frame.items():
        says = None if name in as_text else where_texts(column, lambda c: _says(c, _OF_GROUP))
        if says is None or not says.any():
            continue
        groups = {cell.strip() for cell in column.dropna().unique()}
        for place in np.flatnonzero(says).tolist():
            found = re.match(_OF_GROUP, column.array[place], re.IGNORECASE)
            group = (found["before"] or found["after"]).strip() if found else ""
            is_all = group.casefold() in _OF_ALL
            if found and (group in groups or is_all):
                word = (found["last"] or found["first"]).casefold()
                measure = next(one for one, words in _MEASURES.items() if word in words.split("|"))
                yield place, _Claim(str(name), group if group in groups else "", measure)


def _proof(frame: pd.DataFrame, place: int, claims: Mapping[int, _Claim]) -> bool | None:
    """Whether the rows of a group stand above or below, and a row's numbers are theirs together.

    False: nothing speaks against it, and nothing for it. None: it is a row like others.
    """
    claim = claims[place]
    labels = frame[claim.column].array
    for step in (-1, 1):
        members, at, named = [], place + step, False
        while 0 <= at < len(labels):
            label = "" if pd.isna(labels[at]) else labels[at].strip()
            if label not in ("", claim.group):
                break
            named |= label != ""
            if at not in claims:  # those of groups within the group are none of its rows
                members.append(at)
            at += step
        if named and members:
            return _comes_to(frame, place, members, claim)
    return None


def _comes_to(
    frame: pd.DataFrame, place: int, members: Sequence[int], claim: _Claim
) -> bool | None:
    """Whether a row holds what others come to; False, None: see `_proof`.

    Its other texts are at most those of the row next to it: of a group around its own.
    """
    proven = False
    for name in frame:
        column = frame[name].array
        cell = column[place]
        if name == claim.column or pd.isna(cell):
            continue
        cells = [column[member] for member in members if not pd.isna(column[member])]
        if isinstance(cell, str) and cells and cell == cells[0]:
            continue
        number = _number(cell)
        numbers = [one for one in map(_number, cells) if one is not None]
        results = {"count": float(len(cells))}
        if numbers:
            total = math.fsum(numbers)
            results |= {"sum": total, "mean": total / len(numbers)}
            results |= {"max": max(numbers), "min": min(numbers)}
        if number is None or claim.measure not in results:
            return None
        if _is_close(number, results, claim.measure):
            proven |= len(cells) > 1
        elif claim.measure != "sum" or not _is_close(number, results, "mean"):
            return None  # a total may have the mean of a year, or of a price
    return proven


def _is_close(number: float, results: Mapping[str, float], measure: str) -> bool:
    return math.isclose(number, results[measure], rel_tol=_ROUNDED.get(measure, 1e-9))


def _number(cell: Any) -> float | None:
    """Return the number of a cell, or that it spells; None for others."""
    if isinstance(cell, str):
        return read_spellings({cell: 1}).values.get(cell)
    return float(cell) if isinstance(cell, int | float | np.number) else None


def summary_rows(frame: pd.DataFrame, as_text: Collection[str] = ()) -> int:
    """Return how many rows at the end are averages and the like: each says so, none as another.

    as_text: columns of which none has a cell.
    """
    end = frame.iloc[-10:]
    says = _rows_that_say(end, _are_summaries) & _without(end, as_text)
    count = len(says) if says.all() else int(says[::-1].argmin())
    if not 0 < count < len(frame):
        return 0
    for name, column in end.iloc[-count:].items():
        found = where_texts(column, _are_summaries)
        words = [] if found is None else column[found].tolist()
        if frame[name].isin(words).sum() > len(set(words)):  # a class of flats is called so
            return 0
    return count


def _rows_that_say(frame: pd.DataFrame, says_so: Callable[[pd.Series], np.ndarray]) -> np.ndarray:
    """Which rows have a word in one cell, while the other cells of text are blank.

    What spells numbers, with a currency or a unit, is no text here.
    """
    says, texts = np.zeros(len(frame), bool), []
    for name, column in frame.items():
        found = where_texts(column, says_so)
        if found is not None:
            texts.append(name)
            says |= found
    if not says.any():
        return says
    texts = [name for name in texts if not spells_numbers(frame[name][~says])]
    filled = sum(frame[name].notna().to_numpy().astype(int) for name in texts)
    return says & (filled <= max(1, len(texts) // 3))


def _are_summaries(column: pd.Series) -> np.ndarray:
    return _says(column, _SUMMARY)


def _says(column: pd.Series, pattern: str) -> np.ndarray:
    cells = pa.array(column, pa.large_string(), from_pandas=True)
    found = pc.match_substring_regex(cells, pattern, ignore_case=True)
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False))


def where_texts(column: pd.Series, test: Callable[[pd.Series], Any]) -> np.ndarray | None:
    """Return which cells of a column of texts pass a test; None for a column of another kind."""
    if isinstance(column.dtype, pd.StringDtype):
        # A part at a time: what a test makes of long texts is as large as they are.
        parts = [column.iloc[at : at + _PART] for at in range(0, max(1, len(column)), _PART)]
        told = [pd.Series(test(part)).fillna(False).to_numpy(bool) for part in parts]
        return np.concatenate(told)
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return None
    each = pd.Series(test(pd.Series(column.cat.categories))).fillna(False).to_numpy(bool)
    return np.append(each, False)[column.cat.codes.to_numpy()]
