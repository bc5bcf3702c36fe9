"""Other ways to write a number, a measure, a day or nothing, and columns nearly all of numbers."""

import bz2
import lzma

import pandas as pd
import pytest

from common.errors import UserError
from common.tables import parse_dates, parse_numbers, read_table
from common.tables.measure_columns import parse_measures, parse_parts
from common.translation import translator
from tabular.columns import decide_columns, identifiers


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("CHF 1'250'000.–", 1_250_000),
        ("1’250’000.-", 1_250_000),
        ("1.250,- €", 1250),
        ("850,--", 850),
        ("99.—", 99),
        ("'1200", 1200),
        ("’-5", -5),
        ("2 ½", 2.5),
        ("2½", 2.5),
        ("¾", 0.75),
        ("-1⅛", -1.125),
        ("2 1/2", 2.5),
        ("1 3/16", 1.1875),
    ],
)
def test_numbers_with_a_dash_for_cents_a_mark_or_a_fraction(cell, number):
    assert parse_numbers(pd.Series([cell])).item() == number


@pytest.mark.parametrize("cell", ["2 3/2", "2 1/7", "1/2", "2 ½ 3", "½½", "5,-3", "'", "''5", "--"])
def test_what_only_looks_like_it_is_no_number(cell):
    assert parse_numbers(pd.Series([cell])).isna().item()


def test_a_dash_for_cents_tells_the_decimal_mark():
    assert parse_numbers(pd.Series(["1.250", "1.300,-"])).tolist() == [1250, 1300]


@pytest.mark.parametrize(
    ("cells", "numbers", "unit"),
    [
        (["1 ч 30 мин", "2 ч", "3ч 15мин."], [1.5, 2, 3.25], "ч"),
        (["9 ft 6 in", "8 feet", "10 ft, 3 in"], [9.5, 8, 10.25], "ft"),
        (["1 м 80 см", "2 м"], [1.8, 2], "м"),
        (["20 мин", "1 ч 20 мин", "5 мин"], [20, 80, 5], "мин"),
        (["9 ½ ft", "8¼ ft"], [9.5, 8.25], "ft"),
        (["2 1/2 in", "3 in"], [2.5, 3], "in"),
        (["30 см", "12 дюймов"], [30, 30.48], "см"),
        (["$752/mo", "$1,090/month"], [752, 1090], "$/mo"),
        (["€81 per night", "€100 per night"], [81, 100], "€per night"),
        (["12 500 руб./мес", "9000 руб./мес"], [12_500, 9000], "руб./мес"),
    ],
)
def test_a_measure_of_two_units_or_with_a_fraction(cells, numbers, unit):
    measures = parse_measures(pd.Series(cells))
    assert measures.values.tolist() == pytest.approx(numbers)
    assert measures.unit == unit
    assert measures.agreeing == 1


@pytest.mark.parametrize("cell", ["5 кв 2 м", "20 мин 1 ч", "3 м 5 кг", "2 ком 30 м", "7/А"])
def test_two_units_that_do_not_belong_together_are_no_measure(cell):
    assert parse_measures(pd.Series([cell])).values.isna().all()


def test_floors_below_the_ground():
    first, second = parse_parts(pd.Series(["-1/9", "−2/9", "3/5"]))
    assert (first.tolist(), second.tolist()) == ([-1, -2, 3], [9, 9, 5])


def test_weeks_as_iso_counts_them():
    cells = ["2024-W01", "2020W53", "2024-W05-3", "2023-W53", "2024-W5"]
    days = parse_dates(pd.Series(cells)).dt.strftime("%Y-%m-%d").fillna("")
    assert days.tolist() == ["2024-01-01", "2020-12-28", "2024-01-31", "", ""]


def read(path, content):
    path.write_bytes(content)
    return read_table(path).frame


def test_what_a_pivot_table_writes_for_nothing_is_nothing(tmp_path):
    frame = read(tmp_path / "a.csv", "a;b\n1;(пусто)\n(blank);2\n".encode())
    assert frame["a"].isna().tolist() == [False, True]
    assert frame["b"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (bz2.compress(b"a;b\n1;2\n"), "bzip2"),
        (lzma.compress(b"a;b\n1;2\n"), "xz"),
        (b"\x28\xb5\x2f\xfd" + bytes(60), "Zstandard"),
        ("a;b\n1;2\n".encode("utf-32"), "UTF-32"),
    ],
)
def test_packed_in_other_ways_or_in_wider_letters_is_named(tmp_path, content, name):
    with pytest.raises(UserError, match=name):
        read(tmp_path / "a.csv", content)


def reason(cells, name="x"):
    (column,) = decide_columns(pd.DataFrame({name: cells}), {})
    return column.kind, column.reason


@pytest.mark.parametrize("strange", ["0-", ">5", "~5", "нет"])
def test_a_column_nearly_of_numbers_says_what_is_none(strange):
    cells = [strange if i % 5 == 0 else str(i) for i in range(60)]
    assert reason(cells) == (
        "ignore",
        f"numbers but for 12 of 60 cells, such as {strange!r}; --column x=number takes those for "
        "blank",
    )
    frame = pd.DataFrame({"x": cells})
    assert decide_columns(frame, {"x": "number"})[0].kind == "number"
    assert identifiers(frame) == []


def test_codes_some_of_which_are_numbers_stay_identifiers():
    cells = [f"A{i}" if i % 5 == 0 else str(i) for i in range(60)]
    assert reason(cells, "id")[1].startswith("an identifier")
    assert reason([f"{i}{'абвг'[i % 4]}" for i in range(60)])[1].startswith("an identifier")


def test_times_are_said_to_be_none_of_the_kinds():
    kind, why = reason([f"{i % 24}:{i % 60:02}" for i in range(60)])
    assert (kind, why) == ("ignore", "times, '0:00': give them as one number, such as minutes")


@pytest.mark.parametrize("mark", [-999, 9999, -99])
def test_a_number_that_means_nothing_is_named(mark):
    kind, why = reason([mark if i % 7 == 0 else i % 40 for i in range(70)])
    assert kind == "number"
    assert f"{mark} in 10 rows, far from all others" in why


def test_a_number_of_nines_among_its_like_is_one():
    assert "far" not in reason([99 if i % 7 == 0 else i for i in range(98)])[1]
    assert "far" not in reason([*range(60), 999])[1]  # one alone may be a slip, or true


@pytest.mark.parametrize(
    "line",
    [
        "column 'x': ignore (numbers but for 12 of 60 cells, such as '~5'; --column x=number takes "
        "those for blank)",
        "column 'x': ignore (times, '0:00': give them as one number, such as minutes)",
        "column 'x': number (-999 to 39; -999 in 10 rows, far from all others: blank them if it "
        "means none)",
    ],
)
def test_it_is_said_in_russian(line):
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(
        translator("ru", "tabular")(line).replace("--column x=number", "").replace("'x'", "")
    )
