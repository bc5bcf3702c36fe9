"""Strange cells of a table of flats, from training to the priced file."""

import dataclasses
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from common.errors import UserError
from common.runs import experiment
from common.tables import read_table
from common.translation import translator
from tabular.columns import decide_columns
from tabular.data import from_frame, load
from tabular.features import NumericScaler
from tabular.new_tables import remarks_on
from tabular.predict import predict_file, predict_frame, predict_prices, read_like
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK
from tabular.values import as_numbers


def flats(rows=120, seed=0):
    draw = np.random.default_rng(seed)
    area, floors = draw.uniform(30, 110, rows).round(1), draw.integers(5, 20, rows)
    return pd.DataFrame(
        {
            "район": draw.choice(["Арбат", "Сокол", "Митино"], rows),
            "площадь": area,
            "этаж": [f"{draw.integers(1, top + 1)}/{top}" for top in floors],
            "цена": (area * 2e5).round(),
        }
    )


@pytest.fixture(scope="module")
def pipeline():
    source = TableSource(target="цена")
    settings = TabularSettings(epochs=1, width=8, device="cpu")
    examples = from_frame(flats(), source, notes=[])
    result = experiment.train(TASK, source, settings, None, examples=examples, progress=False)
    return result.pipelines["relative"]


def test_two_numbers_in_a_cell_become_two_columns(pipeline):
    names = pipeline.preprocessing.numbers.names
    assert "этаж (first)" in names
    assert "этаж (second)" in names
    values, arrays = pipeline.preprocessing.state()
    back = TablePreprocessing.restore(values, arrays)
    table = from_frame(flats(5, seed=1), TableSource(target="цена"), notes=[])
    for ours, theirs in zip(
        pipeline.preprocessing.transform(table), back.transform(table), strict=True
    ):
        assert ours.equal(theirs)


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


def test_a_missing_column_of_pairs_is_named_as_the_file_has_it(pipeline):
    with pytest.raises(UserError, match="column 'этаж' is missing"):
        pipeline.preprocessing.transform(
            from_frame(flats(5).drop(columns="этаж"), TableSource(target="цена"), notes=[])
        )


def test_units_at_prediction_are_read_as_the_numbers_they_are(pipeline, tmp_path):
    plain, measured = flats(6, seed=2), flats(6, seed=2)
    measured["площадь"] = [f"{value} м²".replace(".", ",") for value in measured["площадь"]]
    for name, frame in (("plain", plain), ("measured", measured)):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
        predict_file(pipeline, tmp_path / f"{name}.csv", tmp_path / f"{name}-out.csv")
    prices = [
        read_table(tmp_path / f"{name}-out.csv").frame["predicted_цена"].tolist()
        for name in ("plain", "measured")
    ]
    assert prices[0] == prices[1]
    assert len(set(prices[0])) > 1


def test_cells_that_training_could_read_are_refused_or_counted(pipeline, tmp_path):
    table = flats(20, seed=3)
    table["площадь"] = table["площадь"].astype(object)
    table.loc[table.index[:5], "площадь"] = "большая"
    source = tmp_path / "new.csv"
    table.to_csv(source, index=False)
    with pytest.raises(UserError, match="'площадь': 5 of 20 cells cannot be read .*--lenient"):
        predict_file(pipeline, source, tmp_path / "out.csv")
    said = predict_file(pipeline, source, tmp_path / "out.csv", lenient=True)
    assert "5 of 20 cells" in said
    assert "row 2 holds 'большая'" in said


def test_a_number_unlike_anything_in_training_is_named(pipeline):
    table = flats(10, seed=4)
    table.loc[7, "площадь"] = 475_112
    (remark,) = remarks_on(pipeline, table)
    assert "'площадь': 1 number far" in remark
    assert "row 7 holds 475112" in remark
    assert remarks_on(pipeline, flats(10, seed=4)) == []


@pytest.mark.parametrize("cell", [0.053, "0.061"])
def test_numbers_that_are_rather_in_thousands_are_named(pipeline, cell):
    table = flats(40, seed=4).astype({"площадь": object})
    table.loc[3, "площадь"] = cell
    said = f"'площадь': 1 number below a tenth of the least in training; row 3 holds {cell}"
    assert remarks_on(pipeline, table) == [f"column {said}"]  # 0.04 km may be right
    table.loc[4, "площадь"] = cell
    (remark,) = remarks_on(pipeline, table)
    assert f"; row 3 holds {cell}; are they in thousands, or in another unit?" in remark
    assert "меньше десятой доли наименьшего" in translator("ru", "tabular")(remark)


def test_a_logarithm_without_a_price_is_refused(pipeline):
    class Damaged(nn.Module):
        def forward(self, *inputs):
            return torch.full((len(inputs[0]),), 800.0)

    damaged = dataclasses.replace(pipeline, model=Damaged())
    examples = from_frame(flats(5), TableSource(target="цена"), notes=[])
    with pytest.raises(UserError, match="beyond all numbers"):
        predict_prices(damaged, examples)


def test_every_other_cell_comes_back_as_it_was_written(pipeline, tmp_path):
    source, out = tmp_path / "new.csv", tmp_path / "out.csv"
    text = "код;район;площадь;этаж\r\n007;Арбат;55,90;3/9\r\n1.10;-;40;4/17\r\n"
    source.write_bytes(text.encode())
    predict_file(pipeline, source, out)
    lines = out.read_bytes().decode().split("\r\n")
    assert [line.rsplit(";", 1)[0] for line in lines[:-1]] == text.split("\r\n")[:-1]


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


def placed(rows=60, seed=0):
    draw = np.random.default_rng(seed)
    table = flats(rows, seed)
    table["lat"], table["lon"] = draw.uniform(55.6, 55.9, rows), draw.uniform(37.4, 37.8, rows)
    return table


@pytest.fixture(scope="module")
def pipeline_by_place():
    source = TableSource(target="цена")
    settings = TabularSettings(epochs=1, width=8, device="cpu")
    examples = from_frame(placed(120), source, notes=[])
    result = experiment.train(TASK, source, settings, None, examples=examples, progress=False)
    return result.pipelines["relative"]


def test_rows_without_coordinates_are_named(pipeline_by_place):
    table = placed(40, seed=1)
    table.loc[[5, 9], "lat"] = np.nan
    (remark,) = remarks_on(pipeline_by_place, table)
    assert remark.startswith("2 rows without coordinates")
    assert "row 5" in remark


def test_a_latitude_of_no_place_is_named(pipeline_by_place):
    table = placed(40, seed=1)
    table.loc[5, "lat"] = 475_112
    remarks = remarks_on(pipeline_by_place, table)
    assert any("'lat': 1 of 40 cells cannot be read" in remark for remark in remarks)
    assert any("1 row without coordinates" in remark for remark in remarks)


def test_swapped_coordinates_are_named(pipeline_by_place):
    table = placed(40, seed=1).rename(columns={"lat": "lon", "lon": "lat"})
    remarks = remarks_on(pipeline_by_place, table)
    assert any("'lat': 40 numbers far" in remark for remark in remarks)


def test_a_cell_that_is_no_pair_is_counted(pipeline):
    table = flats(40, seed=5)
    table.loc[3, "этаж"] = "высокий"
    (remark,) = remarks_on(pipeline, table)
    assert "'этаж': 1 of 40 cells cannot be read" in remark
    assert "row 3 holds 'высокий'" in remark
    table["этаж"] = "высокий"
    with pytest.raises(UserError, match="'этаж': 40 of 40 cells cannot be read"):
        remarks_on(pipeline, table)


def test_categories_that_training_did_not_know_are_named(pipeline):
    table = flats(40, seed=5)
    table["район"] = "Arbat"
    (remark,) = remarks_on(pipeline, table)
    assert "'район': 40 of 40 cells hold what training did not know" in remark
    table["район"] = ["Arbat", *[None] * 39]
    assert remarks_on(pipeline, table) == []


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


@pytest.fixture(scope="module")
def pipeline_of_metres():
    table = flats(120)
    table["площадь"] = [f"{value} м²".replace(".", ",") for value in table["площадь"]]
    source = TableSource(target="цена")
    settings = TabularSettings(epochs=1, width=8, device="cpu")
    examples = from_frame(table, source, notes=[])
    result = experiment.train(TASK, source, settings, None, examples=examples, progress=False)
    return result.pipelines["relative"]


def test_another_unit_of_the_kind_is_converted_and_named(pipeline_of_metres):
    metres, feet = flats(40, seed=6), flats(40, seed=6)
    feet["площадь"] = [f"{value / 0.3048**2:,.6f} sq ft" for value in metres["площадь"]]
    (remark,) = remarks_on(pipeline_of_metres, feet)
    assert "'площадь': 40 of 40 cells are in another unit, converted to 'м²'; row 0" in remark
    prices = [predict_frame(pipeline_of_metres, frame).to_numpy() for frame in (metres, feet)]
    np.testing.assert_allclose(*prices, rtol=1e-4)
    metres["площадь"] = [f"{value} кв.м" for value in metres["площадь"]]
    assert remarks_on(pipeline_of_metres, metres) == []
    assert remarks_on(pipeline_of_metres, flats(40, seed=6)) == []


def test_a_unit_of_another_kind_is_refused(pipeline_of_metres):
    new = flats(40, seed=6)
    new["площадь"] = [f"{value} мин" for value in new["площадь"]]
    with pytest.raises(UserError, match=r"'площадь': 40 of 40 cells .* 'м²'.* holds '.* мин'"):
        remarks_on(pipeline_of_metres, new)


def test_a_unit_where_training_had_none_is_named(pipeline):
    new = flats(40, seed=6)
    new["площадь"] = [f"{value} sq ft" for value in new["площадь"]]
    (remark,) = remarks_on(pipeline, new)
    assert "40 of 40 cells are in another unit, in training none had a unit; row 0" in remark


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


def test_blank_cells_are_named_where_training_had_none(pipeline):
    table = flats(40, seed=5)
    table.loc[3, "площадь"] = np.nan
    assert remarks_on(pipeline, table) == ["column 'площадь': 1 blank cell, in training none was"]


def test_a_column_that_is_not_there_can_be_taken_for_blank(pipeline, tmp_path):
    source, out = tmp_path / "new.csv", tmp_path / "out.csv"
    flats(20, seed=3).drop(columns=["этаж", "район"]).to_csv(source, index=False)
    with pytest.raises(UserError, match="column 'этаж' is missing.* with --lenient$") as error:
        predict_file(pipeline, source, out)
    assert "there?" not in str(error.value)
    said = predict_file(pipeline, source, out, lenient=True)
    assert "not in the file, taken for blank: 'этаж', 'район'" in said
    assert read_table(out).frame.columns.tolist() == ["площадь", "цена", "predicted_цена"]
    flats(20, seed=3)[["цена"]].to_csv(source, index=False)
    with pytest.raises(UserError, match="is missing"):
        predict_file(pipeline, source, out, lenient=True)


def test_rows_that_were_trained_on_are_counted_however_they_are_spelt(pipeline):
    train = from_frame(flats(), TableSource(target="цена"), notes=[])
    known = TASK.hashes(pipeline, train)
    spelt = flats()[::-1].assign(код=range(120))
    spelt["площадь"] = [f"{value} м²".replace(".", ",") for value in spelt["площадь"]]
    spelt["цена"] = [f"{value:,.0f} ₽".replace(",", " ") for value in spelt["цена"]]
    again = TASK.hashes(pipeline, from_frame(spelt, TableSource(target="цена"), notes=[]))
    assert again.tolist() == known[::-1].tolist()
    others = TASK.hashes(pipeline, from_frame(flats(seed=9), TableSource(target="цена"), notes=[]))
    assert not np.isin(others, known).any()


@pytest.fixture(scope="module")
def of_dated_flats():
    """What learned from dates whose day comes first; nothing but it is asked for remarks."""
    examples = from_frame(dated("%d/%m/%Y"), TableSource(target="цена"), notes=[])
    return SimpleNamespace(preprocessing=TablePreprocessing().fit(examples))


def dated(form, rows=120, days=28):
    sold = pd.date_range("2024-01-01", periods=rows)
    sold = sold.map(lambda day: day.replace(day=1 + day.day % days))
    return flats(rows).assign(продан=sold.strftime(form))


def test_dates_that_may_be_month_first_are_named(of_dated_flats):
    assert of_dated_flats.preprocessing.numbers.kinds["продан"] == "date"
    assert remarks_on(of_dated_flats, dated("%d/%m/%Y", 40)) == []
    assert remarks_on(of_dated_flats, dated("%d.%m.%Y", 40, days=12)) == []
    assert remarks_on(of_dated_flats, dated("%Y-%m-%d", 40, days=12)) == []
    remark, *_ = remarks_on(of_dated_flats, dated("%m/%d/%Y", 40, days=12))
    assert "'продан'" in remark
    assert "are read day first, as in training, and could be meant the other way round" in remark


def test_a_file_that_shows_its_months_first_is_refused(of_dated_flats):
    table = dated("%m/%d/%Y", 40, days=12)
    table.loc[39, "продан"] = "05/31/2024"  # too few cells to be refused for what cannot be read
    with pytest.raises(UserError, match="'05/31/2024', which only the other way can be read; wri"):
        remarks_on(of_dated_flats, table)
    said = remarks_on(of_dated_flats, table, lenient=True)
    assert any("could be meant the other way round" in remark for remark in said)


def test_an_examination_names_dates_that_may_be_month_first(of_dated_flats, tmp_path):
    table = dated("%m/%d/%Y", 40, days=12)
    table.loc[39, "продан"] = "05/31/2024"
    table.to_csv(tmp_path / "new.csv", index=False)
    of_dated_flats.source = TableSource(target="цена")
    examples = read_like(of_dated_flats, TableSource(file=str(tmp_path / "new.csv")))
    assert any("'05/31/2024', which only the other way" in note for note in examples.notes)
