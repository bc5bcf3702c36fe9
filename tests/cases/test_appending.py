"""What `predict` gives back: a person's table with new columns, and all else as it came."""

import csv
import gzip

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from common.tables import read_table
from common.tables.appending import add_columns
from tests.common.tables.test_reading import ENCODINGS, MARKS, flats

# Each of these cells once came back as another one.
TELLING = (
    'id;phone;code;note\r\n007;+7 916 123-45-67;1.10;-\r\n008;89161234567;2.0;"нет; данных"\r\n\r\n'
    '"009";12 500;1,5;None\r\n010;1e6\r\n'
)


def added(table, **columns):
    return pd.DataFrame(columns, index=table.frame.index)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-be"])
def test_every_other_cell_comes_back_byte_for_byte(tmp_path, encoding):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(TELLING.encode(encoding))
    table = read_table(source)
    add_columns(table, source, out, added(table, price=[1.5, 2.0, np.nan, 4.25]))
    expected = (
        "id;phone;code;note;price\r\n007;+7 916 123-45-67;1.10;-;1.5\r\n"
        '008;89161234567;2.0;"нет; данных";2\r\n\r\n"009";12 500;1,5;None;\r\n010;1e6;;;4.25\r\n'
    )
    assert table.found.decimal == "."
    assert out.read_bytes() == expected.encode(encoding)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_stay_also_where_the_last_is_missing(tmp_path, end, last):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    text = f"a,b{end}1,x{end}2,y" + (end if last else "")
    source.write_bytes(text.encode())
    table = read_table(source)
    add_columns(table, source, out, added(table, c=["p", "q"]))
    assert out.read_bytes().decode() == f"a,b,c{end}1,x,p{end}2,y,q" + (end if last else "")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_random_tables_are_read_back_with_the_new_columns(tmp_path, seed, encoding):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    separator, decimal = MARKS[seed]
    frame = flats(seed)
    frame.to_csv(source, sep=separator, decimal=decimal, encoding=encoding, index=False)
    table = read_table(source)
    new = added(table, класс=[f"a{separator}{n}" for n in range(40)], p=np.arange(40) / 8)
    add_columns(table, source, out, new)
    pd.testing.assert_frame_equal(read_table(out).frame, table.frame.join(new))
    with (
        source.open(encoding=encoding, newline="") as before,
        out.open(encoding=encoding, newline="") as after,
    ):
        old, rows = (list(csv.reader(file, delimiter=separator)) for file in (before, after))
    assert [row[:-2] for row in rows] == old


def test_titles_totals_and_the_separators_line_stay_where_they_are(tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("sep=;\nПродажи\nрайон;цена\nСокол;5\nИтого;5\n", encoding="utf-8")
    table = read_table(source)
    add_columns(table, source, out, added(table, p=[7]))
    assert out.read_text(encoding="utf-8") == (
        "sep=;\nПродажи\nрайон;цена;p\nСокол;5;7\nИтого;5;\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b\r\n1;2;\r\n3;4;\r\n", "a;b;;p\r\n1;2;;0\r\n3;4;;1\r\n"),
        ("a;b\n1;2\n3;4;\n5;6", "a;b;;p\n1;2;;0\n3;4;;1\n5;6;;2"),
        ("title;x;y;z;\na;b\n1;2\n3;4\n", "title;x;y;z;\na;b;p\n1;2;0\n3;4;1\n"),
    ],
)
def test_new_columns_stand_below_their_names(tmp_path, text, expected):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text.encode())
    table = read_table(source, names=("a", "b"))
    numbers = np.arange(len(table.frame), dtype=float)
    add_columns(table, source, out, added(table, p=numbers))
    assert out.read_bytes().decode() == expected
    assert read_table(out, names=("a", "b")).frame["p"].tolist() == numbers.tolist()


def test_a_formula_for_a_class_does_not_run(tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("a\n1\n")
    table = read_table(source)
    add_columns(table, source, out, added(table, b=["=1+1"]))
    assert out.read_text().splitlines()[1].endswith("'=1+1")
    add_columns(table, source, tmp_path / "out.xlsx", added(table, b=["=1+1"]))
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").active["B2"].data_type == "s"


def test_a_class_that_the_encoding_has_no_letters_for(tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("район,цена\nСокол,1\nАрбат,2\n", encoding="cp1251")
    table = read_table(source)
    add_columns(table, source, out, added(table, знак=["≈", "∞"]))
    assert out.read_text(encoding="utf-8-sig") == "район,цена,знак\nСокол,1,≈\nАрбат,2,∞\n"


def test_a_workbook_keeps_its_sheets_and_formats(tmp_path):
    source, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [("Отчёт",), ("район", "цена"), ("Сокол", 5), ("Арбат", 7)]:
        sheet.append(row)
    sheet["B3"].number_format = "0.00 ₽"
    book.create_sheet("другой")["A1"] = "=1+1"
    book.save(source)
    table = read_table(source)
    add_columns(table, source, out, added(table, p=[1.5, np.nan]))
    back = openpyxl.load_workbook(out)
    assert back.sheetnames == ["Sheet", "другой"]
    assert back["другой"]["A1"].value == "=1+1"
    assert back["Sheet"]["B3"].number_format == "0.00 ₽"
    values = [[cell.value for cell in row] for row in back["Sheet"].iter_rows()]
    assert values[1:] == [["район", "цена", "p"], ["Сокол", 5, 1.5], ["Арбат", 7, None]]


def test_parquet_keeps_columns_that_are_no_table(tmp_path):
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    whole = pa.table({"a": [1, 2], "list": [[1], [2, 3]]})
    pyarrow.parquet.write_table(whole, source)
    table = read_table(source)
    add_columns(table, source, out, added(table, p=[0.5, 1.5]))
    back = pyarrow.parquet.read_table(out)
    assert back.select(["a", "list"]).equals(whole)
    assert back["p"].to_pylist() == [0.5, 1.5]


def test_from_an_archive_the_table_is_written_anew(tmp_path):
    source, out = tmp_path / "in.csv.gz", tmp_path / "out.csv"
    source.write_bytes(gzip.compress(b"a;b\nx;1\n"))
    table = read_table(source)
    add_columns(table, source, out, added(table, p=[2]))
    assert out.read_text(encoding="utf-8-sig") == "a;b;p\nx;1;2\n"


def test_into_another_kind_of_file_the_table_is_written_anew(tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out.xlsx"
    source.write_text("a;b\nx;1,5\n", encoding="utf-8")
    table = read_table(source)
    add_columns(table, source, out, added(table, p=[2]))
    assert read_table(out).frame.to_dict("list") == {"a": ["x"], "b": [1.5], "p": [2]}
