"""python -m tabular, as a stranger would use it: on their own file, right or wrong."""

import json
import signal

import numpy as np
import pandas as pd
import pytest

from common.cli import main
from common.tables import read_table
from tabular import synthetic
from tabular.__main__ import DOMAIN
from tests.common.killed import train_and_be_killed
from tests.common.only_needed import empty_but

QUICK = ["--epochs", "1", "--width", "8", "--members", "1", "--device", "cpu"]


def run(*words):
    return main(DOMAIN, [str(word) for word in words])


def flats(n=200, seed=0):
    generator = np.random.default_rng(seed)
    area = generator.uniform(20, 120, n).round(1)
    return pd.DataFrame(
        {
            "id": np.arange(n) + 1000,
            "район": generator.choice(["Арбат", "Сокол", "Перово"], n),
            "площадь": area,
            "лифт": generator.choice(["да", "нет"], n),
            "широта": generator.uniform(55.5, 55.9, n).round(4),
            "долгота": generator.uniform(37.3, 37.9, n).round(4),
            "продан": pd.date_range("2024-01-01", periods=n).strftime("%d.%m.%Y"),
            "цена": (area * 3e5 * np.exp(generator.normal(0, 0.1, n))).round(-3),
        }
    )


def russian_csv(path, frame):
    """As Excel writes it in Russia: cp1251, semicolons, decimal commas, spaces in thousands."""
    shown = frame.copy()
    shown["цена"] = [
        f"{price:,.0f} ₽".replace(",", " ").replace("₽", "руб.") for price in shown["цена"]
    ]
    shown.to_csv(path, sep=";", decimal=",", encoding="cp1251", index=False)
    return path


@pytest.fixture
def table(tmp_path):
    return russian_csv(tmp_path / "квартиры мои.csv", flats())


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    path = russian_csv(folder / "flats.csv", flats())
    assert run("train", path, "--target", "цена", "--out", folder / "run", "--json", *QUICK) == 0
    return folder / "run"


def refused(capsys, words, *arguments):
    assert run(*arguments) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_a_russian_csv_is_learned_and_valued(tmp_path, table, capsys):
    out = tmp_path / "run"
    assert run("train", table, "--target", "цена", "--out", out, *QUICK) == 0
    said = capsys.readouterr().out
    for words in ("cp1251", "separator ';'", "decimal comma", "район: category", "лифт: boolean"):
        assert words in said
    assert "id: ignore" in said
    assert "продан: date" in said
    metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert 0 < metrics["test"]["mape"] < 2
    assert metrics["seconds"] > 0

    assert run("evaluate", out, table) == 0
    assert "MAPE" in capsys.readouterr().out

    new = flats(30, seed=1).drop(columns=["цена", "id"])
    new.to_csv(tmp_path / "new.csv", index=False)
    assert run("predict", out, tmp_path / "new.csv", "--out", tmp_path / "priced.csv") == 0
    priced = read_table(tmp_path / "priced.csv").frame
    assert (priced["predicted_цена"] > 0).all()
    assert priced["площадь"].tolist() == new["площадь"].tolist()


def test_the_demo_compares_every_loss_with_the_perfect_valuer(tmp_path, monkeypatch, capsys):
    empty_but(DOMAIN, monkeypatch)
    small = synthetic.simulate(600)
    monkeypatch.setattr(synthetic, "simulate", lambda: small)
    assert run("--out", tmp_path / "demo", *QUICK) == 0
    said = capsys.readouterr().out
    assert "simulated" in said
    assert "perfect valuer" in said
    metrics = json.loads((tmp_path / "demo" / "metrics.json").read_text(encoding="utf-8"))
    assert set(metrics["losses"]) == {"mse", "mse_log", "relative", "log_cosh", "cost"}
    perfect = metrics["baselines"]["perfect valuer"]["test"]["mape"]
    assert all(loss["test"]["mape"] > perfect for loss in metrics["losses"].values())
    page = (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
    assert "simulated" in page
    assert page.count("data:image/png;base64") >= 5


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".tsv"])
def test_other_kinds_of_tables_are_learned(tmp_path, suffix):
    path = tmp_path / f"flats{suffix}"
    write = {
        ".xlsx": lambda frame: frame.to_excel(path, index=False),
        ".parquet": lambda frame: frame.to_parquet(path),
        ".tsv": lambda frame: frame.to_csv(path, sep="\t", index=False),
    }
    write[suffix](flats(100))
    assert run("train", path, "--target", "цена", "--out", tmp_path / "r", "--json", *QUICK) == 0


def test_one_row_and_strange_cells_are_valued_where_that_is_asked(trained, tmp_path, capsys):
    row = flats(1).drop(columns=["цена", "продан"]).assign(район="Марс", площадь=None, лифт="?")
    row.assign(продан="когда-то").to_csv(tmp_path / "one.csv", index=False)
    words = ("predict", trained, tmp_path / "one.csv", "--out", tmp_path / "o.csv")
    assert run(*words) == 2
    assert "1 of 1 cells cannot be read" in capsys.readouterr().err
    assert run(*words, "--lenient") == 0
    assert read_table(tmp_path / "o.csv").frame["predicted_цена"].iloc[0] > 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        ("площадь;цена\n".encode(), "no rows"),
        (b"\x00\x01\x02\xff\xfe\x00" * 100, "strange.csv"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 8, "strange.csv"),
        ("площадь;цена\n30;5000000\n".encode(), "too few"),
        ("площадь;цена\n".encode() + b"30;5\n40;5\n50;5\n" * 20, "prices are the same"),
        ("площадь;цена\n30;5\n40;по запросу\n".encode(), "row 3 holds 'по запросу'"),
        ("площадь;цена\n30;5\n40;-6\n".encode(), "row 3 holds -6"),
        ("площадь;цена\n30;5\n40;inf\n".encode(), "row 3 holds inf"),
        ("площадь;цена\n30;5\n40;1e300\n".encode(), "row 3 holds 1e+300"),
        (
            "площадь;цена\n".encode()
            + "".join(f"{i};{i}\n" for i in range(30, 80)).encode()
            + b"1e300;90\n",
            "row 52 holds 1e+300",
        ),
    ],
)
def test_a_table_that_cannot_be_learned_is_refused(tmp_path, monkeypatch, capsys, content, words):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "strange.csv"
    path.write_bytes(content)
    refused(capsys, words, "train", path, "--target", "цена", *QUICK, "--shares", "80/20")
    assert [p.name for p in tmp_path.iterdir()] == ["strange.csv"]
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.csv", "--target", "цена"], "nowhere.csv: no such file"),
        (["TABLE"], "--target COLUMN"),
        (["TABLE", "--target", "Цена"], "did you mean 'цена'"),
        (["TABLE", "--target", "район"], "row 2 holds"),
        (["TABLE", "--target", "цена", "--shares", "70/20/20"], "add up to 110"),
        (["TABLE", "--target", "цена", "--loss", "relativ"], "did you mean 'relative'"),
        (["TABLE", "--target", "цена", "--activation", "swich"], "unknown activation"),
        (["TABLE", "--target", "цена", "--device", "gpu"], "gpu"),
        (["TABLE", "--target", "цена", "--column", "этаж=number"], "unknown column 'этаж'"),
        (["TABLE", "--target", "цена", "--column", "район=color"], "unknown kind of column"),
        (["TABLE", "--target", "цена", "--critical", "100"], "is below --catastrophe"),
        (["TABLE", "--target", "цена", "--group", "город"], "--group город"),
        (["TABLE", "--target", "цена", "--out", "."], "the folder that you are in"),
    ],
)
def test_a_wrong_wish_is_refused_before_anything_is_written(
    tmp_path, table, monkeypatch, capsys, arguments, words
):
    monkeypatch.chdir(tmp_path)
    filled = [str(table) if word == "TABLE" else word for word in arguments]
    refused(capsys, words, "train", *filled)
    assert [p.name for p in tmp_path.iterdir()] == [table.name]


def test_a_truncated_parquet_is_refused(tmp_path, capsys):
    path = tmp_path / "flats.parquet"
    flats().to_parquet(path)
    path.write_bytes(path.read_bytes()[:-100])
    refused(capsys, "flats.parquet", "train", path, "--target", "цена")


def test_a_column_missing_at_prediction_is_named(trained, tmp_path, capsys):
    path = tmp_path / "new.csv"
    flats(5).drop(columns="площадь").to_csv(path, index=False)
    refused(
        capsys, "column 'площадь' is missing", "predict", trained, path, "--out", tmp_path / "o"
    )
    assert not (tmp_path / "o").exists()


def test_columns_added_and_reordered_at_prediction_change_nothing(trained, tmp_path):
    new = flats(20, seed=2)
    new.to_csv(tmp_path / "a.csv", index=False)
    new[new.columns[::-1]].assign(бассейн="нет").to_csv(tmp_path / "b.csv", index=False)
    for name in "ab":
        assert (
            run("predict", trained, tmp_path / f"{name}.csv", "--out", tmp_path / f"{name}o.csv")
            == 0
        )
    first, second = (read_table(tmp_path / f"{name}o.csv").frame for name in "ab")
    assert first["predicted_цена"].tolist() == second["predicted_цена"].tolist()


def test_a_file_is_not_overwritten_by_its_own_prices(trained, table, capsys):
    before = table.read_bytes()
    refused(capsys, "name another", "predict", trained, table, "--out", table)
    assert table.read_bytes() == before


def test_shuffled_data_is_not_taken_for_the_runs_own(tmp_path, table, capsys):
    assert run("train", table, "--target", "цена", "--out", tmp_path / "r", "--json", *QUICK) == 0
    capsys.readouterr()
    assert run("evaluate", tmp_path / "r", "--json") == 0
    metrics = json.loads((tmp_path / "r" / "metrics.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out)["metrics"]["mape"] == metrics["test"]["mape"]
    russian_csv(table, flats().sample(frac=1, random_state=0))
    refused(capsys, "the data has changed", "evaluate", tmp_path / "r")


def test_the_page_escapes_what_a_stranger_wrote(tmp_path):
    frame = flats().rename(columns={"район": "<script>alert(1)</script>"})
    path = tmp_path / "x.csv"
    frame.to_csv(path, index=False)
    assert run("train", path, "--target", "цена", "--out", tmp_path / "r", "--json", *QUICK) == 0
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_killed_training_goes_on_where_it_stopped(tmp_path, table):
    words = ["--target", "цена", "--neighbours", "4", "--width", "8", "--device", "cpu", "--json"]
    words += ["--epochs", "3"]
    train_and_be_killed("tabular", table, *words, "--out", tmp_path / "run")
    assert (tmp_path / "run.unfinished" / "checkpoint.safetensors").exists()
    assert not (tmp_path / "run").exists()

    assert run("train", "--resume", tmp_path / "run", "--json") == 0
    assert run("train", table, *words, "--out", tmp_path / "whole") == 0
    weights = [(tmp_path / n / "model.safetensors").read_bytes() for n in ("run", "whole")]
    assert weights[0] == weights[1]


def test_prices_go_beside_the_table_where_no_place_is_said(tmp_path, trained, capsys):
    source = russian_csv(tmp_path / "new.v2.csv", flats(n=20, seed=1))
    assert run("predict", trained, source) == 0
    assert "20 prices in column" in capsys.readouterr().out
    assert run("predict", trained, source) == 0
    for name in ("new.v2-predicted.csv", "new.v2-predicted2.csv"):
        assert len(read_table(tmp_path / name).frame) == 20


def test_a_folder_of_parquet_files_is_priced_part_by_part_as_one_table(tmp_path, trained):
    frame = flats(9, seed=4)
    frame.to_csv(tmp_path / "whole.csv", index=False)
    (tmp_path / "new").mkdir()
    for number, rows in enumerate((slice(0, 4), slice(4, 9))):
        frame.iloc[rows].to_parquet(tmp_path / "new" / f"{number}.parquet", index=False)
    for name in ("whole.csv", "new"):
        assert run("predict", trained, tmp_path / name) == 0
    wanted = pd.read_csv(tmp_path / "whole-predicted.csv")["predicted_цена"]
    parts = [pd.read_parquet(tmp_path / "new-predicted" / f"{n}.parquet") for n in (0, 1)]
    assert pd.concat(parts)["predicted_цена"].tolist() == wanted.tolist()
    assert [len(part) for part in parts] == [4, 5]


def test_rows_of_the_training_are_named_in_an_examination(tmp_path, trained, capsys):
    known = russian_csv(tmp_path / "known.csv", flats())
    assert run("evaluate", trained, known) == 0
    assert "140 of 200 examples were trained on; the figures are optimistic" in (
        capsys.readouterr().out
    )
    other = russian_csv(tmp_path / "other.csv", flats(seed=5))
    assert run("evaluate", trained, other) == 0
    assert "trained on" not in capsys.readouterr().out


def test_the_learning_rate_is_looked_for_and_nothing_is_trained(tmp_path, table, capsys):
    words = ("train", table, "--target", "цена", *QUICK, "--find-lr", "--out", tmp_path / "lr")
    assert run(*words, "--lang", "ru") == 0
    said = capsys.readouterr().out
    assert "предложено: --lr " in said
    assert [path.name for path in (tmp_path / "lr").iterdir()] == ["lr.html"]
    page = (tmp_path / "lr" / "lr.html").read_text(encoding="utf-8")
    assert 'lang="ru"' in page
    assert "Какая скорость обучения?" in page
    assert run(*words, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["rates"]) == len(found["losses"]) > 10
    assert found["rates"][0] <= found["suggested"] <= found["lowest"] <= found["rates"][-1]


def test_a_training_that_goes_on_looks_for_no_learning_rate(tmp_path, capsys):
    assert run("train", "--resume", tmp_path, "--find-lr") == 2
    assert "leave out --find-lr" in capsys.readouterr().err
