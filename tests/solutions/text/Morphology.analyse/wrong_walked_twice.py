"""Walks through the words twice."""

from text import morphology
from text.morphology import LONGEST, Analysis


def plain(word):
    return word if len(word) == 1 else word[:LONGEST].lower()


def analyse(self, words):
    for word in set(map(plain, words)) - set(self._known):
        if self._analyzer is None:
            self._analyzer = morphology.open_analyzer()
        _, tag, lemma, _, _ = self._analyzer.parse(word)[0]
        self._known[word] = Analysis(lemma, str(tag))
    return [self._known[plain(word)] for word in words]
