"""A run of prices outside: its answers, its cells, and whose prices go along."""

import io
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from common.cli import main
from common.export import quantization, writing
from common.export.graph import to_onnx
from common.runs import store
from common.tables import read_table
from tabular.__main__ import DOMAIN
from tabular.bundle.cells import numbers_of, tidy_categories
from tabular.export import LEAST, groups_of
from tabular.predict import predict_table
from tabular.settings import ExportOptions
from tabular.task import TASK
from tabular.values import as_categories, as_numbers
from tests.common.export import bundles

QUICK = ["--epochs", "2", "--width", "8", "--members", "2", "--device", "cpu"]


def command(*words):
    return main(DOMAIN, [str(word) for word in words])


def flats(n, seed):
    """A table as a person has it: units, pairs, decimal commas, dates, yes and no, blanks."""
    draw = np.random.default_rng(seed)
    area = draw.uniform(20, 120, n).round(1)
    price = area * 2e5 * np.exp(draw.normal(0, 0.1, n))
    lift, floor, floors = draw.choice(["да", "нет"], n), draw.integers(1, 9, n), 9
    house = draw.integers(0, 12, n)  # flats of one house are equally near
    days = pd.date_range("2023-01-01", periods=n)
    return pd.DataFrame(
        {
            "район": draw.choice(["Арбат", " сокол", "Перово"], n),
            "площадь": [f"{x:g} м²".replace(".", ",") for x in area],
            "этаж": [f"{x}/{floors + x % 3}" for x in floor],
            "общая/жилая/кухня": [f"{x:g}/{x * 0.6:.0f}/{x / 6:.1f}" for x in area],
            "лифт": np.where(draw.random(n) < 0.1, "", lift),
            "широта": 55.5 + house * 0.03,
            "долгота": 37.3 + house * 0.01,
            "продан": [
                day.strftime("%d.%m.%Y" if i % 3 else "%Y-%m-%d") for i, day in enumerate(days)
            ],
            "кухня": np.where(draw.random(n) < 0.2, "н/д", (area / 5).round(1).astype(str)),
            "цена": [f"{x:,.0f} руб.".replace(",", " ") for x in price],
        }
    )


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A run, a table to be priced, and the prices by `predict`."""
    folder = tmp_path_factory.mktemp("prices")
    flats(400, 0).to_csv(folder / "flats.csv", index=False, sep=";")
    new = flats(60, 1).drop(columns="цена")
    new.loc[7, ["широта", "долгота"]] = 0  # no place
    new.to_csv(folder / "new.csv", index=False, sep=";")
    assert (
        command("train", folder / "flats.csv", "--target", "цена", *QUICK, "--out", folder / "run")
        == 0
    )
    assert command("predict", folder / "run", folder / "new.csv", "--out", folder / "own.csv") == 0
    return folder


@pytest.fixture(scope="module")
def bundle(places):
    out = places / "rows.zip"
    assert command("export", places / "run", "--out", out, "--with-neighbours") == 0
    return bundles.unpacked(out, places / "rows")


@pytest.fixture(scope="module")
def graphs():
    """Networks that were written as ONNX, the same one once: it takes PyTorch seconds."""
    written = {}

    def once(exporter):
        if exporter.left_out not in written:
            written[exporter.left_out] = to_onnx(exporter)
        return written[exporter.left_out]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "to_onnx", once)
        yield


@pytest.fixture(scope="module")
def means(places, graphs):
    out = places / "means.zip"
    assert command("export", places / "run", "--out", out, "--int8") == 0
    return bundles.unpacked(out, places / "means")


def test_the_prices_are_those_of_predict(places, bundle):
    done = bundles.run(bundle, places / "new.csv", "--out", places / "theirs.csv", cwd=places)
    assert done.returncode == 0, done.stderr
    own, theirs = (read_table(places / name).frame for name in ("own.csv", "theirs.csv"))
    pd.testing.assert_frame_equal(own, theirs, rtol=1e-4)
    assert theirs["predicted_цена"].nunique() > 30


def test_the_flats_of_training_leave_only_if_that_is_said(places, means, bundle):
    pipeline = store.load(places / "run", TASK)
    attention, prepared = pipeline.model.attention, pipeline.preprocessing
    for folder, there in ((means, False), (bundle, True)):
        with np.load(folder / "preparation.npz") as arrays:
            prices, flats = arrays["known"][:, -1], arrays["known_place"]
        own = np.isin(prices, attention.price.numpy())
        assert own.all() if there else not own.any()
        assert len(flats) == len(prices)
        assert (len(flats) == len(prepared.flats)) == there
        assert there or len(flats) * LEAST <= len(prepared.flats)
        assert ("HOLDS" in (folder / "README.md").read_text(encoding="utf-8")) == there
        assert ("scipy" in (folder / "requirements.txt").read_text()) == there


def test_groups_are_of_ten_neighbours_or_more_and_of_everybody_once():
    points = np.random.default_rng(0).random((333, 2))
    groups = list(groups_of(points, LEAST))
    assert sorted(np.concatenate(groups).tolist()) == list(range(333))
    assert all(LEAST <= len(rows) < 3 * LEAST for rows in groups)
    spread = np.mean([np.ptp(points[rows], axis=0) for rows in groups])
    assert spread < 0.5  # they lie together
    houses = np.random.default_rng(1).integers(0, 4, (333, 1)) * np.ones((1, 2))
    means = [houses[rows].mean(axis=0) for rows in groups_of(houses, LEAST)]
    assert len(np.unique(means, axis=0)) == len(means)  # no two are equally near to all


def test_int8_without_neighbours_answers_near_the_run(places, means):
    done = bundles.run(
        means,
        places / "new.csv",
        "--out",
        places / "near.csv",
        cwd=places,
        without=(*bundles.WITHOUT, "scipy"),
    )
    assert done.returncode == 0, done.stderr
    near = read_table(places / "near.csv").frame["predicted_цена"]
    left = TASK.exporter(store.load(places / "run", TASK), ExportOptions()).pipeline
    own = predict_table(left, places / "new.csv")
    np.testing.assert_allclose(near, own, rtol=0.05)


def test_a_table_without_a_column_is_refused_in_both_languages(places, bundle):
    read_table(places / "new.csv").frame.drop(columns="район").to_csv(
        places / "short.csv", index=False
    )
    for language, said in (("en", "column 'район' is missing"), ("ru", "нет столбца 'район'")):
        done = bundles.run(bundle, places / "short.csv", "--lang", language, cwd=places)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
    (places / "picture.csv").write_bytes(b"\x89PNG\r\n\0\0")
    done = bundles.run(bundle, places / "picture.csv", "--lang", "en", cwd=places)
    assert (done.returncode, done.stdout) == (2, "")
    assert "picture.csv: binary data" in done.stderr


def test_dates_that_could_be_meant_otherwise_are_named_as_predict_names_them(
    places, bundle, capsys
):
    frame = read_table(places / "new.csv").frame
    month_first = pd.date_range("2024-05-01", periods=len(frame)).strftime("%m/%d/%Y")
    for name, days in (("may", ["05/06/2024"] * len(frame)), ("turned", month_first)):
        frame.assign(продан=days).to_csv(places / f"{name}.csv", index=False)
    words = (places / "may.csv", "--out", places / "may-own.csv", "--lang", "en")
    assert command("predict", places / "run", *words) == 0
    own = capsys.readouterr().out
    done = bundles.run(
        bundle, *words[:1], "--out", places / "may-theirs.csv", *words[3:], cwd=places
    )
    remark = (
        "column 'продан': 60 of 60 dates are read day first, as in training, and could be meant"
    )
    assert remark in own
    assert remark in done.stdout
    for language, said in (
        ("en", "which only the other way can be read"),
        ("ru", "только наоборот"),
    ):
        words = (places / "turned.csv", "--lang", language)
        assert command("predict", places / "run", *words) == 2
        own = capsys.readouterr().err
        done = bundles.run(bundle, *words, cwd=places)
        assert done.returncode == 2
        assert said in own
        assert said in done.stderr
        assert done.stderr == own
    words = (places / "turned.csv", "--lenient", "--lang", "en")
    done = bundles.run(bundle, *words, "--out", places / "turned-own.csv", cwd=places)
    assert done.returncode == 0
    assert "05/13/2024" in done.stdout


def test_figures_and_what_goes_along_are_told(places, graphs, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(quantization, "MAX_METRIC_LOSS", -1.0)
    out = tmp_path / "int8.zip"
    assert command("export", places / "run", "--out", out, "--int8") == 2
    said = capsys.readouterr()
    for row in ("torch, neighbours as means of 10", "fp32", "int8", "MAPE", "largest difference"):
        assert row in said.out
    assert "int8 costs" in said.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("number", ["12 500", "1,5 млн", "30.6", "-3", "по запросу", None, "$1,250"]),
        ("number", ["1,250", "3,5", "0,25"]),
        ("number", ["1e40", "inf", "7"]),
        ("latitude", ["55.7558", "55°45'18\" N", "91", "33.5° S", None]),
        ("longitude", ["37,6", "-181", "W 0.25"]),
        ("boolean", ["Да", "нет", "1", "0", "maybe", None, "+"]),
        ("boolean", ["1", "0", None, "2"]),
        ("date", ["31.05.2024", "2024-05-31", "2024-05", "31/05/24", "5 января 2025 г.", "soon"]),
        ("date", ["Q2 2025", "II кв. 2025", "05-Apr-2025", "04/2025", "2024-05-31T12:30:00+03:00"]),
        ("date", ["31.05.2024 12:30", "45751", "x", None, "2024/05/31 01:02:03"]),
        ("date", ["45751", "45751.5", "44000"]),
        ("date", ["20250404", "20240101"]),
        ("date_month_first", ["05/31/2024", "31.05.2024", "12/01/24"]),
    ],
)
def test_cells_mean_what_they_meant_in_training(kind, cells):
    table = pd.DataFrame({"x": cells}).to_csv(index=False, sep="\t")
    column = _as_read(table)
    np.testing.assert_allclose(numbers_of(cells, kind), as_numbers(column, kind), rtol=1e-12)


@pytest.mark.parametrize(
    "cells",
    [[" Brick", "brick", "ПАНЕЛЬ  2", None], ["3", "3.0", "4"], ["007", "7"], ["1", "2", "студия"]],
)
def test_categories_are_called_what_they_were_called_in_training(cells):
    column = _as_read(pd.DataFrame({"x": cells}).to_csv(index=False, sep="\t"))
    assert tidy_categories(cells) == as_categories(column).tolist()


def _as_read(text):
    """A column as `read_table` gives it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.tsv")
        path.write_text(
            "\n".join(f"{line}\t1" for line in text.splitlines()).replace("x\t1", "x\ty", 1)
        )
        return read_table(path).frame["x"]


def test_with_units_what_is_in_another_becomes_the_trainings():
    cells = ["500 м", "1,5 км", "600", "5 мин"]
    np.testing.assert_equal(numbers_of(cells, "number", unit="м"), [500, 1500, 600, np.nan])


def test_the_zip_holds_no_pickle_and_no_path_of_this_machine(places, bundle):
    with zipfile.ZipFile(places / "rows.zip") as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert str(places).encode() not in content
            assert not name.startswith(("/", ".."))
        arrays = np.load(io.BytesIO(archive.read("preparation.npz")), allow_pickle=False)
        assert all(arrays[name].dtype != object for name in arrays)
