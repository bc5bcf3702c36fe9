"""Marks in numbers whose meaning other cells tell, or nothing does; scales and signs of Asia."""

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from common.tables import parse_number, parse_numbers, read_table
from common.tables.measure_columns import parse_measures
from common.translation import translator
from tabular.bundle.cells import numbers_of
from tabular.bundle.table import read_table as read_exported
from tabular.bundle.table import without_missing
from tabular.columns import decide_columns
from tabular.data import load
from tabular.price_notes import note_on_mark
from tabular.settings import TableSource
from tests.common import forked

ROWS = 40
AREAS = range(30, 30 + ROWS)


def prices_of(tmp_path, cells, *, sep=";", suffix=".csv", name="price"):
    path = tmp_path / f"flats{suffix}"
    frame = pd.DataFrame({"area": AREAS, name: cells})
    if suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, sep=sep, index=False)
    return load(TableSource(file=str(path), target=name))


@pytest.mark.parametrize(
    ("suffix", "sep", "mark", "factor"),
    [
        (".csv", ";", ".", 1),
        (".csv", ";", ",", 1),
        (".csv", "\t", ",", 1000),
        (".xlsx", "", ".", 1),
        (".xlsx", "", ",", 1000),
    ],
)
def test_prices_that_may_be_thousands_or_have_three_decimals_are_said(
    tmp_path, suffix, sep, mark, factor
):
    cells = [f"{900 + n}{mark}000" for n in range(ROWS)]
    table = prices_of(tmp_path, cells, sep=sep, suffix=suffix)
    assert table.price.tolist() == [(900 + n) * factor for n in range(ROWS)]
    (note,) = [note for note in table.notes if "all are written like" in note]
    assert f"'900{mark}000', which is read as {900 * factor:,}" in note
    assert "все записаны как" in translator("ru", "tabular")(note)


@pytest.mark.parametrize("one", ["900.5", "900.50", "0.900", "1.900.000", "900.000 €"])
def test_prices_of_which_one_tells_the_mark_get_no_note(tmp_path, one):
    table = prices_of(tmp_path, [one, *(f"{900 + n}.000" for n in range(1, ROWS))])
    assert not any("written like" in note for note in table.notes)


def test_thousands_by_a_comma_between_commas_get_no_note(tmp_path):
    table = prices_of(tmp_path, [f"{900 + n},000" for n in range(ROWS)], sep=",")
    assert table.price.tolist() == [(900 + n) * 1000 for n in range(ROWS)]
    assert not any("written like" in note for note in table.notes)


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["850", "1.250", "2.100"], [850, 1250, 2100]),
        (["850", "1,250", "2,100"], [850, 1250, 2100]),
        (["0", "850", "12.500", "2.100"], [0, 850, 12500, 2100]),
        (["850", "1.254", "2.101"], [850, 1.254, 2.101]),  # as programs drop zeros: 850.000
        (["8500", "1.250", "2.100"], [8500, 1.25, 2.1]),
        (["0", "1.250", "2.100"], [0, 1.25, 2.1]),
        (["-1", "1.250", "2.100"], [-1, 1.25, 2.1]),
        (["3", "1.250", "2.100"], [3, 1.25, 2.1]),
        (["0", "55.120", "55.123"], [0, 55.12, 55.123]),
        (["150", "149.850", "153.200"], [150, 149.85, 153.2]),
        (["500", "1.250", "750.500"], [500, 1.25, 750.5]),
        (["850", "-1", "1.250"], [850, -1, 1.25]),
        (["850", *(f"{n}.250" for n in range(1, 12))], [850, *(n + 0.25 for n in range(1, 12))]),
    ],
)
@pytest.mark.parametrize("read", [read_table, read_exported], ids=["course", "exported"])
def test_whole_numbers_beside_tell_what_a_mark_sets_apart(tmp_path, read, cells, numbers):
    path = tmp_path / "flats.csv"
    pd.DataFrame({"plot": cells, "metro": "1.250"}).to_csv(path, sep="\t", index=False)
    table = read(path)
    if read is read_exported:
        read_as, beside = (
            numbers_of(table.columns[name], "number", decimal=table.decimals[name])
            for name in ("plot", "metro")
        )
    else:
        read_as, beside = table.frame["plot"], table.frame["metro"]
    assert read_as.tolist() == numbers
    assert set(beside) == {1.25}  # a guess says nothing of other columns


def test_a_mark_that_the_file_tells_goes_before_whole_numbers_beside(tmp_path):
    path = tmp_path / "flats.csv"
    pd.DataFrame({"plot": ["850", "1.250"], "area": ["54.3", "38.25"]}).to_csv(path, index=False)
    assert read_table(path).frame["plot"].tolist() == [850, 1.25]
    exported = read_exported(path)
    assert exported.decimals == {"plot": ".", "area": "."}


def test_a_column_without_its_file_is_read_with_a_point():
    assert parse_numbers(pd.Series(["1.250", "0"])).tolist() == [1.25, 0]
    assert parse_measures(pd.Series(["2.750 м", "3 м"])).values.tolist() == [2.75, 3]
    assert parse_measures(pd.Series(["2.750 м", "850 м"]), decimal=".").values.tolist() == [
        2.75,
        850,
    ]


@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("mark", [".", ","])
def test_the_exported_program_reads_the_marks_of_a_table_as_the_course_does(
    tmp_path, mark, separator
):
    cells = {
        "price": ["1.250", "2.500", "3.750"],
        "metro": ["1.250", "0", "2.500"],
        "plot": ["850", "1.250", "2.100"],
        "area": ["54.3", "38.25", "40"],
    }
    for left_out in ("area", "price"):
        kept = {name: column for name, column in cells.items() if name != left_out}
        written = {name: [cell.replace(".", mark) for cell in kept[name]] for name in kept}
        path = tmp_path / "flats.csv"
        pd.DataFrame(written).to_csv(path, sep=separator, index=False)
        course, exported = read_table(path).frame, read_exported(path)
        for name in kept:
            theirs = numbers_of(exported.columns[name], "number", decimal=exported.decimals[name])
            assert theirs.tolist() == course[name].tolist(), (name, left_out)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.234,50-", -1234.5),
        ("1,234.50-", -1234.5),
        ("0,75 -", -0.75),
        ("1.234,50- EUR", -1234.5),
        ("1.250,-", 1250.0),
        ("1.250-", None),  # up to which number?
        ("1,000-", None),
        ("69.430-", None),
        (".50-", None),
        ("р.50-", None),
        ("1e6 млн", None),
        ("5e6万", None),
        ("5 e6", 5e6),
        ("12-", None),
        ("-1,50-", None),
        ("2,50-3,50", None),
        ("350万", 3_500_000.0),
        ("350.5万元", 3_505_000.0),
        ("３５０万", 3_500_000.0),
        ("1億2000万円", 120_000_000.0),
        ("1億5万円", 100_050_000.0),
        ("5억 5,000만원", 550_000_000.0),
        ("¥1.2亿", 120_000_000.0),
        ("万", None),
        ("1億2000", None),
        ("1.2億3000万", None),
        ("1,2억 3000만", None),
        ("12億3000万", 1_230_000_000.0),
    ],
)
def test_signs_behind_and_scales_of_ten_thousand(cell, number):
    assert parse_number(cell) == number


@pytest.mark.parametrize("other", ["54,3", "54.3", "Ham"])
@pytest.mark.parametrize("end", [" км", "", " км за день"])
@pytest.mark.parametrize("mark", [".", ","])
def test_the_exported_program_reads_texts_with_numbers_as_the_course_does(
    tmp_path, mark, end, other
):
    cells = [f"1{mark}250{end}", f"2{mark}500{end}", "н/д", "по запросу"]
    for kept in (cells, cells[:3]):
        path = tmp_path / "flats.csv"
        pd.DataFrame({"far": kept, "other": other}).to_csv(path, sep=";", index=False)
        course = parse_measures(read_table(path).frame["far"]).values
        exported = read_exported(path)
        columns = without_missing(exported.columns["far"])
        theirs = numbers_of(columns, "number", decimal=exported.decimals.get("far"))
        np.testing.assert_array_equal(theirs, course)


HEADS = ["5.00", "$", "-5", "(5", "5 м", "3/9", "3 этаж", "65/40/9", "55.75", "55°45'", "POINT(3"]
TAILS = ["", "x", ")", "-", ",x", "°", "м x"]
READ_ALL = """
from common.tables.coordinate_parsing import read_degrees, read_place
from common.tables.measure_parsing import read_parts, read_spellings
from common.tables.number_parsing import read_numeral
cells = [head + 5000 * space + tail for head in {} for tail in {} for space in " \\n"]
for cell in cells:
    for read in (read_numeral, read_parts, read_degrees, read_place):
        read(cell)
read_spellings(dict.fromkeys(cells, 1))
print(len(cells))
"""


def test_cells_of_thousands_of_spaces_are_read_to_their_end(monkeypatch):
    monkeypatch.setattr(forked, "LONGEST", 60.0)  # where spaces are given back, it takes hours
    done = forked.python("-c", READ_ALL.format(HEADS, TAILS))
    assert done.stdout.split() == [str(2 * len(HEADS) * len(TAILS))], done.stderr


@pytest.mark.parametrize(("unit", "currency"), [("万円", "JPY"), ("万元", "CNY"), ("만원", "KRW")])
def test_prices_by_ten_thousands_have_their_currency(tmp_path, unit, currency):
    table = prices_of(tmp_path, [f"{300 + n}{unit}" for n in range(ROWS)], name="総額")
    assert table.price.tolist() == [(300 + n) * 1e4 for n in range(ROWS)]
    assert table.currency == currency


def test_a_price_without_the_ten_thousands_of_others_is_named(tmp_path):
    with pytest.raises(UserError, match="row 2 holds '350', without a scale"):
        prices_of(tmp_path, ["350", *(f"{300 + n}万" for n in range(1, ROWS))])


@pytest.mark.parametrize("form", ["{1:02}/{0:02}/2568", "2568-{0:02}-{1:02}", "{1}.{0}.2568"])
def test_years_of_the_buddhist_calendar_are_asked_about(form):
    cells = [form.format(n % 12 + 1, n % 28 + 1) for n in range(ROWS)]
    (column,) = decide_columns(pd.DataFrame({"sold": cells}), {})
    assert column.kind == "date"
    assert "is 2568 a year of the Buddhist calendar? write 2025" in column.reason
    assert "буддийскому" in translator("ru", "tabular")(f"column {column}")


def test_years_of_another_calendar_are_asked_about():
    cells = [f"{n % 28 + 1:02}-{n % 12 + 1:02}-1445" for n in range(ROWS)]
    (column,) = decide_columns(pd.DataFrame({"sold": cells}), {})
    assert "is 1445 a year of another calendar?" in column.reason
    assert "по другому ли календарю" in translator("ru", "tabular")(f"column {column}")
    slip = pd.DataFrame({"sold": ["2024-05-01", "2024-05-02", "1445-05-03"] * 5})
    assert "calendar" not in decide_columns(slip, {})[0].reason
    for far in ("2500-01-01", "2567-05-03"):
        slip = pd.DataFrame({"sold": ["2024-05-01", "2024-05-02", "2024-06-02", far] * 5})
        assert "calendar" not in decide_columns(slip, {})[0].reason


@pytest.mark.parametrize("cells", [["½", "1½", "2½"], ["1 1/2", "2 ½", "3"]])
def test_halves_are_numbers(cells):
    assert decide_columns(pd.DataFrame({"rooms": cells * 5}), {})[0].kind == "number"


def test_a_price_without_anything_beside_it_is_asked_about(tmp_path):
    path = tmp_path / "flats.csv"
    flats = pd.DataFrame({"area": AREAS, "town": "Ham", "a": 1, "price": range(900, 900 + ROWS)})
    path.write_text(flats.to_csv(index=False) + ",,,919\n")
    table = load(TableSource(file=str(path), target="price"))
    (note,) = [note for note in table.notes if "nothing but a price" in note]
    assert "1, such as row 42" in note
    assert "не сумма ли это" in translator("ru", "tabular")(note)
    few = flats.drop(columns="a").to_csv(index=False)
    for text in (flats.to_csv(index=False) + "30,,,919\n", few + ",,919\n"):
        path.write_text(text)
        table = load(TableSource(file=str(path), target="price"))
        assert not any("nothing but a price" in note for note in table.notes)


def test_the_mark_of_a_price_is_said_to_be_read_as_it_was():
    (note,) = note_on_mark("1.250", pd.Series([850.0, 1250.0]), "price")
    assert "which is read as 1,250; if the mark is the decimal one" in note
    (note,) = note_on_mark("1.250", pd.Series([8500.0, 1.25]), "price")
    assert "which is read as 1.25; if the mark sets thousands apart" in note
    assert note_on_mark("1.250 млн", pd.Series([1.25e6]), "price") == []
