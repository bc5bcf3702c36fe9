"""Dates that a spreadsheet gives as numbers, and months that look like two numbers."""

import datetime

import numpy as np
import pandas as pd
import pytest

from common.tables import parse_dates
from common.tables.dates import number_dates
from common.tables.measure_columns import parse_parts
from common.translation import translator
from tabular.columns import decide_columns
from tabular.values import as_numbers


def days(*cells):
    first = datetime.date(1970, 1, 1)
    return [(datetime.date.fromisoformat(cell) - first).days for cell in cells]


@pytest.mark.parametrize("day", ["1999-12-31", "2024-02-29", "2025-04-04"])
def test_numbers_stand_for_days(day):
    date = datetime.datetime.fromisoformat(day)
    serial = (date - datetime.datetime(1899, 12, 30)).days
    second = (date - datetime.datetime(1970, 1, 1)).total_seconds()
    cells = [serial, int(f"{date:%Y%m%d}"), second, 1000 * second]
    assert number_dates(pd.Series(cells)).tolist() == [pd.Timestamp(day)] * 4
    assert number_dates(pd.Series([20250231, 202513, 3, np.nan])).isna().all()


@pytest.mark.parametrize("name", ["Дата продажи", "date", "Sale Date", "sold_on", "SaleDate"])
def test_excel_serials_are_known_by_the_name(name):
    cells = [45751, 45000, 44562] * 5
    (column,) = decide_columns(pd.DataFrame({name: cells}), {})
    assert column.kind == "date"
    assert "Excel" in column.reason
    assert "45751 for 2025-04-04" in column.reason
    assert as_numbers(pd.Series(cells[:1]), "date").tolist() == days("2025-04-04")


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("площадь участка", [45751, 45000, 44562]),
        ("days on market", [12, 300, 45]),
        ("price_on_sale_day", [45751, 999_999, 44562]),
        ("candidate", [45751, 45000, 44562]),
    ],
)
def test_numbers_that_are_no_dates(name, cells):
    (column,) = decide_columns(pd.DataFrame({name: cells * 5}), {})
    assert column.kind == "number"


def test_dates_in_digits_need_no_name():
    (column,) = decide_columns(pd.DataFrame({"x": [20250404, 20240229, 20231201, 20220115]}), {})
    assert column.kind == "date"
    cells = [20250404, 20240230, 20231201, 20220115]
    (column,) = decide_columns(pd.DataFrame({"x": cells}), {})
    assert column.kind == "number"


def test_a_serial_among_written_dates():
    cells = pd.Series(["04.04.2025", "45751", "45751,5", "скоро", None], index=[1, 1, 2, 3, 4])
    (day,) = days("2025-04-04")
    found = as_numbers(cells, "date")
    assert found[:3].tolist() == [day, day, day + 0.5]
    assert np.isnan(found[3:]).all()


@pytest.mark.parametrize(
    "cells",
    [
        ["04/2025", "12/2024", "1/2023"],
        ["04.2025", "12.2024"],
        ["2025/04", "2024/12"],
        ["04-2025", "12-2024"],
    ],
)
def test_a_month_and_its_year_are_no_floors(cells):
    assert parse_parts(pd.Series(cells)) is None
    (column,) = decide_columns(pd.DataFrame({"сдача": cells * 10}), {})
    assert column.kind == "date"
    assert parse_dates(pd.Series(cells)).dt.strftime("%Y-%m").tolist()[:2] == ["2025-04", "2024-12"]


def test_floors_of_a_tall_house_stay_floors():
    assert parse_parts(pd.Series(["4/25", "12/20"])) is not None


FLOORS = [(n % 8 + 1, n % 3 + 9) for n in range(30)]
MADE_DAYS = {
    "ISO": [f"2025-{floor:02}-{top:02}" for floor, top in FLOORS],
    "moments": [datetime.datetime(2025, floor, top) for floor, top in FLOORS],
    "shown": [f"{top:02}.{floor:02}.2025" for floor, top in FLOORS],
    "English": [f"{top}-{datetime.date(2025, floor, 1):%b}" for floor, top in FLOORS],
    "Russian": [f"{floor:02}.{['сен', 'окт', 'ноя'][top - 9]}" for floor, top in FLOORS],
    "counted": [45_658 + 31 * floor + top for floor, top in FLOORS],
}


@pytest.mark.parametrize("name", ["floor", "Этаж", "storey", "высота потолков", "bed_rooms"])
@pytest.mark.parametrize("form", MADE_DAYS)
def test_floors_that_have_all_become_days_are_no_dates(name, form):
    (column,) = decide_columns(pd.DataFrame({name: MADE_DAYS[form]}), {})
    assert column.kind == "ignore"
    assert column.reason.startswith("days such as")
    assert "has a spreadsheet made days of numbers?" in column.reason
    assert "не сделала ли таблица из чисел дни?" in translator("ru", "tabular")(f"column {column}")


@pytest.mark.parametrize("name", ["sold", "floor_plan_date", "комнаты: дата осмотра", "Эшафлоор"])
def test_days_of_what_may_have_a_day_are_dates(name):
    for form in ("ISO", "moments", "shown"):
        (column,) = decide_columns(pd.DataFrame({name: MADE_DAYS[form]}), {})
        assert column.kind == "date"


NUMBERS = [37_000 + 280 * n for n in range(60)]
ANY_DAYS = [datetime.datetime(2024, 1, 29) + datetime.timedelta(days=11 * n) for n in range(50)]


@pytest.mark.parametrize("name", ["lot_area", "distance", "Площадь, м2"])
@pytest.mark.parametrize("beside", [[], [900]])
@pytest.mark.parametrize("numbers", [NUMBERS, range(45_100, 45_500, 7)])
def test_areas_that_could_be_counts_of_days_are_numbers(name, beside, numbers):
    (column,) = decide_columns(pd.DataFrame({name: [*numbers, *beside]}), {})
    assert column.kind == "number"


@pytest.mark.parametrize(
    "name",
    ["kitchen_renovated", "bathroom_renovation", "renovated kitchen", "ремонт кухни", "кухня"],
)
@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", ""])
def test_days_of_what_is_done_to_a_room_are_dates(name, form):
    cells = [day.strftime(form) if form else day for day in ANY_DAYS]
    (column,) = decide_columns(pd.DataFrame({name: cells}), {})
    assert column.kind == "date"


@pytest.mark.parametrize("name", ["ceiling height, m", "высота потолка (м)", "ceiling_2"])
def test_heights_that_have_all_become_days_are_no_dates(name):
    cells = [f"{n % 2 + 2:02}.{n % 9 + 1:02}.2025" for n in range(36)]
    (column,) = decide_columns(pd.DataFrame({name: cells}), {})
    assert column.reason.startswith("days such as")


def test_floors_of_which_some_are_days_that_name_their_year_are_named():
    cells = ["03.09.2025", "4/17", "05.10.2025 0:00", "2/25", "7/14", "2025-08-09 00:00:00"] * 5
    (column,) = decide_columns(pd.DataFrame({"этаж": cells}), {})
    assert "days such as '03.09.2025' beside numbers such as '4/17'" in column.reason
