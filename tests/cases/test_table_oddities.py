"""Tables of odd programs: other calendars, errors in cells, headers twice, signs and digits."""

import datetime as dt

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from common.errors import UserError
from common.tables import read_table
from common.tables.measure_columns import parse_measures
from tabular.columns import decide_columns
from tabular.data import load, parse_prices
from tabular.settings import TableSource

ROWS = [[30 + place, place % 4 + 1, 5_000_000 + place] for place in range(30)]


def kinds(frame):
    return {column.name: column.kind for column in decide_columns(frame, {})}


def workbook(path, rows, *, at=(1, 1), epoch=None):
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    for row, cells in enumerate(rows, at[0]):
        for column, cell in enumerate(cells, at[1]):
            book.active.cell(row, column, cell)
    book.save(path)
    return path


def test_days_of_a_workbook_that_counts_from_1904(tmp_path):
    days = [[dt.datetime(2024, 5, day), day] for day in range(1, 6)]
    path = workbook(tmp_path / "a.xlsx", [["day", "n"], *days], epoch=CALENDAR_MAC_1904)
    assert pd.to_datetime(read_table(path).frame["day"]).tolist() == [day for day, _ in days]


def test_errors_of_formulas_are_missing_numbers(tmp_path):
    rows = [["area", "price"], *([area, price] for area, _, price in ROWS * 2)]
    for row, error in ((4, "#N/A"), (5, "#DIV/0!"), (6, "#REF!")):
        rows[row][0] = error
    frame = read_table(workbook(tmp_path / "a.xlsx", rows)).frame
    assert kinds(frame)["area"] == "number"
    assert parse_measures(frame["area"]).values.isna().sum() == 3


def test_groups_above_the_names_are_no_header(tmp_path):
    rows = [["Flat", None, "Deal"], ["area", "rooms", "price"], *ROWS]
    path = workbook(tmp_path / "a.xlsx", rows)
    table = load(TableSource(file=str(path), target="price"))
    assert list(table.frame.columns) == ["area", "rooms"]
    assert len(table) == 30


def test_a_table_that_begins_in_the_middle_of_a_sheet(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["area", "rooms", "price"], *ROWS], at=(5, 3))
    table = load(TableSource(file=str(path), target="price"))
    assert list(table.frame.columns) == ["area", "rooms"]
    assert table.frame["area"].tolist() == [row[0] for row in ROWS]


def test_the_header_of_a_second_file_that_was_joined_is_no_flat(tmp_path):
    rows = "".join(f"{area};{rooms};{price}\n" for area, rooms, price in ROWS)
    path = tmp_path / "a.csv"
    path.write_text(f"area;rooms;price\n{rows}area;rooms;price\n{rows.replace('30;', '31;')}")
    table = load(TableSource(file=str(path), target="price"))
    assert len(table) == 31  # the others of the second file are those of the first
    assert any("header" in note for note in table.notes)
    assert kinds(table.frame)["area"] == "number"


def test_lines_that_end_with_a_mark_shift_no_column(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("area;price\n" + "".join(f"{area};{price};\n" for area, _, price in ROWS))
    frame = read_table(path).frame
    assert frame["area"].tolist() == [row[0] for row in ROWS]
    assert frame["price"].tolist() == [row[2] for row in ROWS]


def test_the_dashes_of_a_markdown_table_are_no_row(tmp_path):
    path = tmp_path / "a.md"
    rows = "".join(f"| {area} | {price} |\n" for area, _, price in ROWS)
    path.write_text(f"| area | price |\n|------|------:|\n{rows}")
    table = load(TableSource(file=str(path), target="price"))
    assert table.price.tolist() == [price for _, _, price in ROWS]
    assert "rows of dashes left out: 1 (row 2)" in table.notes


@pytest.mark.parametrize("line", ["---;---", "====;==", ":--;--:", "------+----", "---;", "──;──"])
def test_lines_between_the_names_and_the_rows_are_no_texts(tmp_path, line):
    path = tmp_path / "a.csv"
    path.write_text(f"text;label\n{line}\nno light;a\n- no gas -;--\n{line}\n", encoding="utf-8")
    table = read_table(path, names=["text", "label"], as_text=["text", "label"])
    assert table.frame["text"].tolist() == ["no light", "- no gas -"]
    assert table.notes[-1] == "rows of dashes left out: 2 (row 2, 5)"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("(120)", -120), ("(1 200,5)", -1200.5), ("−5", -5), ("–5", -5), ("- 5", -5), ("5-", -5)],
)
def test_a_negative_number_is_never_read_as_a_positive_one(cell, value):
    found = parse_measures(pd.Series([cell, "7", "9,5"])).values.iloc[0]
    assert np.isnan(found) or found == value


@pytest.mark.parametrize(
    "cell", ["12 500 000*", "12 500 000 [1]", "12 500 000¹", "12500000 руб.*", "1 млн 250 тыс"]
)
def test_what_stands_behind_a_price_is_no_digit_of_it(cell):
    with pytest.raises(UserError, match="row 2 holds"):
        parse_prices(pd.Series([cell, "3 000 000"], index=[2, 3], name="цена"))


def test_marks_of_two_customs_in_one_column():
    prices = parse_prices(pd.Series(["5.000.000", "4500000.50", "1.250.000"], name="p"))
    assert prices.tolist() == [5_000_000, 4_500_000.5, 1_250_000]


def test_a_target_is_found_though_its_name_has_spaces_that_do_not_break(tmp_path):
    path = tmp_path / "a.csv"
    rows = "".join(f"{area};{price}\n" for area, _, price in ROWS)
    path.write_text(f"area;price\u00a0total \n{rows}", encoding="utf-8")
    assert len(load(TableSource(file=str(path), target="price total"))) == 30
