"""What the formats of a whole column come to: percents, and several currencies."""

import re

import pandas as pd
import pytest

from common.tables import read_table
from common.translation import translator
from tabular.data import load
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource
from tests.cases.test_number_formats import workbook


def test_percents_of_a_format_are_the_fractions_that_pandas_reads(tmp_path):
    cells = [n / 100 for n in range(29)] + [None]
    path = workbook(tmp_path / "a.xlsx", ["0%"], "share", cells)
    table = read_table(path)
    expected = pd.read_excel(path, engine="openpyxl")["share"].tolist()
    assert table.frame["share"].tolist() == pytest.approx(expected, nan_ok=True)
    assert "percents by their format are read as fractions of 1: 'share'" in table.notes


@pytest.mark.parametrize(
    ("formats", "cell"), [(["0%", "0%"], "7 %"), (["0%", "General"], 12)], ids=["text", "number"]
)
def test_percents_among_other_cells_are_read_as_they_are_shown(tmp_path, formats, cell):
    cells = [0.05, cell] * 15
    path = workbook(tmp_path / "a.xlsx", formats, "share", cells)
    table = read_table(path)
    assert table.frame["share"].tolist()[:2] == ["5 %", str(cell)]
    assert "fractions" not in " ".join(table.notes)


@pytest.mark.parametrize(
    ("formats", "cells"),
    [
        (["$#,##0", '#,##0 "€"'], range(100, 130)),
        (["General"], [f"{n} {'руб.' if n % 3 else 'USD'}" for n in range(30)]),
    ],
)
def test_several_currencies_of_a_column_are_said(tmp_path, formats, cells):
    path = workbook(tmp_path / "a.xlsx", formats, "fee", cells)
    prepared = TablePreprocessing()
    prepared.fit(load(TableSource(file=str(path), target="price")))
    (note,) = [note for note in prepared.notes if note.startswith("column fee")]
    assert re.search(r"number .*; in several currencies: row \d+ holds '.*', row \d+ holds '", note)
    assert "в нескольких валютах" in translator("ru", "tabular")(note)


def test_one_currency_of_a_column_is_not_said(tmp_path):
    cells = [f"{n} {'руб.' if n % 3 else '₽'}" for n in range(30)]
    path = workbook(tmp_path / "a.xlsx", ["General"], "fee", cells)
    prepared = TablePreprocessing()
    prepared.fit(load(TableSource(file=str(path), target="price")))
    assert "currencies" not in " ".join(prepared.notes)


def test_prices_of_a_metre_by_a_format_are_prices(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ['0" ₽/м²"'], "price", range(100_000, 100_030))
    table = load(TableSource(file=str(path), target="price"))
    assert (table.currency, table.price.tolist()) == ("₽", [*range(100_000, 100_030)])
