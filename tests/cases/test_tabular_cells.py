"""Strange cells of a table of flats, from training to the priced file."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from common.errors import UserError
from common.runs import experiment
from common.tables import read_table
from tabular.columns import decide_columns
from tabular.data import from_frame, load
from tabular.predict import predict_file, predict_prices, remarks_on
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK


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
    assert "'площадь': 1 numbers are far" in remark
    assert "row 7 holds 475112" in remark
    assert remarks_on(pipeline, flats(10, seed=4)) == []


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
