"""Cells in another currency than those of training, and percents that are fractions by a format."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from common.tables import read_table
from common.translation import translator
from tabular.data import from_frame, load
from tabular.new_tables import remarks_on
from tabular.predict import other_currency, with_remarks
from tabular.preprocessing import TablePreprocessing
from tabular.price_table import PriceTable
from tabular.settings import TableSource
from tests.cases.test_number_formats import workbook

AMOUNTS = [20_000 + 500 * n for n in range(60)]


def trained_on(amounts, name="rent"):
    area = np.random.default_rng(0).uniform(30, 110, 60).round(1)
    table = pd.DataFrame({"area": area, name: amounts, "price": (area * 2e5).round()})
    examples = from_frame(table, TableSource(target="price"), notes=[])
    return SimpleNamespace(preprocessing=TablePreprocessing().fit(examples)), table


@pytest.fixture(scope="module")
def in_roubles():
    return trained_on([f"{amount:,} ₽".replace(",", " ") for amount in AMOUNTS])


def test_money_keeps_the_currency_of_training(in_roubles):
    pipeline, table = in_roubles
    dollars = table.assign(rent=[f"${amount}" for amount in AMOUNTS])
    with pytest.raises(UserError, match=r"'rent': 60 of 60 .*\(unit '₽'\).* row 0 holds '\$20000'"):
        remarks_on(pipeline, dollars)
    one = table.assign(rent=[*table["rent"][:59], "€500"])
    (remark,) = remarks_on(pipeline, one)
    assert "1 of 60 cells cannot be read as in training (unit '₽')" in remark


@pytest.mark.parametrize("spelt", ["{} руб.", "{}", "RUB {}", "{} р"])
def test_a_currency_spelt_otherwise_is_the_same(in_roubles, spelt):
    pipeline, table = in_roubles
    other = table.assign(rent=[spelt.format(amount) for amount in AMOUNTS])
    assert remarks_on(pipeline, other) == []
    tables = [PriceTable(frame, np.ones(60)) for frame in (table, other)]
    first, second = (pipeline.preprocessing.transform(one)[0].numpy() for one in tables)
    np.testing.assert_array_equal(first, second)


def test_money_where_training_named_no_currency_is_said():
    pipeline, table = trained_on(AMOUNTS)
    dollars = table.assign(rent=[f"${amount}" for amount in AMOUNTS])
    (remark,) = remarks_on(pipeline, dollars)
    assert "60 of 60 cells are in another unit, in training none had a unit; row 0" in remark
    pipeline, table = trained_on(AMOUNTS, "rent_usd")
    assert remarks_on(pipeline, table.assign(rent_usd=dollars["rent"])) == []


@pytest.mark.parametrize(("learned", "asked"), [("₽", "$"), ("₽", "₽"), ("", "$"), ("₽", "")])
def test_prices_to_examine_in_another_currency_are_said(learned, asked):
    area = np.random.default_rng(0).uniform(30, 110, 60).round(1)
    table = pd.DataFrame({"area": area, "price": (area * 2e5).round().astype(int)})
    first, second = (
        from_frame(
            table.assign(price=[f"{price} {sign}" for price in table["price"]]),
            TableSource(target="price"),
            notes=[],
        )
        for sign in (learned, asked)
    )
    prepared = TablePreprocessing().fit(first)
    prepared = TablePreprocessing.restore(*prepared.state())
    notes = with_remarks(SimpleNamespace(preprocessing=prepared), second).notes
    said = [note for note in notes if "those of training in" in note]
    assert len(said) == (learned == "₽" and asked == "$")
    assert all(
        "цены здесь в $, а цены обучения в ₽" in translator("ru", "tabular")(s) for s in said
    )


@pytest.mark.parametrize(
    ("columns", "here"),
    [
        ({"price": ["$50,000", "$60,000"]}, "$"),
        ({"price": ["50 000 руб.", "60 000 ₽"]}, ""),
        ({"price": [50_000, 60_000], "currency": ["EUR", "EUR"]}, "€"),
        ({"price": [50_000, 60_000], "currency": ["RUB", "RUB"]}, ""),
        ({"price": [50_000, None]}, ""),
        ({"rent": ["$50", "$60"]}, ""),
    ],
)
def test_a_table_to_be_priced_whose_own_prices_are_in_another_currency(columns, here):
    remarks = other_currency(pd.DataFrame(columns), "price", "₽")
    assert [f"are in {here}" in remark for remark in remarks] == [True] * bool(here)
    for remark in remarks:
        assert translator("ru", "tabular")(remark).startswith("цены названы в ₽")
    assert other_currency(pd.DataFrame(columns), "price", "") == []


def test_the_line_on_prices_names_their_currency_in_russian_too():
    said = "7,448 prices in column 'p' of x.csv, 1 to 2, median 3 ₽"
    assert translator("ru", "tabular")(said).endswith("от 1 до 2, медиана 3 ₽")


@pytest.fixture(scope="module")
def percents(tmp_path_factory):
    """The same shares as a workbook shows them, and as text."""
    place = tmp_path_factory.mktemp("percents")
    shares = [n % 9 / 100 + 0.01 for n in range(30)]
    written = [f"{n % 9 + 1} %" for n in range(30)]
    formatted = workbook(place / "formats.xlsx", ["0%"], "share", shares)
    return [formatted, workbook(place / "text.xlsx", ["General"], "share", written)]


@pytest.mark.parametrize("way", [1, -1])
def test_percents_of_a_format_and_percents_of_text_are_one_number(percents, way):
    learned, asked = percents[::way]
    prepared = TablePreprocessing().fit(load(TableSource(file=str(learned), target="price")))
    prepared = TablePreprocessing.restore(*prepared.state())
    frames = [read_table(path).frame for path in (learned, asked)]
    tables = [PriceTable(frame, np.ones(len(frame))) for frame in frames]
    numbers = [prepared.transform(table)[0].numpy() for table in tables]
    np.testing.assert_allclose(*numbers, atol=1e-6)
    assert remarks_on(SimpleNamespace(preprocessing=prepared), frames[1]) == []
