"""Lemmas and parts of speech by pymorphy2: each distinct word once, remembered from run to run."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock
from pymorphy2_dicts_ru.version import __version__ as DICTIONARY

from common.exercises import exercise
from common.files import atomic_path, cache_folder
from text.analyzer import Analysis, Analyzer, open_analyzer

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

    def __getstate__(self) -> dict[str, Any]:
        """Without the analyzer, which another process opens when it needs one."""
        return {**vars(self), "_analyzer": None}

    @classmethod
    def cached(cls) -> "Morphology":
        """Return one that remembers from run to run, in the user's cache folder."""
        return cls(folder=cache_folder())

    @exercise(points=20, minutes=30, difficulty=2, uses="pymorphy2", lesson="Data")
    def analyse(self, words: Iterable[str]) -> list[Analysis]:
        """Return the `Analysis` of each word, in order; each distinct word is parsed only once.

        words: may be a generator, and can be walked through but once.

        `open_analyzer()` returns an analyzer, whose `parse(word)` lists the readings of a word as
        tuples (word, tag, lemma, score, how), the likeliest first: that one counts. Its lemma is
        text, its tag is not yet: `str(tag)` is.

        The analyzer is to be asked for the first 64 (LONGEST) letters of a word, in lower case, so
        that Трубы, трубы and ТРУБЫ are one word. A word of a single letter is asked for as it
        stands: А. may be somebody's initial, а is "and".

        self._known: what is remembered, an `Analysis` by word; it may hold words from earlier
        runs. No word in it is ever parsed again: look for Трубы as Трубы first, and then as
        трубы. What is parsed is added under the form that was
        asked for, here трубы; whether Трубы is added too is for you to choose.
        self._analyzer: None at first. Open it when the first word has to be parsed, put it there
        and keep it: with all words known, none is needed.
        """
        known, found = self._known, []
        for word in words:
            analysis = known.get(word)
            if analysis is None:
                plain = word if len(word) == 1 else word[:LONGEST].lower()
                analysis = known.get(plain)
                if analysis is None:
                    self._analyzer = self._analyzer or open_analyzer()
                    _, tag, lemma, _, _ = self._analyzer.parse(plain)[0]
                    analysis = known[plain] = Analysis(lemma, str(tag))
                # Under both, so that most words of a text cost one look.
                known[word] = analysis
            found.append(analysis)
        return found

    def make_room(self) -> None:
        """Forget all words if they are too many: a stream has new ones without end.

        From then on none are kept from run to run.
        """
        if len(self._known) >= MOST_KNOWN:
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
    with atomic_path(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{word}\t{lemma}\t{tag}\n" for word, (lemma, tag) in rows)


def _fits(*texts: str) -> bool:
    """Whether texts can be fields of a line."""
    return all(text and text.isprintable() for text in texts)
