"""Tables as programs lay them out: merged cells of Excel's XML, pages with what is not shown,
JSON of all shapes, marks that enclose no cells."""

import json
import re

import openpyxl
import pytest

from common.errors import UserError
from common.tables import read_table
from common.translation import translator

HEADER = ["район", "площадь", "цена"]
ROWS = [["Арбат", 30.5, 5], ["Сокол", 41.0, 7], ["Митино", 28.4, 4], ["Щукино", 55.2, 9]]
RECORDS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]


def read(tmp_path, content, name, **options):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return read_table(path, **options)


def excel_xml(rows, before=""):
    uri = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{uri}" xmlns:ss="{uri}"><Worksheet ss:Name="A">'
        f"<Table>{before}{''.join(rows)}</Table></Worksheet></Workbook>"
    )


def xml_cell(value, about=""):
    kind = "String" if isinstance(value, str) else "Number"
    return f'<Cell{about}><Data ss:Type="{kind}">{value}</Data></Cell>'


def xml_row(cells, about=""):
    return f"<Row{about}>{''.join(cells)}</Row>"


def test_cells_of_excels_xml_that_reach_over_several_columns(tmp_path):
    names = [xml_cell("район"), xml_cell("код"), xml_cell("площадь"), xml_cell("цена")]
    rows = [xml_row(names)]
    for number, (place, area, price) in enumerate(ROWS):
        wide = [xml_cell(place, ' ss:MergeAcross="1"')]
        first = wide if number % 2 else [xml_cell(place), xml_cell("k")]
        rows.append(xml_row([*first, xml_cell(area), xml_cell(price)]))
    frame = read(tmp_path, excel_xml(rows), "a.xls").frame
    assert frame[HEADER].to_numpy().tolist() == ROWS


def test_cells_of_excels_xml_that_reach_over_several_rows(tmp_path):
    rows = [xml_row(map(xml_cell, HEADER)), xml_row(map(xml_cell, ["a", "b", "c"]))]
    rows += [xml_row([xml_cell("Арбат", ' ss:MergeDown="1"'), xml_cell(30), xml_cell(5)])]
    rows += [xml_row([xml_cell(41, ' ss:Index="2"'), xml_cell(7)])]
    table = read(tmp_path, excel_xml([rows[0], *rows[2:]]), "a.xls")
    assert table.frame.to_numpy().tolist() == [["Арбат", 30, 5], ["Арбат", 41, 7]]
    assert any("merged cells: 1" in note for note in table.notes)


def test_places_and_kinds_in_excels_xml(tmp_path):
    truth = '<Cell><Data ss:Type="Boolean">1</Data></Cell>'
    rows = [
        xml_row(map(xml_cell, ["a", "b", "c"])),
        xml_row([xml_cell("x"), truth, xml_cell(1)], ' ss:Index="4"'),
        xml_row([xml_cell("y"), truth.replace("1<", "0<"), xml_cell(2)], ' ss:Hidden="1"'),
    ]
    content = excel_xml(rows, '<Column ss:Index="3" ss:Hidden="1"/>')
    table = read(tmp_path, content, "a.xls")
    assert table.frame.index.tolist() == [4, 5]
    assert table.frame["b"].tolist() == [True, False]
    left = read(tmp_path, content, "a.xls", hidden="skip").frame
    assert left.to_dict("list") == {"a": ["x"], "b": [True]}


def page(cell):
    rows = "".join(
        f"<tr><td>{place}</td><td>{area}</td><td>{cell(price)}</td></tr>"
        for place, area, price in ROWS
    )
    names = "".join(f"<th>{name}</th>" for name in HEADER)
    return f"<html><body><table><tr>{names}</tr>{rows}</table></body></html>"


@pytest.mark.parametrize(
    "cell",
    [
        lambda price: f'<span style="display: none">{price:09}</span>{price}',
        lambda price: f"<div hidden><div>{price:09}</div><b>!</b></div>{price}",
        lambda price: f"<script>let x = {price};</script>{price}",
        lambda price: f"{price}<style>.a {{ top: {price} }}</style>",
        lambda price: f"{price}<div hidden><table><tr><td>8</td></tr></table>7</div>",
        lambda price: f'{price}<input type="hidden" style="display:none" value="8"><!-- 8 -->',
    ],
    ids=["span", "div", "script", "style", "table", "input"],
)
def test_what_a_page_does_not_show_is_no_part_of_a_cell(tmp_path, cell):
    frame = read(tmp_path, page(cell), "a.html").frame
    assert frame["цена"].astype(str).tolist() == ["5", "7", "4", "9"]


def test_a_footnote_is_no_digit_and_a_unit_is_one(tmp_path):
    noted = read(tmp_path, page(lambda price: f"{price}<sup>1</sup>"), "a.html").frame
    assert noted["цена"].tolist()[0] == "5^1"
    square = read(tmp_path, page(lambda price: f"{price} м<sup>2</sup>"), "a.html").frame
    assert square["цена"].tolist()[0] == "5 м2"
    dated = read(tmp_path, page(lambda price: f"May {price}<sup>th</sup>"), "a.html").frame
    assert dated["цена"].tolist()[0] == "May 5th"


def test_rows_that_a_page_hides_are_said(tmp_path):
    content = page(str).replace("<tr><td>Сокол", '<tr style="display:none"><td>Сокол')
    table = read(tmp_path, content, "a.html")
    assert "hidden rows are read: 1, the first is row 3; --hidden skip leaves them out" in (
        table.notes
    )
    left = read(tmp_path, content, "a.html", hidden="skip").frame
    assert left["цена"].astype(str).tolist() == ["5", "4", "9"]


def test_a_name_in_the_last_row_is_no_header(tmp_path):
    book = openpyxl.Workbook()
    for place, name in enumerate(HEADER):
        book.active.append([name, *(row[place] for row in ROWS)])
    book.save(tmp_path / "a.xlsx")
    assert "Арбат" in read_table(tmp_path / "a.xlsx").frame
    with pytest.raises(UserError, match="'цена' stands in the first column"):
        read_table(tmp_path / "a.xlsx", names=["цена"])


@pytest.mark.parametrize(
    "whole",
    [
        [HEADER, *ROWS],
        {"columns": HEADER, "index": [0, 1, 2, 3], "data": ROWS},
        {"schema": {"fields": [{"name": name} for name in HEADER]}, "data": RECORDS},
        {"status": "ok", "data": {"total": 4, "items": RECORDS}},
        {str(1000 + place): row for place, row in enumerate(RECORDS)},
        {f"flat {place}": row for place, row in enumerate(RECORDS)},
    ],
    ids=["lists", "split", "schema", "deep", "by number", "by name"],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_json_of_all_shapes(tmp_path, whole, indent):
    content = json.dumps(whole, ensure_ascii=False, indent=indent)
    frame = read(tmp_path, content, "a.json", names=["цена"]).frame
    assert frame.to_numpy().tolist() == ROWS


def test_one_object_with_another_inside_is_a_row(tmp_path):
    row = {"цена": 5, "где": {"lat": [1, 2], "lon": [3, 4]}}
    frame = read(tmp_path, json.dumps(row, ensure_ascii=False), "a.json").frame
    assert frame["цена"].tolist() == [5]


def test_marks_within_joined_lines_of_json(tmp_path):
    content = "".join(f"\ufeff{json.dumps(row, ensure_ascii=False)}\r\n\n" for row in RECORDS)
    assert read(tmp_path, content, "a.jsonl").frame.to_numpy().tolist() == ROWS


def test_shapes_on_a_map_are_said(tmp_path):
    shape = {"type": "Polygon", "coordinates": [[[37, 55], [38, 55], [38, 56], [37, 55]]]}
    features = [{"type": "Feature", "properties": row, "geometry": shape} for row in RECORDS]
    table = read(tmp_path, json.dumps({"type": "x", "features": features}), "a.geojson")
    assert table.frame[HEADER].to_numpy().tolist() == ROWS
    note = "shapes on the map stay JSON, as text, for they are no points: 4"
    assert note in table.notes
    assert translator("ru", "tabular")(note).startswith("фигуры")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('"a", "b"\n"x, y", "1"\n', "row 1 has a space between ',' and a quotation mark"),
        ("'a','b'\n'x','1'\n", "row 1 has cells in single quotation marks, expected double"),
        ("a;b;c\n1,2,3\n4,5,6\n", "2 of 2 rows have one cell, the header names 3; .* row 2: '1,2,"),
        ("<Ads><Ad><Id>1</Id></Ad></Ads>", "an XML file"),
        ("[{'a': 1}, {'a': 2}]", "a list in Python's notation"),
        ("ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1\r\nE\r\n", "a workbook in SYLK"),
        ("ID;PSCALC3\nC;X1;Y1;K5\nE\n", "a workbook in SYLK"),
        ("a;b\n1\t2\n4\t5\n", "2 of 2 rows have one cell"),
    ],
)
def test_what_cannot_be_read_is_told_and_in_russian(tmp_path, content, words):
    with pytest.raises(UserError, match=words) as raised:
        read(tmp_path, content, "a.csv")
    assert translator("ru", "tabular")(str(raised.value)) != str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        *("ID;Price\n1;2\n", "orchard,b\n1,2\n", "x;y\n<a>;<b>\n", "ORC\tHP\nUruk\t5\n"),
        *("ID;PET\nA;CAT\n", "ID;PET;A\nC;DOG;5\n", "ID;PET\nP;PUG\n", "ORC\nGrishnakh\n"),
        'area,"""price"""\n45,3\n',
    ],
)
def test_what_only_begins_like_another_file_is_a_table(tmp_path, content):
    assert len(read(tmp_path, content, "a.csv").frame) == 1


def test_rows_that_often_end_early_are_a_table(tmp_path):
    content = "a;b;c\n" + "1;2\n" * 5 + "1;2;3\n"
    assert len(read(tmp_path, content, "a.csv").frame) == 6


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"$FL2@(#) SPSS DATA FILE", "a file of SPSS"),
        (b"<stata_dta><header>", "a file of Stata"),
        (b"\0\1\0\0Standard ACE DB\0", "a database of Access"),
        (b"$FL3@(#) IBM SPSS STATISTICS", "a file of SPSS"),
        (b"r\2\1\0" + bytes(60), "a file of Stata"),
        (b"\x80\5\x95" + bytes(60), "a pickle, which is never opened"),
        (bytes(8) + b"DUCK" + bytes(60), "a database of DuckDB"),
        (b"ARROW1\0\0", "a file of Arrow"),
        (b"ORC\x0a\x10", "a file of ORC"),
        (b"Obj\1\4", "a file of Avro"),
        (b"\x89HDF\r\n\x1a\n", "a file of HDF5"),
        (b"RDX3\nX\n\0\0", "a file of R"),
        (b"MATLAB 5.0 MAT-file", "a file of MATLAB"),
    ],
)
def test_files_of_other_programs_are_named(tmp_path, start, kind):
    path = tmp_path / "a.dat"
    path.write_bytes(start + bytes(99))
    with pytest.raises(UserError, match=kind) as raised:
        read_table(path)
    assert "это" in translator("ru", "tabular")(str(raised.value))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("text,label\n" + "нет воды; и света\nтемно\nсыро\n", 3),
        ("area,price\n45\n", 1),
        ("text;label\nда, нет, да\nну, и что\nсыро\n", 3),
        ("text;label\nда, нет\nну, и что\n", 2),
    ],
)
def test_rows_without_a_label_are_a_table(tmp_path, content, rows):
    frame = read(tmp_path, content, "a.csv", names=[re.split("[,;]", content)[0]]).frame
    assert len(frame) == rows
    assert frame.iloc[:, 1].isna().all()


def test_points_as_text_are_no_shapes(tmp_path):
    rows = [{"цена": 5, "geometry": "POINT (37.6 55.7)"}] * 2
    table = read(tmp_path, json.dumps(rows, ensure_ascii=False), "a.json")
    assert not any("shapes" in note for note in table.notes)


@pytest.mark.parametrize(
    "whole", [[["a", "a"], [1, 2], [3, 4]], {"columns": ["a", "a"], "data": [[1, 2], [3, 4]]}]
)
def test_two_columns_of_one_name_in_json(tmp_path, whole):
    frame = read(tmp_path, json.dumps(whole), "a.json").frame
    assert frame.to_dict("list") == {"a": [1, 3], "a.1": [2, 4]}


def test_a_row_with_a_number_is_no_header(tmp_path):
    with pytest.raises(UserError, match="row 1 of the JSON is no object"):
        read(tmp_path, '[["a", 1], ["b", 2]]', "a.json")


@pytest.mark.parametrize(
    ("name", "names"), [("a.jsonl", ()), ("a.json", ("price",)), ("a.json", ("area", "rooms"))]
)
def test_one_flat_with_a_list_inside_is_a_row(tmp_path, name, names):
    flat = {"area": 45, "price": 3, "owner": {"phones": [{"n": 1, "kind": "x"}]}}
    frame = read(tmp_path, json.dumps(flat), name, names=names).frame
    assert frame["price"].tolist() == [3]
    answer = {"price": "all", "data": [{"price": 5, "area": 4}, {"price": 6, "area": 3}]}
    inner = read(tmp_path, json.dumps(answer), "b.json", names=("price", "area")).frame
    assert inner["price"].tolist() == [5, 6]


def test_a_table_on_its_side_is_refused(tmp_path):
    on_its_side = "\n".join(";".join(map(str, row)) for row in zip(HEADER, *ROWS, strict=True))
    with pytest.raises(UserError, match="'цена' stands in the first column: a table on") as raised:
        read(tmp_path, on_its_side, "a.csv", names=["цена"])
    assert "таблица лежит на боку" in translator("ru", "tabular")(str(raised.value))
    assert len(read(tmp_path, on_its_side, "a.csv", names=["rooms"]).frame) == 2


def test_names_that_stand_once_above_their_rows_are_said(tmp_path):
    rows = "Арбат;1;5\n;2;7\n;3;9\nСокол;1;4\n;2;6\n;3;7\n"
    (said,) = read(tmp_path, f"район;комнат;цена\n{rows}", "a.csv").notes
    assert said.startswith(
        "column 'район': names stand once above blank cells (4), such as 'Арбат'"
    )
    russian = translator("ru", "tabular")(said)
    assert "имена стоят по разу над пустыми ячейками (4)" in russian
    assert "заполните их" in russian


@pytest.mark.parametrize(
    "rows",
    [
        ";1;5\nтёплая;2;7\n;3;9\nу парка;1;4\n;2;6\n",  # remarks on a few rows
        "Арбат;1;5\n;2;7\n;3;9\nАрбат;1;4\n;2;6\n",  # known of some
        "Арбат;1;5\nТверь;2;7\n;3;9\nСокол;1;4\nБор;2;6\n",
        "5;1;5\n;2;7\n;3;9\n7;1;4\n;2;6\n",
        "нужен ремонт;1;5\n;2;7\nу метро;3;9\n;1;4\nсрочно;2;6\n;3;7\n",  # remarks on half
    ],
)
def test_other_blank_cells_are_no_names_of_groups(tmp_path, rows):
    assert read(tmp_path, f"район;комнат;цена\n{rows}", "a.csv").notes == ()
