"""What is written is read back equal, opens in Excel, runs no formula, and harms no file."""

import datetime
import os

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from common.errors import UserError
from common.tables import TableFormat, add_columns, answered_suffix, read_table, write_table
from tests.common.tables.test_reading import ENCODINGS, flats, same_values, write


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".parquet"])
def test_what_is_written_is_read_back_equal(tmp_path, suffix):
    expected = flats(seed=1)
    write_table(expected, tmp_path / f"flats{suffix}")
    same_values(read_table(tmp_path / f"flats{suffix}").frame, expected)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_answer_is_written_like_the_question(tmp_path, encoding):
    question = tmp_path / "question.csv"
    flats(seed=2).to_csv(question, sep=";", decimal=",", encoding=encoding, index=False)
    asked = read_table(question)
    write_table(asked.frame, tmp_path / "answer.csv", like=asked.found)
    answered = read_table(tmp_path / "answer.csv")
    pd.testing.assert_frame_equal(answered.frame, asked.frame)
    marked = "utf-8-sig" if encoding == "utf-8" else encoding
    assert answered.found == TableFormat("csv", marked, ";", ",")


def test_letters_that_the_encoding_lacks_are_not_lost(tmp_path):
    path = tmp_path / "out.csv"
    frame = pd.DataFrame({"валюта": ["₽", "€"], "цена": [1.5, 2.5]})
    write_table(frame, path, like=TableFormat("csv", "cp1251", ";", ","))
    assert read_table(path).frame["валюта"].tolist() == ["₽", "€"]


def test_excel_opens_what_is_written(tmp_path):
    write_table(pd.DataFrame({"цена": [1]}), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b"\xef\xbb\xbf" + "цена\r\n1\r\n".encode()


def test_no_cell_runs_as_a_formula(tmp_path):
    hostile = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "-5", "обычный", "\tx"]
    frame = pd.DataFrame({"=HYPERLINK(A1)": hostile})
    write_table(frame, tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    starts = [line.lstrip('"')[0] for line in lines]
    assert starts == ["'", "'", "'", "'", "'", "-", "о", "'"]
    assert read_table(tmp_path / "out.csv").frame.iloc[:3, 0].tolist() == hostile[:3]
    write_table(frame, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "out.csv"
    path.write_text("старое", encoding="utf-8")

    def held(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("common.files.os.replace", held)
    with pytest.raises(UserError, match="is it open in another program"):
        write_table(pd.DataFrame({"a": [1]}), path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]
    assert path.read_text(encoding="utf-8") == "старое"


def test_writing_into_no_folder_is_refused(tmp_path):
    with pytest.raises(UserError, match="there is no folder"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "absent" / "out.csv")


def test_whole_numbers_with_gaps_are_written_as_they_were(tmp_path):
    text = "год;площадь;цена\r\n2019;38,5;100\r\n;54;-200\r\n2021;;300\r\n"
    write(tmp_path / "flats.csv", text, "cp1251")
    table = read_table(tmp_path / "flats.csv")
    write_table(table.frame, tmp_path / "out.csv", like=table.found)
    assert (tmp_path / "out.csv").read_bytes() == text.encode("cp1251")


def test_numbers_of_every_size_are_read_back_equal(tmp_path):
    numbers = [0.1, 1e300, -1e-300, 2.0**53, 1e15, 123456789012345.0, -0.5, np.inf, np.nan, -7.0]
    frame = pd.DataFrame({"a": numbers, "b": np.float32(0.1), "c": pd.array([1.5] * 10, "Float64")})
    for like in (None, TableFormat("csv", "utf-8", ";", ",")):
        write_table(frame, tmp_path / "out.csv", like=like)
        found = read_table(tmp_path / "out.csv").frame
        np.testing.assert_array_equal(found["a"], numbers)
        assert found["b"].tolist() == [0.1] * 10
        assert found["c"].tolist() == [1.5] * 10


def test_a_long_table_is_written_in_blocks_and_read_back_equal(tmp_path, monkeypatch):
    monkeypatch.setattr("common.tables.writing.BLOCK", 7)
    expected = flats(seed=4)
    for like in (None, TableFormat("csv", "utf-16", "\t", ","), TableFormat("csv", "cp1251", ";")):
        write_table(expected, tmp_path / "out.csv", like=like)
        same_values(read_table(tmp_path / "out.csv").frame, expected)
    # A letter that the encoding lacks, after many rows have been written in it.
    expected.loc[33, "ремонт"] = "5 000 ₽"
    write_table(expected, tmp_path / "out.csv", like=TableFormat("csv", "cp1251", ";"))
    table = read_table(tmp_path / "out.csv")
    assert table.found.encoding == "utf-8-sig"
    same_values(table.frame, expected)


def test_excel_takes_what_other_files_hold(tmp_path):
    frame = pd.DataFrame(
        {
            "момент": pd.to_datetime(["2024-05-01T10:00:00+03:00", None]),
            "день": pd.to_datetime(["2024-05-01", None]),
            "текст": ["а\x00б\x0bв", "г"],
            "число": [np.inf, 1.5],
            "\x01имя": [True, False],
        }
    )
    write_table(frame, tmp_path / "out.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True))
    assert rows[0] == ("момент", "день", "текст", "число", "имя")
    day = datetime.datetime(2024, 5, 1)
    assert rows[1] == ("2024-05-01T10:00:00+03:00", day, "абв", "inf", True)
    assert rows[2] == (None, None, "г", 1.5, False)


def test_more_rows_than_excel_holds_are_refused(tmp_path):
    with pytest.raises(UserError, match="1,048,576 rows, an Excel sheet holds 1,048,575"):
        write_table(pd.DataFrame({"a": np.zeros(1_048_576)}), tmp_path / "out.xlsx")


def test_what_parquet_cannot_hold_is_refused_in_one_line(tmp_path):
    with pytest.raises(UserError, match="column 'a' holds values of several kinds") as error:
        write_table(pd.DataFrame({"b": [1, 2], "a": ["text", 1]}), tmp_path / "out.parquet")
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_the_old_excel_format_is_not_written(tmp_path):
    with pytest.raises(UserError, match=r"\.xls\) is not written"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "out.xls")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_files_permissions_are_those_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_text("")
    for suffix in (".csv", ".xlsx", ".parquet"):
        path = tmp_path / f"out{suffix}"
        write_table(pd.DataFrame({"a": [1]}), path)
        assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("common.files.os.open", refuse)
    with pytest.raises(UserError, match=r"out\.csv: cannot be written \(Permission denied\)"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "out.csv")


def test_a_folder_of_parquet_files_is_answered_by_a_folder_of_as_many(tmp_path):
    parts = {"year=2023/a.parquet": [1.5, 2.5], "year=2024/b.parquet": [3.5]}
    for name, prices in parts.items():
        path = tmp_path / "flats" / name
        path.parent.mkdir(parents=True)
        pd.DataFrame({"price": prices, "tags": [["x"]] * len(prices)}).to_parquet(path)
    (tmp_path / "flats" / "_SUCCESS").touch()
    table = read_table(tmp_path / "flats", large=True)
    answers = pd.DataFrame({"answer": [10.0, 30.0]}, index=[2, 4])  # the second row has none
    add_columns(table, tmp_path / "flats", tmp_path / "out", answers)
    found = {
        str(path.relative_to(tmp_path / "out")): pq.ParquetFile(path).read().to_pydict()
        for path in (tmp_path / "out").rglob("*.*")
    }
    assert found == {
        "year=2023/a.parquet": {
            "price": [1.5, 2.5],
            "tags": [["x"], ["x"]],
            "answer": [10.0, None],
        },
        "year=2024/b.parquet": {"price": [3.5], "tags": [["x"]], "answer": [30.0]},
    }
    assert answered_suffix(tmp_path / "flats") == ""
    for place, words in (("flats/out", "lies in the folder"), ("out", "is there already")):
        with pytest.raises(UserError, match=words):
            add_columns(table, tmp_path / "flats", tmp_path / place, answers)
    add_columns(table, tmp_path / "flats", tmp_path / "one.csv", answers)
    assert read_table(tmp_path / "one.csv").frame["year"].tolist() == [2023, 2023, 2024]
