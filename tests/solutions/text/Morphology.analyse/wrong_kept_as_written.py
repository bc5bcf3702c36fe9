"""Kept is the word as it was written."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    found = []
    for word in words:
        plain = word if len(word) == 1 else word[:LONGEST].lower()
        known = self._known.get(word) or self._known.get(plain)
        if known is None:
            if self._analyzer is None:
                self._analyzer = morphology.open_analyzer()
            _, tag, lemma, _, _ = self._analyzer.parse(plain)[0]
            known = self._known[word] = Analysis(lemma, str(tag))
        found.append(known)
    return found
