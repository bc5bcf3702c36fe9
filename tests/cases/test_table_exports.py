"""Tables as programs of other countries and trades export them."""

import zipfile

import pandas as pd
import pytest

from common.errors import UserError
from common.tables import add_columns, read_table
from common.tables.measure_parsing import read_parts
from common.translation import translator
from tabular.columns import decide_columns

ROWS = 30
FLATS = pd.DataFrame(
    {"area": range(40, 40 + ROWS), "town": ["Ham", "Wick", "Ely"] * 10, "price": range(900, 930)}
)


def as_r_writes(frame, *, sep=",", quote='"'):
    header = sep.join(f"{quote}{name}{quote}" for name in frame.columns)
    rows = (
        sep.join([f"{quote}{number}{quote}", *map(str, row)])
        for number, row in zip(frame.index, frame.to_numpy().tolist(), strict=True)
    )
    return "\n".join([header, *rows, ""])


@pytest.mark.parametrize(("sep", "quote"), [(",", '"'), ("\t", ""), (";", '"')])
def test_numbers_of_rows_without_a_name_are_read_as_r_writes_them(tmp_path, sep, quote):
    path, out = tmp_path / "flats.csv", tmp_path / "priced.csv"
    frame = FLATS.set_axis(FLATS.index + 1)
    path.write_text(as_r_writes(frame, sep=sep, quote=quote))
    table = read_table(path)
    assert table.frame.drop(columns="column 1").to_dict("list") == frame.to_dict("list")
    assert decide_columns(table.frame[["column 1"]], {})[0].kind == "ignore"
    (note,) = [note for note in table.notes if "as R writes" in note]
    assert "как пишет R" in translator("ru", "tabular")(note)
    add_columns(table, path, out, pd.DataFrame({"answer": range(ROWS)}, table.frame.index))
    answered = out.read_text().splitlines()
    assert answered[0] == path.read_text().splitlines()[0] + f"{sep}answer"
    again = read_table(out).frame
    assert again["answer"].tolist() == [*range(ROWS)]
    assert again["price"].tolist() == frame["price"].tolist()


NAMES_OF_NUMBERS = [
    *("id", "№", "#", "№ п/п", "year_sold", "Год", "rank", "month", "Jahr", "y", "t", "listingId"),
    *("flatNo", "lot", "Lfd.Nr", "Код_объекта", "floor", "day1"),
]


@pytest.mark.parametrize("name", NAMES_OF_NUMBERS)
def test_a_number_that_has_a_name_is_not_that_of_the_row(tmp_path, name):
    path = tmp_path / "flats.csv"
    path.write_text(f"{name},price\n" + "".join(f"{1 + n},900,3\n" for n in range(9)))
    with pytest.raises(UserError, match="rows have 3 cells, the header names 2"):
        read_table(path)


@pytest.mark.parametrize(
    "rows",
    [
        *(["3,40,900", "1,40,900", "2,40,900"], ["1,40,900", "2,40,900", "2,40,900"]),
        ["Mazda,40,900", "Fiat,40,900", "Lada,40,900"],
        [f"{100 + n}000,{55 - n},sold" for n in range(9)],  # remarks without a name
        [f"{n},{55 - n},sold" for n in (100, 101, 102, 103)],
        [f"{n},{55 - n},sold" for n in (1, 3, 4, 8)],
        ["1,55,", "2,40,sold", "3,45,"],
        ["100,30,5", "200,31,5", "300,40,0"],  # commas of decimals
        ["1,30,5", "2,31,5"],
    ],
)
def test_a_cell_without_a_name_is_refused_where_no_number_of_a_row_stands(tmp_path, rows):
    path = tmp_path / "flats.csv"
    path.write_text("\n".join(["price,area", *rows, ""]))
    with pytest.raises(UserError, match="rows have 3 cells, the header names 2"):
        read_table(path)


def test_a_workbook_of_numbers_is_named(tmp_path):
    path = tmp_path / "flats.numbers"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Index/Document.iwa", "x")
    with pytest.raises(UserError, match="a workbook of Numbers, .*; export it as .xlsx") as raised:
        read_table(path)
    assert "экспортируйте её в .xlsx" in translator("ru", "tabular")(str(raised.value))


@pytest.mark.parametrize(
    ("kind", "named"), [("text", "a text of OpenDocument"), ("presentation", "a presentation")]
)
def test_documents_of_libreoffice_are_named(tmp_path, kind, named):
    path = tmp_path / "flats.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(UserError, match=f"{named}, .*; copy its table") as raised:
        read_table(path)
    assert "перенесите таблицу" in translator("ru", "tabular")(str(raised.value))


def test_the_floor_and_those_of_its_house_in_brackets_are_two_numbers():
    assert read_parts("3 этаж (из 9)") == read_parts("3 (of 9)") == (3.0, 9.0)
    assert read_parts("3 этаж (из 9") is None
    assert read_parts("3 этаж из 9)") is None
