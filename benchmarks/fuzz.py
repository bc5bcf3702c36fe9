"""Mutated files, from a seed: each must be read, or refused in one line.

    python benchmarks/fuzz.py [--files 1000] [--seed 0] [--kinds csv xlsx …] [--keep DIR]

A valid file of each kind is changed in its bytes (flipped, cut out, doubled, cut short), or in its
text (cells, quotes, line ends, headers), and read in a process of its own. Counted are files that
were read, that were refused in one line (`UserError`), and what must not happen: another exception,
a crash, more than ten seconds, or more memory than three times the file and 300 MB. `--keep` writes
what failed there. Exit code 1 if anything did.
"""

import argparse
import gzip
import io
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

import common.tables.excel
import common.tables.markup
import common.tables.parquet
import common.tables.text_tables  # noqa: F401  # all readers, before the forks
from common.errors import UserError
from common.tables import add_columns, read_table

SECONDS, ROOM = 10, 300 * 2**20
OUTCOMES = ("read", "refused", "exception", "crash", "hang", "memory")


def table(rng: np.random.Generator, rows: int = 30) -> pd.DataFrame:
    words = ["Арбат", 'дом "Дружба"', "Сокол; корпус 2", "первый\nэтаж", "=1+1", "", "30,6 м²"]
    return pd.DataFrame(
        {
            "район": rng.choice(words, rows),
            "площадь": np.round(rng.uniform(18, 300, rows), 1),
            "этаж": [f"{a}/{a + b}" for a, b in rng.integers(1, 20, (rows, 2))],
            "дата": pd.date_range("2024-01-01", periods=rows).strftime("%d.%m.%Y"),
            "цена": rng.integers(10**6, 10**8, rows),
        }
    )


def csv_of(frame: pd.DataFrame, rng: np.random.Generator) -> bytes:
    encoding = rng.choice(["utf-8", "utf-8-sig", "cp1251", "utf-16", "koi8-r", "cp866"])
    text = frame.to_csv(sep=rng.choice([",", ";", "\t", "|"]), index=False)
    return text.encode(encoding, errors="replace")


def xlsx_of(frame: pd.DataFrame, rng: np.random.Generator) -> bytes:
    book = openpyxl.Workbook()
    for row in [("Отчёт",), tuple(frame.columns), *frame.itertuples(index=False)]:
        book.active.append([str(c) if isinstance(c, str) else c.item() for c in map(_cell, row)])
    book.active.merge_cells("A4:A6")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(value: object) -> object:
    return value if isinstance(value, str | np.generic) else np.float64(value)


def parquet_of(frame: pd.DataFrame, rng: np.random.Generator) -> bytes:
    return frame.to_parquet(index=False)


def html_of(frame: pd.DataFrame, rng: np.random.Generator) -> bytes:
    return f"<html><body>{frame.to_html(index=False)}</body></html>".encode()


def xml_of(frame: pd.DataFrame, rng: np.random.Generator) -> bytes:
    rows = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{i}</Data></Cell>' for i in row) + "</Row>"
        for row in [["a", "b"], [1, 2], [3, 4]]
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet '
        f'ss:Name="A"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def gz_of(frame: pd.DataFrame, rng: np.random.Generator) -> bytes:
    return gzip.compress(csv_of(frame, rng))


def zip_of(frame: pd.DataFrame, rng: np.random.Generator) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("flats.csv", csv_of(frame, rng))
    return file.getvalue()


KINDS: dict[str, Callable[[pd.DataFrame, np.random.Generator], bytes]] = {
    "csv": csv_of,
    "xlsx": xlsx_of,
    "parquet": parquet_of,
    "html": html_of,
    "xls": xml_of,
    "csv.gz": gz_of,
    "csv.zip": zip_of,
}


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """Change a few places, of bytes or of what looks like text."""
    data = bytearray(content)
    for _ in range(int(rng.integers(0, 6))):
        at, size = int(rng.integers(0, len(data) + 1)), int(rng.integers(1, 40))
        match int(rng.integers(0, 8)):
            case 0:
                data[at : at + 1] = rng.integers(0, 256, 1, np.uint8).tobytes()
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = data[max(0, at - size) : at] * int(rng.integers(1, 5))
            case 3:
                data[at:at] = rng.integers(0, 256, size, np.uint8).tobytes()
            case 4:
                signs = [b'"', b"\n", b"\r", b";", b",", b"\t", b"\0", b"<", b"\\", b"'", b"\xff"]
                data[at:at] = rng.choice(np.array(signs, dtype=object))
            case 5:
                data = data[:at] or data
            case 6:
                texts = ["1e999", "-", "нет данных", "12 500 000 ₽", "9" * 400, "sep=;", "0x1F"]
                data[at:at] = str(rng.choice(texts)).encode()
            case 7:
                lines = bytes(data).split(b"\n")
                order = rng.permutation(len(lines))
                data = bytearray(b"\n".join(lines[i] for i in order))
    return bytes(data)


def attempt(path: Path, content: bytes) -> tuple[str, str]:
    """Read a file in a process of its own; return the outcome and what was said."""
    path.write_bytes(content)
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        os._exit(_read(path, writing))
    os.close(writing)
    with open(reading, "rb") as file:
        said = file.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        hung = os.WTERMSIG(status) == signal.SIGALRM or time.monotonic() - began > SECONDS
        return ("hang" if hung else "crash"), f"signal {os.WTERMSIG(status)}"
    outcome, _, text = said.partition(" ")
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if (usage.ru_maxrss - base) * 1024 > 3 * len(content) + ROOM:
        return "memory", f"{usage.ru_maxrss // 1024} MB"
    return outcome or "crash", text


def _read(path: Path, writing: int) -> int:
    try:
        table = read_table(path)
        out = path.with_name("out.csv")
        add_columns(table, path, out, pd.DataFrame({"p": 1.0}, index=table.frame.index))
        said = "read"
    except UserError as error:
        said = "refused" if "\n" not in str(error) else f"exception two lines: {error}"
    except BaseException as error:
        said = f"exception {type(error).__name__}: {error}"[:500]
    os.write(writing, said.encode("utf-8", "replace"))
    return 0


def run(job: tuple[str, int, int, str | None]) -> list[tuple[str, str, str]]:
    kind, seed, files, keep = job
    rng, found = np.random.default_rng([seed, sum(kind.encode())]), []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"flats.{kind}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for number in range(files):
            content = mutated(KINDS[kind](table(rng), rng), rng)
            outcome, said = attempt(path, content)
            found.append((kind, outcome, said))
            if keep and outcome not in ("read", "refused"):
                Path(keep, f"{outcome}-{number}.{kind}").write_bytes(content)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=1000, help="of all kinds together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--keep", metavar="DIR")
    arguments = parser.parse_args()
    if arguments.keep:
        Path(arguments.keep).mkdir(parents=True, exist_ok=True)
    each = -(-arguments.files // len(arguments.kinds))
    jobs = [(kind, arguments.seed, each, arguments.keep) for kind in arguments.kinds]
    with multiprocessing.Pool(os.cpu_count()) as pool:
        found = [one for part in pool.imap(run, jobs) for one in part]
    counts = Counter((kind, outcome) for kind, outcome, _ in found)
    print("kind     " + "".join(f"{outcome:>11}" for outcome in OUTCOMES))
    for kind in arguments.kinds:
        print(f"{kind:9}" + "".join(f"{counts[kind, outcome]:11}" for outcome in OUTCOMES))
    failures = Counter(
        f"{kind}: {outcome}: {said[:150]}"
        for kind, outcome, said in found
        if outcome not in ("read", "refused")
    )
    for text, count in failures.most_common(30):
        print(f"{count:5}  {text}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
