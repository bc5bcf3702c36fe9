"""Strange cells of a table of flats, and what they are taken for."""

import re

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from tabular.columns import decide_columns
from tabular.data import from_frame, load
from tabular.features import NumericScaler
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource
from tabular.values import as_numbers
from tests.cases.flats import flats


def test_three_numbers_in_a_cell_become_three_columns():
    """A flat's area, that of its rooms, and that of its kitchen."""
    table = flats()
    table["площадь"] = [
        f"{x}/{x * 0.6:.0f}/{x / 6:.1f}".replace(".", ",") for x in table["площадь"]
    ]
    examples = from_frame(table, TableSource(target="цена"), notes=[])
    prepared = TablePreprocessing().fit(examples)
    assert "column площадь: 3 numbers, taken apart" in prepared.notes
    parts = [f"площадь ({place})" for place in ("first", "second", "third")]
    assert {*parts} <= {*prepared.numbers.kinds}
    read = prepared.read(examples).frame
    for row, cell in enumerate(table["площадь"]):
        assert list(read.loc[row, parts]) == [float(x.replace(",", ".")) for x in cell.split("/")]
    back = TablePreprocessing.restore(*prepared.state())
    for ours, theirs in zip(prepared.transform(examples), back.transform(examples), strict=True):
        assert ours.equal(theirs)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["да", None, "да", None], "boolean"),
        (["+", None, None, "+"], "boolean"),
        (["есть вид", None, "есть вид", None], "category"),
        (["да"] * 4, "ignore"),
    ],
)
def test_a_word_or_nothing_is_an_answer(cells, kind):
    (column,) = decide_columns(pd.DataFrame({"вид": cells}), {})
    assert column.kind == kind


@pytest.mark.parametrize(
    ("cells", "prices"),
    [
        (["1.050 €", "970 €", "780 €"], [1050, 970, 780]),
        (["251.000 €", "161.000 €"], [251_000, 161_000]),
        (["$1,250", "$970"], [1250, 970]),
        (["1.050,50 €", "970 €"], [1050.5, 970]),
        (["1,05 €", "2,10 €"], [1.05, 2.1]),
    ],
)
def test_thousands_beside_a_currency(cells, prices):
    frame = pd.DataFrame({"n": range(len(cells)), "price": cells})
    table = from_frame(frame, TableSource(target="price"), notes=[])
    assert table.price.tolist() == prices
    assert any(note.startswith("prices in 'price': ") for note in table.notes)


def test_the_price_finds_the_sheet_and_the_header(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in [("Код", "Имя"), (1, "a"), (2, "b")]:
        book.active.append(row)
    sheet = book.create_sheet("Продажи")
    for row in [("Май",), ("площадь", "Цена"), (30, 5_000_000), (40, 7_000_000)]:
        sheet.append(row)
    book.save(tmp_path / "deals.xlsx")
    table = load(TableSource(file=str(tmp_path / "deals.xlsx"), target="Цена"))
    assert table.price.tolist() == [5_000_000, 7_000_000]
    with pytest.raises(UserError, match="unknown column 'Цена'"):
        load(TableSource(file=str(tmp_path / "deals.xlsx"), target="Цена", sheet="Sheet"))


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("Paved Drive", ["Y"] * 95 + ["N"] * 3 + ["P"] * 2, "category"),
        ("code", ["007", "021", "112", "007"] * 10, "category"),
        ("подъезд", ["01", "02", "11", "12"] * 10, "category"),
        ("postcode", ["3067", "3068", "3121", "3067"] * 10, "category"),
        ("Zip", [90210, 10001, 60601, 90210] * 10, "category"),
        ("Postcode", [3067.0, 3068.0, None, 3067.0] * 10, "category"),
        ("PID", [f"05263{number:05}" for number in range(0, 400, 10)], "ignore"),
        ("listing_id", [*range(900, 300, -7), 900, 893], "ignore"),
        ("id", [f"MSK-{i}" for i in range(0, 400, 10)] + ["MSK-0", "MSK-10"], "ignore"),
        ("area", ["55", "30", "012", "100"] * 10 + ["7"] * 500, "number"),
        ("rooms", [1, 2, 3, 4] * 10, "number"),
        ("number of rooms", [1, 2, 3, 4] * 10, "number"),
    ],
)
def test_names_made_of_digits_are_no_numbers(name, cells, kind):
    (column,) = decide_columns(pd.DataFrame({name: cells}), {})
    assert column.kind == kind


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("Lattitude", "Longtitude"),
        ("x_lat", "x_lon"),
        ("geo_lat", "geo_lng"),
        ("lat_deg", "lon_deg"),
        ("LATITUD", "LONGITUD"),
        ("Широта", "Долгота"),
    ],
)
def test_coordinates_whatever_their_spelling(latitude, longitude):
    frame = pd.DataFrame({latitude: [55.0, 56.0, 55.5], longitude: [37.0, 38.0, 37.5]})
    assert [column.kind for column in decide_columns(frame, {})] == ["latitude", "longitude"]


def test_a_name_that_only_begins_like_a_coordinate_is_none():
    frame = pd.DataFrame({"lat": [55.0, 56.0, 55.5], "long_term": [1.0, 0.5, 2.0]})
    assert [column.kind for column in decide_columns(frame, {})] == ["number", "number"]


def test_coordinates_that_are_no_degrees_are_said_to_be_none():
    frame = pd.DataFrame({"lat": [55_751_244, 55_760_001], "lon": [37_618_423, 37_600_000]})
    for column in decide_columns(frame, {}):
        assert column.kind == "number"
        assert "not in degrees" in column.reason


def test_a_slip_among_coordinates_does_not_take_them_all():
    latitude = [55.0, 56.0, 55.5, 55.25] * 10 + [475_112.0]
    frame = pd.DataFrame({"lat": latitude, "lon": [37.0] * 20 + [37.5] * 21})
    assert [column.kind for column in decide_columns(frame, {})] == ["latitude", "longitude"]
    assert np.isnan(as_numbers(frame["lat"], "latitude")).sum() == 1


def test_what_is_tiny_is_not_far_with_a_logarithm_or_without():
    """50 m to the underground where all of training had 700 m at least."""
    draw = np.random.default_rng(0)
    table = pd.DataFrame(
        {"km": draw.uniform(0.7, 3.4, 300), "m": np.exp(draw.normal(7, 0.9, 300)) + 700}
    )
    scaler = NumericScaler.fit(table, decide_columns(table, {}))
    assert scaler.logs == ["m"]
    for name, near in (("km", [0.05, 0.1, 4.0]), ("m", [50.0, 300.0, 700.0])):
        assert not scaler.unlike(name, np.array(near)).any()
        assert scaler.tiny(name, np.array(near)).tolist() == [True, False, False]


def test_nothing_that_training_saw_is_far():
    table = flats(120)
    table["площадь"] = [5.0] * 100 + [21_700.0] * 20
    scaler = NumericScaler.fit(table, decide_columns(table, {}))
    assert not scaler.unlike("площадь", table["площадь"].to_numpy()).any()
    strange = np.array([300_000.0, -60_000.0, np.nan])
    assert scaler.unlike("площадь", strange).tolist() == [True, False, False]
    assert scaler.not_positive("площадь", strange).tolist() == [False, True, False]


def test_a_number_without_a_logarithm_is_named_where_training_had_none():
    area = np.exp(np.random.default_rng(0).normal(4, 1, 200))
    table = pd.DataFrame({"area": area})
    scaler = NumericScaler.fit(table, decide_columns(table, {}))
    assert scaler.logs == ["area"]
    assert scaler.not_positive("area", np.array([-5.0, 0.0, 60.0])).tolist() == [True, True, False]


def test_training_says_how_each_column_was_read():
    table = flats(200)
    table["площадь"] = [f"{value} м²".replace(".", ",") for value in table["площадь"]]
    table.loc[[3, 9], "площадь"] = ["большая", None]
    table.loc[4, "этаж"] = "чердак"
    table["сдан"] = ["5 мая", *["05.06.2024"] * 199]
    table["комнат"] = [1.0, np.nan] * 100
    prepared = TablePreprocessing().fit(from_frame(table, TableSource(target="цена"), notes=[]))
    notes = {note.partition(":")[0]: note for note in prepared.notes}
    assert re.search(r"category \(3 values\), such as '\w+', '\w+'$", notes["column район"])
    area = notes["column площадь"]
    assert re.search(r"м²\), such as '[\d,]+ м²'; blank: 1; no number and so missing: 1", area)
    assert "row 3 holds 'большая'" in area
    for part in ("first", "second"):
        assert "missing: 1, row 4 holds 'чердак'" in notes[f"column этаж ({part})"]
    assert "missing: 1, row 0 holds '5 мая'" in notes["column сдан"]
    assert notes["column комнат"].endswith("blank: 100")
