"""Rows, columns and sheets that somebody has hidden: read, but not in silence, or left out."""

import struct
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart

from common.errors import UserError
from common.tables import add_columns, read_table
from common.tables.hidden_rows import find_hidden
from common.translation import translator
from tests.cases import test_old_workbooks

HEADER = ("Район", "Площадь", "Скидка", "Цена")
ROWS = [("Митино", 55.9, 1, 5), ("Сокол", 35.8, 2, 6), ("Арбат", 34.6, 3, 7), ("Щука", 30.1, 4, 8)]


@pytest.fixture
def path(tmp_path):
    """A workbook with two rows that a filter has hidden, and a hidden column."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Продажи & сделки"
    for row in (("Продажи за май",), HEADER, *ROWS):
        sheet.append(row)
    sheet.auto_filter.ref = "A2:D6"
    for row in (4, 6):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.save(tmp_path / "deals.xlsx")
    return tmp_path / "deals.xlsx"


def test_what_is_hidden_is_read_and_said(path):
    table = read_table(path)
    assert table.frame["Цена"].tolist() == [5, 6, 7, 8]
    assert table.notes[1:] == (
        "hidden rows are read: 2, the first is row 4; --hidden skip leaves them out",
        "hidden columns are read: 'Скидка'; --hidden skip leaves them out",
    )


def test_what_is_hidden_can_be_left_out(path, tmp_path):
    table = read_table(path, hidden="skip")
    assert table.frame.to_dict("list") == {
        "Район": ["Митино", "Арбат"],
        "Площадь": [55.9, 34.6],
        "Цена": [5, 7],
    }
    assert table.frame.index.tolist() == [3, 5]
    assert table.notes[1:] == (
        "hidden rows left out: 2, the first is row 4",
        "hidden columns left out: 'Скидка'",
    )
    add_columns(table, path, tmp_path / "out.xlsx", table.frame[["Цена"]].add_suffix("!"))
    written = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [row[4] for row in written.values] == [None, "Цена!", 5, None, 7, None]


def test_a_table_without_anything_hidden_says_nothing(path):
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[4].hidden = book.active.row_dimensions[6].hidden = False
    book.active.column_dimensions["C"].hidden = False
    book.active.row_dimensions[90].hidden = True  # below the table
    book.save(path)
    assert len(read_table(path).notes) == 1
    assert len(read_table(path, hidden="skip").frame) == 4


def test_rows_without_numbers_of_their_own_are_counted(path, tmp_path):
    """Some programs write `<row>` without saying which one it is."""
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(bare, "w") as copy:
        for name in book.namelist():
            content = book.read(name).decode()
            if name.endswith("sheet1.xml"):
                for number in range(1, 7):
                    content = content.replace(f'<row r="{number}"', "<row")
            copy.writestr(name, content)
    assert read_table(bare, hidden="skip").frame["Цена"].tolist() == [5, 7]


def sheets(path, **states):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, state in states.items():
        sheet = book.create_sheet(name)
        for row in (("Код", "Цена"), (len(name), 5)) if "y" in name else (("a", "b"), (1, 2)):
            sheet.append(row)
        sheet.sheet_state = state
    book.save(path)
    return path


def test_a_hidden_sheet_is_read_where_it_is_asked_for_and_said(tmp_path):
    path = sheets(tmp_path / "a.xlsx", year="hidden", lists="visible", old_year="veryHidden")
    table = read_table(path)
    assert table.found.sheet == "lists"
    assert table.notes == ("hidden sheets are not read: 'year', 'old_year'",)
    named = read_table(path, sheet="old_year")
    assert named.frame["Код"].tolist() == [8]
    assert named.notes[-1] == "sheet 'old_year' is hidden in the workbook, and was read"
    found = read_table(path, names=["Цена"])
    assert found.found.sheet == "year"
    assert found.notes[-1] == "sheet 'year' is hidden in the workbook, and was read"


def test_a_visible_sheet_comes_before_a_hidden_one(tmp_path):
    path = sheets(tmp_path / "a.xlsx", old_year="hidden", year="visible")
    assert read_table(path, names=["Цена"]).found.sheet == "year"


def test_a_hidden_sheet_takes_no_place_of_one_that_lacks_a_column(tmp_path):
    path = sheets(tmp_path / "a.xlsx", old_year="hidden", year="visible")
    book = openpyxl.load_workbook(path)
    book["year"]["B1"] = "Cost"
    book.save(path)
    words = "sheet 'year' has no column 'Цена', the hidden sheet 'old_year' has it"
    with pytest.raises(UserError, match=words) as raised:
        read_table(path, names=["Код", "Цена"])
    assert "на скрытом листе 'old_year'" in translator("ru", "tabular")(str(raised.value))
    assert read_table(path, names=["Код", "Цена"], sheet="old_year").frame["Код"].tolist() == [8]


def test_a_sheet_that_is_one_chart_is_passed_over(tmp_path):
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append(row)
    book.create_chartsheet("Диаграмма").add_chart(BarChart())
    book.save(tmp_path / "a.xlsx")
    assert len(read_table(tmp_path / "a.xlsx").frame) == 4


def document_row(cells, about=""):
    """A row of an open document, of texts and numbers."""
    texts = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        if isinstance(cell, str)
        else f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
        for cell in cells
    )
    return f"<table:table-row{about}>{texts}</table:table-row>"


def document(path, *rows):
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="Лист &amp; 1">'
        + "".join(rows)
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path


def test_rows_and_columns_that_are_hidden_in_an_open_document(tmp_path):
    path = document(
        tmp_path / "a.ods",
        '<table:table-column table:number-columns-repeated="2"/>',
        '<table:table-column table:visibility="collapse"/>',
        document_row(("id", "kind", "code")),
        document_row(("a", "b", "c"), ' table:visibility="filter"'),
        document_row(("d", "e", "f"), ' table:number-rows-repeated="2"'),
        document_row(("g", "h", "i"), ' table:visibility="collapse"'),
    )
    assert len(read_table(path).frame) == 4
    table = read_table(path, hidden="skip")
    assert table.frame.to_dict("list") == {"id": ["d", "d"], "kind": ["e", "e"]}


def test_sums_of_groups_in_an_open_document(tmp_path):
    inner = [document_row(row) for row in (("Арбат", 50, 5), ("Сокол", 60, 7))]
    path = document(
        tmp_path / "a.ods",
        document_row(("район", "площадь", "цена")),
        document_row(("Москва", 110, 12)),
        *("<table:table-row-group>", *inner, "</table:table-row-group>"),
        document_row(("Тверь", 40, 2)),
    )
    table = read_table(path)
    assert table.frame["цена"].tolist() == [5, 7, 2]
    assert "rows that sum up a group left out: 1 (row 2)" in table.notes


def test_rows_and_columns_that_are_hidden_in_an_old_workbook(tmp_path, monkeypatch):
    record, stream = test_old_workbooks.record, test_old_workbooks.stream()
    end = stream.rstrip(b"\0").rindex(b"\n")
    hidden = record(0x208, struct.pack("<HHHHIHH", 2, 0, 2, 255, 0, 0x20, 0))
    hidden += record(0x7D, struct.pack("<HHHHHH", 1, 1, 0, 0, 1, 0))
    longer = (stream[:end] + hidden + b"\n\0\0\0").ljust(len(stream), b"\0")
    monkeypatch.setattr(test_old_workbooks, "stream", lambda: longer)
    path = tmp_path / "flats.xls"
    path.write_bytes(test_old_workbooks.workbook())
    assert "row 3" in read_table(path).notes[0]
    assert read_table(path, hidden="skip").frame.to_dict("list") == {"район": ["Сокол"]}


@pytest.mark.parametrize("cell", ["XFD1048576", "AMJ100000"])
def test_a_cell_far_from_the_table_is_named_before_it_fills_the_memory(path, cell):
    book = openpyxl.load_workbook(path)
    book.active[cell] = "x"
    book.save(path)
    with pytest.raises(UserError, match=f"deals.xlsx: a sheet of .* far from the table, {cell}"):
        read_table(path)


@pytest.mark.parametrize("cell", ["C9000", "ZZ90"])
def test_a_cell_not_so_far_is_read(path, cell):
    book = openpyxl.load_workbook(path)
    book.active[cell] = "x"
    book.save(path)
    assert read_table(path).frame["Цена"].dropna().tolist() == [5, 6, 7, 8]


def with_sheet(path, copy, edit):
    """Write a copy of a workbook whose sheet went through `edit`."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(copy, "w") as edited:
        for name in book.namelist():
            content = book.read(name)
            edited.writestr(name, edit(content) if name.endswith("sheet1.xml") else content)
    return copy


@pytest.mark.parametrize(
    "added",
    [
        b'<row r="1048576"/>',
        b'<row r="1048576"><c r="A1048576" s="0"/><c r="ABC1048576" s="0"></c></row>',
        b'<row r="99"><c r="XFD99" s="0" /></row>',
    ],
)
def test_what_holds_nothing_is_not_far_from_the_table(path, tmp_path, added):
    end = b"</sheetData>"
    sheet = with_sheet(path, tmp_path / "a.xlsx", lambda text: text.replace(end, added + end))
    assert read_table(sheet).frame["Цена"].tolist() == [5, 6, 7, 8]


@pytest.mark.parametrize(
    ("places", "step"),
    [(("A", "B"), 140_000), (("A", "CV"), 1)],
    ids=["long", "wide with gaps"],
)
def test_a_large_table_is_no_stray_cell(path, tmp_path, places, step):
    last = 700_000 if step > 1 else 170_000
    cells = (
        f'<c r="{place}{n}"><v>1</v></c>' for n in range(step, last + 1, step) for place in places
    )
    content = f"<sheetData>{''.join(cells)}</sheetData>".encode()
    sheet = with_sheet(path, tmp_path / "a.xlsx", lambda _: content)
    assert find_hidden(sheet)["Продажи & сделки"].rows == frozenset()


@pytest.mark.parametrize(
    ("cells", "stray"),
    [(("XFD3",), "XFD3"), (("ALL1", "ALL2", "A1048576"), "A1048576"), (("ALL1", "B99000"), "ALL1")],
)
def test_the_stray_one_of_two_far_cells_is_named(path, cells, stray):
    book = openpyxl.load_workbook(path)
    for row in range(1, 2000):
        book.active.cell(row, 1, row)
    for cell in (*cells, "D9000" if "A1048576" not in cells else "D3"):
        book.active[cell] = "x"
    book.save(path)
    with pytest.raises(UserError, match=f"far from the table, {stray}$"):
        read_table(path)


def test_a_damaged_sheet_is_left_to_the_reader_of_cells(path, tmp_path):
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        entry = book.getinfo("xl/worksheets/sheet1.xml")
    start = entry.header_offset + 30 + len(entry.filename)
    content[start : start + 40] = b"\xff" * 40
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(content)
    assert find_hidden(damaged) == {}
    with pytest.raises(UserError, match="not a sound Excel workbook"):
        read_table(damaged)


def test_a_sheet_behind_a_password_is_left_to_the_reader_of_cells(path, tmp_path):
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        entries = book.infolist()
    place = content.index(b"PK\x01\x02")
    for entry in entries:  # the bit that says so, in both directories
        content[entry.header_offset + 6] |= 1
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 1)
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(content)
    assert find_hidden(locked) == {}
    with pytest.raises(UserError, match=r"locked\.xlsx"):
        read_table(locked)


@pytest.mark.parametrize("kind", [0x85, 0x208, 0x7D])
def test_a_record_cut_short_is_left_to_the_reader_of_cells(tmp_path, monkeypatch, kind):
    record, stream = test_old_workbooks.record, test_old_workbooks.stream()
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    short = (begin + record(kind, bytes(5)) + stream).ljust(len(stream) * 2, b"\0")
    monkeypatch.setattr(test_old_workbooks, "stream", lambda: short[: len(stream)])
    path = tmp_path / "flats.xls"
    path.write_bytes(test_old_workbooks.workbook())
    assert find_hidden(path, path.read_bytes()) == {}
