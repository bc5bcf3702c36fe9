"""A column read as numbers or dates, and what is neither named with its row."""

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from common.tables import date_column, number_column, read_table


@pytest.fixture
def frame(tmp_path):
    path = tmp_path / "sales.csv"
    lines = ["day;sold;price", "31.05.2024;12;1 250,50", "01.06.2024 09:30;-;много", ";3;2"]
    path.write_text("\n".join(lines), encoding="cp1251")
    return read_table(path).frame


def test_numbers_and_dates_are_read(frame):
    np.testing.assert_array_equal(
        number_column(frame, "sold", file="sales.csv", missing=True), [12, np.nan, 3]
    )
    found = date_column(frame, "day", file="sales.csv", missing=True)
    assert found.dtype == "datetime64[s]"
    assert [str(day) for day in found] == ["2024-05-31T00:00:00", "2024-06-01T09:30:00", "NaT"]


@pytest.mark.parametrize(
    ("read", "name", "words"),
    [
        (number_column, "sold", "sales.csv: column 'sold': row 3 is empty, expected a number"),
        (number_column, "price", "column 'price': row 3 holds 'много', expected a number"),
        (date_column, "day", "column 'day': row 4 is empty, expected a date such as 2024-05-31"),
        (date_column, "price", "row 2 holds"),
        (date_column, "sold", "row 2 holds"),
        (number_column, "prise", "sales.csv: unknown column 'prise'; did you mean 'price'?"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_row(frame, read, name, words):
    with pytest.raises(UserError) as caught:
        read(frame, name, file="sales.csv")
    assert words in str(caught.value)


def test_true_dates_and_numbers_pass_as_they_are():
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=2), "sold": [1, 2]})
    assert date_column(frame, "day", file="x").astype("M8[D]").tolist() == (
        frame["day"].dt.date.tolist()
    )
    assert number_column(frame, "sold", file="x").tolist() == [1.0, 2.0]
