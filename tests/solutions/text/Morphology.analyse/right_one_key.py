"""Keeps a word under its small letters alone, and finds it in either form."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    found = []
    for word in words:
        if word in self._known:
            found.append(self._known[word])
            continue
        plain = word if len(word) == 1 else word[:LONGEST].lower()
        if plain not in self._known:
            if self._analyzer is None:
                self._analyzer = morphology.open_analyzer()
            _, tag, lemma, _, _ = self._analyzer.parse(plain)[0]
            self._known[plain] = Analysis(lemma, str(tag))
        found.append(self._known[plain])
    return found
