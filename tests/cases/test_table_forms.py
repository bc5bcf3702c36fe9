"""Rows that are no flats in tables that people lay out, columns that tell too much, two scales."""

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from common.tables import read_table
from common.tables.measure_columns import parse_measures
from common.translation import translator
from tabular.data import from_frame, load
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource

ROWS = 60


def flats() -> pd.DataFrame:
    draw = np.random.default_rng(0)
    area = draw.uniform(30, 90, ROWS).round(1)
    price = (area * 2e5 * draw.uniform(0.8, 1.2, ROWS)).round().astype(int)
    return pd.DataFrame({"district": ["А", "Б"] * 30, "area": area, "price": price})


def written(path, frame, above=""):
    lines = frame.to_csv(sep=";", index=False).splitlines()
    path.write_text("\n".join([lines[0], *above.splitlines(), *lines[1:]]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "words", [["Среднее"], ["Average:"], ["Min", "Max", "Median"], ["В среднем по району"]]
)
def test_averages_at_the_end_are_left_out_and_said(tmp_path, words):
    frame = flats()
    for word in words:
        frame.loc[len(frame)] = [word, 60.0, 12_000_000]
    table = read_table(written(tmp_path / "flats.csv", frame))
    assert len(table.frame) == ROWS
    said = f"rows of averages and the like at the end left out: {len(words)} (row 62"
    assert any(note.startswith(said) for note in table.notes)


@pytest.mark.parametrize("rows", [[58, 59], [7, 59], [7]])
def test_a_class_that_is_called_average_is_no_summary(tmp_path, rows):
    frame = flats()
    frame.loc[rows, "district"] = "average"
    assert len(read_table(written(tmp_path / "flats.csv", frame)).frame) == ROWS


def test_a_row_that_numbers_the_columns_is_no_flat(tmp_path):
    table = read_table(written(tmp_path / "flats.csv", flats(), "1;2;3"))
    assert len(table.frame) == ROWS
    assert "a row that numbers the columns left out: row 2" in table.notes


@pytest.mark.parametrize("text", ["a;b;c\n1;2;3\n4;5;6\n7;8;9\n", "a;b;c\n1;2;3\n2;3;4\n3;5;70\n"])
def test_numbers_that_happen_to_count_stay(tmp_path, text):
    path = tmp_path / "small.csv"
    path.write_text(text)
    assert len(read_table(path).frame) == 3


@pytest.mark.parametrize(
    ("unit", "other", "agreeing"),
    [("мин пешком", "мин транспортом", 0.75), ("min walk", "min by bus", 0.75)],
)
def test_minutes_on_foot_are_no_minutes_by_bus(unit, other, agreeing):
    cells = pd.Series([f"10 {unit}", f"5 {other}", f"15 {unit}", f"7 {unit}"])
    assert parse_measures(cells).agreeing == agreeing
    known = parse_measures(cells, unit=unit).values
    assert known.isna().tolist() == [False, True, False, False]
    assert parse_measures(pd.Series(["10 мин", "5 мин пешком", "1 ч"])).values.tolist() == [
        10,
        5,
        60,
    ]


def test_one_column_says_what_sets_cells_apart(tmp_path):
    path = tmp_path / "flats.csv"
    path.write_text(flats().to_csv(sep="^", index=False))
    with pytest.raises(UserError, match="one column, 'district.area.price', in which 'price'"):
        load(TableSource(file=str(path), target="price"))


def test_prices_in_two_scales_are_said(tmp_path):
    frame = flats()
    frame.loc[40:, "price"] //= 1000
    notes = load(TableSource(file=str(written(tmp_path / "a.csv", frame)), target="price")).notes
    low, high = frame["price"][40:].max(), frame["price"][:40].min()
    said = f"20 of 60 are at most {low:,}, the others at least {high:,}: are they in another scale?"
    assert f"prices in 'price': {said}" in notes
    notes = load(TableSource(file=str(written(tmp_path / "b.csv", flats())), target="price")).notes
    assert not any("another scale" in note for note in notes)


def test_prices_that_are_cut_down_to_the_highest_are_said():
    frame = flats().assign(price=np.arange(60) * 10_000 + 200_000)
    capped = frame.assign(price=frame["price"].clip(upper=700_001))
    notes = from_frame(capped, TableSource(target="price"), notes=[]).notes
    said = "prices in 'price': 9 of 60 are 700,001, the highest: are those above it cut down to it?"
    assert said in notes
    assert "9 из 60 равны 700 001" in translator("ru", "tabular")(said).replace("\u00a0", " ")
    few = frame.assign(price=frame["price"].clip(upper=740_001))
    for right in (few, frame.assign(price=frame["price"].round(-5))):
        notes = from_frame(right, TableSource(target="price"), notes=[]).notes
        assert not any("highest" in note for note in notes)


def test_a_column_that_is_nearly_the_price_is_said(tmp_path):
    frame = flats()
    frame["usd"] = (frame["price"] / 90).round()
    path = written(tmp_path / "flats.csv", frame)
    prepared = TablePreprocessing()
    prepared.fit(load(TableSource(file=str(path), target="price")))
    (said,) = [note for note in prepared.notes if "nearly the price" in note]
    assert said.startswith("the column usd is nearly the price itself, their logarithms correlate")
    assert said.endswith("--column usd=ignore")


@pytest.mark.parametrize(
    ("usual", "other", "said"),
    [
        ((2.5, 3.1), (250, 310), "50 of 60 numbers are at most"),  # metres, and centimetres
        ((1950, 2020), (50, 99), "10 of 60 numbers are at most"),  # years of two digits
        ((30, 110), (3000, 11000), "50 of 60 numbers are at most"),  # the points are lost
        ((1, 5), (99, 99), ""),  # a mark for none
        ((1, 500), (900, 1000), ""),
        ((0.1, 90), (1000, 2000), ""),
    ],
)
def test_numbers_in_two_scales_are_said(usual, other, said):
    draw = np.random.default_rng(0)
    numbers = [*draw.uniform(*usual, 50).round(1), *draw.uniform(*other, 10).round(1)]
    table = pd.DataFrame({"x": numbers, "price": draw.uniform(1e6, 2e6, 60)})
    prepared = TablePreprocessing().fit(from_frame(table, TableSource(target="price"), notes=[]))
    found = [note for note in prepared.notes if "another scale" in note]
    assert len(found) == bool(said)
    if said:
        assert f"column x: {said}" in found[0]
        assert "они в другом масштабе?" in translator("ru", "tabular")(found[0])
