"""Prices whose unit has to be understood: scales, and currencies."""

import pandas as pd
import pytest

from common.errors import UserError
from common.tables import parse_numbers
from common.translation import translator
from tabular.currency import money
from tabular.data import from_frame, parse_prices
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK


def priced(name, cells):
    frame = pd.DataFrame({"area": range(len(cells)), name: cells}).set_axis(
        range(2, len(cells) + 2)
    )
    return from_frame(frame, TableSource(target=name), notes=[])


@pytest.mark.parametrize(
    ("name", "cells", "currency", "rate"),
    [
        ("цена, млн", [5.8, 29.5], "M ₽", 1e6),
        ("цена (млн руб.)", ["5,8", "29,5"], "M ₽", 1e6),
        ("цена, тыс. руб.", [5_800, 29_500], "k ₽", 1e3),
        ("price_mln_usd", [0.5, 1.5], "M $", 80e6),
        ("price, thousand EUR", [250, 400], "k €", 90e3),
        ("цена, млн", ["5,8 млн", "29,5 млн"], "₽", 1),
        ("цена", ["5,8 млн", "5 900 000"], "₽", 1),
        ("цена", ["5,8 млн $", "300 тыс. $"], "$", 80),
    ],
)
def test_the_scale_that_the_columns_name_speaks_of(name, cells, currency, rate):
    table = priced(name, cells)
    assert table.currency == currency
    assert TASK.complete(TabularSettings(), table).rate == rate


def test_amounts_in_millions_are_shown_as_such():
    assert money(12.5, "M ₽") == "12.5 M ₽"


def test_a_price_without_the_scale_that_others_have_is_named():
    with pytest.raises(UserError, match=r"row 3 holds '29,5', without a scale .* '5,8 млн'"):
        priced("цена", ["5,8 млн", "29,5", "850 тыс."])


def test_several_currencies_are_refused():
    with pytest.raises(
        UserError, match=r"several currencies, row 2 holds '\$500', row 4 holds"
    ) as e:
        priced("price", ["$500", "$600", "1,700 EUR", "5 £"])
    said = translator("ru", "tabular")(str(e.value))
    assert "в строке 2 — '$500', в строке 4 — '1,700 EUR'; нужна одна" in said


def test_rents_by_the_month():
    table = priced("rent", ["45 000 ₽/мес", "50 000 ₽/мес.", None])
    assert (table.price.tolist(), table.currency) == ([45_000, 50_000], "₽")
    with pytest.raises(UserError, match="row 2 holds '45 000 ₽/мес'"):
        priced("rent", ["45 000 ₽/мес", "9 000 000"])


def test_a_small_m_is_a_metre_without_a_currency():
    assert parse_numbers(pd.Series(["1.2m", "3 m"])).isna().all()


def test_groups_of_digits_as_in_india():
    cells = ["12,50,000", "1,05,00,000.50", "₹ 95,00,000"]
    prices = parse_prices(pd.Series(cells, name="p"))
    assert prices.tolist() == [1_250_000, 10_500_000.5, 9_500_000]


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        *(("1 450 000 kr", 1.45e6), ("kr. 1.450.000", 1.45e6), ("A$500,000", 5e5)),
        *(("R$ 500.000,00", 5e5), ("5 000 000 сум", 5e6), ("500 000 lei", 5e5), ("￥500", 500)),
        *(("£1.2m", 1.2e6), ("1,2 Mrd €", 1.2e9), ("1.5 million dollars", 1.5e6)),
        *(("Rs 45 lakh", 4.5e6), ("INR 45,00,000", 4.5e6), ("₹45 L", 4.5e6), ("CN¥500,000", 5e5)),
        *(("CA$500,000", 5e5), ("1.2m £", 1.2e6), ("1.2m AED", 1.2e6), ("1.500.000 TL", 1.5e6)),
        *(("$1.2mn", 1.2e6), ("$1.2MM", 1.2e6)),
        *(("₹3.5 Cr", 3.5e7), ("50 lakh", 5e6), ("1 500 000 euros", 1.5e6)),
    ],
)
def test_prices_of_other_countries(cell, price):
    assert parse_prices(pd.Series([cell], name="p")).tolist() == [price]


def test_a_currency_without_a_rate_is_not_taken_for_another():
    table = priced("price", ["A$500,000", "A$620,000"])
    assert table.currency == "AUD"
    assert TASK.complete(TabularSettings(), table).rate == 17.9  # by the median
    assert "in AUD, of which no rate is known here; by their median" in table.notes[-1]
    assert priced("price", ["US$500,000", "US$620,000"]).currency == "$"


@pytest.mark.parametrize(
    ("cells", "currency"),
    [
        *((["5 000 000 юаней", "5 000 002 юаня"], "CNY"), (["¥500,000", "CNY 600,000"], "CNY")),
        *((["500 000 kr", "SEK 600 000"], "SEK"), (["A$500,000 AUD", "AUD 600,000"], "AUD")),
        *((["$500,000 CAD", "C$600,000"], "CAD"), (["￥500,000", "¥600,000"], "¥")),
        (["500 сомов", "600 сом"], "KGS"),
        *((["R$ 500.000", "600.000 BRL"], "BRL"), (["5 000 000 сум", "6 000 000 сўм"], "UZS")),
        *((["Rs 45 lakh", "₹ 50,00,000"], "₹"), (["1.500.000TL", "₺1.600.000"], "₺")),
    ],
)
def test_a_currency_is_one_however_it_is_spelt(cells, currency):
    assert priced("price", cells).currency == currency


@pytest.mark.parametrize(
    "cells", [["CHF 1.2m", "CHF 950"], ["kr 1.2m", "kr 950"], ["₹45 L", "₹48"]]
)
def test_a_scale_is_missed_whatever_the_currency(cells):
    with pytest.raises(UserError, match="row 3 holds .*, without a scale"):
        priced("price", cells)


@pytest.mark.parametrize(
    "cells",
    [
        *(["SEK 500,000", "NOK 600,000"], ["JPY 5000", "CNY 600"]),
        *(["₹ 95,00,000", "$5000"], ["5 000 000 Kč", "€ 200 000"]),
        *(["¥500,000", "$5000"], ["5 000 000 kr", "€ 200 000"], ["C$500,000", "US$ 200,000"]),
    ],
)
def test_currencies_from_further_away_are_not_mixed_either(cells):
    frame = pd.DataFrame({"p": cells * 10, "area": range(20)})
    with pytest.raises(UserError, match="several currencies, row 0 holds"):
        from_frame(frame, TableSource(target="p"), notes=[])


@pytest.mark.parametrize(
    "cell",
    [
        "5-7 млн",
        "5–7 млн",
        "от 5 до 7 млн",
        "5 000 000 - 7 000 000",
        "до 7 млн",
        "~5 млн",
        "5 млн+",
    ],
)
def test_a_range_is_no_price(cell):
    with pytest.raises(UserError, match="row 2 holds"):
        parse_prices(pd.Series([cell, "3 млн"], index=[2, 3], name="цена"))


@pytest.mark.parametrize(
    ("cells", "currency"),
    [
        (["5250000RUB", "7100000RUB"], "₽"),
        (["5 250 000,00р.", "7 100 000,00р."], "₽"),
        (["152000USD", "98000USD"], "$"),
        (["152000kč", "98000kč"], "Kč"),
    ],
)
def test_a_currency_right_behind_the_digits(cells, currency):
    assert priced("p", cells).currency == currency


def test_several_currencies_right_behind_the_digits_are_refused():
    with pytest.raises(UserError, match="several currencies, row 2 holds '5250000RUB', row 3"):
        priced("p", ["5250000RUB", "98000USD"])
