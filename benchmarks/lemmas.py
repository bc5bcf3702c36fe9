"""Preparing long texts: lemmas against a plain loop, every step timed, and memory on a large file.

    python benchmarks/lemmas.py FOLDER                 lemmas and the whole preparation
    python benchmarks/lemmas.py FOLDER --memory 1000   and a file of 1,000 MB, streamed

FOLDER holds novels as AUTHOR_title.txt. The plain loop asks `MorphAnalyzer.parse` for every word
as it comes; what `text.morphology` gives is compared with it word by word, first with an empty
memory, then with the one that the first run left; twice before the loop and once after it, of which
the slowest counts. Memory is the largest resident set of a process of its own, with its children.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pymorphy2
import pymorphy2_dicts_ru

from text import preprocessing
from text.analyzer import Analysis, mend_units
from text.data import load
from text.morphology import Morphology
from text.settings import TextSource
from text.tokens import is_word, tokenize

MEASURED = """
import sys
from text.__main__ import DOMAIN
from common.cli import main
sys.exit(main(DOMAIN, sys.argv[1:]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--memory", type=int, metavar="MEGABYTES")
    parser.add_argument("--only-memory", action="store_true")
    arguments = parser.parse_args()
    if not arguments.only_memory:
        lemmas(arguments.folder)
        preparation(arguments.folder)
    if arguments.memory:
        memory(arguments.folder, arguments.memory)


def lemmas(folder: Path) -> None:
    began = time.perf_counter()
    words = [word for line in _lines(folder) for word in tokenize(line) if is_word(word)]
    size = sum(path.stat().st_size for path in folder.glob("*.txt"))
    seconds = time.perf_counter() - began
    print(f"{size / 1e6:.1f} MB, {len(words):,} words, {len(set(words)):,} distinct")
    print(f"{'tokens':34}{seconds:8.2f} s")
    mend_units()
    analyzer = pymorphy2.MorphAnalyzer(path=pymorphy2_dicts_ru.get_path())
    ours = [*_ours(words), *_ours(words)]
    expected, plain = _timed(lambda: [analyzer.parse(word)[0] for word in words])
    ours += _ours(words)
    print(f"{'plain loop over parse':34}{plain:8.2f} s")
    pairs = [(parse.normal_form, str(parse.tag)) for parse in expected]
    for name in dict.fromkeys(name for name, _, _ in ours):
        runs = [(found, seconds) for other, found, seconds in ours if other == name]
        same = all(list(map(tuple, found)) == pairs for found, _ in runs)
        slowest = max(seconds for _, seconds in runs)
        print(
            f"{name:34}{slowest:8.2f} s {plain / slowest:8.1f} times as fast, "
            f"{'the same' if same else 'NOT THE SAME'}; the slowest of {len(runs)}"
        )


def _ours(words: list[str]) -> Iterator[tuple[str, list[Analysis], float]]:
    with tempfile.TemporaryDirectory() as cache:
        for name in ("ours, nothing remembered", "ours, remembered from that run"):

            def analyse() -> list[Analysis]:
                morphology = Morphology(folder=Path(cache))
                found = morphology.analyse(words)
                morphology.save()
                return found

            yield (name, *_timed(analyse))


def preparation(folder: Path) -> None:
    """Time the steps of the whole preparation, with nothing remembered."""
    texts = load(TextSource(file=str(folder)))
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as cache, _watched(seconds):
        prepared = preprocessing.TextPreprocessing(morphology=Morphology(folder=Path(cache)))
        _, whole = _timed(lambda: prepared.fit(texts))
    print(f"\nthe whole preparation of {len(texts):,} passages{whole:10.2f} s")
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"    {name:30}{spent:8.2f} s {100 * spent / whole:6.0f} %")
    print(f"slowest: {max(seconds, key=seconds.get)}")


@contextmanager
def _watched(seconds: dict[str, float]) -> Iterator[None]:
    """Add up the time that each step takes; lemmas are looked up while tokens are read."""
    places = {
        "tokens": ("text.lexicon", "tokenize"),
        "lemmas": ("text.morphology", "Morphology.analyse"),
        "phrases": ("text.preprocessing", "learn_phrases"),
        "vectors": ("text.preprocessing", "learn_vectors"),
        "bag": ("text.preprocessing", "TextPreprocessing._fit_bag"),
    }
    kept = []
    for name, (module, path) in places.items():
        owner = sys.modules[module]
        *outer, last = path.split(".")
        for part in outer:
            owner = getattr(owner, part)
        kept.append((owner, last, getattr(owner, last)))
        setattr(owner, last, _counting(kept[-1][2], name, seconds))
    try:
        yield
    finally:
        for owner, last, function in kept:
            setattr(owner, last, function)


def _counting(function: Callable, name: str, seconds: dict[str, float]) -> Callable:
    def counted(*arguments, **more):
        began = time.perf_counter()
        try:
            return function(*arguments, **more)
        finally:
            seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - began

    return counted


def memory(folder: Path, megabytes: int) -> None:
    """Answer a file of lines, and prepare a folder and a table for training, each in a process of
    its own."""
    with tempfile.TemporaryDirectory() as place:
        run, lines, documents, table = (
            Path(place, name) for name in ("run", "lines.txt", "documents", "table.csv")
        )
        _run("train", "--epochs", "1", "--out", str(run), "--json")
        _write_lines(folder, lines, megabytes)
        answered = _run("predict", str(run), str(lines), "--out", str(Path(place, "answers.csv")))
        print(f"\npredict, {megabytes:,} MB of lines: {answered}")
        documents.mkdir()
        half = megabytes // 2
        for label in ("a", "b"):
            _write_lines(folder, documents / f"{label}_1.txt", half)
        code = (
            "import sys; from text.data import load; from text.settings import TextSource; "
            "from text.preprocessing import TextPreprocessing; "
            "file, text, label = sys.argv[1:] if sys.argv[2:] else (sys.argv[1], None, None); "
            "TextPreprocessing().fit(load(TextSource(file=file, text=text, label=label)))"
        )
        prepared = _measured([sys.executable, "-c", code, str(documents)])
        print(f"preparation for training, {2 * half:,} MB of documents: {prepared}")
        with table.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["text", "class"])
            for document in documents.glob("*.txt"):
                with document.open(encoding="utf-8") as texts:
                    rows.writerows([line.strip(), document.stem] for line in texts)
        prepared = _measured([sys.executable, "-c", code, str(table), "text", "class"])
        print(f"preparation for training, a table of {2 * half:,} MB: {prepared}")


def _run(*words: str) -> str:
    return _measured([sys.executable, "-c", MEASURED, *words])


def _measured(command: list[str]) -> str:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    seen = [0]

    def watch() -> None:
        while process.poll() is None:
            try:
                first = psutil.Process(process.pid)
                whole = [first, *first.children(recursive=True)]
                seen.append(sum(one.memory_info().rss for one in whole))
            except psutil.Error:
                return
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = process.communicate()
    watcher.join()
    if process.returncode:
        raise SystemExit(errors.decode("utf-8", "replace"))
    return f"at most {max(seen) / 1e6:,.0f} MB resident, {time.perf_counter() - began:,.0f} s"


def _write_lines(folder: Path, path: Path, megabytes: int) -> None:
    """The novels' lines again and again, each time with other numbers in them."""
    lines = [line for line in _lines(folder) if line.strip()]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        number = 0
        while file.tell() < megabytes * 1e6:
            for line in lines:
                number += 1
                file.write(f"{number} {line.strip()}\n")
                if number % 1000 == 0 and file.tell() >= megabytes * 1e6:
                    return


def _lines(folder: Path) -> list[str]:
    return [
        line
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def _timed(work: Callable) -> tuple:
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


if __name__ == "__main__":
    main()
