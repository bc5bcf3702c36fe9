"""pymorphy2, mended and quick: what it holds most likely of a word, and nothing besides.

pymorphy2 0.9.1 is older than the Python it meets here. Four things are mended, in this file and
nowhere else:

- it asks pkg_resources, which is gone from new installations, where its dictionary is: we say so;
- it asks inspect.getargspec, gone since Python 3.11, what a unit's parameters are called;
- it asks for a letter's name in Unicode, and those of Tangut have none;
- it steps through its dictionary with three calls for each letter, unpacks what it finds there for
  each word anew, and makes and weighs all parses where the first is wanted: here, one loop for each
  word, unpacked once, and one parse.
"""

import inspect
import math
import unicodedata
from binascii import a2b_base64
from functools import cache
from struct import Struct
from typing import NamedTuple

import dawg_python.wrapper
import pymorphy2_dicts_ru
from dawg_python import RecordDAWG
from pymorphy2 import MorphAnalyzer, shapes
from pymorphy2.analyzer import ProbabilityEstimator
from pymorphy2.dawg import EXTENSION_AVAILABLE, ConditionalProbDistDAWG
from pymorphy2.units.base import BaseAnalyzerUnit

Reading = tuple[str, object, str, float, tuple]
_YE, _YO, _SEPARATOR = "е".encode(), "ё".encode(), b"\x01"


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


class _Form(NamedTuple):
    """A place in a paradigm: the tag, and how the dictionary form is made of a word there."""

    tag: str
    cut: slice
    before: str
    after: str


class Analyzer:
    """Finds the first of the parses that pymorphy2 would give, without making the others.

    A word of the dictionary has one form or several; only of several is the likeliest asked for.
    Whatever is not in the dictionary is left to pymorphy2.
    """

    def __init__(self) -> None:
        self.whole = mended_analyzer()
        self.form = cache(self._form)

    def parse(self, word: str) -> list[Reading]:
        """Return readings (word, tag, lemma, score, how), at least the likeliest, that one first.

        Where the likeliest stands alone its score is not known: nan.
        """
        dictionary = self.whole.dictionary
        found = []
        if len(word) > 1:  # a single letter may be an initial, which is another matter
            found = dictionary.words.similar_items(word, self.whole.char_substitutes)
        forms = [(spelled, self.form(*place)) for spelled, places in found for place in places]
        if not forms:
            return self.whole.parse(word)
        spelled, form = forms[0] if len(forms) == 1 else self._likeliest(word, forms)
        lemma = form.before + spelled[form.cut] + form.after
        return [(spelled, form.tag, lemma, math.nan, ())]

    def _likeliest(self, word: str, forms: list[tuple[str, _Form]]) -> tuple[str, _Form]:
        """The first of those with the highest probability; of most words none is known."""
        chances = self.whole.prob_estimator.p_t_given_w
        if not EXTENSION_AVAILABLE and not _goes_on(chances, f"{word}:"):
            return forms[0]
        return max(forms, key=lambda form: chances.prob(word, form[1].tag))

    def _form(self, paradigm: int, place: int) -> _Form:
        """Read a place of a paradigm, whose three parts are suffixes, tags and prefixes."""
        dictionary = self.whole.dictionary
        numbers = dictionary.paradigms[paradigm]
        n = len(numbers) // 3
        tag = str(dictionary.gramtab[numbers[n + place]])
        if place == 0:
            return _Form(tag, slice(None), "", "")
        suffix, prefix = (
            dictionary.suffixes[numbers[place]],
            dictionary.paradigm_prefixes[numbers[2 * n + place]],
        )
        cut = slice(len(prefix), -len(suffix) or None)
        before, after = (
            dictionary.paradigm_prefixes[numbers[2 * n]],
            dictionary.suffixes[numbers[0]],
        )
        return _Form(tag, cut, before, after)


def open_analyzer() -> Analyzer:
    """Return an analyzer; that takes a tenth of a second."""
    return Analyzer()


def mended_analyzer() -> MorphAnalyzer:
    """Return pymorphy2's analyzer, mended; it returns plain tuples (word, tag, lemma, …)."""
    mend_units()
    path = pymorphy2_dicts_ru.get_path()
    if EXTENSION_AVAILABLE:  # a reader of the dictionary in C++ needs no help
        return MorphAnalyzer(path=path, result_type=None)
    analyzer = MorphAnalyzer(path=path, result_type=None, probability_estimator_cls=_QuickEstimator)
    dawgs = [analyzer.dictionary.words, *analyzer.dictionary.prediction_suffixes_dawgs]
    for dawg in [*dawgs, analyzer.prob_estimator.p_t_given_w]:
        quick = _QuickDictionary()
        quick._units = dawg.dct._units
        dawg.dct = quick
    for dawg in dawgs:
        dawg.similar_items = _QuickWords(dawg).similar_items
    return analyzer


def mend_units() -> None:
    """Let pymorphy2 find its units' parameters on Python 3.11, and meet letters without a name."""

    def parameter_names(unit: type) -> list[str]:
        return sorted(inspect.signature(unit).parameters)

    BaseAnalyzerUnit._get_param_names = classmethod(parameter_names)
    shapes.is_latin_char = cache(lambda letter: "LATIN" in unicodedata.name(letter, ""))


class _QuickEstimator(ProbabilityEstimator):
    """The same probabilities; a word that none is known of is not asked for with every tag."""

    def apply_to_parses(self, word: str, word_lower: str, parses: list[tuple]) -> list[tuple]:
        if _goes_on(self.p_t_given_w, f"{word_lower}:"):
            return super().apply_to_parses(word, word_lower, parses)
        total = sum(score for _, _, _, score, _ in parses)
        return [(form, tag, lemma, score / total, how) for form, tag, lemma, score, how in parses]


def _goes_on(chances: ConditionalProbDistDAWG, start: str) -> bool:
    """Whether anything in an automaton starts like this."""
    automaton = chances.dct
    return automaton.follow_bytes(start.encode("utf-8", "replace"), automaton.ROOT) is not None


class _QuickDictionary(dawg_python.wrapper.Dictionary):
    """The same automaton, followed without a call for each byte."""

    def follow_bytes(self, s: bytes, index: int) -> int | None:
        units = self._units
        unit = units[index]
        for byte in s:
            index ^= ((unit >> 10) << ((unit & 0x200) >> 6)) ^ byte
            unit = units[index]
            if unit & 0x800000FF != byte:
                return None
        return index


class _QuickWords:
    """Words and what the dictionary holds of them, where `е` may stand for `ё`."""

    def __init__(self, dawg: RecordDAWG) -> None:
        self.automaton, self.guide = dawg.dct, dawg.guide._units
        self.record = Struct(dawg.fmt)
        # Words of one ending end in one state of the automaton, and have the same values there.
        self.endings, self.values = cache(self._endings), cache(self._values)

    def similar_items(self, key: str, replaces: object) -> list[tuple[str, list[tuple]]]:
        """Return (word, values) of `key`, and of each word that has ё where `key` has е."""
        return self._items("", key, self.automaton.ROOT)

    def _items(self, before: str, key: str, index: int) -> list[tuple[str, list[tuple]]]:
        follow, others = self.automaton.follow_bytes, []
        while True:
            part, letter, key = key.partition("е")
            index = follow(part.encode(), index)
            if index is None:
                return others
            before += part
            if not letter:
                break
            other = follow(_YO, index)
            if other is not None:
                others += self._items(f"{before}ё", key, other)
            index = follow(_YE, index)
            if index is None:
                return others
            before += letter
        index = follow(_SEPARATOR, index)
        return others if index is None else [(before, self.values(index)), *others]

    def _values(self, index: int) -> list[tuple]:
        return [self.record.unpack(a2b_base64(ending)) for ending in self.endings(index)]

    def _endings(self, index: int) -> list[bytes]:
        """Everything that is written in the automaton from a state on, in its order."""
        found = [b""] if self.automaton.has_value(index) else []
        label = self.guide[2 * index]
        while label:
            step = bytes([label])
            following = self.automaton.follow_bytes(step, index)
            found += [step + ending for ending in self.endings(following)]
            label = self.guide[2 * following + 1]
        return found
