"""The peak of memory while `text train` reads a table of messages, by kind of file.

    python benchmarks/streaming_texts.py [--rows 200000 1000000] [--kinds csv parquet jsonl]

Messages of twenty words each, drawn from those of the course, are written as CSV, Parquet and JSON
Lines, and read in a process of its own each, with all looks at classes, copies and quality. Printed
are, in MiB and above what the libraries take: the peak of the resident memory (VmHWM); that of what
is no file's, so that the system cannot spare it (RssAnon, looked at every hundredth of a second);
what of it is left when all has been read; processor time in seconds; and the memory that is no
file's of another process, to which the texts are handed over as to the ranks of a training, when it
has walked through them. Last stands a hash of the texts and classes as they were read.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd

PART = 50_000
STEPS = "--read", "--take"
"""What a process of its own does: it reads a table, or takes what was read."""


def draw(folder: Path, rows: int, kind: str) -> Path:
    """Write messages, a part at a time, and return their file."""
    import pyarrow as pa
    from pyarrow import parquet

    from text.synthetic import read_messages

    path, rng, messages = folder / f"{rows}.{kind}", np.random.default_rng(0), read_messages()
    words = np.array(sorted({word for one in messages for word in one.text.split()}), object)
    classes = np.array(sorted({one.label for one in messages}), object)
    writer = None
    for start in range(0, rows, PART):
        drawn = words[rng.integers(len(words), size=(min(PART, rows - start), 20))]
        texts = [" ".join(one) for one in drawn]
        labels = classes[rng.integers(len(classes), size=len(texts))]
        part = pd.DataFrame({"number": np.arange(start, start + len(texts)), "text": texts})
        part["class"] = labels
        if kind == "csv":
            part.to_csv(path, mode="a", header=not start, index=False)
        elif kind == "jsonl":
            part.to_json(path, mode="a", orient="records", lines=True, force_ascii=False)
        else:
            table = pa.Table.from_pandas(part, preserve_index=False)
            writer = writer or parquet.ParquetWriter(path, table.schema)
            writer.write_table(table)
    if writer:
        writer.close()
    return path


def read(path: Path) -> None:
    """Read texts as training does, and print the figures."""
    import text.task  # noqa: F401, what is imported is no part of the table
    from common import mapped_pickle
    from text.data import fingerprint, load
    from text.settings import TextSource

    before, anonymous, began = resident("VmRSS"), resident("RssAnon"), time.process_time()
    seen, ended = [anonymous], threading.Event()

    def look() -> None:
        while not ended.wait(0.01):
            seen.append(resident("RssAnon"))

    watcher = threading.Thread(target=look)
    watcher.start()
    texts = load(TextSource(file=str(path), text="text", label="class"))
    seconds = time.process_time() - began
    peak, left = resident("VmHWM") - before, resident("RssAnon") - anonymous
    ended.set()
    watcher.join()
    cells = f"{peak:>9.0f}{max(seen) - anonymous:>11.0f}{left:>9.0f}{seconds:>8.0f}"
    mapped_pickle.write(texts, shared(path))
    print(f"found: {cells} {fingerprint(texts)}")


def take(path: Path) -> None:
    """Take the texts that another process has read, walk through them, and print the memory."""
    import text.data  # noqa: F401, what is imported is no part of the texts
    from common import mapped_pickle

    before = resident("RssAnon")
    texts = mapped_pickle.mapped(path)
    assert all(map(len, texts.texts))
    print(f"found: {resident('RssAnon') - before:.0f}")


def shared(path: Path) -> Path:
    return path.with_suffix(".shared")


def resident(key: str) -> float:
    """Return the resident memory of this process in MiB: VmRSS, VmHWM, its peak, or RssAnon."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(key + r":\s+(\d+) kB", status)[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[200_000, 1_000_000])
    parser.add_argument("--kinds", nargs="+", default=["csv", "parquet", "jsonl"])
    for step in STEPS:
        parser.add_argument(step, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(Path(options.read))
        return
    if options.take:
        take(Path(options.take))
        return
    heads = f"{'peak':>9}{'anonymous':>11}{'left':>9}{'CPU, s':>8}{'a rank':>8}"
    print(f"{'rows':>9} {'kind':<8}{'file':>6}{heads}   MiB")
    for rows in options.rows:
        for kind in options.kinds:
            with tempfile.TemporaryDirectory() as folder:
                path = draw(Path(folder), rows, kind)
                size, found = path.stat().st_size / 2**20, []
                for step, place in zip(STEPS, (path, shared(path)), strict=True):
                    command = [sys.executable, __file__, step, str(place)]
                    done = subprocess.run(command, capture_output=True, text=True, check=False)
                    if done.returncode:
                        raise SystemExit(f"{path.name}: {done.stderr[-2000:]}")
                    found.append(done.stdout.partition("found: ")[2].rstrip())
                cells, _, hashed = found[0].rpartition(" ")
                print(f"{rows:>9} {kind:<8}{size:>6.0f}{cells}{found[1]:>8}  {hashed}", flush=True)


if __name__ == "__main__":
    main()
