"""A person's tables, as they come: every encoding, separator and decimal mark, and the damage."""

import itertools
import sys
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from common.errors import UserError
from common.memory_mapped import in_files
from common.tables import TableFormat, read_table, write_table

ENCODINGS = ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "utf-16"]
MARKS = [(",", "."), (";", ","), (";", "."), ("\t", ","), ("\t", "."), ("|", ",")]


def flats(seed: int, rows: int = 40) -> pd.DataFrame:
    """A random table with what trips readers up: separators, quotes and new lines in cells."""
    random = np.random.default_rng(seed)
    words = ["Арбат", "Сокол; корпус 2", 'дом "Дружба"', "первый\nэтаж", "с запятой, вот", "а|б"]
    frame = pd.DataFrame(
        {
            "номер": [f"{number:05d}" for number in range(rows)],
            "район, округ": random.choice(words, rows),
            "комнат": random.integers(1, 6, rows),
            "площадь": np.round(random.uniform(18, 300, rows), 1),
            "широта": np.round(random.uniform(55, 56, rows), 6),
            "цена": random.integers(3_000_000, 400_000_000, rows),
            "ремонт": random.choice(["да", "нет"], rows),
        }
    )
    frame.loc[random.choice(rows, 5, replace=False), "площадь"] = np.nan
    frame.loc[random.choice(rows, 5, replace=False), "район, округ"] = None
    return frame


def write(path, text: str, encoding: str = "utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def csv(tmp_path):
    return lambda text, encoding="utf-8": write(tmp_path / "flats.csv", text, encoding)


def same_values(frame: pd.DataFrame, expected: pd.DataFrame) -> None:
    expected = expected.set_axis(frame.index, axis=0)
    pd.testing.assert_frame_equal(frame, expected, check_exact=True)


@pytest.mark.parametrize(
    ("encoding", "marks", "seed"),
    [(*both, seed) for seed, both in enumerate(itertools.product(ENCODINGS, MARKS))],
)
def test_what_pandas_writes_is_read_back_equal(tmp_path, encoding, marks, seed):
    separator, decimal = marks
    path = tmp_path / "flats.csv"
    expected = flats(seed)
    expected.to_csv(path, sep=separator, decimal=decimal, encoding=encoding, index=False)
    table = read_table(path)
    same_values(table.frame, expected)
    assert table.found == TableFormat("csv", encoding, separator, decimal)
    assert table.notes == ()


def test_thousands_set_apart_and_decimal_commas_become_numbers(csv):
    spaces = "цена;площадь\n12\u00a0500\u00a0000;54,3\n3 000 000;1\u202f250,5\n−5;0,25\n"
    frame = read_table(csv(spaces)).frame
    assert frame["цена"].tolist() == [12_500_000, 3_000_000, -5]
    assert frame["площадь"].tolist() == [54.3, 1250.5, 0.25]
    assert frame.dtypes.astype(str).tolist() == ["int64", "float64"]


def test_ambiguous_commas_follow_the_rest_of_the_column(csv):
    frame = read_table(csv("a\tb\n1,250\t1,250\n2,5\t2,500\n")).frame
    assert frame["a"].tolist() == [1.25, 2.5]
    assert frame["b"].tolist() == [1.25, 2.5], "the file has decimal commas"
    frame = read_table(csv('a,b\n"1,250",7\n"2,500",8\n')).frame
    assert frame["a"].tolist() == [1250, 2500]


def test_coordinates_with_points_stand_beside_prices_with_commas(csv):
    frame = read_table(csv("широта;цена\n55.751;12,5\n55.7;1,25\n55.612;3\n")).frame
    assert frame["широта"].tolist() == [55.751, 55.7, 55.612]
    assert frame["цена"].tolist() == [12.5, 1.25, 3.0]


def test_codes_stay_text(csv):
    frame = read_table(
        csv("код,длинный,с дырой\n007,1,9007199254740993\n010,12345678901234567890,\n")
    )
    assert frame.frame["код"].tolist() == ["007", "010"]
    assert frame.frame["длинный"].tolist() == ["1", "12345678901234567890"]
    assert frame.frame["с дырой"].iloc[0] == "9007199254740993"


def test_prices_dates_and_flags_stay_text(csv):
    frame = read_table(csv("a;b;c\n12,5 млн;2024-01-31;да\n$1;01.02.2024;True\n")).frame
    assert (frame.dtypes == "str").all()


@pytest.mark.parametrize(
    "marker", ["", " ", "NA", "n/a", "NULL", "None", "nan", "-", "—", "нет данных", "Н/Д", "#N/A"]
)
def test_missing_is_missing_in_numbers_and_in_text(csv, marker):
    frame = read_table(csv(f"цена;район\n1,5;{marker}\n{marker};Арбат\n3;Сокол\n")).frame
    assert frame["цена"].dtype == "float64"
    assert frame.isna().sum().tolist() == [1, 1]


def test_a_row_keeps_its_number_in_the_file(csv):
    text = '\nцена;дом\n1;"два\nэтажа"\n\n;\n3;в\nпо запросу;г\n'
    table = read_table(csv(text))
    assert table.frame.index.tolist() == [3, 6, 7]
    assert table.frame.index.name == "row"
    assert table.frame.loc[7, "цена"] == "по запросу"
    assert table.notes == ("blank rows left out: 2, the first is row 4",)


def test_rows_are_numbered_alike_in_excel(tmp_path):
    book = openpyxl.Workbook()
    for row in [(None,), ("цена", "дом"), (1, "а"), (None, None), (3, "в")]:
        book.active.append(row)
    book.save(tmp_path / "flats.xlsx")
    assert read_table(tmp_path / "flats.xlsx").frame.index.tolist() == [3, 5]


def test_short_rows_are_filled_up_and_named(csv):
    table = read_table(csv("a,b,c\n1,2,3\n4,5\n7,8,9\n"))
    assert table.frame["c"].tolist()[::2] == [3, 9]
    assert np.isnan(table.frame.loc[3, "c"])
    assert table.notes == ("rows with fewer cells than the header: 1, the first is row 3",)


@pytest.mark.parametrize("text", ["a;b;\n1;2;\n3;4;\n", "a;b\n1;2;\n3;4;\n", "a;b;\n1;2\n3;4\n"])
def test_trailing_separators_make_no_column(csv, text):
    frame = read_table(csv(text)).frame
    assert frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


def test_every_column_gets_a_name_of_its_own(csv):
    table = read_table(csv("цена,цена,,цена.1\n1,2,3,4\n"))
    assert table.frame.columns.tolist() == ["цена", "цена.1", "column 3", "цена.1.1"]
    assert len(table.notes) == 3


def test_an_index_column_is_left_as_it_is(csv):
    frame = read_table(csv(",a\n0,5\n1,6\n")).frame
    assert frame["column 1"].tolist() == [0, 1]


def test_a_table_of_one_column(csv):
    table = read_table(csv("цена\n12,5\n13,25\n"))
    assert table.frame["цена"].tolist() == [12.5, 13.25]
    assert str(table.found) == "CSV, utf-8, one column, decimal comma"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(csv, end):
    frame = read_table(csv(end.join(["a;b", "1;x", "2;y", ""]))).frame
    assert frame.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}


def test_a_column_turns_out_to_be_text_late_in_the_file(csv):
    rows = 400_000
    text = "цена;номер\n" + "".join(f"{row % 999};{row}\n" for row in range(rows))
    frame = read_table(csv(text + "по запросу;5\n7;8\n")).frame
    assert frame["цена"].iloc[:2].tolist() == ["0", "1"]
    assert frame["цена"].iloc[-2:].tolist() == ["по запросу", "7"]
    assert frame.index[-2] == rows + 2
    assert frame["номер"].dtype == "int64"


def test_russian_far_from_the_beginning_is_noticed(csv):
    text = "a;b\n" + "1;abc\n" * 200_000 + "2;Тверской район\n"
    table = read_table(csv(text, "cp1251"))
    assert table.found.encoding == "cp1251"
    assert table.frame["b"].iloc[-1] == "Тверской район"


def test_odd_rows_are_numbered_right_in_a_long_file(csv):
    lines = [f"{row};текст {row}" for row in range(2, 200_002)]
    lines[150_000] = "150002"
    frame = read_table(csv("row;b\n" + "\n".join(lines))).frame
    assert (frame["row"] == frame.index).all()


def one_line(error: pytest.ExceptionInfo) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\n\n  \n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        ("\ufeff".encode("utf-16-le"), "the file is empty"),
        (b"a,b,c\n", "a header and no rows"),
        (b"a,b,c\n,,\n\n", "a header and no rows"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "a PNG picture, expected a table"),
        (b"\x00\x01\x02\x03" + bytes(range(256)), "binary data, expected a table"),
        (bytes(range(256)) * 9, "binary data"),
        (b"\x1f\x8b\x08\x00" + bytes(range(1, 256)), "a damaged archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not a sound Excel workbook"),
        (b"PK\x03\x04 broken", "not a sound Excel workbook"),
        (b"PAR1 broken", "damaged or truncated Parquet"),
        (b"a,b\n1,2\n1,2,3\n4,5\n", "row 3 has 3 cells, the header names 2"),
        (b"a,b\n1,2,3\n1,2,3\n4,5,6\n", "rows have 3 cells, the header names 2"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "opens a quotation mark that is never closed"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "opens a quotation mark that is never closed"),
        (b'a,b\n1,"' + b"2\n" * 5_000_000, "a quotation mark is opened and never closed?"),
    ],
)
def test_damaged_text_is_refused_in_one_line(tmp_path, content, says):
    path = tmp_path / "flats.csv"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_table(path)
    assert one_line(caught).startswith(str(path))
    assert says in str(caught.value)


def test_one_broken_byte_is_named_by_its_line(tmp_path):
    path = tmp_path / "flats.csv"
    lines = ["дом;район", *[f"{row};Тверской" for row in range(50_000)]]
    content = "\n".join(lines).encode().split(b"\n")
    content[40_000] += b"\xff"
    path.write_bytes(b"\n".join(content))
    with pytest.raises(UserError, match=r"line 40001 holds the byte 0xFF, which is not utf-8"):
        read_table(path)


def test_a_file_cut_inside_a_letter_is_refused_without_noise(tmp_path, capfd):
    path = tmp_path / "flats.csv"
    path.write_bytes("дом;район\n1;Тверской\n2;Сок".encode()[:-1])
    with pytest.raises(UserError, match="line 3 holds the byte 0xD0"):
        read_table(path)
    assert capfd.readouterr().err == ""


def test_no_file_and_a_folder_are_said_so(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        read_table(tmp_path / "absent.csv")
    with pytest.raises(UserError, match="a folder, expected a table"):
        read_table(tmp_path)


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".ods"])
def test_text_under_another_name_is_refused(tmp_path, suffix):
    path = write(tmp_path / f"flats{suffix}", "a,b\n1,2\n")
    with pytest.raises(UserError) as caught:
        read_table(path)
    one_line(caught)


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_a_file_cut_anywhere_is_refused_in_one_line(tmp_path, suffix):
    path = tmp_path / f"flats{suffix}"
    write_table(flats(seed=3), path)
    whole = path.read_bytes()
    for share in (0.02, 0.3, 0.6, 0.95, 0.999):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(UserError) as caught:
            read_table(path)
        one_line(caught)


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(tmp_path, monkeypatch):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 5_000_000)
    monkeypatch.setattr("common.tables.excel.LARGEST", 1_000_000)
    with pytest.raises(UserError, match="the workbook unpacks to"):
        read_table(path)


def test_excel_keeps_its_types_and_reads_numbers_kept_as_text(tmp_path):
    book = openpyxl.Workbook()
    day = pd.Timestamp("2024-01-31")
    for row in [
        ("целое", "дробное", "дата", "флаг", "текстом", "вперемешку", "цена"),
        (1, 1.5, day, True, "1 250,5", 1.125, 12_500_000),
        (2, None, day, False, "3,25", "2,5", "по запросу"),
    ]:
        book.active.append(row)
    book.create_sheet("Ещё")
    book.save(tmp_path / "flats.xlsx")
    table = read_table(tmp_path / "flats.xlsx")
    kinds = ["int64", "float64", "datetime64", "bool", "float64", "float64", "str"]
    for kind, dtype in zip(kinds, table.frame.dtypes.astype(str), strict=True):
        assert dtype.startswith(kind)
    assert table.frame["текстом"].tolist() == [1250.5, 3.25]
    assert table.frame["вперемешку"].tolist() == [1.125, 2.5]
    assert table.frame["цена"].to_dict() == {2: "12500000", 3: "по запросу"}
    assert str(table.found) == "Excel, decimal comma, sheet 'Sheet'"
    assert table.notes == ("only sheet 'Sheet' is read, not 'Ещё'",)


def test_parquet_keeps_its_types(tmp_path):
    expected = pd.DataFrame(
        {
            "дата": pd.to_datetime(["2024-01-31", "2024-02-01"]),
            "флаг": [True, False],
            "код": ["007", "-"],
            "класс": pd.Categorical(["а", "б"]),
            "список": [[1], [2]],
        },
        index=[5, 6],
    )
    expected.to_parquet(tmp_path / "flats.parquet")
    table = read_table(tmp_path / "flats.parquet")
    assert table.frame.columns.tolist() == ["дата", "флаг", "код", "класс"]
    assert table.frame["код"].tolist()[0] == "007"
    assert table.frame["код"].isna().tolist() == [False, True]
    assert table.frame["класс"].dtype == "str"
    assert table.frame["флаг"].dtype == "bool"
    assert table.frame.index.tolist() == [2, 3]
    assert "'список'" in table.notes[0]


def test_a_table_of_two_thousand_columns(csv):
    width = 2000
    text = ";".join(f"очень длинное имя столбца {n}" for n in range(width)) + "\n"
    text += (";".join(f"{n},5" for n in range(width)) + "\n") * 30
    frame = read_table(csv(text)).frame
    assert frame.shape == (30, width)
    assert frame.sum(axis=1).tolist() == [sum(range(width)) + width / 2] * 30


def test_a_header_of_numbers_is_remarked_on(csv):
    assert "should name the columns" in read_table(csv("1,2\n3,4\n")).notes[-1]


def test_a_cell_of_a_megabyte_is_read(tmp_path):
    letter = "Здравствуйте! \n" * 70_000  # 1.7 MB
    path = tmp_path / "letters.csv"
    path.write_text(f'n,text\n1,"{letter}"\n2,short\n', encoding="utf-8")
    frame = read_table(path).frame
    assert frame["n"].tolist() == [1, 2]
    assert frame["text"].iloc[0] == letter.strip()


def parts(folder, *frames, names=("part-0", "part-1", "part-2")):
    for name, frame in zip(names, frames, strict=False):
        path = folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(path, index=False)
    return folder


def some(n, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "a.b": rng.integers(0, 9, n),
            "a": rng.normal(size=n),
            "район": rng.choice(["Арбат", "Сокол", None], n),
            "дата": pd.Timestamp("2025-04-04") + pd.to_timedelta(rng.integers(0, 99, n), "D"),
        }
    )


def test_a_folder_of_parquet_files_is_the_table_whose_parts_they_are(tmp_path, monkeypatch):
    frames = [some(5, 0), some(3, 1), some(4, 2)]
    folder = parts(tmp_path / "all", frames[0], frames[1][["a", "дата", "a.b", "район"]], frames[2])
    (folder / "_SUCCESS").touch()
    (folder / "notes.txt").write_text("x")
    found = read_table(folder, large=True)
    whole = pd.concat(frames, ignore_index=True)
    whole.to_parquet(tmp_path / "one.parquet", index=False)
    for table in (found, read_table(tmp_path / "one.parquet", large=True)):
        pd.testing.assert_frame_equal(table.frame, read_table(tmp_path / "one.parquet").frame)
    assert found.frame.index.tolist() == list(range(2, 14))
    assert "parts of the table: 3, from part-0.parquet to part-2.parquet" in found.notes
    assert any("notes.txt" in note for note in found.notes)
    with pytest.raises(UserError, match="a folder, expected a table"):
        read_table(folder)
    monkeypatch.setattr("common.memory_mapped.LARGE", 0)
    pd.testing.assert_frame_equal(read_table(folder, large=True).frame, found.frame)


@pytest.mark.skipif(sys.platform != "linux", reason="files are set aside on Linux")
@pytest.mark.parametrize("left_out", [None, "Итого"])
def test_a_large_table_stays_in_files_where_rows_are_left_out(tmp_path, monkeypatch, left_out):
    frame = some(5)
    frame.loc[3] = None
    frame.loc[3, "район"] = left_out
    frame.to_parquet(tmp_path / "one.parquet", index=False)
    small = read_table(tmp_path / "one.parquet")
    monkeypatch.setattr("common.memory_mapped.LARGE", 0)
    large = read_table(tmp_path / "one.parquet", large=True)
    assert large.notes == small.notes
    pd.testing.assert_frame_equal(large.frame, small.frame)
    assert large.frame.index.tolist() == [2, 3, 4, 6]
    assert not in_files(small.frame)
    assert in_files(large.frame)


def test_the_names_of_folders_tell_a_column_and_kinds_of_numbers_meet(tmp_path):
    whole, broken = pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [0.5, None]})
    folder = parts(tmp_path / "y", whole, broken, names=("year=2023/0", "year=2024/0"))
    frame = read_table(folder, large=True).frame
    assert frame["x"].tolist()[:3] == [1, 2, 0.5]
    assert frame["year"].tolist() == [2023, 2023, 2024, 2024]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (pd.DataFrame({"y": [1]}), "its columns are not those of part-0.parquet: 'x'"),
        (pd.DataFrame({"x": ["many"]}), "holds other kinds of values than part-0.parquet"),
    ],
)
def test_parts_that_are_of_no_one_table_are_refused(tmp_path, second, said):
    folder = parts(tmp_path / "all", pd.DataFrame({"x": [1, 2]}), second)
    with pytest.raises(UserError, match=said) as refusal:
        read_table(folder, large=True)
    assert "part-1.parquet" in str(refusal.value)


def test_a_damaged_part_is_named_and_a_folder_without_any_is_refused(tmp_path):
    folder = parts(tmp_path / "all", some(5), some(5))
    path = folder / "part-1.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match=r"part-1\.parquet: a damaged or truncated"):
        read_table(folder, large=True)
    (tmp_path / "none").mkdir()
    with pytest.raises(UserError, match="without Parquet files"):
        read_table(tmp_path / "none", large=True)


def test_what_a_large_table_is_held_in_holds_the_same_cells(tmp_path, monkeypatch):
    monkeypatch.setattr("common.tables.parquet.MANY_ROWS", 40)
    monkeypatch.setattr("common.tables.frames.MANY_ROWS", 40)
    frame = pd.DataFrame({"район": ["Арбат", "Сокол", None, "район", "Итого"] * 10, "n": [7] * 50})
    frame["цена"] = 1
    frame.to_parquet(tmp_path / "one.parquet", index=False)
    wanted, found = (
        read_table(tmp_path / "one.parquet", names=["цена"], large=large) for large in (False, True)
    )
    assert found.frame["район"].dtype == "category"
    assert (found.frame["n"].dtype, found.frame["цена"].dtype) == (np.int8, np.int64)
    assert found.notes == wanted.notes
    as_before = found.frame.astype(wanted.frame.dtypes)
    pd.testing.assert_frame_equal(as_before, wanted.frame)
