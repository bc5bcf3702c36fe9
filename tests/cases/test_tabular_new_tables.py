"""Tables that a network is to price: what is said of them, and what comes back."""

import dataclasses
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
from tabular.data import from_frame
from tabular.new_tables import remarks_on
from tabular.predict import predict_file, predict_frame, predict_prices, read_like
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK
from tests.cases.flats import flats


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


def placed(rows=60, seed=0):
    draw = np.random.default_rng(seed)
    table = flats(rows, seed)
    table["lat"], table["lon"] = draw.uniform(55.6, 55.9, rows), draw.uniform(37.4, 37.8, rows)
    return table


@pytest.fixture(scope="module")
def pipeline_by_place():
    """Nothing but its preparation is asked for remarks."""
    examples = from_frame(placed(120), TableSource(target="цена"), notes=[])
    return SimpleNamespace(preprocessing=TablePreprocessing().fit(examples))


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
    """What learned from dates whose day comes first."""
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
