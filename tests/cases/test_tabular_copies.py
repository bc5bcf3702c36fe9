"""Flats that a table lists twice, but for one cell, stay on one side of the split."""

import numpy as np
import pandas as pd
import pytest

from common.splits import split
from tabular.data import from_frame
from tabular.near_copies import find_relisted, find_rounded, find_twins
from tabular.settings import TableSource


def flats(rows=80):
    draw = np.random.default_rng(0)
    area = draw.uniform(30, 110, rows).round(1)
    table = pd.DataFrame({"area": area, "floor": draw.integers(1, 20, rows)})
    table["year"], table["kitchen"] = draw.integers(1950, 2020, rows), draw.uniform(6, 15, rows)
    return table.assign(price=(area * 2e5 * draw.uniform(0.9, 1.1, rows)).round())


def test_flats_that_stand_twice_but_for_one_cell_stay_together():
    once = flats()
    per_metre = once["price"] / once["area"]
    twice = pd.concat(
        [once.assign(metre=per_metre.round(2)), once.assign(metre=per_metre.round(-2))]
    )
    table = from_frame(twice.reset_index(drop=True), TableSource(target="price"), notes=[])
    assert "rows alike but for the column 'metre': 160 of 160; they stay in one part" in (
        "\n".join(table.notes)
    )
    parts = split(table, "70/15/15", seed=0, **table.split_by)
    places = [set(rows % 80) for rows in (parts.train, parts.valid, parts.test)]
    assert sum(map(len, places)) == 80


def test_flats_that_stand_twice_but_for_two_cells_stay_together():
    once = flats().assign(rooms=np.random.default_rng(1).integers(1, 5, 80))
    per_metre = once["price"] / once["area"]
    listed = np.random.default_rng(2).permutation(np.repeat(range(40), 4))
    again = [per_metre.round(2), per_metre.round(-2)]
    twice = pd.concat([once.assign(metre=metre) for metre in again], ignore_index=True)
    table = from_frame(twice.assign(day=listed), TableSource(target="price"), notes=[])
    assert "rows alike but for the columns 'metre' and 'day': 160 of 160; they stay in one" in (
        "\n".join(table.notes)
    )
    parts = split(table, "70/15/15", seed=0, **table.split_by)
    places = [set(rows % 80) for rows in (parts.train, parts.valid, parts.test)]
    assert sum(map(len, places)) == 80


def test_a_sample_of_prices_tells_the_two_columns_of_a_large_table():
    draw = np.random.default_rng(0)
    once = pd.DataFrame(draw.random((30_000, 8)), columns=list("abcdefgh"))
    twice = pd.concat([once, once.assign(c=draw.random(30_000), g=0.5)], ignore_index=True)
    columns, groups = find_twins(twice, np.r_[1:30_001, 1:30_001] * 1e3)
    assert columns == ["c", "g"]
    assert len(np.unique(groups)) == 30_000


def rounded_twins(rows=80):
    """A table and the same again, with what it measured rounded: an export of an export."""
    draw = np.random.default_rng(3)
    once = flats(rows).assign(
        lat=draw.uniform(55.5, 55.9, rows).round(6),
        lon=draw.uniform(37.3, 37.9, rows).round(6),
        street=draw.choice(["Садовая", "Лесная", "Мира"], rows),
        kitchen=draw.uniform(6, 15, rows).round(2),
    )
    again = once.assign(
        area=once["area"].round(),
        kitchen=np.floor(once["kitchen"] * 10) / 10,
        lat=once["lat"].round(3),
        lon=once["lon"].round(3),
    )
    return once, again


def test_flats_that_stand_twice_but_for_rounding_stay_together():
    once, again = rounded_twins()
    table = from_frame(
        pd.concat([once, again], ignore_index=True), TableSource(target="price"), notes=[]
    )
    assert (
        "rows alike but for rounding in the columns 'area', 'kitchen', 'lat' and 'lon': 160 of "
        "160; they stay in one part of the split"
    ) in table.notes
    parts = split(table, "70/15/15", seed=0, **table.split_by)
    places = [set(rows % 80) for rows in (parts.train, parts.valid, parts.test)]
    assert sum(map(len, places)) == 80


def test_rows_that_a_column_tells_already_are_said_once():
    once, _ = rounded_twins()
    both = pd.concat([once, once.assign(kitchen=once["kitchen"].round(1))], ignore_index=True)
    table = from_frame(both, TableSource(target="price"), notes=[])
    assert [note[:30] for note in table.notes if "alike" in note] == [
        "rows alike but for the column "
    ]


def test_rounding_is_seen_in_numbers_that_are_text():
    once, again = rounded_twins()
    both = pd.concat([once, again], ignore_index=True)
    texts = both["area"].map(lambda area: f"{area:g}".replace(".", ","))
    table = from_frame(both.assign(area=texts), TableSource(target="price"), notes=[])
    assert any("but for rounding in the columns 'area', 'kitchen', 'lat'" in n for n in table.notes)


def test_twins_of_both_kinds_stay_together():
    once, again = rounded_twins()
    seen = once.assign(seen="2025-01-01")
    three = pd.concat([seen, seen.assign(seen="2025-02-02"), again.assign(seen="2025-02-02")])
    table = from_frame(three.reset_index(drop=True), TableSource(target="price"), notes=[])
    assert any("rows alike but for the column 'seen': 160 of 240" in n for n in table.notes)
    assert any("but for rounding in the columns" in n for n in table.notes)
    groups = table.split_by["groups"]
    assert len(np.unique(groups)) == 80
    assert (groups[:80] == groups[160:]).all()


def test_flats_of_one_price_that_differ_by_more_than_rounding_are_no_twins():
    """The same plan in one house, a metre larger, or a street further."""
    once, _ = rounded_twins()
    other = once.assign(lat=once["lat"] + 0.0004, area=once["area"] + 0.3)
    table = from_frame(
        pd.concat([once, other], ignore_index=True), TableSource(target="price"), notes=[]
    )
    assert not any("rounding" in note for note in table.notes)


def test_many_flats_of_one_price_are_compared_with_their_like_alone():
    draw = np.random.default_rng(0)
    table = pd.DataFrame(draw.uniform(10, 99, (3000, 4)).round(3), columns=list("abcd"))
    table["price"] = 5_000_000
    twins = table.iloc[:100].round(1).assign(price=5_000_000)
    columns, groups = find_rounded(pd.concat([table, twins], ignore_index=True), np.full(3100, 5e6))
    assert columns == list("abcd")
    assert (groups[:100] == groups[3000:]).all()
    assert len(np.unique(groups)) == 3000


def test_flats_that_are_offered_again_at_another_price_stay_together():
    once = flats()
    again = once.assign(price=once["price"] * np.random.default_rng(4).uniform(0.95, 1.05, 80))
    both = pd.concat([once, again], ignore_index=True)
    table = from_frame(both, TableSource(target="price"), notes=[])
    assert "rows alike but for the price: 160 of 160; they stay in one part of the split" in (
        table.notes
    )
    assert len(np.unique(table.split_by["groups"])) == 80
    listed = pd.date_range("2024-01-01", periods=160).strftime("%Y-%m-%d")
    table = from_frame(both.assign(listed=listed), TableSource(target="price"), notes=[])
    assert any("but for the price and the column 'listed': 160 of 160" in n for n in table.notes)
    assert len(np.unique(table.split_by["groups"])) == 80
    few = pd.concat([once, again.iloc[:4]], ignore_index=True)
    assert not from_frame(few, TableSource(target="price"), notes=[]).split_by
    unlike = both.assign(price=both["price"].sample(frac=1, random_state=0).to_numpy())
    assert not from_frame(unlike, TableSource(target="price"), notes=[]).split_by


@pytest.mark.parametrize("layouts", [2, 3, 40])
def test_flats_that_few_columns_describe_are_not_one_flat(layouts):
    """A split of two groups would have an empty part."""
    draw = np.random.default_rng(0)
    table = pd.DataFrame({"layout": draw.integers(layouts, size=200)})
    table["area"], table["rooms"] = 30.5 + 9 * table["layout"], 1 + table["layout"] // 2
    table["house"], table["finish"] = draw.integers(1, 3, 200), "none"
    price = table["area"].to_numpy() * 2e5 * draw.normal(1, 0.02, 200)
    assert find_relisted(table, price) is None
    assert not from_frame(table.assign(price=price), TableSource(target="price"), notes=[]).split_by


def test_flats_of_one_layout_in_houses_finished_on_other_days_are_not_one_flat():
    once = flats()
    day = np.random.default_rng(0).choice(["2026-03-31", "2026-06-30", "2026-09-30"], 80)
    again = once.assign(price=once["price"] * 1.02, finished="2027-12-31")
    both = pd.concat([once.assign(finished=day), again], ignore_index=True)
    assert not from_frame(both, TableSource(target="price"), notes=[]).split_by


def test_a_price_that_is_noted_every_day_is_not_of_one_flat():
    goods = flats(60)
    days = pd.date_range("2024-01-01", periods=60).strftime("%Y-%m-%d")
    table = pd.concat([goods.assign(day=day) for day in days], ignore_index=True)
    price = table["price"] * np.random.default_rng(0).normal(1, 0.01, len(table))
    assert not from_frame(table.assign(price=price), TableSource(target="price"), notes=[]).split_by


def test_a_group_that_a_person_names_is_kept():
    once = flats()
    twice = pd.concat([once.assign(seen=1), once.assign(seen=range(2, 82))]).reset_index(drop=True)
    source = TableSource(target="price", group="floor")
    table = from_frame(twice, source, notes=[])
    assert table.notes[-1] == "rows alike but for the column 'seen': 160 of 160"
    assert len(np.unique(table.split_by["groups"])) == once["floor"].nunique()


def test_different_flats_are_no_twins():
    table = from_frame(flats(), TableSource(target="price"), notes=[])
    assert not table.split_by
    assert not any("alike" in note for note in table.notes)
    few = pd.DataFrame({"rooms": [1, 2, 3] * 20, "floor": range(60), "price": [5e6, 6e6, 7e6] * 20})
    assert not from_frame(few, TableSource(target="price"), notes=[]).split_by


def test_a_flat_whose_name_is_in_capitals_is_no_other_flat():
    once = flats().assign(place=[f"Дом {n}" for n in range(80)])
    again = once.assign(place=once["place"].str.upper() + " ")
    table = from_frame(
        pd.concat([once, again], ignore_index=True), TableSource(target="price"), notes=[]
    )
    assert "repeated rows thrown out: 80 of 160" in table.notes
