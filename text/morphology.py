"""Lemmas and parts of speech by pymorphy2: each distinct word once, remembered from run to run.

pymorphy2 0.9.1 is older than the Python it meets here. Three things are mended, in this file and
nowhere else:

- it asks pkg_resources, which is gone from new installations, where its dictionary is: we say so;
- it asks inspect.getargspec, gone since Python 3.11, what a unit's parameters are called;
- it steps through its dictionary with three calls for each letter, unpacks what it finds there for
  each word anew, and looks for the probabilities of words that have none: here, one loop for each
  word, unpacked once, and asked once.
"""

import inspect
import os
import secrets
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import dawg_python.wrapper
import pymorphy2_dicts_ru
from filelock import FileLock
from pymorphy2 import MorphAnalyzer
from pymorphy2.analyzer import ProbabilityEstimator
from pymorphy2.dawg import EXTENSION_AVAILABLE
from pymorphy2.units.base import BaseAnalyzerUnit
from pymorphy2_dicts_ru.version import __version__ as DICTIONARY

from common.datasets import cache_folder
from common.exercises import exercise

LONGEST = 64
"""Letters of a word that are looked at: nobody's word is longer, and guessing takes ever longer."""
MOST_KEPT = 500_000
"""Words that are remembered from run to run: some 25 MB of a file."""


class Analysis(NamedTuple):
    """What pymorphy2 holds most likely of a word: its dictionary form, and its tag.

    tag: OpenCorpora's grammemes, such as `NOUN,anim,femn sing,nomn`.
    """

    lemma: str
    tag: str

    @property
    def part_of_speech(self) -> str:
        """The first grammeme: NOUN, VERB, ADJF, PREP, …; LATN, PNCT, NUMB, UNKN for no word.

        >>> Analysis("кошка", "NOUN,anim,femn sing,nomn").part_of_speech
        'NOUN'
        """
        return self.tag.partition(" ")[0].partition(",")[0]


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
        self._analyzer: MorphAnalyzer | None = None

    @classmethod
    def cached(cls) -> "Morphology":
        """Return one that remembers from run to run, in the user's cache folder."""
        return cls(folder=cache_folder())

    @exercise(points=20)
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
        runs. No word in it is ever parsed again. What is parsed is added under the form that was
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


def open_analyzer() -> MorphAnalyzer:
    """Return pymorphy2's analyzer, mended; it returns plain tuples (word, tag, lemma, …)."""
    mend_units()
    path = pymorphy2_dicts_ru.get_path()
    if EXTENSION_AVAILABLE:  # a reader of the dictionary in C++ needs no help
        return MorphAnalyzer(path=path, result_type=None)
    analyzer = MorphAnalyzer(path=path, result_type=None, probability_estimator_cls=_QuickEstimator)
    dawgs = [analyzer.dictionary.words, *analyzer.dictionary.prediction_suffixes_dawgs]
    for dawg in dawgs:
        # Words of one ending end in one state of the automaton, and have the same values there.
        dawg._value_for_index = cache(dawg._value_for_index)
    for dawg in [*dawgs, analyzer.prob_estimator.p_t_given_w]:
        quick = _QuickDictionary()
        quick._units = dawg.dct._units
        dawg.dct = quick
    return analyzer


def mend_units() -> None:
    """Let pymorphy2 find its units' parameters on Python 3.11 and later."""

    def parameter_names(unit: type) -> list[str]:
        if unit.__init__ is object.__init__:
            return []
        return sorted(list(inspect.signature(unit.__init__).parameters)[1:])

    BaseAnalyzerUnit._get_param_names = classmethod(parameter_names)


class _QuickEstimator(ProbabilityEstimator):
    """The same probabilities; a word that none is known of is not asked for with every tag."""

    def apply_to_parses(self, word: str, word_lower: str, parses: list[tuple]) -> list[tuple]:
        automaton = self.p_t_given_w.dct
        known = automaton.follow_bytes(f"{word_lower}:".encode("utf-8", "replace"), automaton.ROOT)
        if known is not None:
            return super().apply_to_parses(word, word_lower, parses)
        total = sum(score for _, _, _, score, _ in parses)
        return [(form, tag, lemma, score / total, how) for form, tag, lemma, score, how in parses]


class _QuickDictionary(dawg_python.wrapper.Dictionary):
    """The same automaton, followed without a call for each byte."""

    def follow_bytes(self, s: bytes, index: int) -> int | None:
        units = self._units
        for byte in s:
            unit = units[index]
            index ^= (((unit >> 10) << ((unit & 0x200) >> 6)) & 0xFFFFFFFF) ^ byte
            if units[index] & 0x800000FF != byte:
                return None
        return index


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
