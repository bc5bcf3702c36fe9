"""Opens the analyzer for every new word."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    found = []
    for word in words:
        plain = word if len(word) == 1 else word[:LONGEST].lower()
        if plain not in self._known:
            _, tag, lemma, _, _ = morphology.open_analyzer().parse(plain)[0]
            self._known[plain] = Analysis(lemma, str(tag))
        found.append(self._known[plain])
    return found
