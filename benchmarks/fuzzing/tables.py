"""Valid tables: text, workbooks, web pages, JSON, Parquet, and packed ones."""

import gzip
import io
import json
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

import common.tables.excel
import common.tables.json_lines
import common.tables.markup
import common.tables.parquet
import common.tables.text_tables  # noqa: F401  # all readers, before the forks
import tabular.data
from common.tables import add_columns, read_table
from fuzzing.kinds import Kind
from tabular.settings import TableSource
from text.costs import read_costs

WORDS = ["Арбат", 'дом "Дружба"', "Сокол; корпус 2", "первый\nэтаж", "=1+1", "", "30,6 м²"]


_CORE = "docProps/core.xml"


def packed(members: dict[str, bytes]) -> bytes:
    """Return a zip of members; its times are always the same."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def frame(rng: np.random.Generator, rows: int = 30) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "район": rng.choice(WORDS, rows),
            "площадь": np.round(rng.uniform(18, 300, rows), 1),
            "этаж": [f"{a}/{a + b}" for a, b in rng.integers(1, 20, (rows, 2))],
            "дата": pd.date_range("2024-01-01", periods=rows).strftime("%d.%m.%Y"),
            "цена": rng.integers(10**6, 10**8, rows),
        }
    )


def csv_of(rng: np.random.Generator) -> bytes:
    text = frame(rng).to_csv(sep=rng.choice([",", ";", "\t", "|"]), index=False)
    encoding = rng.choice(["utf-8", "utf-8-sig", "cp1251", "utf-16", "koi8-r", "cp866"])
    return text.encode(encoding, errors="replace")


def xlsx_of(rng: np.random.Generator) -> bytes:
    data = frame(rng)
    book = openpyxl.Workbook()
    book.active.append(["Отчёт"])
    book.active.append(list(data.columns))
    for row in data.itertuples(index=False):
        book.active.append([cell if isinstance(cell, str) else float(cell) for cell in row])
    for row in book.active.iter_rows(min_row=3):
        for cell, code in zip(row, ('#,##0" ₽"', "0.0%", '0.0" м²"'), strict=False):
            cell.number_format = code
    book.active.merge_cells("A4:A6")
    book.create_sheet("ещё")["B2"] = "=SUM(A1:A3)"
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    times = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]+Z")  # of now: the same file must come again
    return packed(members | {_CORE: times.sub(b"2024-01-01T00:00:00Z", members[_CORE])})


def ods_of(rng: np.random.Generator) -> bytes:
    """An OpenDocument workbook in its smallest form."""
    rows = [["район", "цена"], *([w or "-", int(rng.integers(10**6))] for w in WORDS[:2] * 5)]

    def cell(value: str | int) -> str:
        money = f'"currency" office:currency="RUB" office:value="{value}"'
        number = money if isinstance(value, int) else '"string"'
        return (
            f"<table:table-cell office:value-type={number}><text:p>{value}</text:p>"
            "</table:table-cell>"
        )

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{space}office:1.0" '
        f'xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Лист1">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<m:manifest xmlns:m="{space}manifest:1.0"><m:file-entry m:full-path="/" '
        f'm:media-type="{kind}"/></m:manifest>'
    )
    members = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return packed({name: text.encode() for name, text in members.items()})


def xls_of(rng: np.random.Generator) -> bytes:
    """A workbook of Excel 97: records (BIFF8) in the only stream of a compound file."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def text(value: str) -> bytes:
        return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")

    begin = lambda what: record(0x809, struct.pack("<HHHHII", 0x600, what, 0, 1997, 0, 0))  # noqa: E731
    end = record(0x0A, b"")
    sheet = begin(0x10)
    sheet += record(0x200, struct.pack("<IIHHH", 0, 11, 0, 2, 0))
    rows = [["район", "цена"], *([str(w)[:20], float(rng.integers(10**6))] for w in WORDS[:2] * 5)]
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            place = struct.pack("<HHH", y, x, 0)
            if isinstance(cell, str):
                sheet += record(0x204, place + text(cell))
            else:
                sheet += record(0x203, place + struct.pack("<d", cell))
    sheet += end
    name = "Лист1".encode("utf-16-le")
    head = begin(5) + record(0x42, struct.pack("<H", 1200))
    bound = 4 + 8 + len(name)
    head += record(0x85, struct.pack("<IHBB", len(head) + bound + len(end), 0, 5, 1) + name) + end
    stream = (head + sheet).ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    table = [*range(1, sectors), -2, -3, -2]  # the stream, the table itself, the directory
    fat = struct.pack(f"<{len(table)}i", *table).ljust(512, b"\xff")

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        label = title.encode("utf-16-le") + b"\0\0"
        return (
            label.ljust(64, b"\0")
            + struct.pack("<HBBiii", len(label), kind, 1, -1, -1, child)
            + bytes(36)
            + struct.pack("<iQ", start, size)
        )

    folder = entry("Root Entry", 5, 1, -2, 0) + entry("Workbook", 2, -1, 0, len(stream))
    folder += 2 * (bytes(68) + struct.pack("<iii", -1, -1, -1) + bytes(48))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<iiiiiiiii", 0, 1, sectors + 1, 0, 4096, -2, 0, -2, 0)
    header += struct.pack("<i", sectors) + 108 * struct.pack("<i", -1)
    return header + stream + fat + folder


def parquet_of(rng: np.random.Generator) -> bytes:
    data: bytes = frame(rng).to_parquet(index=False)
    return data


def html_of(rng: np.random.Generator) -> bytes:
    return f"<html><body>{frame(rng).to_html(index=False)}</body></html>".encode()


def xml_of(rng: np.random.Generator) -> bytes:
    """A workbook as Excel 2003 wrote it in XML."""
    rows = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{i}</Data></Cell>' for i in row) + "</Row>"
        for row in [["район", "цена"], *([f"дом {n}", rng.integers(10**6)] for n in range(9))]
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet '
        f'ss:Name="A"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def json_of(rng: np.random.Generator) -> bytes:
    rows = frame(rng).to_dict("records")
    if rng.random() < 0.5:
        return json.dumps(rows, ensure_ascii=False, indent=1).encode()
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def gz_of(rng: np.random.Generator) -> bytes:
    return gzip.compress(csv_of(rng), mtime=0)


def zip_of(rng: np.random.Generator) -> bytes:
    return packed({"flats.csv": csv_of(rng)})


def costs_of(rng: np.random.Generator) -> bytes:
    names = ["газ", "вода", "спасибо"]
    prices = rng.integers(1, 10**5, (3, 3)) * (1 - np.eye(3, dtype=int))
    return (
        pd.DataFrame(prices, index=pd.Index(names, name="class"), columns=names).to_csv().encode()
    )


def _read(path: Path) -> list[str]:
    """Read a table and give it back with a column more."""
    table = read_table(path)
    out = path.with_name("out.csv")
    add_columns(table, path, out, pd.DataFrame({"p": 1.0}, index=table.frame.index))
    return list(table.notes)


def _prices(path: Path) -> list[str]:
    """Read a table of prices: each cell of the column as a number."""
    return tabular.data.load(TableSource(file=str(path), target="цена")).notes


def _costs(path: Path) -> list[str]:
    read_costs(path)
    return []


KINDS = {
    "csv": Kind(csv_of, _read, ".csv", b"\n", cells=True),
    "prices": Kind(csv_of, _prices, ".csv", b"\n", cells=True),
    "xlsx": Kind(xlsx_of, _read, ".xlsx"),
    "ods": Kind(ods_of, _read, ".ods"),
    "xls": Kind(xls_of, _read, ".xls"),
    "xml": Kind(xml_of, _read, ".xls", b"<Row>", cells=True),
    "html": Kind(html_of, _read, ".html", b"<tr", cells=True),
    "json": Kind(json_of, _read, ".json", b"{", cells=True),
    "parquet": Kind(parquet_of, _read, ".parquet"),
    "csv.gz": Kind(gz_of, _read, ".csv.gz"),
    "csv.zip": Kind(zip_of, _read, ".csv.zip"),
    "costs": Kind(costs_of, _costs, ".csv", b"\n", cells=True),
}
