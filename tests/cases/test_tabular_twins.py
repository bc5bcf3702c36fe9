"""Flats that a table lists twice, but for one cell, stay on one side of the split."""

import numpy as np
import pandas as pd

from common.splits import split
from tabular.data import from_frame
from tabular.settings import TableSource
from tabular.twins import find_twins


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
