"""Numbers of a workbook whose formats write a currency, a unit or a percent sign beside them."""

import io
import struct
import zipfile

import openpyxl
import pytest

from common.errors import UserError
from common.tables import read_table, xml_tags
from common.tables.number_formats import (
    PERCENT,
    Sign,
    sign_of,
    signs_in_open_document,
    signs_of_styles,
)
from tabular.data import load
from tabular.preprocessing import TablePreprocessing
from tabular.settings import TableSource
from tests.cases import test_binary_workbooks as binary
from tests.cases import test_old_workbooks as old
from tests.cases.test_table_layouts import excel_xml, xml_cell, xml_row

AREAS = [30.5 + n for n in range(30)]


def workbook(path, formats, column, cells):
    """Write flats whose cells of a column have these formats by turns."""
    book = openpyxl.Workbook()
    book.active.append(["area", column, "price"])
    for row, (area, cell) in enumerate(zip(AREAS, cells, strict=True), 2):
        price = 200_000 * area if column != "price" else None
        book.active.append([area, cell, price])
        book.active.cell(row, 2).number_format = formats[row % len(formats)]
    if column == "price":
        book.active.delete_cols(3)
    book.save(path)
    return path


def with_styles(path, *, more, before="</cellXfs>"):
    """Put this before a tag of the styles of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            if name == "xl/styles.xml":
                part = part.replace(before.encode(), more.encode() + before.encode())
            archive.writestr(name, part)
    return path


def open_document(path, rows):
    """Write a workbook of OpenDocument with these rows."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        space = "urn:oasis:names:tc:opendocument:xmlns:"
        spaces = " ".join(f'xmlns:{one}="{space}{one}:1.0"' for one in ("office", "table", "text"))
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="A">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        ('#,##0\\ "₽"', Sign("₽")),
        ('_-* #,##0.00\\ "₽"_-;\\-* #,##0.00\\ "₽"_-', Sign("₽")),
        ("#,##0.00\\ [$₽-419]", Sign("₽")),
        ("[$$-409]#,##0;[Red]-[$$-409]#,##0", Sign("$")),
        ("$#,##0", Sign("$")),
        ("[$€-2]\\ #,##0", Sign("€")),
        ('#,##0"р."', Sign("р.")),
        ("[$USD]\\ 0.00", Sign("USD")),
        ("0.0%", Sign("%", 100.0)),
        ('0.0"%"', Sign("%")),
        ("0\\%", Sign("%")),
        ('0.0" м²"', Sign("м²")),
        ('General" sq ft"', Sign("sq ft")),
        ('#,##0" млн ₽"', Sign("млн ₽")),
        ('#,##0.0,," млн ₽"', Sign("₽")),
        ('#,##0.00,," M€"', Sign("€")),
        ('#,##0," тыс. ₽/м²"', Sign("₽/м²")),
        ('#,##0,"k"', None),
        ('0.00\\ "₽/м²"', Sign("₽/м²")),
        ('0" ₽/мес"', Sign("₽/мес")),
        ('0" $/ft²"', Sign("$/ft²")),
        ('$#,##0"/ft²"', Sign("$/ft²")),
        ('0" м²/₽"', None),
        ("General", None),
        ("0.00E+00", None),
        ("dd/mm/yyyy", None),
        ('[h]:mm" ч"', None),
        ('d" мая"', None),
        ('"№ "0', None),
        ('0" шт."', None),
        ('0"-"00', None),
        ("[$-419]0.00", None),
        ("[$" * 20_000 + "0%", None),
    ],
)
def test_what_a_format_writes_beside_a_number(code, sign):
    assert sign_of(code) == sign


def test_prices_in_several_currencies_of_formats_are_refused(tmp_path):
    formats = ['#,##0 "₽"', "[$$-409]#,##0"]
    path = workbook(tmp_path / "a.xlsx", formats, "price", range(100, 130))
    with pytest.raises(UserError, match="several currencies, row 2 holds '100 ₽', row 3 .* '101 "):
        load(TableSource(file=str(path), target="price"))


def test_a_currency_of_a_format_is_that_of_the_prices(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ["[$€-407]#,##0"], "price", range(100_000, 100_030))
    table = load(TableSource(file=str(path), target="price"))
    assert (table.currency, table.price.tolist()) == ("€", [*range(100_000, 100_030)])


def test_areas_in_several_units_of_formats_become_one(tmp_path):
    metres = [50.0 + n for n in range(30)]
    cells = [area if row % 2 else area / 0.09290304 for row, area in enumerate(metres)]
    path = workbook(tmp_path / "a.xlsx", ['0.0" sq ft"', '0.0" м²"'], "plot", cells)
    prepared = TablePreprocessing()
    prepared.fit(load(TableSource(file=str(path), target="price")))
    (note,) = [note for note in prepared.notes if note.startswith("column plot")]
    assert "converted to" in note


def test_names_of_classes_stay_as_they_are_written(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ['0 "₽"'], "class", range(30))
    assert read_table(path, as_text=["class"]).frame["class"].tolist()[:2] == ["0", "1"]


def test_sums_of_groups_with_a_format_are_left_out(tmp_path):
    book = openpyxl.Workbook()
    for row in (["a", "price"], ["x", 5], ["y", 7], ["Total", 12]):
        book.active.append(row)
    for row in (2, 3, 4):
        book.active.cell(row, 2).number_format = '0 "₽"'
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").frame["price"].tolist() == ["5 ₽", "7 ₽"]


def test_excels_xml_has_formats_too(tmp_path):
    code = '<NumberFormat ss:Format="{}"/>'.format("#,##0&quot; ₽&quot;")
    style = f'<Styles><Style ss:ID="s1">{code}</Style></Styles>'
    rows = [xml_row(map(xml_cell, ["a", "b"]))]
    rows += [xml_row([xml_cell(n, ' ss:StyleID="s1"'), xml_cell(n)]) for n in range(3)]
    content = excel_xml(rows).replace('<Worksheet ss:Name="A">', f'{style}<Worksheet ss:Name="A">')
    (tmp_path / "a.xls").write_text(content, encoding="utf-8")
    assert read_table(tmp_path / "a.xls").frame.to_dict("list") == {
        "a": ["0 ₽", "1 ₽", "2 ₽"],
        "b": [0, 1, 2],
    }


def test_old_workbooks_have_formats_too(tmp_path, monkeypatch):
    code = '0.0" м²"'
    written = struct.pack("<HHB", 164, len(code), 1) + code.encode("utf-16-le")
    styles = old.record(0x41E, written) + old.record(0xE0, struct.pack("<HH16x", 0, 164))
    content = old.stream(styles)
    monkeypatch.setattr(old, "stream", lambda: content)
    (tmp_path / "a.xls").write_bytes(old.workbook())
    assert read_table(tmp_path / "a.xls").frame["цена"].tolist() == ["11.5 м²", "7 м²"]


def test_binary_workbooks_have_formats_too(tmp_path):
    styles = binary.record(44, struct.pack("<H", 164) + binary.wide("[$$-409]0"))
    styles += binary.record(617, struct.pack("<I", 1))
    styles += binary.record(47, struct.pack("<HH12x", 0, 164)) + binary.record(618)
    path = binary.workbook(
        tmp_path / "a.xlsb", [["a", "b"], ["x", 5], ["y", 7]], [0] * 3, [], styles
    )
    assert read_table(path).frame["b"].tolist() == ["5 $", "7 $"]


def test_open_documents_say_their_currencies(tmp_path):
    def cell(value, about=""):
        return f'<table:table-cell office:value="{value}" {about}/>'

    money = 'office:value-type="currency" office:currency="{}"'
    plain = 'office:value-type="float"'
    share = 'office:value-type="percentage"'
    names = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>'
        for name in "abcd"
    )
    rows = "".join(
        f"<table:table-row>{cell(7, money.format(currency))}{cell(0.5, share)}"
        f"{cell(3, plain + ' table:number-columns-repeated=' + chr(34) + '2' + chr(34))}"
        "</table:table-row>"
        for currency in ("RUB", "USD")
    )
    row = f"<table:table-row>{names}</table:table-row>"
    path = open_document(tmp_path / "a.ods", row + rows)
    frame = read_table(path).frame
    assert frame["a"].tolist() == ["7 RUB", "7 USD"]
    assert frame["b"].tolist() == [0.5, 0.5]
    assert frame[["c", "d"]].to_numpy().tolist() == [[3, 3], [3, 3]]


def test_styles_up_to_as_many_as_excel_allows_have_their_formats(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ['0 "₽"'], "share", range(30))
    with_styles(path, more='<xf numFmtId="9"/>' * 65_000)
    assert read_table(path).frame["share"].tolist()[:3] == ["0 ₽", "1 ₽", "2 ₽"]


@pytest.mark.parametrize(
    "more",
    [
        {"more": '<xf numFmtId="9"/>' * 300_000},
        {
            "more": "".join(f'<numFmt numFmtId="{n}" formatCode="0%"/>' for n in range(99_999)),
            "before": "<cellXfs",
        },
    ],
    ids=["styles", "formats"],
)
def test_of_more_styles_than_excel_allows_none_has_a_format(tmp_path, more):
    path = workbook(tmp_path / "a.xlsx", ["0%"], "share", [n / 100 for n in range(30)])
    with_styles(path, **more)
    with zipfile.ZipFile(path) as archive:
        assert signs_of_styles(archive) == {}
    assert read_table(path).frame["share"].tolist()[:3] == [0, 0.01, 0.02]


def test_a_tag_of_the_styles_that_two_blocks_share_is_read(tmp_path, monkeypatch):
    path = workbook(tmp_path / "a.xlsx", ["0%"], "share", [n / 100 for n in range(30)])
    monkeypatch.setattr(xml_tags, "BLOCK", 500)
    with zipfile.ZipFile(path) as archive:
        assert signs_of_styles(archive) == {1: PERCENT}


@pytest.mark.parametrize("count", [70_000, 500_000])
def test_of_too_many_styles_of_a_binary_workbook_none_has_a_format(tmp_path, count):
    styles = binary.record(617, struct.pack("<I", 1))
    styles += binary.record(47, struct.pack("<HH12x", 0, 9)) * count + binary.record(618)
    path = binary.workbook(tmp_path / "a.xlsb", [["a", "b"], ["x", 5]], [0] * 2, [], styles)
    assert read_table(path).frame["b"].tolist() == [5]


def money(repeated="", rows=1):
    cell = f'<table:table-cell office:value-type="currency" office:currency="EUR" {repeated}/>'
    return f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'


def signs_of_rows(rows):
    return signs_in_open_document(io.BytesIO(f'<table:table table:name="A">{rows}'.encode()))


def test_repeated_cells_of_an_open_document_end_where_a_sheet_does():
    signs = signs_of_rows(money() + money(rows=1_000_000) * 500)
    (rows,) = signs["A"][0].values()
    assert (len(rows), rows[0], rows[-1]) == (1 << 20, 0, (1 << 20) - 1)
    wide = money('table:number-columns-repeated="99999999"')
    assert len(signs_of_rows(wide)["A"]) == 1 << 14


def test_of_too_many_repeated_cells_of_an_open_document_none_has_a_sign():
    wide = money('table:number-columns-repeated="16384"', rows=60)
    assert len(signs_of_rows(wide)["A"]) == 1 << 14
    assert signs_of_rows(wide * 10) == {}
    sheet = f'<table:table table:name="B">{money(rows=1 << 20)}</table:table>'
    assert signs_of_rows(sheet * 500) == {}


@pytest.mark.parametrize("count", ["-1", "-" + "9" * 30, "9" * 30])
def test_counts_that_no_sheet_has_do_no_harm(count):
    repeated = f'table:number-columns-repeated="{count}"'
    signs = signs_of_rows(money(repeated, rows=count) + money())
    assert sum(len(rows) for column in signs.get("A", {}).values() for rows in column.values()) < 2
