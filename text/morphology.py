"""Lemmas and parts of speech by pymorphy2: each distinct word once, remembered from run to run."""

import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from filelock import FileLock
from pymorphy2_dicts_ru.version import __version__ as DICTIONARY

from common.datasets import cache_folder
from text.analyzer import Analysis, Analyzer

LONGEST = 64
"""Letters of a word that are looked at: nobody's word is longer, and guessing takes ever longer."""
MOST_KEPT = 300_000
"""Words that are remembered from run to run: some 15 MB of a file."""
MOST_KNOWN = 400_000
"""Words that are remembered in a run: some 150 MB of memory."""


class Morphology:
    """Analyses words, each distinct one once.

    What was found is kept in a file of the user's cache folder, plain text, so the next run has
    it at once. `folder=None` keeps nothing. The file serves many processes at a time, and one that
    is damaged or made with another dictionary is not believed.

    >>> morphology = Morphology(folder=None)
    >>> [analysis.lemma for analysis in morphology.analyse(["трубы", "прорвало"])]
    ['труба', 'прорвать']
    """

    def __init__(self, *, folder: Path | None) -> None:
        self.path = folder / f"morphology-{DICTIONARY}.tsv" if folder else None
        self._known = _read(self.path) if self.path else {}
        self._kept = len(self._known)
        self._analyzer: Analyzer | None = None

    @classmethod
    def cached(cls) -> "Morphology":
        """Return one that remembers from run to run, in the user's cache folder."""
        return cls(folder=cache_folder())

    def analyse(self, words: Iterable[str]) -> list[Analysis]:
        """Return the analysis of each word, in order."""
        known, found = self._known, []
        for word in words:
            analysis = known.get(word)
            found.append(analysis if analysis is not None else self._learn(word))
        return found

    def _learn(self, word: str) -> Analysis:
        # A single capital may be an initial, and is another word than the small letter; of longer
        # words the analyzer sees small letters only.
        plain = word[:LONGEST] if len(word) == 1 else word[:LONGEST].lower()
        analysis = self._known.get(plain)
        if analysis is None:
            if len(self._known) >= MOST_KNOWN:
                self._make_room()
            self._analyzer = self._analyzer or Analyzer()
            analysis = self._known[plain] = self._analyzer.analyse(plain)
        self._known[word] = analysis
        return analysis

    def _make_room(self) -> None:
        """Forget all words: a stream has new ones without end. From now on none are kept."""
        self.save()
        self.path = None
        self._known.clear()

    def save(self, *, at_least: int = 1) -> None:
        """Add what is new to the file, if that is so many words.

        A folder that cannot be written costs nothing but time.
        """
        if self.path is None or len(self._known) - self._kept < at_least:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), timeout=10):
                # The old ones last: they stay when the file is full.
                words = {**self._known, **_read(self.path)}
                _write(self.path, words)
        except OSError:
            return
        self._kept = len(self._known)


def _read(path: Path) -> dict[str, Analysis]:
    """Return what a file remembers; nothing where it is damaged."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return {}
    if lines.pop() != "" or len(lines) > MOST_KEPT:
        return {}
    tags: dict[str, str] = {}
    known = {}
    for line in lines:
        fields = line.split("\t")
        if len(fields) != 3 or not all(fields):
            return {}
        word, lemma, tag = fields
        known[word] = Analysis(lemma, tags.setdefault(tag, tag))
    return known


def _write(path: Path, words: dict[str, Analysis]) -> None:
    rows: Sequence[tuple[str, Analysis]] = [
        (word, analysis) for word, analysis in words.items() if _fits(word, analysis.lemma)
    ][-MOST_KEPT:]
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{word}\t{lemma}\t{tag}\n" for word, (lemma, tag) in rows)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _fits(*texts: str) -> bool:
    """Whether texts can be fields of a line."""
    return all(text and text.isprintable() for text in texts)
