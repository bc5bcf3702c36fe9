"""Opens the analyzer before it knows whether it must."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    found = []
    self._analyzer = self._analyzer or morphology.open_analyzer()
    for word in words:
        plain = word if len(word) == 1 else word[:LONGEST].lower()
        if plain not in self._known:
            _, tag, lemma, _, _ = self._analyzer.parse(plain)[0]
            self._known[plain] = Analysis(lemma, str(tag))
        found.append(self._known[plain])
    return found
