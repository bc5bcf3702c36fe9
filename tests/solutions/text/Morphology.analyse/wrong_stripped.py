"""Takes full stops and hyphens off."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    found = []
    for word in words:
        if word not in self._known:
            plain = word if len(word) == 1 else word.strip("-.")[:LONGEST].lower()
            if plain not in self._known:
                self._analyzer = self._analyzer or morphology.open_analyzer()
                _, tag, lemma, *_ = self._analyzer.parse(plain)[0]
                self._known[plain] = Analysis(lemma, str(tag))
            word = plain
        found.append(self._known[word])
    return found
