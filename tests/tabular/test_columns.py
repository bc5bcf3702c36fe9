import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from common.tables import parse_dates
from common.translation import translator
from tabular.column_summary import look_of
from tabular.columns import decide_columns, parse_overrides
from tabular.type_inference import decide_kind
from tabular.values import as_categories, as_numbers

N = 100


def kind_of(name, values, **overrides):
    return {c.name: c.kind for c in decide_columns(pd.DataFrame({name: values}), overrides)}[name]


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("area", np.linspace(20, 200, N), "number"),
        ("rooms", np.arange(N) % 4, "number"),
        ("цена за метр", ["250 000 ₽"] * 50 + ["1,2 млн"] * 50, "number"),
        ("listing_id", np.arange(N)[::-1] * 7, "ignore"),
        ("column 1", np.arange(N), "ignore"),
        ("code", [f"MSK-{i}" for i in range(N)], "ignore"),
        ("about", [f"a quiet flat number {i}" for i in range(N)], "ignore"),
        ("district", ["Арбат", "Сокол"] * 50, "category"),
        ("lift", ["да", "нет"] * 50, "boolean"),
        ("lift", [True, False] * 50, "boolean"),
        ("lift", [1, 0] * 50, "boolean"),
        ("sold", pd.date_range("2024-01-01", periods=N), "date"),
        ("sold", ["31.05.2024", "01.06.2024"] * 50, "date"),
        ("sold", ["2024-05-31", "2024-06-01"] * 50, "date"),
        ("empty", [None] * N, "ignore"),
        ("city", ["Москва"] * N, "ignore"),
        ("latitude", np.linspace(55, 56, N), "number"),  # half a pair is no place
        ("year", np.arange(1900, 1900 + N) % 50, "number"),
    ],
)
def test_columns_are_told_apart(name, values, kind):
    assert kind_of(name, values) == kind


def test_coordinates_come_in_pairs():
    frame = pd.DataFrame({"широта": [55.0, 56.0, 55.5], "долгота": [37.0, 38.0, 37.5]})
    assert [c.kind for c in decide_columns(frame, {})] == ["latitude", "longitude"]


def test_a_projected_latitude_is_a_number():
    frame = pd.DataFrame({"latitude": [6_100_000.0, 6_200_000.0], "longitude": [1e5, 2e5]})
    assert [c.kind for c in decide_columns(frame, {})] == ["number", "number"]


def test_a_person_has_the_last_word():
    assert kind_of("floor", [1, 2, 3] * 20, floor="category") == "category"


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"flor": "category"}, "unknown column 'flor'; did you mean 'floor'"),
        ({"floor": "categry"}, "did you mean 'category'"),
    ],
)
def test_a_wrong_override_is_named(overrides, words):
    with pytest.raises(UserError, match=words):
        decide_columns(pd.DataFrame({"floor": [1, 2]}), overrides)


def test_an_override_without_a_kind_is_refused():
    with pytest.raises(UserError, match="NAME=KIND"):
        parse_overrides(("floor",))


def test_a_kind_that_no_cell_can_be_read_as_is_refused():
    with pytest.raises(
        UserError, match="district=number: no cell can be read as one, such as 'Arbat'"
    ):
        decide_columns(pd.DataFrame({"district": ["Arbat", "Sokol"]}), {"district": "number"})


def test_rows_may_share_a_label():
    frame = pd.DataFrame({"c": ["2020-01-01", "5", "x"] * 100}, index=[1] * 300)
    assert decide_columns(frame, {})[0].kind == "category"
    assert np.isfinite(as_numbers(frame["c"], "date")).sum() == 100


def test_names_with_an_equals_sign_can_be_overruled():
    assert parse_overrides(("a=b=number",)) == {"a=b": "number"}


def test_dates_are_days_since_1970():
    days = as_numbers(pd.Series(["1970-01-02", "02.01.1970", None, "soon"]), "date")
    np.testing.assert_array_equal(days, [1, 1, np.nan, np.nan])


@pytest.mark.parametrize(
    "cells",
    [
        ["31.05.2024", "31/05/2024", "2024-05-31", "31-05-2024", "31.05.24", "31.05.2024 12:30"],
        ["2024-05-31", "31.05.2024 00:00:00"],
    ],
)
def test_a_date_means_the_same_whatever_stands_beside_it(cells):
    assert set(parse_dates(pd.Series(cells)).dt.normalize()) == {pd.Timestamp(2024, 5, 31)}


def test_american_dates_are_told_by_their_days():
    cells = ["05/31/2024", "06/05/2024"] * 20
    assert kind_of("sold", cells) == "date_month_first"
    days = as_numbers(pd.Series(["06/05/2024"]), "date_month_first")
    assert days[0] == (pd.Timestamp(2024, 6, 5) - pd.Timestamp(1970, 1, 1)).days


def test_day_comes_before_month_where_both_could_be():
    assert parse_dates(pd.Series(["03.04.2024"]))[0] == pd.Timestamp(2024, 4, 3)


def test_yes_and_no_in_both_languages():
    values = pd.Series([" Да", "NO", "есть", "ложь", "maybe", None])
    np.testing.assert_array_equal(as_numbers(values, "boolean"), [1, 0, 1, 0, np.nan, np.nan])


def test_spaces_and_capitals_make_no_new_category():
    cells = pd.Series(["Brick", " brick ", "BRICK", None], index=[7, 3, 4, 9], name="house")
    tidy = as_categories(cells)
    assert tidy.tolist() == ["brick", "brick", "brick", ""]
    # A large table holds each text once.
    pd.testing.assert_series_equal(as_categories(cells.astype("category")), tidy)


def test_long_codes_stay_apart():
    assert as_categories(pd.Series([1234567.0, 1234568.0])).tolist() == ["1234567", "1234568"]


def test_a_whole_number_is_one_category_however_it_was_read():
    assert (
        as_categories(pd.Series([3, 4])).tolist() == as_categories(pd.Series([3.0, 4.0])).tolist()
    )


def test_a_column_without_any_category_is_all_missing():
    assert as_categories(pd.Series([None, np.nan, None])).tolist() == ["", "", ""]
    assert as_categories(pd.Series([np.nan, np.nan])).tolist() == ["", ""]


@pytest.mark.parametrize("form", ["{}/{}/{}", "{},5 / {} / {}", "{}x{}x{}"])
def test_three_numbers_in_a_cell_are_said_to_be_such(form):
    cells = [form.format(40 + row, 20 + row, 6 + row % 6) for row in range(60)]
    (column,) = decide_columns(pd.DataFrame({"areas": cells}), {})
    assert column.kind == "ignore"
    assert column.reason == f"numbers in one cell, {cells[0]!r}: give each its own column"


def test_a_running_number_is_an_identifier_also_where_a_row_of_totals_made_it_text():
    cells = pd.Series([str(n) for n in range(1, 401)]).sample(280, random_state=0)
    assert decide_kind("id", cells) == decide_kind("id", cells.astype(int))
    assert decide_kind("id", cells)[0] == "ignore"
    assert decide_kind("площадь", cells * 2)[0] == "number"


def test_every_kind_of_column_is_told_in_russian():
    rng = np.random.default_rng(0)
    days = pd.date_range("2025-01-01", periods=60).astype(str)
    table = pd.DataFrame(
        {
            "номер": range(1, 61),
            "пусто": [None] * 60,
            "одно": ["7"] * 60,
            "лифт": ["да", "нет"] * 30,
            "двор": [0, 1] * 30,
            "торг": ["да", None] * 30,
            "угол": ["угловая", None] * 30,
            "площадь": [f"{n} м²" for n in rng.integers(20, 90, 59)] + ["много"],
            "кухня": [f"{n} м²" for n in rng.integers(5, 20, 59)] + ["90 sq ft"],
            "метро": [5.5, None] * 30,
            "балкон": [1, 2, None] * 20,
            "широта": rng.uniform(55, 56, 60),
            "долгота": rng.uniform(1000, 2000, 60),
            "дата": days,
            "сдача": [f"{n % 12 + 1:02d}.2025" for n in range(60)],
            "день": 45_700 + rng.integers(0, 90, 60),
            "создано": 20_250_100 + rng.integers(1, 28, 60),
            "срок": [f"{n % 12 + 1}/{n % 28 + 1}/2025" for n in range(60)],
            "индекс": rng.integers(100_000, 100_009, 60),
            "район": ["юг", "север", "центр"] * 20,
            "размеры": [f"{n}x3x4" for n in range(60)],
            "описание": [f"слово {n} и {n * n} слов" for n in range(60)],
        }
    )
    kinds = Counter()
    for column in decide_columns(table, {"район": "category"}):
        cells, numbers = table[column.name], None
        if column.kind not in ("ignore", "category", "boolean"):
            numbers = as_numbers(cells, column.kind)
        said = f"column {column}{look_of(cells, numbers, column.reason, column.unit)}"
        told = translator("ru", "tabular")(said)
        left = re.sub(r"'[^']*'|sq ft|Excel|category|\dx\dx\d", "", told)
        assert not re.search("[a-z]", left), (said, told)
        kinds[column.kind] += 1
    assert set(kinds) >= {"ignore", "number", "category", "boolean", "date", "date_month_first"}


def test_money_is_told_in_russian():
    said = "a catastrophe is an error above 500 k ₽, critical is one above 15 M ₽; others: "
    told = translator("ru", "tabular")(said + "--catastrophe, --critical")
    assert "больше 500 тыс. ₽" in told
    assert "больше 15 млн ₽" in told
