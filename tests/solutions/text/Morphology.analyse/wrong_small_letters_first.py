"""Looks for a word in small letters first, and as it is written afterwards."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    found = []
    for word in words:
        plain = word if len(word) == 1 else word[:LONGEST].lower()
        key = word if word in self._known and plain not in self._known else plain
        if key not in self._known:
            if self._analyzer is None:
                self._analyzer = morphology.open_analyzer()
            _, tag, lemma, _, _ = self._analyzer.parse(plain)[0]
            self._known[plain] = Analysis(lemma, str(tag))
        found.append(self._known[key])
    return found
