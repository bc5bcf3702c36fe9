"""Coordinates with degrees, minutes and seconds, and both in one cell."""

import json

import numpy as np
import pandas as pd
import pytest

from common.tables.coordinate_parsing import read_degrees, read_place
from common.translation import translator
from tabular.cells import find_compound
from tabular.column_notes import unread
from tabular.columns import decide_columns
from tabular.coordinates import look_swapped, mirrored_rows
from tabular.data import from_frame
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource


@pytest.mark.parametrize(
    ("cell", "degrees"),
    [
        ("55°45'21\" N", 55 + 45 / 60 + 21 / 3600),
        ("37° 37′ 2,5″ в. д.", 37 + 37 / 60 + 2.5 / 3600),
        ("55.7558° с.ш.", 55.7558),
        ("33.8688° S", -33.8688),
        ("W 70.5", -70.5),
        ("-33°30'", -33.5),
        ("55°45.5'", 55 + 45.5 / 60),
    ],
)
def test_degrees_however_they_are_written(cell, degrees):
    assert read_degrees(cell) == pytest.approx(degrees, abs=1e-8)


@pytest.mark.parametrize("cell", ["55.7558", "12 N 5", "Сокол", "5 этаж", "-3 °C", "", "12З4"])
def test_what_is_no_coordinate(cell):
    assert read_degrees(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        *("55.75, 37.5", "(55.75, 37.5)", "55.75;37.5", "[55.75 37.5]", "(55,75; 37,5)"),
        *("55,7500; 37,5000", "55,7500 37,5"),
        *("POINT(37.5 55.75)", "SRID=4326;POINT(37.5 55.75)"),
        *("55°45'00\"N, 37°30'00\"E", "37°30'E 55°45'N", "55.75° с. ш., 37.5° в. д."),
    ],
)
def test_a_place_in_one_cell(cell):
    assert read_place(cell) == (55.75, 37.5)


@pytest.mark.parametrize(
    "cell",
    ["55° N, 37° N", "12, 5 В", "N, E", "55.75 N", "55,75, 37,5", "12,5 30,4", "120,000/135,000"],
)
def test_what_is_no_place(cell):
    assert read_place(cell) is None


def test_two_plain_numbers_are_no_place():
    assert find_compound(pd.DataFrame({"x": ["3, 9", "4, 17"], "y": ["12,5", "7,5"]})) == {}


@pytest.mark.parametrize("name", ["loc", "location", "координаты", "точка_gps", "geo"])
@pytest.mark.parametrize(
    ("cells", "is_place"),
    [
        (["3/9", "4/17", "12/12"], False),  # a floor
        (["3 из 9", "4 из 17", "1 из 5"], False),
        (["500.5, 120.25", "610.5, 130.5", "480.25, 99.5"], False),  # metres
        (["55.7558, 37.6173", "55.70, 37.5", "56.0, 38.1"], True),
        (["151.21 -33.86", "151.3 -33.9", "150.9 -33.75"], True),  # turned round, which is said
        (["POINT (37.61 55.75)", "POINT(38 55.1)", "POINT(37.5 55.5)"], True),
    ],
)
def test_two_numbers_are_a_place_where_they_can_be_one(name, cells, is_place):
    parts = find_compound(pd.DataFrame({name: cells}))[name]
    both = ("lat", "lon") if is_place else ("(first)", "(second)")
    assert parts == [f"{name} {part}" for part in both]


@pytest.mark.parametrize("endings", [("(first)", "(second)"), ("lat", "lon")])
def test_a_run_reads_places_in_one_cell_as_it_did_when_it_was_trained(endings):
    name, area = "loc", np.linspace(30, 90, 60)
    places_of = pd.DataFrame(
        {
            name: [f"{55 + n / 100:.4f}, {37 + n / 100:.4f}" for n in range(60)],
            "area": area,
            "price": (area * 2e5).round(),
        }
    )
    table = from_frame(places_of, TableSource(target="price"), notes=[])
    values, arrays = TablePreprocessing(count=4).fit(table).state()
    text = json.dumps(values).replace("loc lat", f"loc {endings[0]}")
    old = json.loads(text.replace("loc lon", f"loc {endings[1]}"))
    prepared = TablePreprocessing.restore(old, arrays)
    assert prepared.compound == {name: [f"{name} {ending}" for ending in endings]}
    assert prepared.transform(table)[0].isfinite().all()


def places(rows=60):
    draw = np.random.default_rng(0)
    lat, lon = draw.uniform(-34, 34, rows).round(5), draw.uniform(-118, 118, rows).round(5)
    area = draw.uniform(30, 90, rows)
    return pd.DataFrame({"lat": lat, "lon": lon, "area": area, "price": (area * 2e5).round()})


def minutes(value, positive, negative):
    left = abs(value)
    return f"{int(left)}°{(left % 1) * 60:.6f}'{positive if value >= 0 else negative}"


def test_a_table_is_placed_the_same_however_its_coordinates_are_written():
    plain = places()
    written = plain.assign(
        lat=[minutes(value, "N", "S") for value in plain["lat"]],
        lon=[minutes(value, "E", "W") for value in plain["lon"]],
    )
    joined = plain.drop(columns=["lat", "lon"]).assign(
        coords=[f"{a}, {b}" for a, b in zip(plain["lat"], plain["lon"], strict=True)]
    )
    known = []
    for frame in (plain, written, joined):
        table = from_frame(frame, TableSource(target="price"), notes=[])
        known.append(TablePreprocessing(count=4).fit(table).flats.place)
    assert known[0].shape == (60, 2)
    np.testing.assert_allclose(known[1], known[0], atol=0.05)
    np.testing.assert_allclose(known[2], known[0], atol=0.05)


def test_a_coordinate_with_a_hemisphere_keeps_its_sign():
    frame = pd.DataFrame({"lat": ["33.5° S", "12° N"], "lon": ["70° W", "3° E"]})
    assert [column.kind for column in decide_columns(frame, {})] == ["latitude", "longitude"]


@pytest.mark.parametrize(
    ("names", "middle", "swapped"),
    [
        (("широта", "долгота", "площадь"), (37.6, 55.7), True),
        (("широта", "долгота", "площадь"), (55.7, 37.6), False),
        (("широта", "долгота", "площадь"), (25.2, 55.3), False),  # in Dubai
        (("широта", "долгота", "площадь"), (24.1, 56.95), True),  # Riga, turned round
        (("lat", "lon", "area"), (-74.0, 40.7), True),
        (("lat", "lon", "area"), (35.7, 51.4), False),
        (("lat", "lon", "area"), (-33.9, 151.2), False),
    ],
)
def test_swapped_coordinates_are_named_in_training(names, middle, swapped):
    draw = np.random.default_rng(0)
    columns = [value + draw.uniform(-0.1, 0.1, 40) for value in middle]
    frame = pd.DataFrame(dict(zip(names, [*columns, draw.uniform(30, 90, 40)], strict=True)))
    table = from_frame(
        frame.assign(p=draw.uniform(5e6, 9e6, 40)), TableSource(target="p"), notes=[]
    )
    notes = TablePreprocessing(count=4).fit(table).notes
    assert any("look swapped" in note for note in notes) == swapped
    assert any(f"at {table.frame[names[0]].median():.2f} north" in note for note in notes)


def trained(lat, lon, price="{:.0f}", **more):
    """The notes of training on a table of an English-speaking person."""
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"lat": lat, "lon": lon, "area": draw.uniform(30, 90, len(lat)), **more})
    prices = [price.format(value) for value in draw.uniform(5e6, 9e6, len(lat))]
    frame.index += 2  # as rows of a file
    table = from_frame(frame.assign(price=prices), TableSource(target="price"), notes=[])
    return TablePreprocessing(count=4).fit(table).notes


def around(degrees, rows=60, seed=0):
    return degrees + np.random.default_rng(seed).uniform(-0.2, 0.2, rows)


@pytest.mark.parametrize(
    ("lat", "lon", "price", "swapped"),
    [
        (37.6, 55.75, "{:.0f} ₽", True),
        (55.75, 37.6, "{:.0f} ₽", False),
        (25.2, 55.3, "{:.0f} ₽", False),  # in Dubai
        (-0.1, 51.5, "£{:.0f}", True),
        (51.5, -0.1, "£{:.0f}", False),
        (13.4, 52.5, "{:.0f} €", True),
        (13.4, 52.5, "${:.0f}", False),  # nothing tells: it may be so
        (20.5, 44.8, "{:.0f}", False),
    ],
)
def test_where_money_is_spent_tells_swapped_coordinates(lat, lon, price, swapped):
    notes = trained(around(lat), around(lon), price)
    assert any("look swapped" in note for note in notes) == swapped


@pytest.mark.parametrize(("lat", "lon"), [(-118.3, 34.05), (151.2, -33.9), (131.9, 43.1)])
def test_a_latitude_beyond_the_poles_beside_a_small_longitude_looks_swapped(lat, lon):
    """The columns stay numbers, and what they are is said."""
    notes = trained(around(lat), around(lon))
    assert any("they look swapped: give 'lat' and 'lon' each other's names" in n for n in notes)
    assert not any("look swapped" in note for note in trained(around(lon), around(lat)))


def test_projected_coordinates_are_not_swapped_degrees():
    notes = trained(around(475112), around(34.05))
    assert any("not in degrees" in note for note in notes)
    assert not any("swapped" in note for note in notes)


def test_rows_that_are_swapped_alone_are_counted_and_one_is_named():
    lat, lon = around(55.75), around(37.6, seed=1)
    lat[[7, 30, 31]], lon[[7, 30, 31]] = lon[[7, 30, 31]], lat[[7, 30, 31]].copy()
    lat[5] = np.nan
    notes = trained(lat, lon)
    assert any("look swapped in 3 of 60 rows, such as row 9: the other way" in n for n in notes)


def test_rows_with_another_sign_are_counted_and_one_is_named():
    lat, lon = around(40.7), around(-74.0, seed=1)
    lon[[7, 30]] *= -1
    (said,) = (note for note in trained(lat, lon) if "sign" in note)
    assert "wrong sign in 2 of 60 rows, it seems, such as row 9: with the other" in said
    assert "не тот знак: строк 2 из 60, например строка 9" in translator("ru", "tabular")(said)
    assert not any("sign" in note for note in trained(around(51.5), around(-0.1, seed=1)))


@pytest.mark.parametrize(
    ("many", "few"),
    [
        ((40.4, -3.7), (39.57, 2.65)),  # Madrid and Mallorca
        ((39.5, -0.4), (38.9, 1.4)),  # Valencia and Ibiza
        ((51.5, -0.1), (51.4, 1.1)),  # London and Herne Bay
        ((0.3, 32.6), (-0.6, 31.7)),  # north and south of the equator in Uganda
        ((1.3, 103.8), (-1.0, 104.4)),  # Singapore and Riau
        ((40.7, -74.0), (41.3, 69.2)),  # New York and Tashkent
    ],
)
def test_a_place_on_the_other_side_of_zero_keeps_its_sign(many, few):
    lat, lon = around(many[0]), around(many[1], seed=1)
    lat[:6], lon[:6] = around(few[0], 6), around(few[1], 6)
    assert not mirrored_rows(lat, lon).any()


@pytest.mark.parametrize(
    ("name", "lat", "lon"),
    [
        *(("Novorossiysk", 44.72, 37.77), ("Anapa", 44.9, 37.3), ("Gelendzhik", 44.56, 38.08)),
        *(("Sochi", 43.6, 39.72), ("Arkhangelsk", 64.54, 40.5), ("Varna", 43.2, 27.9)),
    ],
)
def test_towns_whose_coordinates_turned_are_in_the_box_of_another_currency(name, lat, lon):
    assert look_swapped(lon, lat, russian=True), name
    assert not look_swapped(lat, lon, russian=True), name


@pytest.mark.parametrize(
    ("name", "lat", "lon"),
    [
        *(("Muscat", 23.6, 58.4), ("Riyadh", 24.7, 46.7), ("Bahrain", 26.2, 50.55)),
        *(("Kuwait", 29.37, 47.98), ("Jeddah", 21.5, 39.2), ("Doha", 25.3, 51.5)),
        *(("Antalya", 36.9, 30.7), ("Yerevan", 40.18, 44.5), ("Baku", 40.4, 49.87)),
        *(("Samarkand", 39.65, 66.96), ("Delhi", 28.6, 77.2), ("Phuket", 7.9, 98.3)),
    ],
)
def test_flats_abroad_in_a_russian_table_are_not_swapped(name, lat, lon):
    assert not look_swapped(lat, lon, russian=True), name


def test_flats_all_over_the_world_are_not_swapped():
    draw = np.random.default_rng(0)
    notes = trained(draw.uniform(-50, 65, 200), draw.uniform(-120, 150, 200))
    assert not any("swapped" in note or "sign" in note for note in notes)


def test_coordinates_of_zero_are_no_place_and_said():
    lat, lon = around(55.75), around(37.6, seed=1)
    lat[[4, 9]] = lon[[4, 9]] = 0
    notes = trained(lat, lon)
    assert any("column lat: latitude (55." in n and "missing: 2, row 6" in n for n in notes)
    draw = np.random.default_rng(0)
    flats = pd.DataFrame({"lat": lat, "lon": lon, "area": draw.uniform(30, 90, 60)})
    table = from_frame(flats.assign(price=1e6 + flats.index), TableSource(target="price"), notes=[])
    prepared = TablePreprocessing(count=4).fit(table)
    assert prepared.without_place(table).tolist() == [4, 9]
    assert [
        (one.name, len(one.strange)) for one in unread(prepared, table, prepared.read(table))
    ] == [
        ("lat", 2),
        ("lon", 2),
    ]


def test_a_place_on_the_equator_or_in_greenwich_stays():
    lat, lon = around(0.0), around(-78.5)
    lat[3], lon[5] = 0.0, 0.0
    assert not any("missing" in note for note in trained(lat, lon))
