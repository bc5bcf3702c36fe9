"""Tables to be priced that look otherwise than the one that was trained on, and mean the same."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from common.cli import main
from common.tables import read_table
from common.translation import translator
from tabular.__main__ import DOMAIN

QUICK = ["--epochs", "1", "--width", "8", "--members", "2"]
ROWS = 20


def flats(rows, seed):
    draw = np.random.default_rng(seed)
    area = draw.uniform(30, 90, rows).round(1)
    days = pd.to_timedelta(draw.integers(0, 300, rows), "D")
    return pd.DataFrame(
        {
            "area": area,
            "floor": draw.integers(1, 20, rows),
            "lift": draw.choice(["да", "нет"], rows),
            "district": draw.choice(["Арбат", "Сокол", "Перово"], rows),
            "listed": pd.Timestamp("2024-01-01") + days,
            "price": (area * 2e5 * draw.uniform(0.9, 1.1, rows)).round(),
        }
    )


def written(path, frame, *, days="%d.%m.%Y", **options):
    frame = frame.assign(listed=frame["listed"].dt.strftime(days))
    frame.to_csv(path, index=False, **({"sep": ";"} | options))
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("flats")
    table = str(written(place / "train.csv", flats(300, 0)))
    words = ["train", table, "--target", "price", *QUICK, "--out", str(place / "run")]
    assert main(DOMAIN, words) == 0
    return place


@pytest.fixture(scope="module")
def new():
    return flats(ROWS, 1).drop(columns="price")


@pytest.fixture(scope="module")
def usual(place, new):
    return priced(place, written(place / "new.csv", new))


def priced(place, path):
    out = place / f"priced-{path.name}"
    assert main(DOMAIN, ["predict", str(place / "run"), str(path), "--out", str(out)]) == 0
    return read_table(out, names=["predicted_price"]).frame["predicted_price"].to_numpy()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("commas.csv", {"decimal": ","}),
        ("iso.csv", {"days": "%Y-%m-%d"}),
        ("wide.csv", {"encoding": "utf-16"}),
        ("dos.tsv", {"sep": "\t", "encoding": "cp866"}),
    ],
)
def test_another_way_to_write_the_table(place, new, usual, name, options):
    assert np.allclose(priced(place, written(place / name, new, **options)), usual)


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_another_kind_of_file(place, new, usual, suffix):
    path = place / f"kind{suffix}"
    new.to_excel(path, index=False) if suffix == ".xlsx" else new.to_parquet(path)
    assert np.allclose(priced(place, path), usual)


@pytest.mark.parametrize("words", ["yes no", "1 0", "True False", "ДА НЕТ", "есть нет"])
def test_another_word_for_yes(place, new, usual, words):
    own = new.assign(lift=new["lift"].map(dict(zip(["да", "нет"], words.split(), strict=True))))
    assert np.allclose(priced(place, written(place / f"{words[0]}.csv", own)), usual)


def test_other_columns_order_capitals_and_spaces(place, new, usual):
    own = new[new.columns[::-1]].assign(extra=5, district=new["district"].str.upper() + " ")
    own = own.rename(columns={"area": " area "})
    assert np.allclose(priced(place, written(place / "other.csv", own)), usual)


def test_the_sheet_and_the_header_are_found_by_the_columns(place, new, usual):
    path = place / "cover.xlsx"
    with pd.ExcelWriter(path) as book:
        cover = pd.DataFrame({"Показатель": ["Объектов", "Дата"], "Значение": [ROWS, "май"]})
        cover.to_excel(book, sheet_name="Сводка", index=False)
        new.to_excel(book, sheet_name="Квартиры", index=False, startrow=3)
        book.sheets["Квартиры"].append([])
        for column, word in enumerate(["Отчёт", "за", "май"], 1):
            book.sheets["Квартиры"].cell(1, column, word)
    assert np.allclose(priced(place, path), usual)


def test_hidden_flats_have_no_price_where_they_are_left_out(place, new, usual):
    path, out = place / "hidden.xlsx", place / "shown.xlsx"
    new.to_excel(path, index=False)
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.save(path)
    words = ["predict", str(place / "run"), str(path), "--out", str(out), "--hidden", "skip"]
    assert main(DOMAIN, words) == 0
    prices = read_table(out).frame["predicted_price"].to_numpy()
    assert np.isnan(prices[1])
    assert np.allclose(np.delete(prices, 1), np.delete(usual, 1))


@pytest.mark.parametrize("mark", ["\u200e{}\u200e", '="{}"', "'{}"])
def test_what_nobody_sees_in_cells_changes_no_price(place, new, usual, mark):
    own = new.assign(area=new["area"].map(mark.format), district=new["district"].map(mark.format))
    own["district"] = own["district"].str.removeprefix("'")
    assert np.allclose(priced(place, written(place / "marks.csv", own)), usual)


def test_one_row_alone(place, new, usual):
    path = written(place / "one.csv", new.iloc[:1], decimal=",")
    assert np.allclose(priced(place, path), usual[:1])


def test_shifted_cells_and_a_number_in_another_scale_are_named(place, new, capsys):
    path = written(place / "shifted.csv", new.assign(area=new["area"] * 10))
    lines = path.read_text().splitlines()
    lines[5] = lines[5].replace(";", "", 1)
    path.write_text("\n".join(lines))
    priced(place, path)
    said = capsys.readouterr().out
    assert "column 'lift': 1 of 20 cells cannot be read as in training" in said
    assert f"row 6 holds {new['district'][4]!r}" in said
    assert "column 'area'" in said


@pytest.mark.parametrize("cell", [0, -1, 0.0])
def test_a_number_of_0_is_named_where_training_had_none(place, new, capsys, cell):
    frame = new.assign(area=new["area"].where(new.index != 3, cell), floor=0)
    priced(place, written(place / "zeros.csv", frame))
    said = capsys.readouterr().out
    assert f"column 'area': 1 number not above 0, in training all were; row 5 holds '{cell}" in said
    assert "column 'floor': 20 numbers not above 0" in said
    assert "far from all" not in said


def test_0_says_nothing_where_training_had_it(place, new, capsys):
    priced(place, written(place / "usual.csv", new))
    assert "not above 0" not in capsys.readouterr().out


def test_one_price_is_told_in_russian_too():
    said = "1 price in column 'predicted_price' of out.csv, 5,000 to 5,000, median 5,000"
    assert translator("ru", "tabular")(said).startswith("одна цена в столбце 'predicted_price'")
