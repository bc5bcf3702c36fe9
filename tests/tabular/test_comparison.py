"""Prices by other hands: the networks are twins, the trees know roubles, and the command runs."""

import json
import sys

import numpy as np
import pytest

from common.cli import main
from common.comparison import run
from common.runs import experiment
from tabular.__main__ import DOMAIN
from tabular.comparison import with_flaml, with_lightgbm
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK
from tests.common.comparison.twins import assert_twins, network_of
from tests.tabular.test_command import flats

QUICK = ["--epochs", "2", "--width", "8", "--members", "1", "--device", "cpu"]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("tables") / "flats.csv"
    flats(400).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def prepared(table):
    source = TableSource(file=str(table), target="цена")
    examples = TASK.load(source)
    settings = TASK.complete(TabularSettings(device="cpu", loss="cost"), examples)
    return experiment.prepare(TASK, examples, source, settings), settings


def test_the_plain_networks_are_twins(table):
    source = TableSource(file=str(table), target="цена")
    settings = TabularSettings(epochs=1, width=8, device="cpu", loss="cost")
    assert_twins(TASK, source, settings, network=network_of)


def test_trees_that_were_told_the_loss_follow_it(prepared):
    """Where valuing too low costs ten times as much, they value higher."""
    parts, settings = prepared
    said = {}
    for under in (1.0, 10.0):
        answer = with_lightgbm.train(parts, settings.changed({"under": under}))
        said[under] = answer(*parts.preprocessing.transform(parts.test)).numpy()
    assert np.isfinite(said[1.0]).all()
    assert said[10.0].mean() > said[1.0].mean() + 0.01
    guess = np.abs(np.log(parts.test.price) - np.median(parts.preprocessing.log_price)).mean()
    assert np.abs(said[1.0] - np.log(parts.test.price)).mean() < guess


def test_an_automl_answers_in_log_prices(prepared):
    parts, settings = prepared
    answer = with_flaml.train(parts, settings.changed({"minutes": 1 / 60}))
    said = answer(*parts.preprocessing.transform(parts.test)).numpy()
    guess = np.abs(np.log(parts.test.price) - np.median(parts.preprocessing.log_price)).mean()
    assert np.abs(said - np.log(parts.test.price)).mean() < guess


def test_the_command_writes_a_page_and_a_table(table, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(run, "LEAST_SECONDS", 1.0)
    words = ["compare", str(table), "--target", "цена", *QUICK, "--out", str(tmp_path / "both")]
    assert main(DOMAIN, words) == 0
    printed = capsys.readouterr().out
    for name in ("PyTorch:", "Keras:", "FLAML:", "LightGBM, told the loss:", run.OWN):
        assert name in printed
    facts = json.loads((tmp_path / "both" / "comparison.json").read_text())
    assert all(way["metrics"]["money_lost"] > 0 for way in facts["ways"].values())
    assert all(way["lines"] > 10 for way in facts["ways"].values())
    page = (tmp_path / "both" / "report.html").read_text()
    assert "class MoneyCostLoss(PriceLoss)" in page
    assert "class MoneyCost(keras.losses.Loss)" in page
    assert "8 errors have become (8, 8)" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert main(DOMAIN, [*words, "--lang", "ru", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["loss"] == "cost"
    russian = (tmp_path / "both" / "report.html").read_text()
    for text in ("Код рядом", "строк кода", "Две ловушки", "что можно изменить"):
        assert text in russian
    for text in ("What each came to", "errors have become (8, 8)", "everything: data"):
        assert text not in russian


def test_what_is_not_installed_is_said_in_a_line_and_the_rest_comes(
    table, tmp_path, capsys, monkeypatch
):
    for name in ("common.keras_backend", "tabular.keras_loss", "tabular.comparison.with_keras"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    for name in ("keras", "flaml", "lightgbm"):
        monkeypatch.setitem(sys.modules, name, None)
    words = ["compare", str(table), "--target", "цена", *QUICK, "--out", str(tmp_path / "out")]
    assert main(DOMAIN, words) == 0
    printed = capsys.readouterr().out
    assert 'python -m pip install "stickshift[keras]"' in printed
    assert 'flaml is not installed; what brings it: python -m pip install "stickshift[automl]"' in (
        printed
    )
    facts = json.loads((tmp_path / "out" / "comparison.json").read_text())["ways"]
    assert facts["PyTorch"]["metrics"]["money_lost"] > 0
    assert facts["Keras"]["metrics"]["money_lost"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--loss", "mse"], "--loss mse: compare trains with cost"),
        (["--out", "full"], "full: holds 'thesis.txt', no comparison"),
        (["--out", "full/thesis.txt"], "is a file, expected a folder"),
    ],
)
def test_wrong_input_is_one_line(table, tmp_path, capsys, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    assert main(DOMAIN, ["compare", str(table), "--target", "цена", *QUICK, *words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"
