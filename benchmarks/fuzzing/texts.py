"""Valid texts: documents in folders, lines, tables of texts, word vectors."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

import text.data
import text.vectors
from fuzzing.kinds import Kind
from text.line_reading import read_lines
from text.settings import TextSource
from text.tokens import tokenize

PHRASES = """
вода течёт с потолка пахнет газом в подъезде спасибо мастеру где счёт за март 8 800 555-35-35
12.05.2024 дом №5 кв.17 <b>срочно</b> &amp; 👍🏽 hello world www.okna.example воды\u0301 1 250,50 ₽
"""
WORDS = PHRASES.split()
ENCODINGS = ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "mac_cyrillic", "utf-16"]


def prose(rng: np.random.Generator, words: int = 300) -> str:
    return " ".join(rng.choice(WORDS, words))


def document_of(rng: np.random.Generator) -> bytes:
    return prose(rng).encode(rng.choice(ENCODINGS[:-1]), errors="replace")


def lines_of(rng: np.random.Generator) -> bytes:
    lines = [prose(rng, int(rng.integers(1, 30))) for _ in range(30)]
    return "\r\n".join(lines).encode(rng.choice(ENCODINGS), errors="replace")


def messages(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": np.arange(40),
            "текст": [prose(rng, int(rng.integers(1, 12))) for _ in range(40)],
            "класс": rng.choice(["1.1", "1.10", "none", "газ"], 40),
        }
    )


def csv_of(rng: np.random.Generator) -> bytes:
    written = messages(rng).to_csv(index=False, sep=rng.choice([",", ";", "\t"]))
    return written.encode(rng.choice(ENCODINGS), errors="replace")


def jsonl_of(rng: np.random.Generator) -> bytes:
    rows = messages(rng).to_dict("records")
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def vectors_of(rng: np.random.Generator) -> bytes:
    words = list(dict.fromkeys(w for w in WORDS if " " not in w))[:20]
    values = rng.normal(size=(len(words), 8)).astype(np.float32)
    head = f"{len(words)} 8\n".encode()
    if rng.random() < 0.5:
        rows = zip(words, values, strict=True)
        return head + b"".join(w.encode() + b" " + v.tobytes() for w, v in rows)
    lines = [f"{w} {' '.join(f'{x:.4f}' for x in v)}\n" for w, v in zip(words, values, strict=True)]
    return head + "".join(lines).encode()


def _folder(path: Path) -> list[str]:
    """Read a folder in which one document is the changed one."""
    folder = path.with_name("folder")
    for name in ("a/one.txt", "b/two.txt"):
        other = folder / name
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_text(f"{name} {' '.join(WORDS * 5)}", encoding="utf-8")
    (folder / "b" / "changed.txt").write_bytes(path.read_bytes())
    found = text.data.load(TextSource(file=str(folder)))
    for passage in found.texts:
        tokenize(passage)
    return [note for note in found.notes if "left out" in note or "near-identical" in note]


def _lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        for line in read_lines(file):
            tokenize(line)
    return []


def _table(path: Path) -> list[str]:
    found = text.data.load(TextSource(file=str(path), text="текст", label="класс"))
    for one in found.texts:
        tokenize(one)
    return found.notes[1:]


def _vectors(path: Path) -> list[str]:
    text.vectors.read_vectors(path)
    return []


KINDS = {
    "folder": Kind(document_of, _folder, ".txt", b"\n", cells=True),
    "lines": Kind(lines_of, _lines, ".txt", b"\n", cells=True),
    "texts.csv": Kind(csv_of, _table, ".csv", b"\n", cells=True),
    "texts.jsonl": Kind(jsonl_of, _table, ".jsonl", b"\n", cells=True),
    "vectors": Kind(vectors_of, _vectors, ".bin", b"\n"),
}
