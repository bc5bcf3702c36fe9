"""Signs that look like drawn lines, remarks that are flats, percents of a sheet that begins at B,
and money by two spellings."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from common.tables import read_table
from common.tables.frames import SHARES
from common.tables.measure_columns import parse_measures
from tabular.type_inference import unit_of


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("белок;глюкоза;кетоны\n++;+++;++\n+;++;+\n+++;++;++\n", 3),
        ("a;b\n++;==\n==;==\n==;||\n", 3),
        ("letter;code\nM;--\nN;-.\nO;---\n", 3),
        ("code;letter;n\n---;O;1\n-.;N;2\n----;;\n", 3),
        ("code;sign\n---;==\n-.;==\n---;==\n", 3),
        ("a;b;c\n---;---;---\nx;+;...\ny;-;5\n", 2),  # no other lines, but words for no and none
        ("tea\tsugar\n====\t==\n==\t=\n=\t====\n", 3),
        ("a;b\n--;--\nx;--\n--;1\ny;--\n", 3),  # `--` says none, and the first is a line
        ("a;b\n---;:---:\nx;1\n---;:---:\ny;2\n", 2),
        ("a;b\n---;:---:\nx;1\ny;2\n", 2),
        ("a|b\n----+----\nx|1\ny|2\n", 2),
    ],
)
def test_only_long_lines_are_drawn_between_rows(tmp_path, text, rows):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert len(read_table(path).frame) == rows


@pytest.mark.parametrize("sign", ["+++", "==", "--", "-----"])
def test_a_message_of_signs_is_a_message(tmp_path, sign):
    path = tmp_path / "a.csv"
    for texts in (["лифт стоит", sign, "вода"], [sign, "вода", sign]):
        path.write_text("text\n" + "\n".join(texts), encoding="utf-8")
        found = read_table(path, names=["text"], as_text=["text"]).frame
        assert found["text"].tolist() == texts


@pytest.mark.parametrize("unit", [" м²", ""])
@pytest.mark.parametrize(
    ("last", "rows"),
    [
        *(("45 кв. м", 7), ("около 50", 7), ("не указана, уточнить", 7), ("not known yet", 7)),
        *(("Источник: сайт", 6), ("(60 rows)", 6), ("(6 строк)", 6), ("* без лоджии", 6)),
        *(("\nОтветственный: Петров", 6), ("\nвсего домов шесть", 6)),
    ],
)
def test_what_somebody_wrote_for_a_number_in_the_last_row_is_no_remark(tmp_path, unit, last, rows):
    path = tmp_path / "a.csv"
    flats = "".join(f"{30 + n}{unit};ул. Мира {n};{n}\n" for n in range(6))
    path.write_text(f"площадь;адрес;этаж\n{flats}{last};;\n", encoding="utf-8")
    assert len(read_table(path, names=["площадь"]).frame) == rows


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(("start", "gap"), [(1, None), (3, None), (1, 1), (1, 2)])
def test_percents_are_those_of_their_own_column(tmp_path, place, start, gap):
    names = ["area", "price"]
    names.insert(place, "share")
    book = openpyxl.Workbook()
    for number, name in enumerate(names):
        at = start + number + (gap is not None and number >= gap)
        book.active.cell(1, at, name)
        for row in range(2, 12):
            cell = book.active.cell(row, at, 0.01 * row if name == "share" else 10 * row)
            cell.number_format = "0%" if name == "share" else "General"
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert table.frame.attrs[SHARES] == ["share"]
    np.testing.assert_allclose(table.frame["share"].astype(float), 0.01 * np.arange(2, 12))


@pytest.mark.parametrize(
    "spelt",
    [
        ("500 kr", "600 SEK"),
        ("¥500", "600 JPY"),
        ("500 lei", "600 RON"),
        ("500 kr/mo", "600 SEK/mo"),
    ],
)
def test_one_currency_by_two_spellings_is_one(spelt):
    both = pd.Series([*spelt] * 5)
    assert parse_measures(both, unit=unit_of(both)).values.tolist() == [500, 600] * 5
    for known, cell, value in [(*spelt, 600), (*reversed(spelt), 500)]:
        unit = unit_of(pd.Series([known] * 5))
        assert parse_measures(pd.Series([cell]), unit=unit).values.tolist() == [value]


def test_a_rouble_whose_country_only_some_cells_tell_is_read():
    cells = pd.Series(["500 р", "600 BYN"] * 5)
    assert unit_of(cells) == ""


@pytest.mark.parametrize("pair", [("SEK", "NOK"), ("CNY", "JPY"), ("kr", "₽")])
def test_money_of_two_countries_is_two(pair):
    unit = unit_of(pd.Series([f"500 {pair[0]}"] * 5))
    assert np.isnan(parse_measures(pd.Series([f"600 {pair[1]}"]), unit=unit).values[0])
