"""Prices from Python."""

import pandas as pd
import pytest

import tabular
from common.errors import UserError
from common.tables import read_table
from tests.tabular.test_command import flats, run, russian_csv

QUICK = {"epochs": 1, "width": 8, "device": "cpu", "progress": False}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return russian_csv(tmp_path_factory.mktemp("flats") / "квартиры мои.csv", flats())


@pytest.fixture(scope="module")
def model(table):
    return tabular.fit(table, target="цена", **QUICK)


def test_three_lines_in_python_do_the_same(model, table):
    prices = model.predict(table)
    assert len(prices) == 200
    assert model.metrics["mape"] > 0
    assert model.evaluate(table)["mape"] > 0
    frame = read_table(table).frame
    pd.testing.assert_series_equal(model.predict(frame), prices)
    assert model.evaluate(frame) == model.evaluate(table) == model.evaluate(table, target="цена")


def test_rows_that_were_trained_on_are_counted(model, table, tmp_path):
    model.save(tmp_path / "run")
    for predictor in (model, tabular.load(tmp_path / "run")):
        for data in (table, read_table(table).frame):
            figures = predictor.evaluate(data)
            assert (figures.examples, figures.trained_on) == (200, 140)
            assert "# 140 of 200 examples were trained on; the figures" in repr(figures)
        other = predictor.evaluate(russian_csv(tmp_path / "other.csv", flats(seed=5)))
        assert other.trained_on == 0
        assert repr(other) == repr(dict(other))


def test_a_saved_run_values_as_the_fitted_model(tmp_path):
    frame = flats()
    model = tabular.fit(frame, "цена", **QUICK, out=tmp_path / "run")
    loaded = tabular.load(tmp_path / "run")
    pd.testing.assert_series_equal(loaded.predict(frame), model.predict(frame))


def test_a_saved_predictor_is_a_run_that_the_command_takes(model, table, tmp_path, capsys):
    model.save(tmp_path / "run")
    assert run("predict", tmp_path / "run", table, "--out", tmp_path / "command.csv") == 0
    said = model.predict(table, out=tmp_path / "python.csv")
    assert said.replace("python", "command") == capsys.readouterr().out.strip()
    assert (tmp_path / "python.csv").read_bytes() == (tmp_path / "command.csv").read_bytes()
    assert run("evaluate", tmp_path / "run") == 0


def test_kinds_of_columns_are_named_and_a_wrong_one_is_refused(table):
    model = tabular.fit(table, "цена", columns={"id": "ignore"}, **QUICK)
    assert model.pipeline.source.column == ("id=ignore",)
    with pytest.raises(UserError, match="did you mean .id."):
        tabular.fit(table, "цена", columns={"idd": "ignore"}, **QUICK)


def test_a_frame_without_a_target_is_refused():
    with pytest.raises(UserError, match="say which column holds the price, target=COLUMN; there"):
        tabular.fit(flats())


def test_every_argument_has_a_name(table):
    model = tabular.fit(table=table, target="цена", **QUICK)
    assert model.metrics["mape"] > 0


@pytest.mark.parametrize("given", [7, {"цена": [1]}])
def test_what_is_no_table_is_refused(model, given):
    for take in (model.predict, model.evaluate, lambda data: tabular.fit(data, "цена")):
        with pytest.raises(UserError, match="expected a file's path or a DataFrame"):
            take(given)
