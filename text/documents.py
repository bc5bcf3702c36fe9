"""Long documents in a folder: found, and read only when a passage of them is wanted.

A passage is kept as its place in the file, so that a folder of a gigabyte costs a few megabytes.
"""

import codecs
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Self

import numpy as np

from common.encodings import check_encoding, detect_encoding, shown
from common.errors import UserError
from common.file_signatures import kind_of
from common.i18n import count_of
from text.labels import as_name

BEGINNING = 1 << 18
BLOCK_LOOKED_AT = 1 << 16
"""Bytes by which a text is told from something else."""
SUFFIXES = (".txt", ".text", ".md")
_PARTS = frozenset(
    ("train", "training", "test", "testing", "dev", "val", "valid", "validation", "eval", "unsup")
)
_ABOUT = re.compile(r"(?i)(readme|licen[sc]e)(\.\w+)?\.(md|txt)").fullmatch
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]")
_KINDS = {
    b"%pdf": "PDF",
    b"{\\rtf": "RTF",
    b"<!doctype html": "HTML",
    b"<html": "HTML",
    b"<?xml": "XML",
    b"from - ": "mail",
    **dict.fromkeys((b"\xff\xfe\0\0", b"\0\0\xfe\xff"), "UTF-32, to be saved as UTF-8"),
}
"""What is no text though it is written in letters, by how it begins."""


@dataclass(frozen=True)
class Document:
    """A text file: its class, and the encoding that was found."""

    path: Path
    label: str
    encoding: str


@dataclass(frozen=True)
class Passages:
    """Passages of documents, as a sequence of texts that are read when they are asked for.

    document, start, end: (n,) int64, the number of the document, and the bytes of the passage.
    """

    documents: tuple[Document, ...]
    document: np.ndarray
    start: np.ndarray
    end: np.ndarray

    def __len__(self) -> int:
        return len(self.document)

    def __iter__(self) -> Iterator[str]:
        """Yield every passage; with those of one document in a row, each file is opened once."""
        places = zip(self.document, self.start, self.end, strict=True)
        for number, passages in itertools.groupby(places, key=itemgetter(0)):
            document = self.documents[number]
            with document.path.open("rb") as file:
                for _, start, end in passages:
                    file.seek(start)
                    yield decode(file.read(end - start), document.encoding)

    def take(self, rows: np.ndarray) -> Self:
        """Return some of the passages, in the given order."""
        return replace(
            self, document=self.document[rows], start=self.start[rows], end=self.end[rows]
        )

    def first_of_some(self, count: int) -> Self:
        """Return the first passage of each of `count` documents, all over the folder."""
        firsts = np.unique(self.document, return_index=True)[1]
        places = np.linspace(0, len(firsts) - 1, min(count, len(firsts))).astype(np.int64)
        return self.take(firsts[np.unique(places)])

    @property
    def labels(self) -> np.ndarray:
        """The class of each passage."""
        names = np.array([document.label for document in self.documents], dtype=object)
        return names[self.document]


def find_documents(folder: Path, *, labelled: bool = True) -> tuple[list[Document], list[str]]:
    """Return a folder's text files with their classes, and the names of the empty ones.

    The class of `gas/letter.txt` is `gas`, that of `gas_letter.txt` in the folder itself too.
    labelled: False where the classes are not known, and names are no matter.

    Raises UserError where there is no text file, or one has no class, or is not text.
    """
    paths, others = _files(folder)
    if not paths:
        there = f"; there are: {_kinds(others)}" if others else ""
        raise UserError(
            f"{folder}: no text file (.txt, .md) in this folder, nor in those inside it{there}"
        )
    found, empty = [], []
    for path in paths:
        inner = path.relative_to(folder)
        label, mark, _ = path.stem.partition("_")
        if len(inner.parts) > 1:
            label = inner.parts[0]
        elif labelled and (not mark or not label):
            raise UserError(
                f"{path}: no class; name the file CLASS_name.txt, or put it into a folder "
                "that is called as its class"
            )
        encoding = find_encoding(path)
        if encoding is None:
            empty.append(shown(path.name))
        else:
            found.append(Document(path, as_name(shown(label)), encoding))
    if labelled and found and {document.label.casefold() for document in found} <= _PARTS:
        names = ", ".join(sorted({document.label for document in found}))
        raise UserError(
            f"{folder}: its folders are called as parts of a split, {names}, and not as classes: "
            "name one of them, for training makes its own parts, or put their folders together"
        )
    if not found:
        raise UserError(f"{folder}: every text file is empty, {len(paths)} in all")
    return found, empty


def left_out(folder: Path) -> list[str]:
    """Say which files of a folder are no documents."""
    _, others = _files(folder)
    return [f"files that are no texts left out: {_kinds(others)}"] if others else []


def _files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return a folder's texts and its other files, without what systems leave in folders."""
    # A link that leads nowhere is no text, and is to be named.
    there = (path for path in folder.rglob("*") if path.is_file() or _is_dead(path))
    files = sorted(there)
    own = [path for path in files if not any(map(_is_hidden, path.relative_to(folder).parts))]
    named = [path for path in own if path.suffix.lower() in SUFFIXES and not _ABOUT(path.name)]
    texts = [path for path in named if not _is_dead(path) and not _is_binary(path)]
    taken = set(texts)
    return texts, [path for path in own if path not in taken]


def _is_dead(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name in ("__MACOSX", "Thumbs.db", "desktop.ini")


def _is_binary(path: Path) -> bool:
    """Whether a file that is called a text holds something else, as a PDF or a picture does."""
    with path.open("rb") as file:
        start = file.read(BLOCK_LOOKED_AT)
    if _other_kind(start):
        return True
    if detect_encoding(start).startswith("utf-16"):
        return False
    start = start.replace(b"\0", b"") if not start.strip(b"\0 \t\r\n") else start
    return b"\0" in start.rstrip(b"\0") or 50 * len(_CONTROL.findall(start)) > len(start)


def _other_kind(start: bytes) -> str:
    """Return what a file is that is written in text and is none; empty for others."""
    start = start.removeprefix(codecs.BOM_UTF8).lstrip()[:100].lower()
    return next((kind for mark, kind in _KINDS.items() if start.startswith(mark)), "")


def named_groups(folder: Path, documents: Sequence[Document], by: str) -> tuple[np.ndarray, str]:
    """Return (n,) int64, which documents belong together by their names, and a note.

    by: `folder`, the folders within those of the classes; or N, part N of a file's name, cut at
    underscores, hyphens and spaces, as an author's name is in `gas/anna_1.txt`.

    Raises UserError where a document has no such folder or part.
    """
    if by != "folder" and not (by.isdecimal() and int(by) > 0):
        raise UserError(
            f"--group {by}: {folder} is a folder, expected 'folder' or the number of a part of "
            "the files' names"
        )
    names = []
    for document in documents:
        inner = document.path.relative_to(folder)
        parts = inner.parts[1:-1] if by == "folder" else re.split(r"[_\-\s]+", inner.stem)
        if by != "folder":
            parts = parts[int(by) - 1 : int(by)]
        if not "".join(parts):
            raise UserError(f"{shown(document.path)}: has no group, by --group {by}")
        names.append(as_name(shown("/".join(parts))))
    found, codes = np.unique(names, return_inverse=True)
    some = ", ".join(found[:3]) + (", …" if len(found) > 3 else "")
    note = f"{count_of(len(found), 'group')} by --group {by} ({some}): each stays in one part"
    return codes.astype(np.int64), note


def _kinds(paths: list[Path]) -> str:
    """Count files by how their names end; name those that end like texts, and what they are.

    >>> _kinds([Path("a.pdf"), Path("b.PDF"), Path("kept elsewhere.md")])
    '.pdf 2, kept elsewhere.md'
    """
    names = []
    for path in paths:
        suffix = path.suffix.lower()
        kind = ""
        if suffix in SUFFIXES and path.is_file():
            with path.open("rb") as file:
                start = file.read(BLOCK_LOOKED_AT)
            kind = _other_kind(start) or kind_of(start) or "binary data"
            kind = "about the others" if _ABOUT(path.name) else kind
        own = f"{path.name} ({kind})" if kind else path.name
        names.append(own if suffix in SUFFIXES else suffix or path.name)
    counts = Counter(names).most_common(6)
    return ", ".join(f"{name} {count}" if count > 1 else name for name, count in counts)


def find_encoding(path: Path) -> str | None:
    """Return the encoding of a text file; None for one that holds nothing but spaces.

    What is plain ASCII at its beginning is looked through for the first part that is not.
    """
    with path.open("rb") as file:
        part = beginning = file.read(BEGINNING)
        while part and (part.isascii()) and (further := file.read(BEGINNING)):
            part = further
    if not beginning.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        return None
    part = beginning if not beginning.isascii() else part
    encoding = detect_encoding(part)
    if encoding == "utf-16":  # as its mark says; a passage from the middle has none
        return "utf-16-le" if part.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    check_encoding(path, part, encoding)
    return encoding


def decode(data: bytes, encoding: str) -> str:
    """Return text; a line in another encoding than the rest is read in its own.

    >>> other = "С потолка течёт вода, вызовите сантехника".encode("cp1251")
    >>> decode("Добрый день!\\n".encode() + other, "utf-8")
    'Добрый день!\\nС потолка течёт вода, вызовите сантехника'
    """
    if encoding.startswith("utf-16"):
        return data.decode(encoding, errors="replace").lstrip("\ufeff")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        lines = data.split(b"\n")
    return "\n".join(_decode_line(line, encoding) for line in lines)


def _decode_line(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return line.decode(detect_encoding(line), errors="replace")
