"""Columns that tell the price, and columns that tell what the numbers beside them are in."""

import re
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from common.translation import translator
from tabular.data import from_frame
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource
from tabular.target_leakage import notes_on_leakage

ROWS = 80


def flats(**more):
    draw = np.random.default_rng(0)
    area, rooms = draw.uniform(30, 110, ROWS).round(1), draw.integers(1, 5, ROWS)
    price = (area * draw.uniform(1.5e5, 3e5, ROWS)).round(-4)
    return pd.DataFrame({"area": area, "rooms": rooms, **more, "price": price})


def notes_of(frame):
    table = from_frame(frame, TableSource(target="price"), notes=[])
    prepared = TablePreprocessing()
    prepared.fit(table)
    return table, [*table.notes, *prepared.notes]


def telling(frame):
    columns = frame.drop(columns="price")
    kinds = dict.fromkeys(columns, "number")
    return notes_on_leakage(kinds, columns, np.log(frame["price"]).to_numpy(np.float32))


def told(notes, words):
    """Whether a note has the words; each such note is in Russian as well."""
    found = [note for note in notes if words in note]
    for note in found:
        said = re.sub(r"'[^']*'|\b(area|metre|land|house|unit|kind)\b", "7", note)
        russian = translator("ru", "tabular")(said).replace("--column 7=ignore", "")
        assert not re.search("[a-z]", russian), russian
    return bool(found)


def test_an_area_and_what_a_metre_costs_give_the_price():
    frame = flats()
    frame["metre"] = (frame["price"] / frame["area"]).round(-2)
    frame.loc[3, "metre"] = np.nan
    _, notes = notes_of(frame)
    assert told(notes, "the columns area and metre give the price, as their product; if they are")


def test_land_and_house_give_the_price():
    frame = flats()
    frame["land"] = (frame["price"] * np.random.default_rng(1).uniform(0.2, 0.7, ROWS)).round()
    frame["house"] = frame["price"] - frame["land"]
    _, notes = notes_of(frame)
    assert told(notes, "the columns land and house give the price, as their sum; if they are not")


def test_columns_that_only_help_are_not_said_to_give_the_price():
    frame = flats()
    noise = np.random.default_rng(1).normal(1, 0.02, ROWS)
    frame["metre"] = frame["price"] / frame["area"] * noise
    assert not told(notes_of(frame)[1], "give the price")


def test_a_price_with_a_sum_added_is_said_once():
    frame = flats()
    draw = np.random.default_rng(1)
    frame["house"] = frame["price"] + 30_000_000
    frame["floor"], frame["age"] = draw.integers(1, 25, ROWS), draw.integers(0, 60, ROWS)
    _, notes = notes_of(frame)
    assert told(notes, "the column house is nearly the price itself, they correlate by 1.0000; if")
    assert not told(notes, "give the price")


def test_one_far_value_of_both_is_not_the_price_itself():
    frame = flats()
    frame.loc[3, ["area", "price"]] *= 100_000
    assert not told(telling(frame), "price")


def test_two_columns_that_tell_hardly_more_than_one_do_not_give_the_price():
    frame, draw = flats(), np.random.default_rng(1)
    error = draw.normal(0, 0.017 * frame["price"].std(), ROWS)
    frame["house"] = frame["price"] + 30_000_000 + error
    frame["land"] = -0.2 * error
    alone = np.corrcoef(frame["house"], frame["price"])[0, 1]
    both = np.corrcoef(frame["house"] + frame["land"], frame["price"])[0, 1]
    assert alone < 0.9999 < both
    assert not told(telling(frame), "give the price")


def test_pairs_are_named_up_to_three_of_a_kind():
    frame, draw = flats(), np.random.default_rng(1)
    for number in range(5):
        frame[f"land{number}"] = frame["price"] * draw.uniform(0.2, 0.7, ROWS)
        frame[f"house{number}"] = frame["price"] - frame[f"land{number}"]
    assert len([note for note in telling(frame) if "as their sum" in note]) == 3


def test_a_pair_among_very_many_columns_is_found():
    draw = np.random.default_rng(1)
    frame = pd.DataFrame(draw.normal(5, 1, (ROWS, 3_000))).add_prefix("c")
    frame = pd.concat([frame, flats()], axis=1)
    frame["metre"] = frame["price"] / frame["area"]
    (note,) = telling(frame)
    assert note.startswith("the columns area and metre give the price, as their product")


def test_of_a_long_table_a_sample_is_kept():
    draw = np.random.default_rng(1)
    frame = pd.DataFrame(draw.normal(5, 1, (100_000, 30))).add_prefix("c")
    frame["price"] = draw.uniform(1e6, 1e7, len(frame))
    tracemalloc.start()
    try:
        assert telling(frame) == []
        assert tracemalloc.get_traced_memory()[1] < 0.5 * frame.to_numpy().nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("name", "sign"), [("USD", "$"), ("руб.", "₽"), ("KZT", "₸")])
def test_a_column_beside_tells_the_currency(name, sign):
    table, notes = notes_of(flats(kind=[name] * ROWS).rename(columns={"kind": "Валюта"}))
    assert table.currency == sign
    assert f"the currency is taken from the column Валюта: {name}" in notes


def test_several_currencies_beside_are_said():
    table, notes = notes_of(flats(kind=["RUB", "USD"] * (ROWS // 2)))
    assert table.currency == ""
    assert told(notes, "column kind: names several currencies, 'RUB', 'USD'; are all prices in")
    same, notes = notes_of(
        flats(kind=["RUB", "руб."] * (ROWS // 2)).rename(columns={"kind": "currency"})
    )
    assert same.currency == "₽"
    assert not told(notes, "several currencies")


def test_a_currency_of_the_prices_own_is_theirs():
    frame = flats(kind=["RUB", "USD"] * (ROWS // 2))
    frame["price"] = frame["price"].map("{:.0f} ₽".format)
    table, notes = notes_of(frame)
    assert table.currency == "₽"
    assert not told(notes, "several currencies")


@pytest.mark.parametrize("words", [["fr", "tl"], ["TOP", "NEW"], ["r", "k"]])
def test_words_that_look_like_currencies_are_none(words):
    table, notes = notes_of(flats(kind=words * (ROWS // 2)))
    assert table.currency == ""
    assert not told(notes, "currenc")


def test_a_column_of_units_is_said():
    _, notes = notes_of(flats(unit=["sq ft", "м²"] * (ROWS // 2)))
    assert told(notes, "column unit: names several units, 'sq ft', 'м²'; if numbers beside it are")
    for units in (["м²", "кв. м"], ["м", "ж"], ["г", "с"], ["brick", "panel"]):
        assert not told(notes_of(flats(unit=units * (ROWS // 2)))[1], "units")


def test_values_that_look_alike_are_said():
    places = ["Щёлково", "Щелково", "Арбат", "Aрбат"]
    _, notes = notes_of(flats(kind=places * (ROWS // 4)))
    said = "column kind: values that look alike, in 2 groups, such as 'aрбат', 'арбат'; if they"
    assert told(notes, said)
    for names in (["Сокол", "сокол "], ["1-2", "12"], ["A+", "A"], ["5/2", "52"]):
        assert not told(notes_of(flats(kind=names * (ROWS // 2)))[1], "look alike")


@pytest.mark.parametrize("names", [["USD"], ["USD", "EUR"]])
def test_a_currency_of_something_else_is_not_that_of_the_prices(names):
    frame = flats(kind=names * (ROWS // len(names)))
    table, notes = notes_of(frame.rename(columns={"kind": "deposit_currency"}))
    assert table.currency == ""
    assert not any(words in note for note in notes for words in ("is taken from", "several curr"))
    _, notes = notes_of(frame.rename(columns={"kind": "price_currency"}))
    said = "is taken from" if len(names) == 1 else "several currencies"
    assert any(said in note for note in notes)


@pytest.mark.parametrize("names", [["USD"], ["RUB", "EUR"], ["RUB"]])
def test_a_currency_beside_that_is_not_that_of_the_prices_is_said(names):
    frame = flats(kind=names * (ROWS // len(names))).rename(columns={"kind": "currency"})
    frame["price"] = [f"{price:.0f} ₽" for price in frame["price"]]
    table, notes = notes_of(frame)
    assert table.currency == "₽"
    said = f"in ₽, as they tell themselves, and the column currency names {sorted(names)}"
    notes = [note.replace("column currency", "column kind") for note in notes]
    said = said.replace("column currency", "column kind").replace("[", "").replace("]", "")
    assert told(notes, said) == (names != ["RUB"])  # `told` knows this name alone in Russian
