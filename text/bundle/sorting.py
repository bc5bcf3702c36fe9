"""Classes for texts: python run.py messages.txt"""

import argparse
import csv
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from common.export.bundle.program import (
    FOLDER,
    InputError,
    Network,
    Text,
    beside,
    read_arrays,
    read_text,
    read_values,
    run,
)
from text.bundle.preparation import Preparation

TOGETHER = 64
"""Texts that go through the network at once."""


class Sorter:
    """The exported model: from texts to the probability of each class, and an answer.

    In a program of your own:

        sorter = Sorter()
        sorter.probabilities(["Опять нет горячей воды"])
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.network, self.values, arrays = (
            Network(folder),
            read_values(folder),
            read_arrays(folder),
        )
        self.classes: list[str] = self.values["classes"]
        self.costs = arrays["costs"].astype(np.float64)
        self.preparation = Preparation(self.values, arrays)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Return the probability of each class for each text, (n, classes) float64."""
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        found = np.empty((len(texts), len(self.classes)))
        for start in range(0, len(texts), TOGETHER):
            rows = order[start : start + TOGETHER]
            feed = self.preparation.feed([texts[row] for row in rows])
            logits = self.network(feed)[0].astype(np.float64)
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            found[rows] = powers / powers.sum(axis=1, keepdims=True)
        return found

    def choose(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the answer's number for each text: the likeliest, or that of least cost."""
        if self.values["decision"] == "least_cost":
            return (probabilities @ self.costs).argmin(axis=1)
        return probabilities.argmax(axis=1)


def answer(source: Path, out: Path | None, given: argparse.Namespace) -> Text:
    """Write a class for each text; return a line that says so."""
    sorter, out = Sorter(), out or beside(source, ".csv")
    header, rows, column = _read(source, given.column or sorter.values["column"])
    texts = [row[column].strip() for row in rows]
    there = [place for place, text in enumerate(texts) if text]
    if not there:
        raise InputError(
            f"{source}: no text in it, there is nothing to answer",
            f"{source}: ни одного текста, отвечать не на что",
        )
    probabilities = sorter.probabilities([texts[place] for place in there])
    chosen = sorter.choose(probabilities)
    cells = [["", ""] for _ in rows]
    for place, own, number in zip(there, probabilities, chosen, strict=True):
        cells[place] = [sorter.classes[number], f"{own[number]:.4f}"]
    handle, draft = tempfile.mkstemp(dir=out.absolute().parent, prefix=f".{out.name[:99]}.")
    try:
        with open(handle, "w", encoding="utf-8-sig", newline="", errors="replace") as file:
            table = csv.writer(file)
            table.writerow([*header, "predicted", "probability"])
            table.writerows([*row, *own] for row, own in zip(rows, cells, strict=True))
        os.chmod(draft, 0o644)
        os.replace(draft, out)
    except BaseException:
        os.unlink(draft)
        raise
    return f"{out}: answers: {len(there)}", f"{out}: ответов: {len(there)}"


def _read(source: Path, name: str) -> tuple[list[str], list[list[str]], int]:
    """Return the header, the rows, and in which column the texts stand."""
    if source.is_dir():
        raise InputError(
            f"{source}: a folder, expected a table or a file of lines",
            f"{source}: папка, нужна таблица или файл со строками",
        )
    text = read_text(source)
    if source.suffix.lower() == ".txt":
        return ["text"], [[_plain(line)] for line in text.splitlines() if line.strip()], 0
    first = text.partition("\n")[0]
    separator = max("\t;|,", key=lambda mark: first.count(mark))
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]
    header = [cell.strip() for cell in rows[0]] if rows else []
    if name not in header:
        shown = ", ".join(header[:12])
        raise InputError(
            f"{source}: no column {name!r}; there are: {shown}; name one with --column",
            f"{source}: нет столбца {name!r}; есть: {shown}; назовите другой: --column",
        )
    whole = [(row + [""] * len(header))[: len(header)] for row in rows[1:]]
    return header, whole, header.index(name)


def _plain(text: str) -> str:
    """A spreadsheet runs what begins like a formula; an apostrophe keeps it text."""
    return f"'{text}" if text.lstrip()[:1] in tuple("=+@-") else text


def _options(parser: argparse.ArgumentParser, language: int) -> None:
    helps = (
        "column that holds the texts (default: that of training)",
        "столбец с текстами (обычно тот же, что при обучении)",
    )
    parser.add_argument("--column", metavar="COLUMN", help=helps[language])


def main(argv: Sequence[str]) -> int:
    summary = ("Classes for texts.", "Классы для текстов.")
    return run(argv, answer, summary=summary, options=_options)
