"""Cells with units, and with two numbers: what people write into tables of flats."""

import numpy as np
import pandas as pd
import pytest

from common.tables.measure_columns import parse_measures, parse_parts, range_of
from common.translation import translator
from tabular.column_summary import look_of
from tabular.columns import decide_columns


@pytest.mark.parametrize(
    ("cells", "numbers", "unit"),
    [
        (["30,6 м²", "55,9\u00a0м²", "40 м²"], [30.6, 55.9, 40], "м²"),
        (["45 %", "7%", "12,5 %"], [45, 7, 12.5], "%"),
        (["5 мин", "12 мин.", "1 мин"], [5, 12, 1], "мин"),
        (["1,656 sq ft", "12,050 sq ft"], [1656, 12050], "sq ft"),
        (["1987 г.", "2004 г."], [1987, 2004], "г."),
        (["1-комн.", "3-комн."], [1, 3], "комн."),
        (["1 комната", "2 комнаты", "5 комнат"], [1, 2, 5], "комната"),
        (["-3 °C", "+5 °C"], [-3, 5], "°C"),
        (["1 250 м2", "30 м²"], [1250, 30], "м2"),
        (["30 м²", "45 м.кв.", "5 m^2", "60 м²"], [30, 45, 5, 60], "м²"),
        (["30 м²", "45 квадратных метров", "1,5 квадратных метра"], [30, 45, 1.5], "м²"),
        (["81,0*", "7,5", "9 [1]", "3†", "4", "5"], [81, 7.5, 9, 3, 4, 5], ""),
        (["6**", "4¹", "7", "8"], [6, 4, 7, 8], ""),
        (["４８．８", "９４，４", "１ ２５０"], [48.8, 94.4, 1250], ""),
        (["81 м²*", "7 м²", "5 м²"], [81, 7, 5], "м²"),
        (["500 ₽", "600 ₽/мес", "700 руб. в месяц"], [500, 600, 700], "₽/мес"),
    ],
)
def test_a_number_with_its_unit(cells, numbers, unit):
    measures = parse_measures(pd.Series(cells))
    assert measures.values.tolist() == numbers
    assert measures.unit == unit
    assert measures.agreeing == 1


def test_plain_numbers_beside_ones_with_a_unit():
    measures = parse_measures(pd.Series(["55", "30 м²", None, "по запросу"], index=[7, 8, 9, 10]))
    assert measures.values.fillna(-1).to_dict() == {7: 55, 8: 30, 9: -1, 10: -1}


@pytest.mark.parametrize(
    "cells", [["12А", "12Б", "14В", "3Г"], ["5 мин", "1 ч", "2 дня", "3 км"], ["5 kr", "1 м"]]
)
def test_units_that_differ_are_said_to(cells):
    assert parse_measures(pd.Series(cells)).agreeing <= 0.5


@pytest.mark.parametrize(
    "cell", ["Сокол", "2 комнаты, 5 этаж", "3/9", "1.2.3", "ул. 5", "", "м²", "5*5", "[1]"]
)
def test_what_is_no_number_with_a_unit(cell):
    assert np.isnan(parse_measures(pd.Series([cell, "1 м"])).values[0])


@pytest.mark.parametrize(
    ("cells", "numbers", "unit"),
    [
        (["100 м²", "50 кв.м", "1000 sq ft"], [100, 50, 92.90304], "м²"),
        (["1.5 km", "2 km", "800 m"], [1.5, 2, 0.8], "km"),
        (["6 соток", "10 сот.", "1,5 га"], [6, 10, 150], "соток"),
        (["15 мин", "20 мин", "1,5 ч"], [15, 20, 90], "мин"),
        (["3 года", "2 года", "6 мес."], [3, 2, 0.5], "года"),
        (["10 ft", "12 feet", "2 m"], [10, 12, 2 / 0.3048], "ft"),
        (["2 min", "3 min", "30 sek"], [2, 3, 0.5], "min"),
    ],
)
def test_units_of_one_kind_become_one(cells, numbers, unit):
    measures = parse_measures(pd.Series(cells, index=[3, 4, 5]))
    assert measures.values.tolist() == pytest.approx(numbers, rel=1e-9)
    assert (measures.unit, measures.agreeing) == (unit, 1)
    assert measures.converted.to_dict() == {5: cells[2]}


def test_units_of_several_kinds_are_left_to_the_caller():
    measures = parse_measures(pd.Series(["5 м²", "7 м²", "3 мин"]))
    assert measures.agreeing == pytest.approx(2 / 3)
    assert measures.converted.empty


@pytest.mark.parametrize("unit", ["%", "м²", "мин"])
def test_money_is_no_number_in_another_unit(unit):
    known = parse_measures(
        pd.Series(["5 ₽", "$7", "1 250 руб.", "3 €", "8", f"9 {unit}"]), unit=unit
    )
    assert known.values.fillna(-1).tolist() == [-1, -1, -1, -1, 8, 9]
    assert parse_measures(pd.Series([f"9 {unit}", "5 ₽", "7 ₽"])).agreeing < 0.95


def test_money_alone_has_no_unit():
    measures = parse_measures(pd.Series(["5 ₽", "7 руб.", "1,5 млн ₽", "8"]))
    assert measures.values.tolist() == [5, 7, 1_500_000, 8]
    assert (measures.unit, measures.agreeing) == ("", 1)
    per_metre = parse_measures(pd.Series(["250 ₽/м²", "300 ₽/м²", "270 ₽"]))
    assert per_metre.values.tolist() == [250, 300, 270]
    assert per_metre.agreeing == 1


@pytest.mark.parametrize(
    ("rates", "paid"),
    [
        (["8500 ₽/мес", "руб/мес"], "8550 руб."),
        (["8500 руб./мес.", "руб/месяц"], "8550 ₽"),
        (["115 USD/mo", "usd/month"], "$73"),
        (["115 $ / month", "USD/mo"], "73 долл."),
        (["250 ₸/м²", "тенге/кв. м"], "270 тг"),
    ],
)
def test_a_currency_is_one_however_it_is_spelt(rates, paid):
    cells = pd.Series([rates[0]] * 40 + [f"9 {rates[1]}"] * 30 + [paid] * 10)
    measures = parse_measures(cells)
    assert (measures.agreeing, measures.values.notna().all()) == (1, True)
    answered = parse_measures(cells[::-1], unit=measures.unit)
    assert answered.values.notna().all()


@pytest.mark.parametrize("other", ["7 $/мес", "7 ₽/м²", "$7", "7 €", "7 руб/год"])
def test_money_of_another_currency_or_for_something_else_is_another_unit(other):
    cells = pd.Series(["8500 ₽/мес"] * 3 + [other])
    assert parse_measures(cells).agreeing == 0.75
    assert parse_measures(cells, unit="₽/мес").values.isna().tolist() == [False] * 3 + [True]


@pytest.mark.parametrize("bare", ["55", "60.5", "7,500"])
def test_numbers_without_a_unit_that_look_to_be_in_another_are_said(bare):
    cells = pd.Series(["900 sq ft", "1,000 sq ft", "700 sq ft"] * 4 + [bare] * 6)
    (column,) = decide_columns(pd.DataFrame({"area": cells}), {})
    assert (column.kind, column.unit) == ("number", "sq ft")
    said = look_of(cells, np.ones(18), column.reason, column.unit)
    assert f"without a unit: 6, about {bare}, beside about 900 sq ft, row 12 holds '{bare}'" in said
    russian = translator("ru", "tabular")(f"column area: number (55.5 to 1000 sq ft){said}")
    assert "без единицы: 6" in russian
    assert "напишите её" in russian


@pytest.mark.parametrize("bare", ["800", "1,100", "450"])
def test_numbers_without_a_unit_that_are_like_the_others_are_not_said(bare):
    cells = pd.Series(["900 sq ft", "1,000 sq ft", "700 sq ft"] * 4 + [bare] * 6)
    assert "without a unit" not in look_of(cells, np.ones(18), "", "sq ft")


def test_a_column_of_numbers_is_left_as_it_is():
    numbers = pd.Series([1.5, np.nan, 3])
    pd.testing.assert_series_equal(parse_measures(numbers).values, numbers)


@pytest.mark.parametrize(
    "cells",
    [
        ["3/9", "4/17"],
        ["3 из 9", "4 из 17"],
        ["3 of 9", "4 of 17"],
        [" 3 / 9", "4\\17"],
        ["3 этаж из 9", "4-й эт. из 17"],
        ["3/9 эт.", "4/17 этажей"],
    ],
)
def test_two_numbers_in_one_cell(cells):
    first, second = parse_parts(pd.Series(cells, index=[5, 6]))
    assert first.to_dict() == {5: 3, 6: 4}
    assert second.to_dict() == {5: 9, 6: 17}


@pytest.mark.parametrize(
    "cells", [["65/40/9", "38,5/19/8"], [" 65 / 40 / 9 м²", "38.5\\19\\8 кв.м"]]
)
def test_three_numbers_in_one_cell(cells):
    parts = parse_parts(pd.Series(cells, index=[5, 6]))
    assert [part.tolist() for part in parts] == [[65, 38.5], [40, 19], [9, 8]]


@pytest.mark.parametrize(
    "cells",
    [
        ["1/2/2024", "3/4/2024"],
        ["31/12/24", "12/31/24", "28/2/24"],
        ["2024/12/31", "2025/1/7"],
        ["31/12/24", "65/40/9", "1/6/24"],  # one slip
        ["65/40/9", "3/9"],  # as many of each
        ["10/20/30/40", "1/2/3/4"],
        ["дом 3/9", "Сокол"],
        [1.5, 2.0],
        [],
    ],
)
def test_what_is_not_taken_apart(cells):
    assert parse_parts(pd.Series(cells)) is None


def test_a_range_says_what_a_person_would_notice():
    assert range_of(np.array([970, 1.05, np.nan, 780])) == "1.05 to 970, median 780"
    assert range_of(np.array([np.nan])) == "no value"


@pytest.mark.parametrize("cells", [["5*", "4*", "3"], ["81 [49]", "45 [30]"], ["918**", "995*"]])
def test_a_mark_behind_most_numbers_is_no_footnote(cells):
    """Stars of hotels, a second number in brackets, digits that somebody has masked."""
    read = parse_measures(pd.Series(cells)).values
    assert read.isna().tolist() == [not cell.isdigit() for cell in cells]


def test_numbers_with_the_mark_of_a_footnote_are_said():
    cells = pd.Series(["81,0*", "7,5", "40 [1]"], index=[2, 3, 4])
    said = f"column area: number (7.5 to 81){look_of(cells, np.array([81, 7.5, 40]), '7.5 to 81')}"
    assert said.endswith("; read without the mark of a footnote: 2, row 2 holds '81,0*'")
    assert "прочитано без знака сноски: 2, в строке 2" in translator("ru", "tabular")(said)


@pytest.mark.parametrize(
    ("unit", "cell", "value"),
    [("₽", "500 ₽/мес", 500), ("₽/мес", "500 ₽", 500), ("₽", "500 ₽/год", None)],
)
def test_money_by_the_month_is_money_and_said(unit, cell, value):
    read = parse_measures(pd.Series([cell, "7"]), unit=unit)
    assert read.values.fillna(0).tolist() == [value or 0, 7]
    assert read.converted.tolist() == ([cell] if value and "/" in cell else [])
