"""Workbooks of Excel 97 to 2003, sound and damaged, and what is no table whatever its name says."""

import struct
import zipfile

import pytest

from audio.decoding import header
from common.errors import UserError
from common.tables import read_table
from common.translation import translator

ROWS = [["район", "цена"], ["Сокол", 11.5], ["Арбат", 7.0]]
SECTORS = 8
"""Of the stream; then come the table of sectors and the directory."""


def record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def stream(styles=b""):
    """A workbook of one sheet in records (BIFF8), filled up to 4,096 bytes."""
    begin, end = (lambda what: record(0x809, struct.pack("<HHQI", 0x600, what, 0, 0))), b"\n\0\0\0"
    name = "Лист".encode("utf-16-le")
    head = begin(5) + record(0x42, struct.pack("<H", 1200)) + styles
    place = len(head) + 4 + 8 + len(name) + len(end)
    head += record(0x85, struct.pack("<IHBB", place, 0, 4, 1) + name) + end
    body = begin(16)
    for y, row in enumerate(ROWS):
        for x, cell in enumerate(row):
            at = struct.pack("<HHH", y, x, 0)
            if isinstance(cell, str):
                text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                body += record(0x204, at + text)
            else:
                body += record(0x203, at + struct.pack("<d", cell))
    return (head + body + end).ljust(512 * SECTORS, b"\0")


def entry(title, kind, child, start, size):
    label = title.encode("utf-16-le") + b"\0\0"
    about = struct.pack("<HBBiii", len(label), kind, 1, -1, -1, child)
    return label.ljust(64, b"\0") + about + bytes(36) + struct.pack("<iQ", start, size)


def workbook(*, chain=(*range(1, SECTORS), -2, -3, -2), folder=SECTORS + 1, small=-2):
    """A compound file; chain: which sector follows each."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9i", 0, 1, folder, 0, 4096, small, 0, -2, 0)
    header += struct.pack("<i", SECTORS) + 108 * struct.pack("<i", -1)
    fat = struct.pack(f"<{len(chain)}i", *chain).ljust(512, b"\xff")
    names = entry("Root Entry", 5, 1, -2, 0) + entry("Workbook", 2, -1, 0, 512 * SECTORS)
    return header + stream() + fat + names.ljust(512, b"\0")


def test_an_old_workbook_is_read(tmp_path):
    path = tmp_path / "flats.xls"
    path.write_bytes(workbook())
    table = read_table(path)
    assert str(table.found) == "Excel, sheet 'Лист'"
    assert table.frame.to_dict("list") == {"район": ["Сокол", "Арбат"], "цена": [11.5, 7.0]}


@pytest.mark.parametrize(
    "damage",
    [
        {"chain": (*range(1, SECTORS), 0, -3, -2)},
        {"chain": (0,) * 10},
        {"chain": (*range(1, SECTORS), -2, -3, SECTORS + 1)},
        {"small": 0, "chain": (1, 2, 0, *range(4, SECTORS), -2, -2, -3, -2)},
    ],
    ids=["stream", "zeros", "directory", "short sectors"],
)
def test_sectors_that_go_round_in_a_circle_are_refused(tmp_path, damage):
    path = tmp_path / "flats.xls"
    path.write_bytes(workbook(**damage))
    with pytest.raises(UserError, match="flats.xls: a damaged workbook: .* is a circle"):
        read_table(path)


@pytest.mark.parametrize("name", ["flats.zip", "flats.ods"])
def test_an_archive_of_another_version_is_refused(tmp_path, name):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("flats.csv", "район,цена\nСокол,1\n")
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 6 : place + 8] = b"\xff\0"  # the version that is needed
    path.write_bytes(data)
    with pytest.raises(UserError, match=f"{name}: "):
        read_table(path)


def test_a_member_without_a_name_is_passed_over(tmp_path):
    path = tmp_path / "flats.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "")
        archive.writestr("flats.csv", "район,цена\nСокол,1\n")
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 28], data[place + 32] = 0, 1  # the name becomes a comment
    path.write_bytes(data)
    assert read_table(path).frame["цена"].tolist() == [1]


@pytest.mark.parametrize(
    ("member", "kind"),
    [("word/document.xml", "a Word document"), ("ppt/presentation.xml", "a presentation")],
)
def test_another_office_document_is_named(tmp_path, member, kind):
    path = tmp_path / "flats.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<x/>")
    with pytest.raises(UserError, match=f"flats.xlsx: {kind}, expected a table"):
        read_table(path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "Git LFS"),
        (b"%PDF-1.7\nflats,price\n1,2\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG picture"),
        (b"SQLite format 3\0" + bytes(50), "an SQLite database"),
        (b"-- phpMyAdmin SQL Dump\n-- version 5\n", "a script of SQL"),
        (b"-- MySQL dump 10.13  Distrib 8.0\n", "a script of SQL"),
        (b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE a(b int);\n", "of SQL"),
        (b"INSERT INTO `flats` (`id`, `price`) VALUES\n(1, 2),\n", "a script of SQL"),
        (b"% flats\n@RELATION flats\n@ATTRIBUTE price NUMERIC\n", "Weka"),
        (b"From: <Saved by Blink>\nSubject: flats\n\n<table></table>", "MHTML"),
        (b"MIME-Version: 1.0\nX-A: b\nContent-Type: multipart/related; boundary=x\n", "MHTML"),
        *((start + b'[{"price": 5}]', "JavaScript") for start in (b"f(", b"// 5\n", b"var a = ")),
        (b"BEGIN:VCARD\nVERSION:3.0\n", "vCard"),
        (b"\\begin{tabular}{ll}\narea & price \\\\\n", "LaTeX"),
        (b"flats.csv".ljust(257, b"\0") + b"ustar\x0000", "a tar archive"),
        (b"# flats\n[[flat]]\narea = 30\nprice = 5\n", "a list in TOML"),
        (b"structure(list(a = c(1, 2)), class = 'data.frame')", "R's notation"),
        (b"- area: 30\n  price: 5\n- area: 40\n  price: 7\n", "a list in YAML"),
        (b"---\nflats:\r\n  - area: 30\r\n    price: 5\r\n  - area: 40\r\n    price: 7\n", "YAML"),
        (b'"[{\\"text\\": \\"a\\", \\"label\\": \\"b\\"}]"', "one text in quotation marks"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, content, kind):
    path = tmp_path / "flats.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=f"flats.csv: .*{kind}") as raised:
        read_table(path)
    assert "expected" not in translator("ru", "tabular")(str(raised.value))


def test_a_tar_archive_is_named_where_a_sound_is_asked_for(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"voice.wav".ljust(257, b"\0") + b"ustar\x0000".ljust(255, b"\0"))
    with pytest.raises(UserError, match="a tar archive, expected wav"):
        header(path)


def test_lines_that_might_begin_a_list_are_looked_at_once(tmp_path):
    """Before, each line `---:` doubled the time: 26 of them took nine seconds."""
    path = tmp_path / "a.csv"
    path.write_text("---:\n" * 800)
    with pytest.raises(UserError):
        read_table(path)


@pytest.mark.parametrize(
    "text", ["Insert into the lock,1", "create table,2", "-- SQL,3", "- to: do,4"]
)
def test_a_name_that_begins_as_sql_does_is_a_name(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(f"{text}\na,1\nb,2\n")
    assert len(read_table(path).frame) == 2
