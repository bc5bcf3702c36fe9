"""A person's prices, whatever they look like; the course's own tables."""

import sys

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from tabular.data import from_frame, load, parse_prices
from tabular.preprocessing import TablePreprocessing
from tabular.price_table import fingerprint
from tabular.settings import TableSource

SOURCE = TableSource(target="price")


def flats(prices, **columns):
    return pd.DataFrame({"area": np.arange(len(prices)) + 30.0, "price": prices, **columns})


@pytest.mark.parametrize(
    "cells",
    [
        ["12 500 000 ₽", "7 000 000 ₽"],
        ["12,5 млн", "7 млн руб."],
        ["$12,500,000", "$7,000,000"],
        ["12.500.000,00 €", "7.000.000,00 €"],
        ["12\u00a0500\u202f000", "7\u2009000\u2009000"],
        [12_500_000, 7_000_000.0],
    ],
)
def test_prices_are_read_as_people_write_them(cells):
    assert parse_prices(pd.Series(cells, name="price")).tolist() == [12_500_000, 7_000_000]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("по запросу", "price column 'price': row 1 holds 'по запросу', expected a number such as"),
        (0, "row 1 holds 0, expected a price above 0"),
        ("-5 000", "row 1 holds -5000, expected a price above 0"),
        (np.inf, "row 1 holds inf, expected a price up to"),
        (1e300, r"row 1 holds 1e\+300, expected a price up to"),
        ("inf", "row 1 holds inf"),
    ],
)
def test_a_cell_that_is_no_price_is_named_by_row(cell, words):
    with pytest.raises(UserError, match=words):
        from_frame(flats(["7 000 000", cell, "8 000 000"]), SOURCE, notes=[])


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e300])
def test_impossible_numbers_are_named_by_row(value):
    frame = flats([1.0, 2.0, 3.0], rooms=[1.0, value, 2.0])
    with pytest.raises(UserError, match="column 'rooms': row 1 holds"):
        from_frame(frame, SOURCE, notes=[])


@pytest.mark.parametrize("values", [[None, None], [np.nan, np.nan], ["нет данных", "-"]])
def test_a_column_without_any_price_is_refused(values):
    with pytest.raises(UserError, match="holds no number at all"):
        from_frame(flats(values), SOURCE, notes=[])


@pytest.mark.parametrize("values", [[True, False], pd.to_datetime(["2024-01-01", "2024-01-02"])])
def test_a_target_of_another_kind_is_refused(values):
    with pytest.raises(UserError, match="expected a number"):
        from_frame(flats(values), SOURCE, notes=[])


def test_durations_are_days_and_lists_are_left_out():
    frame = flats([1.0, 2.0], sold_in=pd.to_timedelta(["36h", "2D"]), tags=[["a"], ["b"]])
    table = from_frame(frame, SOURCE, notes=[])
    assert table.frame["sold_in"].tolist() == [1.5, 2.0]
    assert "tags" not in table.frame


def test_the_fingerprint_knows_cells_prices_and_order():
    table = from_frame(flats([1.0, 2.0, 3.0]), SOURCE, notes=[])
    same = from_frame(flats([1.0, 2.0, 3.0]), SOURCE, notes=[])
    assert fingerprint(table) == fingerprint(same)
    assert fingerprint(table) != fingerprint(table[np.array([1, 0, 2])])
    assert fingerprint(table) != fingerprint(from_frame(flats([1.0, 2.0, 4.0]), SOURCE, notes=[]))


def test_the_price_column_stays_a_price():
    with pytest.raises(UserError, match="this is the price column"):
        from_frame(
            flats([1.0, 2.0]), TableSource(target="price", column=("price=ignore",)), notes=[]
        )


def test_a_wrong_target_suggests_the_nearest_names():
    with pytest.raises(UserError, match="unknown column 'Prise'; did you mean 'price'"):
        from_frame(flats([1.0, 2.0]), TableSource(target="Prise"), notes=[])


def test_repeated_rows_go_before_the_split_and_it_is_said():
    frame = pd.concat([flats([1.0, 2.0, 3.0])] * 2)
    table = from_frame(frame, SOURCE, notes=[])
    assert len(table) == 3
    assert "repeated rows thrown out: 3 of 6" in table.notes


def test_a_repeat_with_another_number_is_a_repeat():
    frame = pd.concat([flats([1.0, 2.0, 3.0])] * 2).assign(listing_id=[11, 12, 13, 14, 15, 16])
    assert len(from_frame(frame, SOURCE, notes=[])) == 3


def test_flats_of_one_house_that_an_address_tells_apart_are_no_repeats():
    frame = pd.DataFrame({"rooms": [1, 2] * 15, "price": [5e6, 7e6] * 15})
    frame["address"] = [f"ул. Садовая, 5, кв. {flat}" for flat in range(1, 31)]
    assert len(from_frame(frame, SOURCE, notes=[])) == 30


STREETS = ["Тверская", "Арбат", "Лесная", "Ленина", "Мира", "Садовая", "Полянка", "Ордынка"]


@pytest.mark.parametrize("name", ["адрес", "place"])
def test_flats_of_one_layout_that_a_street_and_a_house_tell_apart_are_no_repeats(name):
    """Each line tells flats apart in another way; a column of addresses does by its name."""
    frame = pd.DataFrame({"rooms": [1, 2, 3] * 20, "price": [7e6, 11e6, 15e6] * 20})
    frame[name] = [f"{STREETS[i % 8]}, {i + 3}" for i in range(60)]
    assert len(from_frame(frame, SOURCE, notes=[])) == 60
    frame[name] = [f"ЖК Сокол, кв. {i + 3}" for i in range(60)]
    assert len(from_frame(frame, SOURCE, notes=[])) == 60


@pytest.mark.parametrize(
    "tag",
    [
        *("Объявление номер {}", "Listing number {}", "2024-05-01 12:00:{} imported by robot"),
        *("AB-{}", "https://example.org/flat/{}", "{}@example.org", "cd{}ef"),
    ],
)
def test_a_repeat_with_another_tag_is_a_repeat(tag):
    once = flats(np.random.default_rng(0).integers(5000, 9000, 40) * 1e3).drop_duplicates()
    twice = pd.concat([once, once], ignore_index=True)
    twice["x"] = [tag.format(1000 + row) for row in range(len(twice))]
    table = from_frame(twice, SOURCE, notes=[])
    assert len(table) == len(once)


def test_rows_that_differ_in_one_telling_cell_are_no_repeats():
    cells = [f"{i} 000 000 ₽" for i in range(1, 41)]
    frame = pd.DataFrame({"id": range(40), "rooms": 1, "price": cells})
    assert len(from_frame(frame, SOURCE, notes=[])) == 40


def test_numbers_may_name_columns_and_two_of_one_name_are_refused():
    frame = pd.DataFrame({0: [1.0, 2.0], 1: [3.0, 4.0]})
    assert from_frame(frame, TableSource(target="1"), notes=[]).price.tolist() == [3, 4]
    with pytest.raises(UserError, match="two columns are called 'a'"):
        from_frame(pd.DataFrame([[1, 2]], columns=["a", "a"]), SOURCE, notes=[])


def test_rows_without_a_price_are_left_out_and_it_is_said():
    table = from_frame(flats([1.0, None, 3.0]), SOURCE, notes=[])
    assert table.price.tolist() == [1, 3]
    assert "rows without a price left out: 1" in table.notes


@pytest.mark.parametrize(
    ("name", "cells", "sign"),
    [
        ("price", ["5 млн ₽", "6 млн ₽"], "₽"),
        ("price", ["$5", "$6"], "$"),
        ("price", ["5 €", "6 €"], "€"),
        ("price_usd", [5, 6], "$"),
        ("цена, руб", [5, 6], "₽"),
        ("price", [5, 6], ""),
    ],
)
def test_the_currency_is_read_from_name_and_cells(name, cells, sign):
    frame = pd.DataFrame({"area": [1.0, 2.0], name: cells})
    assert from_frame(frame, TableSource(target=name), notes=[]).currency == sign


def test_rows_without_a_group_are_groups_of_their_own():
    frame = flats([1.0, 2.0, 3.0, 4.0], house=["a", None, "a", None])
    groups = from_frame(frame, TableSource(target="price", group="house"), notes=[]).split_by
    assert len(set(groups["groups"])) == 3


def test_time_is_read_in_any_usual_spelling():
    frame = flats([1.0, 2.0, 3.0], sold=["31.12.2023", "2024-05-01", "01.01.2024"])
    times = from_frame(frame, TableSource(target="price", time="sold"), notes=[]).split_by["times"]
    assert np.argsort(times).tolist() == [0, 2, 1]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (TableSource(target="price", group="hous"), "--group hous: .*'house'"),
        (TableSource(target="price", time="when"), "--time when: there is no such column"),
        (TableSource(target="price", time="house"), "row 0 holds 'a', expected a date"),
        (TableSource(target="price", time="area", group="house"), "give one of them"),
    ],
)
def test_a_wrong_column_to_split_by_is_named(source, words):
    frame = flats([1.0, 2.0], house=["a", "b"])
    with pytest.raises(UserError, match=words):
        from_frame(frame, source, notes=[])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (TableSource(data="boston"), "unknown table 'boston'"),
        (TableSource(file="x.csv", data="moscow"), "give one of them"),
        (TableSource(target="price"), "name the file"),
    ],
)
def test_a_source_that_makes_no_sense_is_refused(source, words):
    with pytest.raises(UserError, match=words):
        load(source)


@pytest.fixture(scope="module")
def course():
    return load(TableSource())


def test_the_perfect_valuer_stays_with_his_flats(course):
    assert len(course) == len(course.fair_price)
    assert np.median(np.abs(course.fair_price / course.price - 1)) < 0.08
    some = course[np.array([5, 3])]
    assert some.fair_price.tolist() == course.fair_price[[5, 3]].tolist()
    assert some.price.tolist() == course.price[[5, 3]].tolist()


def test_coordinates_are_found_by_name(course):
    assert course.coordinates == ("latitude", "longitude")
    assert from_frame(flats([1.0, 2.0]), SOURCE, notes=[]).coordinates is None


def test_california_comes_from_the_pinned_download(tmp_path, monkeypatch):
    path = tmp_path / "housing.csv"
    path.write_text(
        "longitude,latitude,total_rooms,median_house_value,ocean_proximity\n"
        "-122.2,37.9,880,452600,NEAR BAY\n-122.3,37.8,7099,358500,INLAND\n",
        encoding="utf-8",
    )
    asked = []
    monkeypatch.setattr("tabular.data.fetch", lambda download: asked.append(download) or path)
    table = load(TableSource(data="california"))
    assert table.price.tolist() == [452_600, 358_500]
    assert table.currency == "$"
    assert table.fair_price is None
    assert len(asked[0].sha256) == 64


def test_a_large_file_is_the_same_table_in_less_memory(tmp_path, monkeypatch):
    frame = flats(
        np.arange(1.0, 41.0) * 1e6,
        district=["Arbat", None] * 20,
        floor=[1, 300] * 20,
        sold=["31.05.2024", None, "01.06.2024", "soon"] * 10,
        note=[f"flat {i}" for i in range(40)],
    )
    frame.to_csv(tmp_path / "flats.csv", index=False)
    source = TableSource(file=str(tmp_path / "flats.csv"), target="price")
    plain = load(source)
    monkeypatch.setattr("common.tables.frames.MANY_ROWS", 39)
    monkeypatch.setattr("tabular.type_inference.SAMPLE_ROWS", 39)
    compact = load(source)
    assert (compact.price == plain.price).all()
    first, second = (TablePreprocessing().fit(table) for table in (plain, compact))
    for one, two in zip(first.transform(plain), second.transform(compact), strict=True):
        assert (one == two).all()
    for one, two in zip(first.transform(plain), first.transform(compact), strict=True):
        assert (one == two).all()


@pytest.mark.skipif(sys.platform != "linux", reason="files are set aside on Linux")
def test_that_a_table_lies_in_files_is_said_only_where_it_does(tmp_path, monkeypatch):
    frame = pd.DataFrame({"area": np.arange(20.0, 60.0), "price": np.arange(5e6, 9e6, 1e5)})
    frame.to_parquet(tmp_path / "flats.parquet", index=False)
    monkeypatch.setattr("common.memory_mapped.LARGE", 0)
    source = TableSource(file=str(tmp_path / "flats.parquet"), target="price")

    def said(table):
        notes = " ".join(table.notes)
        return "lie in files of the temporary folder" in notes, "of cells lie in memory" in notes

    assert said(load(source)) == (True, False)
    assert said(from_frame(frame, TableSource(target="price"), notes=[])) == (False, True)
    monkeypatch.setattr("os.posix_fallocate", no_room)
    assert said(load(source)) == (False, True)


def no_room(*_):
    raise OSError(28, "No space left on device")
