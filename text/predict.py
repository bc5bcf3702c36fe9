"""Answers in a file: for a table, for a folder of documents, for lines without end.

Lines are read, answered and written a block at a time, so that memory does not grow with them.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from common.encodings import shown
from common.errors import UserError, nearest
from common.files import atomic_path
from common.i18n import count_of
from common.pipeline import Pipeline
from common.report.formula_guard import as_text
from common.tables import Table, add_columns, answered_suffix, parse_number, read_table
from common.training.freed_memory import give_back_freed_memory
from text.answers import Answers, answer, unlabelled_texts
from text.cutting import cut
from text.data import FEW_DOCUMENTS, FEW_PASSAGES, Texts, from_frame, load, read_texts
from text.documents import find_documents, left_out
from text.labels import as_texts, part_notes
from text.line_reading import check_lines, names_column, read_lines
from text.new_texts import notes_on_documents, notes_on_new
from text.settings import PredictOptions, TextSource
from text.written_forms import form_notes

BLOCK = 4096
"""Lines that are in memory at a time,"""
LARGEST_BLOCK = 4_000_000
"""and about as many characters."""
MOST_KNOWN = 200_000
"""Distinct tokens after which a stream's lexicon begins anew."""
STANDARD_INPUT = "-"
COLUMNS = ("predicted", "probability", "expected_cost")
DIGITS = {"probability": 4, "expected_cost": 2}

Progress = Callable[[int, int], None]


def predict_file(
    pipeline: Pipeline,
    source: Path,
    out: Path,
    options: PredictOptions | None = None,
    *,
    progress: Progress = lambda done, of: None,
) -> str:
    """Answer for a table (a column is added), a folder, a file of lines (.txt), or for the lines
    of the standard input (`-`). Return a line that says what was written where.

    options: where in a workbook the table stands. progress: is told how many texts are done, and
    of how many, 0 where nobody knows.
    """
    if str(source) != STANDARD_INPUT and out.exists() and out.samefile(source):
        raise UserError(f"{out}: is the file to be answered; name another to write")
    said = _predict(pipeline, source, out, options or PredictOptions(), progress)
    pipeline.preprocessing.lexicon.morphology.save()
    return said


def answers_suffix(source: Path) -> str:
    """Return the suffix of the answers where no place is named.

    >>> [answers_suffix(Path(name)) for name in ("new.xlsx", "lines.txt")]
    ['.xlsx', '.csv']
    """
    if str(source) == STANDARD_INPUT:
        raise UserError("say where the answers to the standard input go: --out FILE")
    lines = source.is_dir() or source.suffix.lower() == ".txt"
    return ".csv" if lines else answered_suffix(source)


def _predict(
    pipeline: Pipeline, source: Path, out: Path, options: PredictOptions, progress: Progress
) -> str:
    if str(source) == STANDARD_INPUT:
        return _predict_lines(pipeline, sys.stdin.buffer, out, progress)
    if source.is_dir():
        return _predict_folder(pipeline, source, out)
    own = pipeline.source.text
    is_lines = source.suffix.lower() == ".txt" and source.is_file()
    if is_lines and not (own is not None and names_column(source, own)):
        check_lines(source)
        with source.open("rb") as file:
            return _predict_lines(pipeline, file, out, progress)
    return _predict_table(pipeline, source, out, options, progress)


def read_like(pipeline: Pipeline, source: TextSource) -> Texts:
    """Read texts with known classes; the columns are the run's own unless others are named."""
    own: TextSource = pipeline.source
    if source.file is None:
        raise UserError("name the table or folder to examine")
    if Path(source.file).is_dir():
        return in_prices_of(
            pipeline, load(replace(source, costs=None, passage=own.passage), to_train=False)
        )
    named = replace(
        source, text=source.text or own.text, label=source.label or own.label, costs=None
    )
    table = read_texts(source.file, named)
    columns = [str(name) for name in table.frame.columns]
    for option, name in (("text", named.text), ("label", named.label)):
        if name is None:
            raise UserError(f"say which column it is, --{option} COLUMN; there are: {columns[:20]}")
        if name not in columns:
            raise _missing_column(name, columns, classes=option == "label")
    return in_prices_of(pipeline, from_frame(table.frame, named, notes=table.notes, to_train=False))


def in_prices_of(pipeline: Pipeline, examples: Texts) -> Texts:
    """Say which classes the network has never seen: no figure can speak of them."""
    classes = pipeline.preprocessing.classes
    strange = [label for label in examples.labels if label not in classes]
    notes = list(examples.notes)
    if strange:
        names = ", ".join(repr(name) for name in sorted(set(strange))[:5])
        notes.append(
            f"{count_of(len(strange), 'text has', 'texts have')} a class that the network never "
            f"saw ({names}): left out of the figures"
        )
    notes += part_notes("examined", examples.labels, classes)
    return replace(examples, notes=notes)


def _predict_table(
    pipeline: Pipeline, source: Path, out: Path, options: PredictOptions, progress: Progress
) -> str:
    name = pipeline.source.text or "text"
    table = _read(source, name, options)
    columns = [str(title) for title in table.frame.columns]
    if name not in columns:
        same = [title for title in columns if title.casefold() == name.casefold()]
        if pipeline.source.text is None and len(columns) == 1:
            same = columns
        if len(same) != 1:
            raise _missing_column(name, columns)
        name, table = same[0], _read(source, same[0], options)
    frame = table.frame
    column = frame.iloc[:, columns.index(name)]
    added: dict[str, np.ndarray] = {
        "predicted": np.full(len(frame), None, dtype=object),
        "probability": np.full(len(frame), np.nan),
        "expected_cost": np.full(len(frame), np.nan),
    }
    answered = 0
    notes = list(table.notes)
    for start in range(0, len(frame), BLOCK):
        texts = as_texts(column.iloc[start : start + BLOCK])
        readable = np.flatnonzero(texts != "")
        if not len(readable):
            continue
        found = answer(pipeline, unlabelled_texts(pipeline, texts[readable].tolist()))
        if not answered:
            places = frame.index[start + readable]
            notes += notes_on_new(pipeline.preprocessing, texts[readable].tolist(), places)
        for cells, values in zip(
            added.values(), (found.label, found.probability, found.cost), strict=True
        ):
            cells[start + readable] = values
        answered += len(readable)
        progress(min(start + BLOCK, len(frame)), len(frame))
        begin_anew(pipeline)
    if not pipeline.preprocessing.priced:
        del added["expected_cost"]
    answers = pd.DataFrame(index=frame.index)
    for title, values in added.items():
        while title in columns:
            title += "_new"
        digits = DIGITS.get(title.partition("_new")[0])
        answers[title] = values if digits is None else values.round(digits)
    add_columns(table, source, out, answers)
    said = f"{count_of(answered, 'answer')} written to {out}{_unanswered(len(frame) - answered)}"
    return "; ".join([said, *notes])


def _read(source: Path, name: str, options: PredictOptions) -> Table:
    return read_table(
        source,
        names=(name,),
        as_text=(name,),
        sheet=options.sheet,
        header_row=options.header_row,
        hidden=options.hidden,
    )


def _predict_folder(pipeline: Pipeline, source: Path, out: Path) -> str:
    documents, empty = find_documents(source, labelled=False)
    passages = cut(documents, pipeline.source.passage)
    found = answer(pipeline, unlabelled_texts(pipeline, passages))
    with _row_writer(pipeline, out, ("file", "passage")) as write:
        counts: dict[int, int] = {}
        for row, number in enumerate(passages.document):
            counts[number] = counts.get(number, 0) + 1
            write((shown(documents[number].path.relative_to(source)), counts[number]), found, row)
    cut_into = count_of(len(passages), "passage")
    some = passages.take(np.arange(0, len(passages), 1 + len(passages) // FEW_PASSAGES))
    notes = left_out(source) + notes_on_documents(pipeline.preprocessing, list(some))
    firsts = passages.first_of_some(FEW_DOCUMENTS)
    names = [shown(documents[number].path.name) for number in firsts.document]
    notes += form_notes(list(firsts), names, "documents, such as")
    if empty:
        notes.append(f"empty documents left out: {len(empty)}, such as {empty[0]}")
    said = f"{cut_into} of {count_of(len(documents), 'document')} answered in {out}"
    return "; ".join([said, *notes])


def _predict_lines(pipeline: Pipeline, file: IO[bytes], out: Path, progress: Progress) -> str:
    answered = empty = 0
    notes: list[str] = []
    with _row_writer(pipeline, out, ("text",)) as write:
        for block in _blocks(read_lines(file)):
            texts = [line for line in block if line]
            empty += len(block) - len(texts)
            if not texts:
                continue
            found = answer(pipeline, unlabelled_texts(pipeline, texts))
            if not answered:
                places = empty - len(block) + len(texts) + 1 + np.flatnonzero(block)
                notes = notes_on_new(pipeline.preprocessing, texts, places)
            for row, text in enumerate(texts):
                write((text,), found, row)
            answered += len(texts)
            progress(answered, 0)
            begin_anew(pipeline)
    if not answered:
        out.unlink(missing_ok=True)
        raise UserError("no line with a text in it: there is nothing to answer")
    said = f"{count_of(answered, 'answer')} written to {out}{_unanswered(empty)}"
    return "; ".join([said, *notes])


def begin_anew(pipeline: Pipeline) -> None:
    """A stream has new tokens without end: forget them all before they fill the memory."""
    give_back_freed_memory()
    forget_if_many(pipeline)


def forget_if_many(pipeline: Pipeline) -> None:
    """Forget all tokens where there are more than MOST_KNOWN."""
    if len(pipeline.preprocessing.lexicon) > MOST_KNOWN:
        pipeline.preprocessing.forget()


def _unanswered(count: int) -> str:
    if count == 1:
        return "; 1 empty text has none"
    return f"; {count:,} empty texts have none" if count else ""


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield lines as many at a time as memory may hold."""
    block, size = [], 0
    for line in lines:
        block.append(line)
        size += len(line)
        if len(block) == BLOCK or size >= LARGEST_BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


@contextmanager
def _row_writer(
    pipeline: Pipeline, out: Path, keys: tuple[str, ...]
) -> Iterator[Callable[[tuple[Any, ...], Answers, int], None]]:
    """Give a function that writes a row; the file appears whole or not at all."""
    if out.suffix.lower() not in ("", ".csv", ".txt"):
        raise UserError(f"{out}: answers to lines and documents are written as .csv")
    if out.is_dir() or not out.parent.is_dir():
        raise UserError(f"{out}: expected the name of a file in a folder that is there")
    priced = pipeline.preprocessing.priced
    with (
        atomic_path(out) as draft,
        draft.open("w", encoding="utf-8-sig", newline="", errors="replace") as file,
    ):
        rows = csv.writer(file)
        rows.writerow([*keys, *(COLUMNS if priced else COLUMNS[:2])])

        def write(key: tuple[Any, ...], found: Answers, row: int) -> None:
            cells = [*map(_guarded, key), found.label[row], f"{found.probability[row]:.4f}"]
            rows.writerow([*cells, f"{found.cost[row]:.2f}"] if priced else cells)

        yield write


def _guarded(cell: Any) -> str:
    """A spreadsheet runs what begins with `=` as a formula; an apostrophe keeps it text."""
    text = str(cell)
    return text if parse_number(text) is not None else as_text(text)


def _missing_column(name: str, there: Sequence[str], *, classes: bool = False) -> UserError:
    """Build the error for a column that a trained network needs and a table lacks."""
    alike = nearest(name, there)
    guess = f"; is it {alike[0]!r} there?" if alike else f"; there are: {', '.join(there[:12])}"
    if classes:
        return UserError(f"column {name!r} is missing, the classes stand there{guess}")
    if len(there) == 1:
        guess += "; a file of lines is called .txt"
    return UserError(f"column {name!r} is missing, the network reads its texts there{guess}")
