"""Where texts come from: a person's table or folder, or the messages of the course."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from common.disjoint_sets import joined
from common.encodings import shown
from common.errors import UserError, unknown
from common.i18n import count_of
from common.settings import flag
from common.tables import Table, read_table
from text.costs import Costs, read_costs
from text.cutting import cut
from text.documents import Passages, find_documents, left_out, named_groups
from text.labels import (
    as_groups,
    as_labels,
    contradictions,
    described,
    order_of,
    rare_notes,
    refuse_no_classes,
)
from text.near_copies import alike_notes, alike_texts, copy_notes, near_copies
from text.settings import TextSource
from text.text_quality import SAMPLE, look_at, misread_notes, tell_tale
from text.texts_on_disk import TextsOnDisk, digest_of, texts_and_digests
from text.written_forms import form_notes

FEW_PASSAGES, FEW_DOCUMENTS = 50, 200
"""Passages of a folder that are looked at, and documents whose beginnings are."""

Strings = Sequence[str] | Passages | TextsOnDisk


@dataclass(frozen=True)
class Texts:
    """Texts with their classes.

    texts: (n) strings, or passages or a spool, which are read when they are walked through.
    labels: (n,) object, the class of each as text. costs: the price list over all classes of the
    source, in their order. rows: (n,) what a message calls a text: its row's number, or a name.
    documents: (n,) int64, which document a passage is from; None for texts that stand alone.
    """

    texts: Strings
    labels: np.ndarray
    costs: Costs
    rows: np.ndarray
    documents: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)
    split_by: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, rows: np.ndarray) -> Self:
        taken = (
            self.texts.take(rows)
            if isinstance(self.texts, (Passages, TextsOnDisk))
            else [self.texts[row] for row in rows]
        )
        return replace(
            self,
            texts=taken,
            labels=self.labels[rows],
            rows=self.rows[rows],
            documents=None if self.documents is None else self.documents[rows],
            split_by={name: column[rows] for name, column in self.split_by.items()},
        )


def load(source: TextSource, *, to_train: bool = True) -> Texts:
    """Read the texts that a source names: a table, a folder, or the course's messages.

    to_train: False where they are only evaluated, so that one class is enough.
    """
    if source.file is None:
        for name in ("text", "label", "group", "sheet", "header_row"):
            if getattr(source, name) is not None:
                raise UserError(f"{flag(name)} {getattr(source, name)}: name the file that has it")
        return _course_messages(source)
    path = Path(source.file)
    if path.is_dir():
        return _from_folder(path, source, to_train=to_train)
    table = read_texts(path, source)
    notes = [f"{path.name}: {table.found}", *table.notes]
    return from_frame(table.frame, source, notes=notes, to_train=to_train)


def read_texts(path: str | Path, source: TextSource) -> Table:
    """Read a table whose texts and classes stay as they are written, by the columns' names."""
    own = [name for name in (source.text, source.label) if name is not None]
    as_text = own if source.group is None else [*own, source.group]
    return read_table(
        path,
        names=as_text,
        as_text=as_text,
        sheet=source.sheet,
        header_row=source.header_row,
        large=True,
        hidden=source.hidden,
    )


def from_frame(
    frame: pd.DataFrame, source: TextSource, *, notes: Iterable[str], to_train: bool = True
) -> Texts:
    """Take the texts and classes out of a table; leave out empty and repeated ones."""
    notes = list(notes)
    names = [str(name) for name in frame.columns]
    frame = frame.set_axis(names, axis=1)
    for option, name in (("--text", source.text), ("--label", source.label)):
        if name is None:
            shown = ", ".join(names[:30])
            raise UserError(f"say which column it is, {option} COLUMN; there are: {shown}")
        if name not in names:
            raise unknown("column", name, names)
    if source.text == source.label:
        raise UserError(f"--text and --label both name {source.text!r}, expected two columns")
    if source.group is not None and source.group not in names:
        raise unknown("column", source.group, names)
    texts, digests = texts_and_digests(frame[source.text])
    labels, there = as_labels(frame[source.label]), digests != np.bytes_(digest_of(""))
    without_label = (labels == "") & there
    if without_label.any():
        notes.append(f"rows without a class left out: {int(without_label.sum()):,}")
    empty = ~there & (labels != "")
    if empty.any():
        notes.append(
            f"empty texts left out: {int(empty.sum()):,}, the first is row {frame.index[empty][0]}"
        )
    kept = (labels != "") & there
    if not kept.any():
        raise UserError(
            f"no row has both a text in {source.text!r} and a class in {source.label!r}"
        )
    # Before the split: a text that stands twice would lie in training and in the test: leakage.
    places = np.flatnonzero(kept)
    _check_exchanged(digests[places], labels[places], source)
    first = np.sort(np.unique(digests[places], return_index=True)[1])
    if len(first) == 1 < len(places):
        raise UserError(
            f"all {len(places):,} texts in {source.text!r} are the same: there is nothing to learn"
        )
    if len(first) < len(places):
        repeated = len(places) - len(first)
        notes.append(f"repeated texts thrown out: {repeated:,} of {len(places):,}")
        notes += contradictions(digests[places], labels[places], frame.index[places])
        places = places[first]
    rows = frame.index[places].to_numpy()
    groups = None
    if source.group is not None:
        groups, said = as_groups(frame[source.group].iloc[places], source.group)
        notes.append(said)
    some = np.unique(np.linspace(0, len(places) - 1, min(SAMPLE, len(places))).astype(np.int64))
    texts = texts.take(places) if isinstance(texts, TextsOnDisk) else [texts[row] for row in places]
    sample = list(texts.take(some)) if isinstance(texts, TextsOnDisk) else [texts[n] for n in some]
    notes += look_at(sample, rows[some])
    if to_train:
        notes += tell_tale(sample, labels[places[some]].tolist())
    if to_train:
        alike, many = alike_texts(texts, len(places))
        notes += alike_notes(alike, many, rows)
        if (alike != np.arange(len(places))).any():
            groups = alike if groups is None else joined(groups, alike)
    return _checked(texts, labels[places], rows, groups, None, source, notes, to_train=to_train)


def _check_exchanged(digests: np.ndarray, labels: np.ndarray, source: TextSource) -> None:
    """Refuse more classes than different texts: then the columns have each other's names."""
    texts, classes = len(np.unique(digests)), len(set(labels))
    if classes > max(2, texts):
        raise UserError(
            f"{classes:,} classes in {source.label!r} for {texts:,} different texts in "
            f"{source.text!r}: are --text and --label exchanged?"
        )


def fingerprint(texts: Texts) -> str:
    """Return a hash of all texts and classes, in their order."""
    digest = hashlib.sha256()
    for text, label in zip(texts.texts, texts.labels, strict=True):
        digest.update(f"{label}\0{text}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def _course_messages(source: TextSource) -> Texts:
    from text.synthetic import CLASSES, read_messages, read_prices

    messages = read_messages()
    prices = read_prices()
    matrix = np.array([[prices[true, answer] for answer in CLASSES] for true in CLASSES])
    costs = Costs(CLASSES, matrix)
    if source.costs is not None:
        costs = read_costs(source.costs).over(CLASSES, source.costs)
    labels = np.array([message.label for message in messages], dtype=object)
    situations = np.unique([message.situation for message in messages], return_inverse=True)[1]
    return Texts(
        [message.text for message in messages],
        labels,
        costs,
        np.array([f"message {number}" for number in range(1, len(messages) + 1)], dtype=object),
        notes=[
            "the messages were written for this course (CC0): no resident, address or telephone "
            "number in them is real",
            *_price_notes(costs),
        ],
        split_by={"groups": situations, "stratify": labels},
    )


def _from_folder(folder: Path, source: TextSource, *, to_train: bool) -> Texts:
    for name in ("text", "label", "sheet", "header_row"):
        if getattr(source, name) is not None:
            raise UserError(
                f"{flag(name)}: {folder} is a folder, whose classes are told by the files' names"
            )
    documents, empty = find_documents(folder)
    passages = cut(documents, source.passage)
    copies = groups = near_copies(documents)
    encodings = Counter(document.encoding for document in documents)
    found = ", ".join(f"{count:,} in {name}" for name, count in encodings.most_common())
    notes = [
        f"{count_of(len(documents), 'document')}, {found}",
        f"cut into {count_of(len(passages), 'passage')} of about {source.passage} words; "
        "those of one document stay in one part",
    ]
    some = np.unique(
        np.linspace(0, len(passages) - 1, min(FEW_PASSAGES, len(passages))).astype(int)
    )
    notes += left_out(folder) + copy_notes(documents, copies)
    notes += misread_notes(list(passages.take(some)))
    names = [shown(document.path.name) for document in documents]
    firsts = passages.first_of_some(FEW_DOCUMENTS)
    beginnings = list(firsts)
    notes += form_notes(beginnings, [names[n] for n in firsts.document], "documents, such as")
    if to_train:
        notes += tell_tale(beginnings, firsts.labels.tolist())
    if empty:
        notes.append(f"empty documents left out: {len(empty)}, such as {empty[0]}")
    if source.group is not None:
        own, said = named_groups(folder, documents, source.group)
        groups, notes = joined(copies, own), [*notes, said]
    rows = np.array([names[number] for number in passages.document], dtype=object)
    place = passages.document
    labels = passages.labels
    return _checked(passages, labels, rows, groups[place], place, source, notes, to_train=to_train)


def _checked(
    texts: Strings,
    labels: np.ndarray,
    rows: np.ndarray,
    groups: np.ndarray | None,
    documents: np.ndarray | None,
    source: TextSource,
    notes: list[str],
    *,
    to_train: bool,
) -> Texts:
    counts = Counter(labels)
    refuse_no_classes(counts, len(labels), source.label, to_train=to_train)
    classes = order_of(counts)
    costs = Costs.equal(classes)
    if source.costs is not None:
        given = read_costs(source.costs)
        costs = given.over(classes, source.costs)
        # The price list's order is the person's own.
        costs = costs.over([name for name in given.classes if name in counts], source.costs)
    notes = [*notes, *described(labels)]
    if to_train:
        alone = documents if source.group is None else None  # else they stay in groups
        notes += rare_notes(labels, rows, groups, alone) + _price_notes(costs)
    split_by = {"stratify": labels} | ({} if groups is None else {"groups": groups})
    return Texts(texts, labels, costs, rows, documents, notes, split_by)


def _price_notes(costs: Costs) -> list[str]:
    if not costs.given:
        return ["no prices were given, so every mix-up costs 1; --costs FILE names them"]
    from text.metrics import costliest_class

    first = costliest_class(costs.prices)
    notes = [
        f"a mix-up costs from {costs.prices[costs.prices > 0].min():,.0f} "
        f"to {costs.prices.max():,.0f}"
    ]
    if first is not None:
        notes.append(f"the costliest class to miss: {costs.classes[first]}")
    return notes
