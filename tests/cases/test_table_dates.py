"""Dates in all the forms that people's tables have."""

import pandas as pd
import pytest

from common.tables import parse_dates
from tabular.bundle.cells import read_days
from tabular.columns import decide_columns


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2025-04-05", "2025-04-05"),
        ("2025/04/05", "2025-04-05"),
        ("05-Apr-2025", "2025-04-05"),
        ("5-apr-25", "2025-04-05"),
        ("05 Apr 2025 9:30", "2025-04-05 09:30"),
        ("April 5, 2025", "2025-04-05"),
        ("5th April 2025", "2025-04-05"),
        ("5 января 2025", "2025-01-05"),
        ("5 января 2025 г.", "2025-01-05"),
        ("31 дек. 1999", "1999-12-31"),
        ("5. März 2025", "2025-03-05"),
        ("5 de mayo de 2025", "2025-05-05"),
        ("5 août 2025", "2025-08-05"),
        ("5 grudnia 2025 14:30", "2025-12-05 14:30"),
        ("5 січня 2025", "2025-01-05"),
        ("2025年4月5日", "2025-04-05"),
        ("2025年4月", "2025-04-01"),
        ("2024-05-17 10:00:00 UTC", "2024-05-17 10:00"),
        ("Fri May 17 10:00:00 2024", "2024-05-17 10:00"),
        ("Fri May 17 2024 10:00:00 GMT+0300 (Moscow Standard Time)", "2024-05-17 10:00"),
        ("May-17-2024", "2024-05-17"),
        ("17/5/2024 3:05pm", "2024-05-17 15:05"),
        ("2024/05/17 9:05:11 AM GMT+3", "2024-05-17 09:05:11"),
        ("17.05.2024 12:05 p.m.", "2024-05-17 12:05"),
        ("Apr 2025", "2025-04-01"),
        ("Apr-25", "2025-04-01"),
        ("апр.25", "2025-04-01"),
        ("апрель 2025 г.", "2025-04-01"),
        ("2025-04", "2025-04-01"),
        ("Q2 2025", "2025-04-01"),
        ("2025Q2", "2025-04-01"),
        ("2025-Q2", "2025-04-01"),
        ("2 кв. 2025", "2025-04-01"),
        ("IV квартал 2025 года", "2025-10-01"),
        ("05.04.2025", "2025-04-05"),
        ("05/04/25", "2025-04-05"),
    ],
)
def test_a_date_however_it_is_spelt(cell, date):
    assert parse_dates(pd.Series([cell])).tolist() == [pd.Timestamp(date)]
    days = (pd.Timestamp(date) - pd.Timestamp(0)) / pd.Timedelta(days=1)
    assert read_days(cell) == days  # as an exported model reads it


@pytest.mark.parametrize(
    "cell",
    [
        "Sat, 05 Apr 2025",
        "Saturday, April 5, 2025",
        "Sat, 05 Apr 2025 00:30:00 +0000",
        "сб, 5 апреля 2025",
        "суббота 5 апреля 2025 г.",
        "сб, 05.04.2025",
    ],
)
def test_a_weekday_before_a_date_is_no_matter(cell):
    assert str(parse_dates(pd.Series([cell])).iloc[0])[:10] == "2025-04-05"


@pytest.mark.parametrize(
    "cell",
    [
        "31 Feb 2025",
        "5 smarch 2025",
        "market 2020",
        "Q5 2025",
        "ул. Мая 5",
        "Apr 25",
        "Jan-50",
        "5/2",
        "дом 12, 2020 г.",
        "",
    ],
)
def test_what_is_no_date(cell):
    assert parse_dates(pd.Series([cell])).isna().all()


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["05-Apr-2025", "17-May-2024", "01-Jan-2023"], "date"),
        (["5 января 2025", "17 мая 2024", "1 августа 2023"], "date"),
        (["Q1 2025", "Q3 2024", "Q4 2023"], "date"),
        (["1 кв. 2025", "3 кв. 2024", "4 кв. 2023"], "date"),
        (["апрель 2025", "май 2024", "июнь 2023"], "date"),
        (["05/13/24", "04/02/24", "12/31/23"], "date_month_first"),
        (["05/04/24", "04/02/24", "31/12/23"], "date"),
        (["корпус 2020", "корпус 2021", "секция 2020"], "category"),
    ],
)
def test_a_column_of_dates(cells, kind):
    (column,) = decide_columns(pd.DataFrame({"сдача": cells * 10}), {})
    assert column.kind == kind


def test_a_word_for_the_day_of_reading_is_no_date():
    """pandas reads `today` and `now` as the moment at which it does so."""
    words = ["today", "now", "Today", "сегодня"]
    assert parse_dates(pd.Series([*words, "2025-04-05"])).isna().tolist() == [True] * 4 + [False]


def test_a_year_of_two_digits_that_comes_first_is_said():
    (column,) = decide_columns(pd.DataFrame({"x": [f"24.05.{n:02}" for n in range(1, 29)]}), {})
    assert "; does the year come first in '24.05.01'? write 2024-05-31" in column.reason
    (column,) = decide_columns(pd.DataFrame({"x": [f"{n:02}.05.24" for n in range(1, 29)]}), {})
    assert "year" not in column.reason
    (column,) = decide_columns(pd.DataFrame({"x": [f"01.05.{n:02}" for n in range(1, 25)]}), {})
    assert "year" not in column.reason  # figures of every month
