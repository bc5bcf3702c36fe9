"""JSON Lines and lists of objects, and tables whose quotation marks are letters."""

import json
import re

import pytest

from common.errors import UserError
from common.tables import add_columns, read_table
from common.translation import translator

ROWS = [{"text": f"нет воды {n}", "label": name} for n, name in enumerate("abcab")]


def lines_of(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read(tmp_path, content, name="m.jsonl", encoding="utf-8", **options):
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    return read_table(path, **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["m.jsonl", "m.json", "m.txt", "m.csv"])
def test_json_lines_are_a_table_whatever_their_name(tmp_path, name, encoding):
    table = read(tmp_path, lines_of(ROWS), name, encoding)
    assert table.frame.to_dict("records") == ROWS
    assert table.frame.index.tolist() == [1, 2, 3, 4, 5]
    assert str(table.found).startswith("JSON")


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_objects_is_a_table(tmp_path, indent):
    table = read(tmp_path, json.dumps(ROWS, ensure_ascii=False, indent=indent), "m.json")
    assert table.frame.to_dict("records") == ROWS


COLUMNS = {name: [row[name] for row in ROWS] for name in ("text", "label")}
POINTS = [
    {
        "type": "Feature",
        "properties": row,
        "geometry": {"type": "Point", "coordinates": [37.5, 55.7]},
    }
    for row in ROWS
]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("whole", "where"),
    [
        (COLUMNS, "fields that are columns"),
        ({n: {str(i): v for i, v in enumerate(c)} for n, c in COLUMNS.items()}, "fields that are"),
        ({"status": "ok", "data": ROWS, "count": 5}, "the field 'data'"),
        ({"type": "FeatureCollection", "features": POINTS}, "the features of a map"),
    ],
)
def test_a_table_within_one_object_is_found(tmp_path, whole, where, indent):
    table = read(tmp_path, json.dumps(whole, ensure_ascii=False, indent=indent), "m.json")
    assert table.frame[["text", "label"]].to_dict("records") == ROWS
    assert any(note.startswith(f"rows taken from {where}") for note in table.notes)
    if "features" in whole:
        assert table.frame[["lon", "lat"]].iloc[0].tolist() == [37.5, 55.7]


def test_an_object_that_is_one_row_stays_one(tmp_path):
    for row in ({"a": 1, "b": "x"}, {"text": "a", "words": ["a", "b"]}, {"a": [1], "b": [2]}):
        assert len(read(tmp_path, json.dumps(row, indent=2), "m.json").frame) == 1


def test_fields_that_hold_lists_are_said(tmp_path):
    table = read(tmp_path, lines_of([{"text": ["нет", "воды"], "label": "a"}] * 3))
    assert table.frame["text"].tolist() == ['["нет", "воды"]'] * 3
    assert "fields that hold lists or objects stay JSON, as text: 'text'" in table.notes


def test_numbers_keep_their_kind_and_codes_their_zeros(tmp_path):
    content = (
        '{"a": 1.10, "b": 3, "c": "007", "d": true, "e": [1, 2]}\n{"a": 1.1, "b": 4, "c": "8"}\n'
    )
    frame = read(tmp_path, content).frame
    assert frame["a"].tolist() == [1.1, 1.1]
    assert frame["b"].tolist() == [3, 4]
    assert frame["c"].tolist() == ["007", "8"]
    assert frame["e"].tolist()[0] == "[1, 2]"
    written = read(tmp_path, content, as_text=["a", "b"]).frame
    assert written["a"].tolist() == ["1.10", "1.1"]
    assert written["b"].tolist() == ["3", "4"]


def test_a_field_that_is_not_everywhere_is_missing_and_said(tmp_path):
    table = read(tmp_path, lines_of([{"a": "x", "b": "y"}, {"a": "z"}]))
    assert table.frame["b"].isna().tolist() == [False, True]
    assert any("without some of the fields: 1" in note for note in table.notes)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lines_of(ROWS) + '{"text": "нет\n', "line 6 is not sound JSON"),
        (lines_of(ROWS) + "[1]\n", "row 6 of the JSON is no object"),
        ('[{"a": 1}, 2]', "row 2 of the JSON is no object"),
        ('{"a": ' * 100_000, "line 1 is not sound JSON"),
        (lines_of(ROWS) + '{"text": "a", "label": "b", "text": "c"}\n', "line 6 has .* 'text'"),
        ('[{"a": 1}, {"a": 1, "b": {"c": 2, "c": 3}}]', "the list has an object with two .* 'c'"),
        ('{\n"a": [1, 2],\n"b": [3, 4],\n"a": [5, 6]\n}', "the object has .* two fields 'a'"),
    ],
)
def test_a_broken_line_is_named(tmp_path, content, words):
    with pytest.raises(UserError, match=words) as raised:
        read(tmp_path, content)
    assert not re.search(
        r"line \d|the list|the object|object of|counts", translator("ru", "text")(str(raised.value))
    )


def marks(separator, count=30, opening=(5, 20), text="сообщение {} про воду"):
    rows = [f"text{separator}label"]
    for n in range(count):
        mark = '"Газом пахнет, ' if n in opening else ""
        rows.append(f"{mark}{text.format(n)}{separator}{('gas', 'repair', 'thanks')[n % 3]}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("opening", [(5, 20), (5, 6), (0, 29), (7,), (29,)])
def test_marks_in_a_file_of_tabs_do_not_swallow_rows(tmp_path, opening):
    table = read(tmp_path, marks("\t", opening=opening), "q.tsv")
    assert len(table.frame) == 30
    assert table.frame["text"].iloc[opening[0]].startswith('"Газом')
    assert any("quotation marks are read as they stand" in note for note in table.notes)


def test_a_cell_enclosed_as_a_whole_loses_its_marks_all_the_same(tmp_path):
    content = marks("\t") + '"пахнет ""газом"""\tgas\n'
    assert read(tmp_path, content, "q.tsv").frame["text"].iloc[-1] == 'пахнет "газом"'


@pytest.mark.parametrize("separator", ";|,")
def test_a_mark_that_swallows_rows_is_refused_by_its_row(tmp_path, separator):
    content = marks(separator).replace("Газом пахнет, ", "Газом пахнет ")
    with pytest.raises(UserError, match="row 7 opens a quotation mark"):
        read(tmp_path, content, "q.csv")


def test_a_mark_swallows_no_rows_though_the_header_has_a_column_too_many(tmp_path):
    with pytest.raises(UserError, match="row 7 opens a quotation mark"):
        read(tmp_path, marks("\t").replace("label", "label\tnote", 1), "q.tsv")


@pytest.mark.parametrize("separator", "\t;,")
def test_letters_of_several_lines_stay_whole(tmp_path, separator):
    letter = '"Добрый день, соседи\nВода, опять\nВторой день, ну\nСпасибо, пока\n\nДом, 5"'
    rows = "".join(f"{letter}{separator}gas\n{n}{separator}repair\n" for n in range(9))
    table = read(tmp_path, f"text{separator}label\n{rows}", "q.csv")
    assert len(table.frame) == 18
    assert table.frame["text"].iloc[0] == letter.strip('"')


def test_columns_are_added_beside_marks_that_are_letters(tmp_path):
    content = marks("\t")
    table = read(tmp_path, content, "q.tsv")
    added = table.frame[["label"]].set_axis(["predicted"], axis=1)
    add_columns(table, tmp_path / "q.tsv", tmp_path / "out.tsv", added)
    lines = (tmp_path / "out.tsv").read_text(encoding="utf-8").splitlines()
    assert [line.rpartition("\t")[0] for line in lines] == content.splitlines()


def test_codes_stay_as_they_are_written_where_this_is_asked_for(tmp_path):
    content = "code;n\n1.1;1\n1.10;2\n007;3\nnone;4\n-;5\n 2 ;6\n;7\n"
    frame = read(tmp_path, content, "codes.csv", as_text=("code",)).frame
    assert frame["code"].fillna("").tolist() == ["1.1", "1.10", "007", "none", "-", "2", ""]
    assert frame["n"].tolist() == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_codes_of_workbooks_and_parquet_stay_too(tmp_path, suffix):
    import pandas as pd

    frame = pd.DataFrame({"code": ["1.1", "1.10", "none", "2"]})
    path = tmp_path / f"codes{suffix}"
    frame.to_excel(path, index=False) if suffix == ".xlsx" else frame.to_parquet(path)
    assert read_table(path, as_text=("code",)).frame["code"].tolist() == [
        "1.1",
        "1.10",
        "none",
        "2",
    ]


@pytest.mark.parametrize(
    ("around", "name"),
    [
        ({"count": 250}, "count"),
        ({"meta": {"total": 250, "page": 1}}, "meta.total"),
        ({"totalCount": 6}, ""),
    ],
)
def test_one_page_of_several_is_said(tmp_path, around, name):
    table = read(tmp_path, json.dumps({**around, "results": ROWS}), "m.json")
    (note,) = [note for note in table.notes if "one page of several" in note]
    assert f"the file holds 5 of the {250 if name else 6} rows" in note
    assert name in note
    assert "не одна ли это страница" in translator("ru", "text")(note)


@pytest.mark.parametrize(
    "around", [{"count": 5}, {"total": "5 000"}, {"discount": 250}, {"total": 15_000_000}, {}]
)
def test_what_is_no_count_of_more_rows_says_nothing_of_pages(tmp_path, around):
    table = read(tmp_path, json.dumps({**around, "results": ROWS}), "m.json")
    assert not any("page" in note for note in table.notes)
