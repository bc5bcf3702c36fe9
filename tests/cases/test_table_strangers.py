"""Tables that strangers bring: codes that look like powers, two lines of names, tables on sides."""

import datetime

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from common.tables import parse_dates, read_table
from common.tables.dates import looks_year_first
from common.translation import translator
from tabular.columns import decide_columns
from tabular.data import load
from tabular.settings import TableSource

ROWS = 60
QUARTERS = ((31, 3), (30, 6), (30, 9), (31, 12))


def flats():
    draw = np.random.default_rng(0)
    area = draw.uniform(30, 90, ROWS).round(1)
    return pd.DataFrame({"area": area, "price": (area * 2e5).round().astype(int)})


def read(tmp_path, text, **options):
    path = tmp_path / "flats.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path, **options)


@pytest.mark.parametrize("blocks", [["1E5", "2E3", "4e1"], ["12", "7", "1E5"]])
def test_blocks_called_1e5_are_names(tmp_path, blocks):
    table = flats().assign(block=blocks * 20)
    frame = read(tmp_path, table.to_csv(index=False)).frame
    assert frame["block"].tolist() == blocks * 20
    (column,) = decide_columns(frame[["block"]], {})
    assert column.kind == "category"
    assert decide_columns(frame[["block"]], {"block": "number"})[0].kind == "number"


def test_one_power_among_many_whole_numbers_makes_no_names_of_them():
    views = pd.DataFrame({"views": [*map(str, range(100, 400)), "1e5"]})
    assert decide_columns(views, {})[0].kind == "number"


@pytest.mark.parametrize("cells", [["1e-05", "2.5e-04"], ["1E+05", "3"], ["1.5E5", "2E+3"]])
def test_powers_of_ten_as_programs_write_them_are_numbers(tmp_path, cells):
    frame = read(tmp_path, flats().assign(x=cells * 30).to_csv(index=False)).frame
    assert frame["x"].tolist() == [float(cell) for cell in cells] * 30


@pytest.mark.parametrize("form", ["%y%m%d", "%d%m%y"])
@pytest.mark.parametrize("first", ["2023-01-05", "2001-01-01"])
def test_days_in_six_digits_are_no_numbers(tmp_path, form, first):
    days = pd.Series(pd.date_range(first, periods=ROWS, freq="5D").strftime(form))
    frame = read(tmp_path, flats().assign(date=days).to_csv(index=False)).frame
    (column,) = decide_columns(frame[["date"]], {})
    assert column.kind == "ignore"
    assert column.reason.startswith("days in six digits, ")
    assert "дни из шести цифр" in translator("ru", "tabular")(f"column {column}")
    months = pd.Series(pd.date_range(first, periods=ROWS, freq="31D").strftime("%Y%m")).astype(int)
    assert decide_columns(pd.DataFrame({"date": months}), {})[0].kind == "date"
    assert decide_columns(pd.DataFrame({"n": range(230_101, 230_130)}), {})[0].kind == "number"


class OneDay(datetime.date):
    """A calendar of one day."""

    @classmethod
    def today(cls):
        return cls(2026, 6, 15)


def test_a_year_that_may_be_a_day_is_asked_about_where_the_days_would_be_years_to_come(monkeypatch):
    monkeypatch.setattr("common.tables.dates.date", OneDay)
    cells = pd.Series([f"15.{month:02}.{day:02}" for month in (3, 7) for day in range(1, 32)])
    cells = cells[cells != "15.07.31"]
    assert parse_dates(cells).notna().all()
    assert looks_year_first(cells)
    past = pd.Series([f"15.{month:02}.{year:02}" for month in (3, 7) for year in range(8, 24)])
    assert not looks_year_first(past)
    finished = [f"{day}.{month:02}.{year}" for year in range(17, 30) for day, month in QUARTERS]
    assert not looks_year_first(pd.Series(finished))  # 31.03.17 is no 17 March of 2031


@pytest.mark.parametrize(
    ("line", "header"),
    [
        ("м²;руб.", "Площадь;Цена"),
        ("float64;int64", "area;price"),
        ("Площадь квартиры;Цена, руб", "area;price"),
    ],
)
def test_a_second_line_of_names_or_units_is_no_flat(tmp_path, line, header):
    body = flats().to_csv(sep=";", index=False, header=False)
    table = read(tmp_path, f"{header}\n{line}\n{body}")
    assert len(table.frame) == ROWS
    (note,) = [note for note in table.notes if "second line" in note]
    assert note.startswith("a second line of names or of units left out: row 2")
    assert "вторая строка имён или единиц" in translator("ru", "tabular")(note)
    assert table.frame.index[0] == 3


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("total", [False, True])
def test_columns_below_a_line_of_units_are_what_they_are_without_it(tmp_path, suffix, total):
    table = flats().assign(code="007", area=lambda t: t["area"].where(t.index % 5 > 0, -999))
    table.insert(0, "day", [20240101 + n % 28 for n in range(ROWS)])
    if total:
        sums = table[["area", "price"]].sum()
        table = table.astype(object)
        table.loc[ROWS] = ["Итого", sums["area"], int(sums["price"]), None]
    units = pd.DataFrame([["дата", "м²", "руб.", "шифр"]], columns=table.columns)
    frames = []
    for content in (table, pd.concat([units, table.astype(object)])):
        path = tmp_path / f"flats{suffix}"
        if suffix == ".csv":
            path.write_text(content.to_csv(sep=";", decimal=",", index=False), encoding="utf-8")
        else:
            content.to_excel(path, index=False)
        frames.append(read_table(path).frame)
    plain, below = frames
    assert len(plain) == ROWS
    pd.testing.assert_frame_equal(below.reset_index(drop=True), plain.reset_index(drop=True))
    kinds = [[column.kind for column in decide_columns(frame, {})] for frame in frames]
    assert kinds[0] == kinds[1]
    assert kinds[0][:3] == ["date", "number", "number"]


def test_columns_of_joined_files_are_those_of_one(tmp_path):
    whole = flats().assign(day=[20240101 + n % 28 for n in range(ROWS)])
    halves = "".join(part.to_csv(index=False) for part in (whole[:30], whole[30:]))
    frame = read(tmp_path, halves).frame
    pd.testing.assert_frame_equal(frame.reset_index(drop=True), whole)


def test_a_first_flat_without_any_number_in_a_column_is_no_line_of_names(tmp_path):
    body = "".join(f"{n % 3 + 1};Ленина {n};{n}00\n" for n in range(2, 9))
    frame = read(tmp_path, f"rooms;address;price\nстудия;Ленина 1;по запросу\n{body}").frame
    assert frame["address"].tolist() == [f"Ленина {n}" for n in range(1, 9)]


@pytest.mark.parametrize(
    "line", ["по запросу;5000000", ";по запросу", "студия;1 млн", "по запросу;"]
)
def test_a_flat_of_which_little_is_known_stays(tmp_path, line):
    body = flats().to_csv(sep=";", index=False, header=False)
    assert len(read(tmp_path, f"area;price\n{line}\n{body}").frame) == ROWS + 1


@pytest.mark.parametrize("order", [["district", "price", "area"], ["price", "district", "area"]])
def test_a_table_on_its_side_is_told_wherever_the_price_stands(tmp_path, order):
    table = flats().assign(district=["A", "B"] * 30)[order]
    path = tmp_path / "side.csv"
    path.write_text(table.T.to_csv(header=False))
    with pytest.raises(UserError, match="'price' stands in the first column: a table on its side"):
        load(TableSource(file=str(path), target="price"))
    with pytest.raises(UserError, match="stands in the first column: a table on its side"):
        read_table(path, names=["district", "area"])  # as one to be priced


def test_a_table_on_its_side_is_told_by_prices_that_stand_twice(tmp_path):
    table = flats().assign(district=["A", "B"] * 30, price=["12,5 млн", "11 млн"] * 30)
    path = tmp_path / "side.csv"
    path.write_text(table[["price", "district", "area"]].T.to_csv(header=False), encoding="utf-8")
    with pytest.raises(UserError, match="'price' stands in the first column: a table on its side"):
        load(TableSource(file=str(path), target="price"))


def test_a_text_that_is_called_as_a_column_does_not_turn_its_table(tmp_path):
    table = read(tmp_path, "text;x\nlabel;1\nb;2\nc;3\n", names=["text", "label"])
    assert table.frame["text"].tolist() == ["label", "b", "c"]


@pytest.mark.parametrize("form", ["%d%m%Y", "%m%d%Y"])
@pytest.mark.parametrize("as_number", [True, False])
def test_days_in_eight_digits_that_end_with_the_year_are_no_numbers(form, as_number):
    days = pd.Series(pd.date_range("2023-01-05", periods=ROWS, freq="5D").strftime(form))
    days = days.astype(int) if as_number else days
    (column,) = decide_columns(pd.DataFrame({"date": days}), {})
    assert column.kind == "ignore"
    assert column.reason.startswith("days in eight digits, ")
    assert "дни из восьми цифр" in translator("ru", "tabular")(f"column {column}")
    assert decide_columns(pd.DataFrame({"views": days.astype(int)}), {})[0].kind == "number"
