"""What a cell holds beside what is seen: marks of direction, guards, other signs for minus."""

import unicodedata

import openpyxl
import pandas as pd
import pytest

from common.tables import parse_numbers, read_table
from common.tables.measure_columns import parse_measures
from common.tables.number_parsing import as_seen
from tabular.bundle.cells import numbers_of, tidy_categories
from tabular.bundle.table import without_missing
from tabular.columns import decide_columns
from tabular.values import as_categories

MARKS = {
    "left to right": "\u200e{}\u200e",
    "right to left": "\u200f{}",
    "isolated": "\u2068{}\u2069",
    "embedded": "\u202a{}\u202c",
    "byte order": "\ufeff{}",
    "zero width": "{}\u200b",
}


def read(tmp_path, cells, name="x"):
    path = tmp_path / "a.csv"
    rows = [f"{name};price", *(f"{cell};{place}" for place, cell in enumerate(cells))]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return read_table(path).frame


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)
@pytest.mark.parametrize(("cell", "number"), [("1 500,5", 1500.5), ("-7,25", -7.25)])
def test_marks_that_nobody_sees_are_no_part_of_a_number(tmp_path, mark, cell, number):
    column = read(tmp_path, [mark.format(cell), "2,5"])["x"]
    assert parse_numbers(column).tolist() == [number, 2.5]
    assert numbers_of(without_missing([mark.format(cell)]), "number").tolist() == [number]


@pytest.mark.parametrize("sign", "−–‐‑‒﹣－-")
def test_every_minus_is_one(tmp_path, sign):
    cells = [f"{sign}{n},5" for n in range(3)]
    assert parse_numbers(read(tmp_path, cells)["x"]).tolist() == [-0.5, -1.5, -2.5]
    with_unit = pd.Series([f"{sign}{n} °C" for n in range(1, 4)])
    assert parse_measures(with_unit).values.tolist() == [-1, -2, -3]


def test_digits_and_marks_of_other_scripts(tmp_path):
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    cells = [f"{n}٬250٫5".translate(arabic) for n in (1, 2)]
    assert parse_numbers(read(tmp_path, cells)["x"]).tolist() == [1250.5, 2250.5]


@pytest.mark.parametrize("other", ["Ар\u00adбат", "Арбат\u200b", "\u200eарбат", "АРБАТ"])
def test_categories_that_look_the_same_are_one(tmp_path, other):
    column = read(tmp_path, ["Арбат", other])["x"]
    assert as_categories(column).nunique() == 1
    assert len(set(tidy_categories(without_missing(["Арбат", other])))) == 1


def test_composed_and_decomposed_letters_are_one_category(tmp_path):
    cells = [unicodedata.normalize(form, "Йошкар-Ола") for form in ("NFC", "NFD")]
    assert as_categories(read(tmp_path, cells)["x"]).nunique() == 1


@pytest.mark.parametrize("cell", ["서울", "\u212b", "\u2126", "e\u0301", "\u0958"])
def test_a_cell_is_composed_alone_as_in_its_column(tmp_path, cell):
    cell = unicodedata.normalize("NFD", cell) if cell == "서울" else cell
    assert read(tmp_path, [f"{cell} b", "Арбат"])["x"].tolist()[0] == as_seen(f"{cell} b")
    assert as_seen(f"{cell} b") == unicodedata.normalize("NFC", f"{cell} b")


@pytest.mark.parametrize("cell", ["👨\u200d👩\u200d👧", "می\u200cخواهم"])
def test_what_joins_and_parts_letters_stays(tmp_path, cell):
    assert read(tmp_path, [cell, "b"])["x"].tolist()[0] == cell == as_seen(cell)


@pytest.mark.parametrize("name", ["це\u200bна", "\ufeff\ufeffцена", "\u200eцена", "це\u00adна"])
def test_a_column_is_called_as_it_is_seen(tmp_path, name):
    assert "цена" in read(tmp_path, ["1"], name)
    book = openpyxl.Workbook()
    for row in (("Отчёт",), (name, "b"), (5, 6)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert list(read_table(tmp_path / "a.xlsx", names=["цена"]).frame.columns) == ["цена", "b"]


def test_what_is_guarded_against_excel_is_its_content(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('code;price;empty\n"=""007""";"=""12500""";"="""""\n"=""012""";7;5\n', "utf-8")
    frame = read_table(path).frame
    assert frame["code"].tolist() == ["007", "012"]
    assert parse_numbers(frame["price"]).tolist() == [12500, 7]
    assert frame["empty"].isna().tolist() == [True, False]
    assert read_table(path, as_text=["code"]).frame["code"].tolist() == ["007", "012"]


def test_a_text_column_keeps_its_marks(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\n\u200fشقة,1\n", "utf-8")
    assert read_table(path, as_text=["text"]).frame["text"].tolist() == ["\u200fشقة"]


@pytest.mark.parametrize(
    "mark",
    [
        *("\\N", "(null)", "[NULL]", "<null>", "undefined", "nil", ".", "..", "…", "...", "б/д"),
        *("неизвестно", "Unknown", "#SPILL!", "#ERROR!", "#NV", "#WERT!", "#GETTING_DATA"),
    ],
)
def test_what_programs_write_for_nothing_is_nothing(tmp_path, mark):
    frame = read(tmp_path, [mark if n % 4 == 0 else n for n in range(12)])
    assert frame["x"].tolist()[1:4] == [1.0, 2.0, 3.0]
    assert frame["x"].isna().sum() == 3


@pytest.mark.parametrize("mark", ["01.01.0001 0:00:00", "0001-01-01", "0000-00-00"])
def test_a_date_that_means_none_is_none(tmp_path, mark):
    frame = read(tmp_path, [mark if n % 5 == 0 else f"2024-05-{n + 1:02}" for n in range(25)], "d")
    (column,) = decide_columns(frame[["d"]], {})
    assert column.reason == "2024-05-02 to 2024-05-25"


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12 500 руб. 50 коп.", 12500.5), ("7 р. 05 коп", 7.05), ("1'250 ₽ 00 коп.", 1250.0)],
)
def test_roubles_and_their_hundredths(cell, number):
    assert parse_numbers(pd.Series([cell])).tolist() == [number]


@pytest.mark.parametrize("cell", ["1,5 руб. 50 коп.", "5 млн руб. 50 коп.", "7 50 коп."])
def test_hundredths_that_do_not_fit_are_no_number(cell):
    assert parse_numbers(pd.Series([cell])).isna().all()


@pytest.mark.parametrize(
    ("cells", "numbers", "unit"),
    [
        (["250 000 ₽/м²", "199 500 ₽/м²"], [250_000.0, 199_500.0], "₽/м²"),
        (["30㎡", "45,5 ㎡"], [30.0, 45.5], "㎡"),
        (["30 руб. 50 коп.", "7 руб. 00 коп."], [30.5, 7.0], ""),
    ],
)
def test_units_that_begin_with_a_sign(cells, numbers, unit):
    measures = parse_measures(pd.Series(cells))
    assert (measures.values.tolist(), measures.unit) == (numbers, unit)
