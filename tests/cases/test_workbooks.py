"""Workbooks, web pages and archives as people have them: cover sheets, titles, totals, merges."""

import datetime
import gzip
import io
import zipfile

import openpyxl
import pytest

from common.errors import UserError
from common.tables import read_table
from common.translation import translator

ROWS = [("Митино", 55.9, 11_180_000), ("Сокол", 35.8, 7_160_000), ("Арбат", 34.6, 6_920_000)]
HEADER = ("Район", "Площадь", "Цена")


def workbook(path, *sheets, merged=()):
    """Write sheets, pairs (name, rows), to a workbook; cells of the last one are merged."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for span in merged:
        sheet.merge_cells(span)
    book.save(path)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deals.xlsx"


def is_the_table(table):
    assert list(table.frame.columns) == list(HEADER)
    assert table.frame.to_numpy().tolist() == [list(row) for row in ROWS]


def test_a_cover_sheet_is_passed_over_and_a_title_left_out(path):
    cover = [("Отчёт о продажах",), ("составил И. Петров",)]
    table = read_table(
        workbook(path, ("Титул", cover), ("Данные", [("Продажи за май",), (), HEADER, *ROWS]))
    )
    is_the_table(table)
    assert table.frame.index.tolist() == [4, 5, 6]
    assert table.found.sheet == "Данные"
    assert any("rows above the header left out: 1" in note for note in table.notes)
    assert any("not 'Титул'" in note for note in table.notes)


def test_the_names_of_columns_find_the_sheet_and_the_row(path):
    other = [("Код", "Имя"), (1, "a"), (2, "b")]
    path = workbook(path, ("Справочник", other), ("Продажи", [("Май",), HEADER, *ROWS]))
    is_the_table(read_table(path, names=["цена"]))
    assert list(read_table(path).frame.columns) == ["Код", "Имя"]


def test_a_person_may_name_the_sheet_and_the_row(path):
    path = workbook(path, ("A", [("x", "y"), (1, 2)]), ("B", [("z", "w"), HEADER, *ROWS]))
    is_the_table(read_table(path, sheet="b", header_row=2))
    with pytest.raises(UserError, match="unknown sheet .*'C'.*There are: A, B"):
        read_table(path, sheet="C")
    with pytest.raises(UserError, match="row 90 is empty"):
        read_table(path, header_row=90)


def test_a_hidden_sheet_is_not_read(path):
    workbook(path, ("Списки", [("a", "b"), (1, 2)]), ("Данные", [HEADER, *ROWS]))
    book = openpyxl.load_workbook(path)
    book["Списки"].sheet_state = "hidden"
    book.save(path)
    is_the_table(read_table(path))


def test_a_row_of_totals_is_left_out_and_said(path):
    total = ("Итого:", 126.3, 25_260_000)
    table = read_table(workbook(path, ("Данные", [HEADER, *ROWS, total])))
    is_the_table(table)
    assert table.notes == ("rows of totals left out: 1 (row 5)",)


def test_a_district_called_total_is_no_total(path):
    header = ("Район", "Дом", "Цена")
    rows = [("Total", "кирпич", 1), ("Сокол", "панель", 2)]
    assert len(read_table(workbook(path, ("Данные", [header, *rows]))).frame) == 2


def test_merged_cells_hold_for_all_their_rows(path):
    rows = [("Митино", 1, 5), (None, 2, 6), (None, 3, 7), ("Сокол", 4, 8)]
    table = read_table(workbook(path, ("Данные", [HEADER, *rows]), merged=["A2:A4"]))
    assert table.frame["Район"].tolist() == ["Митино"] * 3 + ["Сокол"]
    assert any("merged cells" in note for note in table.notes)


def test_formulas_without_values_are_named(path):
    rows = [("Митино", 5, "=B2*2"), ("Сокол", 6, "=B3*2")]
    with pytest.raises(UserError, match="column 'Цена' holds formulas without their values"):
        read_table(workbook(path, ("Данные", [HEADER, *rows])))


def test_dates_and_whole_numbers_keep_their_kinds(path):
    rows = [(1, datetime.datetime(2024, 5, 1), 2.5), (2, datetime.datetime(2024, 6, 1), 3)]
    frame = read_table(workbook(path, ("Данные", [("n", "day", "x"), *rows]))).frame
    assert [kind.kind for kind in frame.dtypes] == ["i", "M", "f"]


@pytest.mark.parametrize("name", ["deals.csv", "deals.xls"])
def test_a_title_above_a_text_table(tmp_path, name):
    path = tmp_path / name
    path.write_text("Продажи за май\n\nРайон;Цена\nСокол;5\nАрбат;7\n", encoding="utf-8")
    table = read_table(path)
    assert table.frame.to_dict("list") == {"Район": ["Сокол", "Арбат"], "Цена": [5, 7]}
    assert table.frame.index.tolist() == [4, 5]
    assert table.notes == ("rows above the header left out: 1; the header is row 3",)


PAGE = (
    "<html><head><meta charset={encoding}></head><body><table><tr><td>Меню</td></tr></table>"
    "<table><tr><th>Район</th><th>Площадь</th><th>Цена</th></tr>{rows}</table></body></html>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_a_web_page_called_xls(tmp_path, encoding):
    rows = "".join(
        f"<tr><td>{a}<td>{str(b).replace('.', ',')}</td><td>{c}</td></tr>" for a, b, c in ROWS
    )
    path = tmp_path / "export.xls"
    path.write_text(PAGE.format(encoding=encoding, rows=rows), encoding=encoding)
    is_the_table(read_table(path))


def test_cells_that_span_rows_and_columns_of_a_page(tmp_path):
    rows = (
        "<tr><td rowspan=2>Митино</td><td>1</td><td>5</td></tr><tr><td>2</td><td>6</td></tr>"
        "<tr><td>Сокол</td><td colspan=2>7</td></tr>"
    )
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(encoding="utf-8", rows=rows), encoding="utf-8")
    frame = read_table(path).frame
    assert frame.to_numpy().tolist() == [["Митино", 1, 5], ["Митино", 2, 6], ["Сокол", 7, 7]]


def test_a_page_without_a_table_is_refused(tmp_path):
    path = tmp_path / "export.xls"
    path.write_text("<html><body>Please sign in</body></html>", encoding="utf-8")
    with pytest.raises(UserError, match="a web page without a table"):
        read_table(path)


def test_excels_xml_of_2003(tmp_path):
    cell = '<Cell><Data ss:Type="{}">{}</Data></Cell>'.format
    rows = "".join(
        f"<Row>{cell('String', a)}{cell('Number', b)}{cell('Number', c)}</Row>" for a, b, c in ROWS
    )
    head = "".join(cell("String", name) for name in HEADER)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    path = tmp_path / "export.xls"
    path.write_text(
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="Лист1"><Table><Row>{head}</Row>{rows}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )
    is_the_table(read_table(path))


def test_xml_that_defines_entities_is_refused_unread(tmp_path):
    path = tmp_path / "bomb.xls"
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    path.write_text(f'<?xml version="1.0"?>{bomb}<Workbook xmlns="{space}">&a;</Workbook>')
    with pytest.raises(UserError, match="definitions of its own"):
        read_table(path)


TEXT = "Район;Площадь;Цена\n" + "".join(f"{a};{str(b).replace('.', ',')};{c}\n" for a, b, c in ROWS)


def test_a_table_packed_with_gzip(tmp_path):
    path = tmp_path / "deals.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    is_the_table(read_table(path))


def test_a_zip_with_one_table(tmp_path):
    path = tmp_path / "deals.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/deals.csv", TEXT)
        archive.writestr("__MACOSX/data/._deals.csv", "x")
        archive.writestr("readme.md", "x")
    is_the_table(read_table(path))


def test_an_archive_within_an_archive_is_named(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deals.csv", TEXT)
    path = tmp_path / "deals.gz"
    for content in (inner.getvalue(), gzip.compress(TEXT.encode())):
        path.write_bytes(gzip.compress(content))
        with pytest.raises(UserError, match="an archive within an archive, 'deals'; unpack it"):
            read_table(path)


def test_a_table_that_ends_where_a_sheet_of_excel_does_is_said(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("Район;Цена\n" + "Сокол;5\n" * 65_535, "utf-8")
    assert read_table(path).notes == (
        "the table ends in row 65,536, where a sheet of Excel ends: was it cut off there?",
    )


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("a.pdf",), ()])
def test_a_zip_with_several_tables_or_none_is_refused(tmp_path, names):
    path = tmp_path / "deals.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)
    packed = tmp_path / "deals.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for file in (path, packed):
        with pytest.raises(UserError, match=f"^{file}: a zip archive with .*, expected one table"):
            read_table(file)


def test_an_archive_that_unpacks_without_end_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("common.tables.reading._LARGEST", 1_000_000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 1_000_000))
    with pytest.raises(UserError, match="unpacks to more than"):
        read_table(path)


def test_a_zip_with_a_broken_directory_is_refused(path):
    workbook(path, ("Данные", [HEADER, *ROWS]))
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02")] = 0
    path.write_bytes(content)
    with pytest.raises(UserError, match="not a sound Excel workbook"):
        read_table(path)


def test_names_of_cells_that_reach_down_into_the_header(path):
    rows = [("Район", "Цена", None), (None, "всего", "за м²")]
    rows += [(district, price, price / area) for district, area, price in ROWS]
    workbook(path, ("A", rows), merged=("A1:A2", "B1:C1"))
    table = read_table(path, names=["всего"])
    assert list(table.frame.columns) == ["Район", "всего", "за м²"]
    assert table.frame["Район"].tolist() == [row[0] for row in ROWS]


def test_another_table_beside_is_said(path):
    beside = [("Метро", "Минут"), ("Сокол", 15)] + [(None, None)] * 5
    rows = [(*row, None, *more) for row, more in zip([HEADER, *ROWS, *ROWS], beside, strict=True)]
    (note,) = read_table(workbook(path, ("A", rows))).notes
    assert note.startswith("columns behind a blank one, filled in 1 of 6 rows: 'Метро', 'Минут'; ")
    said = translator("ru", "tabular")(note)
    assert said.startswith("столбцы за пустым, заполненные в 1 из 6 строк: 'Метро', 'Минут'; если")


def test_a_blank_column_between_full_ones_is_nothing_to_be_said(path):
    rows = [(row[0], None, *row[1:]) for row in (HEADER, *ROWS)]
    assert read_table(workbook(path, ("A", rows))).notes == ()


def test_a_text_file_within_one_column_of_a_workbook(path):
    rows = [(";".join(map(str, row)),) for row in (HEADER, *ROWS)]
    with pytest.raises(UserError, match="one column, 'Район;Площадь;Цена', in which 'Цена' stands"):
        read_table(workbook(path, ("A", rows)), names=["Цена"])


def test_remarks_beside_some_rows_are_no_other_table(path):
    remarks = ["remarks", "с ремонтом"] + [None] * 5
    rows = [(*row, None, one) for row, one in zip([HEADER, *ROWS, *ROWS], remarks, strict=True)]
    assert read_table(workbook(path, ("A", rows))).notes == ()


def test_a_header_with_a_comma_in_a_workbook_is_one_name(path):
    table = read_table(workbook(path, ("A", [("area, price",), (5,), (6,)])), names=["price"])
    assert list(table.frame.columns) == ["area, price"]
