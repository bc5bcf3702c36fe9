"""Reading a large table: memory and time, beside plain `pandas.read_csv` told every detail.

    python benchmarks/tables.py              # 200 MB each; --megabytes 40 for a quick look

Each reading is a process of its own, which first reads a small file, so that libraries that load
on first use are not counted. Memory is the growth of the resident set at its peak, as a multiple
of the file's size. `pandas.read_csv` is told encoding, separator and decimal mark; `read_table`
finds them. Prices have their thousands set apart by spaces, which pandas leaves as text.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

FORMATS = {
    "utf-8, comma, decimal point": ("utf-8", ",", "."),
    "utf-8, semicolon, decimal comma": ("utf-8", ";", ","),
    "cp1251, semicolon, decimal comma": ("cp1251", ";", ","),
}
READERS = {
    "read_table": "from common.tables import read_table; read = read_table",
    "pandas.read_csv": (
        "import functools, pandas; "
        "read = functools.partial(pandas.read_csv, encoding={0!r}, sep={1!r}, decimal={2!r})"
    ),
}
MEASURE = """
import json, sys, threading, time
import psutil
{setup}
process, seen, done = psutil.Process(), [], threading.Event()

def watch():
    while not done.wait(0.005):
        seen.append(process.memory_info().rss)

read(sys.argv[1])
before = process.memory_info().rss
watcher = threading.Thread(target=watch)
watcher.start()
start = time.perf_counter()
table = read(sys.argv[2])
seconds = time.perf_counter() - start
done.set()
watcher.join()
print(json.dumps([max(seen) - before, seconds]))
"""


def flats(rows: int) -> pd.DataFrame:
    """Numbers, repeated words, and one column of texts that do not repeat."""
    random = np.random.default_rng(0)
    prices = random.integers(3_000_000, 400_000_000, rows)
    return pd.DataFrame(
        {
            "номер": np.arange(rows),
            "район": random.choice(["Тверской", "Арбат", "Хамовники", "Пресненский"], rows),
            "метро": random.choice(["Маяковская", "Арбатская", "Парк культуры"], rows),
            "площадь": np.round(random.uniform(18, 300, rows), 1),
            "комнат": random.integers(1, 6, rows),
            "этаж": random.integers(1, 30, rows),
            "год": random.integers(1900, 2026, rows),
            "материал": random.choice(["кирпич", "монолит", "панель"], rows),
            "широта": np.round(random.uniform(55, 56, rows), 6),
            "долгота": np.round(random.uniform(37, 38, rows), 6),
            "описание": [f"Квартира {n}, улица Строителей" for n in random.integers(0, rows, rows)],
            "цена": [f"{price:,}".replace(",", " ") for price in prices],
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200)
    megabytes = parser.parse_args().megabytes
    print(f"{'file of ' + str(megabytes) + ' MB':34}{'reader':18}{'memory':>9}{'seconds':>9}")
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large.csv"), Path(folder, "small.csv")
        for name, (encoding, separator, decimal) in FORMATS.items():
            how = {"encoding": encoding, "sep": separator, "decimal": decimal, "index": False}
            flats(20_000).to_csv(small, **how)
            rows = int(20_000 * megabytes * 1e6 / small.stat().st_size)
            flats(rows).to_csv(large, **how)
            seconds = {}
            for reader, setup in READERS.items():
                code = MEASURE.format(setup=setup.format(encoding, separator, decimal))
                command = [sys.executable, "-c", code, small, large]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                growth, seconds[reader] = json.loads(done.stdout)
                ratio = growth / large.stat().st_size
                print(f"{name:34}{reader:18}{ratio:8.2f}x{seconds[reader]:9.1f}", flush=True)
            ratio = seconds["read_table"] / seconds["pandas.read_csv"]
            print(f"{name:34}{'time, ours to pandas':27}{ratio:8.1f}x")


if __name__ == "__main__":
    main()
