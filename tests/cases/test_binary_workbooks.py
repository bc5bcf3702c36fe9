"""Workbooks of Excel in their binary form (.xlsb): what is hidden in them, and what they sum up."""

import struct
import zipfile

from common.tables import read_table


def record(kind, data=b""):
    """A record of [MS-XLSB]: its kind and length have seven bits a byte."""
    return b"".join(map(seven_bits, (kind, len(data)))) + data


def seven_bits(number):
    parts = [number & 0x7F]
    while number := number >> 7:
        parts[-1] |= 0x80
        parts.append(number & 0x7F)
    return bytes(parts)


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def workbook(path, rows, flags, columns, styles=b""):
    """Write an .xlsb; flags: of each row, its level and 0x10 where it is hidden."""
    named = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Лист"))
    book = record(131) + record(143) + named + record(144) + record(132)
    area = struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)
    sheet = record(129) + record(148, area) + record(390)
    for column in columns:
        sheet += record(60, struct.pack("<IIIIH", column, column, 2304, 0, 1))
    sheet += record(391) + record(145)
    for y, (row, flag) in enumerate(zip(rows, flags, strict=True)):
        sheet += record(0, struct.pack("<IIHBBBI", y, 0, 300, 0, flag, 0, 0))
        for x, cell in enumerate(row):
            text = isinstance(cell, str)
            value = wide(cell) if text else struct.pack("<d", cell)
            sheet += record(6 if text else 5, struct.pack("<II", x, 0) + value)
    sheet += record(146) + record(130)
    relation = '<Relationship Id="rId1" Target="worksheets/sheet1.bin" Type="http://schemas.'
    relation += 'openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", f"<Relationships>{relation}</Relationships>")
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
        if styles:
            archive.writestr("xl/styles.bin", styles)
    return path


def test_what_is_hidden_and_summed_up_in_a_workbook(tmp_path):
    rows = [
        ["район", "площадь", "цена"],
        *(["Москва", 110, 12], ["Арбат", 50, 5], ["Сокол", 60, 7], ["Тверь", 40, 2]),
    ]
    path = workbook(tmp_path / "a.xlsb", rows, [0, 0, 1, 1, 0x10], columns=[1])
    table = read_table(path)
    assert table.frame["цена"].tolist() == [5, 7, 2]
    assert "rows that sum up a group left out: 1 (row 2)" in table.notes
    said = "hidden rows are read: 1, the first is row 5; --hidden skip leaves them out"
    assert said in table.notes
    left = read_table(path, hidden="skip").frame
    assert left.to_numpy().tolist() == [["Арбат", 5], ["Сокол", 7]]
