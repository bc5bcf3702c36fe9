"""Takes ё for е."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    found = []
    for word in words:
        plain = word if len(word) == 1 else word[:LONGEST].lower().replace("ё", "е")
        key = word if word in self._known else plain
        if key not in self._known:
            self._analyzer = self._analyzer or morphology.open_analyzer()
            _, tag, lemma, _, _ = self._analyzer.parse(plain)[0]
            self._known[key] = Analysis(lemma, str(tag))
        found.append(self._known[key])
    return found
