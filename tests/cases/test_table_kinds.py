"""Columns whose cells look like numbers and mean something else, and what is said of them."""

import re

import pandas as pd
import pytest

from common.tables import parse_dates
from common.translation import translator
from tabular.bundle.cells import read_days
from tabular.columns import decide_columns, identifiers
from tabular.data import from_frame
from tabular.settings import TableSource
from tabular.type_inference import IDENTIFIER, NUMBERED


def decided(cells, name="x"):
    (column,) = decide_columns(pd.DataFrame({name: cells}), {})
    return column.kind, column.reason


@pytest.mark.parametrize("name", ["телефон", "phone", "ИНН", "VIN", "Штрихкод", "client_tel"])
def test_numbers_that_name_somebody_are_no_numbers(name):
    cells = [89_161_230_000 + 7919 * n for n in range(30)]
    assert decided(cells, name)[0] == "ignore"
    assert decided([str(cell) for cell in cells], name)[0] == "ignore"
    assert decided(cells[:3] * 10, name) == ("category", "codes: 3, such as 89161230000")


def test_a_hotel_is_no_telephone():
    assert decided([n * 1.5 for n in range(30)], "hotels")[0] == "number"


def test_identifiers_that_a_spreadsheet_has_rounded_are_said():
    kind, reason = decided([4.60708e12, 4.60709e12] * 13, "id")
    assert (kind, reason) == ("ignore", "an identifier whose last digits are lost: 4.60708e+12")
    assert decided([4.60708e12, 4.60709e12] * 13, "income")[0] == "number"


def test_days_and_months_without_a_year_are_no_numbers():
    cells = [31.05, 1.06, 15.12, 30.1] * 6
    assert decided(cells, "дата")[0] == "ignore"
    assert decided(cells, "этаж")[0] == "number"
    assert decided([31.05, 1.37, 15.12], "дата")[0] == "number"


@pytest.mark.parametrize("form", [">{}", "~{}", "от {}", "{0}-{1}", "{0}–{1} м²", "до {} м"])
def test_bounds_and_guesses_are_no_identifiers(form):
    kind, reason = decided([form.format(n, n + 5) for n in range(30, 60)])
    assert kind == "ignore"
    assert reason.startswith("bounds and guesses")


def test_numbers_among_words_are_said_where_they_are_a_category():
    kind, reason = decided(["отсутствует" if n % 4 == 0 else str(n % 17) for n in range(40)])
    assert kind == "category"
    assert "numbers but for 10 of 40 cells, such as 'отсутствует'; or --column x=number" in reason
    assert decided(["студия", "1", "2", "3"] * 7) == ("category", "4 values")


@pytest.mark.parametrize(("days", "kind"), [(29, "ignore"), (12, "category")])
def test_dates_among_words_are_said(days, kind):
    cells = ["сегодня" if n % 6 == 0 else f"{n % days + 1:02}.05.2024" for n in range(60)]
    found, reason = decided(cells)
    assert found == kind
    assert "dates but for 10 of 60 cells, such as 'сегодня'; " in reason
    assert "--column x=date" in reason
    assert decided(["сегодня", "вчера", "01.05.2024"] * 9) == ("category", "3 values")


@pytest.mark.parametrize("mark", ["9999-12-31", "30.12.1899", "01.01.1900"])
def test_a_date_that_stands_for_none_is_named(mark):
    cells = [mark if n % 5 == 0 else f"{n + 1:02}.05.2024" for n in range(25)]
    assert "in 5 rows, far from all others" in decided(cells)[1]


@pytest.mark.parametrize("mark", [0, -1])
def test_a_year_of_nothing_is_named(mark):
    reason = decided([mark if n % 5 == 0 else 1950 + n for n in range(50)])[1]
    assert f"{mark} in 10 rows, far from all others" in reason
    assert "far" not in decided([mark if n % 5 == 0 else n for n in range(50)])[1]


def test_of_a_column_too_long_to_be_looked_at_all_rows_are_counted_and_all_limits_told(monkeypatch):
    monkeypatch.setattr("tabular.type_inference.SAMPLE_ROWS", 30)
    marked = [-999.0 if n % 100 == 7 else n % 41 / 2 for n in range(500)]
    assert decided(marked) == (
        "number",
        "-999 to 20; -999 in 5 rows, far from all others: blank them if it means none",
    )
    days = pd.Series(pd.date_range("2024-01-01", "2025-12-31"))
    assert decided(days) == ("date", "2024-01-01 to 2025-12-31")


def test_cells_with_digits_that_are_unread_are_not_called_identifiers_alone():
    cells = [f"{n},50!" for n in range(30)]
    kind, reason = decided(cells)
    assert (kind, "no number and no date as they are known" in reason) == ("ignore", True)
    assert identifiers(pd.DataFrame({"x": cells, "y": [1, 2, 3] * 10})) == ["x"]
    assert "known" not in decided([f"A-{n}" for n in range(30)], "id")[1]


@pytest.mark.parametrize(
    ("made", "left", "kind"),
    [
        (["04.дек", "3-Sep", "2024-12-05"], [f"{n}/{n + 12}" for n in range(1, 25)], "ignore"),
        (["02.май", "янв.95", "02.июл"], ["2.55", "3", "2.75"] * 9, "category"),
    ],
)
def test_days_that_a_spreadsheet_made_of_numbers_are_said(made, left, kind):
    found, reason = decided([*made, *left])
    assert found == kind
    assert f"days such as '{made[0]}' beside numbers such as '{left[0]}'" in reason
    assert "spreadsheet" not in decided([*made, "2023", "2024"] * 7)[1]


@pytest.mark.parametrize(
    "cells",
    [
        [f"{2023 + n % 4}-03-{n % 28 + 1:02}" for n in range(40)] + ["0"] * 40,
        ["мар 27", "июн 28", "сен 29", "0"] * 9,
        ["2 decks", "3", "1 deck", "marble 12", "4", "5"] * 4,
    ],
)
def test_days_that_a_person_wrote_are_not_called_a_spreadsheets(cells):
    found, reason = decided(cells)
    assert (found, "spreadsheet" in reason) == ("category", False)


def test_old_deals_among_new_ones_are_dates():
    cells = [f"01.01.{2000 + n % 24}" for n in range(48)]
    assert "far" not in decided(cells)[1]


def test_days_that_may_be_months_are_said():
    cells = [f"{1 + n % 12:02}/{1 + n % 5:02}/2024" for n in range(26)]
    kind, reason = decided(cells)
    assert kind == "date"
    assert "--column x=date_month_first" in reason
    assert "month" not in decided([*cells, "31/05/2024"])[1]


@pytest.mark.parametrize(
    ("cell", "month_first", "moment"),
    [
        ("05/31/2024 1:30:00 PM", True, "2024-05-31 13:30"),
        ("31.05.2024 12:05 AM", False, "2024-05-31 00:05"),
    ],
)
def test_twelve_hours_of_a_clock(cell, month_first, moment):
    read = parse_dates(pd.Series([cell]), month_first=month_first)
    assert read.tolist() == [pd.Timestamp(moment)]
    days = (pd.Timestamp(moment) - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    assert read_days(cell, month_first=month_first) == pytest.approx(days, abs=1e-9)


@pytest.mark.parametrize(
    "line",
    [
        "column 'x': ignore (an identifier whose last digits are lost: 4.60708e+12)",
        "column 'x': ignore (an identifier, or no number and no date as they are known: a "
        "different value in every row)",
        f"column 'x': ignore ({NUMBERED})",
        "column 'x': ignore (days and months without a year, 31.05: give whole dates)",
        "column 'x': category (5 values, days such as '02-05' beside numbers such as '2.5': has a "
        "spreadsheet made days of numbers?)",
        "column 'x': ignore (bounds and guesses, '>5': give one number in a cell)",
        "column 'x': category (20 values, numbers but for 7 of 26 cells, such as '7-'; or --column "
        "x=number)",
        "column 'x': date (2024-05-01 to 9999-12-31; 9999-12-31 in 6 rows, far from all others: "
        "blank them if it means none)",
        "column 'x': date (2024-01-01 to 2024-05-10; no cell tells whether the day or the month "
        "comes first in '01/01/2024', the day is taken to: --column x=date_month_first)",
    ],
)
def test_it_is_said_in_russian(line):
    said = translator("ru", "tabular")(line)
    for plain in ("--column x=number", "--column x=date_month_first", "'x'", "e+12"):
        said = said.replace(plain, "")
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(said)


@pytest.mark.parametrize("form", ["00-{0}", "12345-{0}", "{0}-{1} Main street", "{0}-{1}", "от {}"])
def test_codes_with_a_dash_in_a_few_forms_are_categories(form):
    cells = [form.format(1900 + n % 60, 1901 + n % 60) for n in range(500)]
    assert decided(cells) == ("category", "60 values")


def test_codes_that_differ_everywhere_are_no_bounds_by_their_name():
    kind, reason = decided([f"12345-{n}" for n in range(6000, 6300)], "zip")
    assert (kind, reason) == ("ignore", "an identifier: a different value in every row")


@pytest.mark.parametrize(
    "name",
    [
        *("dist_tel_aviv", "inn_distance", "mobile_towers", "phone_lines", "vin_km", "tel"),
        *("barcode_errors", "sku_count", "артикул_количество", "isbn count"),
    ],
)
@pytest.mark.parametrize("step", [1, 379])
def test_numbers_beside_a_word_for_codes_are_numbers(name, step):
    cells = [20 + step * (7 * n % 40) for n in range(40)]
    assert decided(cells, name)[0] == "number"
    assert decided([str(cell) for cell in cells], name)[0] == "number"


def test_amounts_of_many_digits_beside_a_word_for_codes_are_numbers():
    cells = [int(10 ** (6 + n / 10)) for n in range(40)]
    assert decided(cells, "mobile_revenue")[0] == "number"
    assert decided(cells, "ean")[0] == "number"  # three quarters have eight digits: too few
    assert decided([n for n in cells if n >= 10**7] * 2, "ean")[0] == "category"


@pytest.mark.parametrize(
    "name", ["phone_number", "ИНН продавца", "tel 2", "артикул", "product_sku", "oktmo"]
)
def test_codes_are_known_wherever_their_word_stands(name):
    cells = [7_701_234_567 if n % 2 else 770_123_456_789 for n in range(30)]
    assert decided(cells, name) == ("category", "codes: 2, such as 770123456789")
    assert decided([str(cell) for cell in cells], name)[0] == "category"


FAR = "; 9999-12-31 in 6 rows, far from all others: blank them if it means none"
DOUBT = (
    "; no cell tells whether the day or the month comes first in '01/01/2024', the day is taken "
    "to: --column x=date_month_first"
)


@pytest.mark.parametrize(
    "reason",
    [
        "date (days as Excel counts them, 45751 for 2025-04-04: 2025-01-01 to 9999-12-31{far})",
        "date (dates in digits, 20250404 for 2025-04-04: 2025-01-01 to 9999-12-31{far})",
        "date (month and year: 2025-01-01 to 9999-12-31{far})",
        "date (2025-01-01 to 9999-12-31{far}{doubt})",
        "date (2025-01-01 to 2025-12-31{doubt})",
        "date_month_first (2025-01-01 to 9999-12-31{far})",
    ],
)
@pytest.mark.parametrize("such", ["", ", such as 45751"])
def test_two_remarks_on_one_column_of_dates_are_both_in_russian(reason, such):
    line = f"column 'x': {reason.format(far=FAR, doubt=DOUBT)}{such}"
    said = translator("ru", "tabular")(line).replace("--column x=date_month_first", "")
    assert not re.search("[a-z]", said.replace("'x'", "").replace("Excel", ""))
    assert ("оставьте ячейки пустыми" in said) == ("{far}" in reason)
    assert ("взят день" in said) == ("{doubt}" in reason)


@pytest.mark.parametrize("form", ["{} мая", "June {}", "3 мая {:02}:15"])
def test_days_in_words_without_a_year_are_asked_for_one(form):
    cells = [form.format(n % 20 + 1) for n in range(40)]
    said = f"days and months without a year, {cells[0]!r}: give whole dates"
    assert decided(cells, "дата") == ("ignore", said)


@pytest.mark.parametrize(
    "form", ["март {}", "Dec {}", "{} мая", "Mar {}"], ids=["March", "December", "May", "Mar"]
)
@pytest.mark.parametrize("years", [(23, 24, 25), (97, 98, 99), range(15, 27), range(90, 100)])
def test_months_and_years_in_words_are_no_days(form, years):
    cells = [form.format(year) for year in years] * 9
    assert decided(cells, "дата") == ("category", f"{len(years)} values")


@pytest.mark.parametrize("first", [89_161_234_501, 2_080_998_890, 10**17])
@pytest.mark.parametrize("kind", [int, str])
def test_long_numbers_that_all_differ_and_begin_alike_are_names(first, kind):
    cells = [kind(first + 7 * n) for n in range(40)]
    assert decided(cells, "contact") == ("ignore", NUMBERED)
    assert decided(cells, "phone") == decided(cells, "zpid") == ("ignore", IDENTIFIER)
    # Two flats of one agent, or of two, who differ in it alone are no copies of one another.
    assert identifiers(pd.DataFrame({"contact": cells, "rooms": [1, 2] * 20})) == []


@pytest.mark.parametrize(
    "numbers",
    [
        range(3_250_000_000, 3_290_000_000, 1_000_000),  # dong
        range(1_700_000_000, 1_703_456_000, 86_400),  # seconds
        range(999_999_990, 1_000_000_030),  # not of one length
        range(100_000_001, 100_000_041),
        range(1_000_000_007, 9_900_000_000, 148_333_333),  # revenue, not rounded
        range(1_600_000_000_000_007, 1_660_000_000_000_000, 10**12 + 13),  # millionths
        range(1_600_000_000 * 10**9 + 7, 1_601_000_000 * 10**9, 17 * 10**12 + 1),
        range(20_240_124_085_723, 20_240_124_085_759),  # written out
        range(315_532_800_000, 851_990_400_000, 8_640_000_013),  # thousandths, before 1998
    ],
)
def test_sums_and_moments_are_no_names(numbers):
    assert decided([*numbers], "tax")[0] == "number"
    assert decided([str(number) for number in numbers], "tax")[0] == "number"


def test_flats_that_differ_in_a_large_sum_alone_are_kept():
    sums = [1_000_000_007 + 148_333_333 * n for n in range(60)]
    frame = pd.DataFrame({"revenue": sums, "area": [30, 40] * 30, "price": [5, 6] * 30})
    table = from_frame(frame, TableSource(target="price"), notes=[])
    assert len(table.price) == 60
