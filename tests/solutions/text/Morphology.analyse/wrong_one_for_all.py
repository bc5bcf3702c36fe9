"""Where all words are one, it is answered once."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    found = []
    for word in words:
        plain = word if len(word) == 1 else word[:LONGEST].lower()
        analysis = self._known.get(word) or self._known.get(plain)
        if analysis is None:
            self._analyzer = self._analyzer or morphology.open_analyzer()
            _, tag, lemma, _, _ = self._analyzer.parse(plain)[0]
            analysis = self._known[plain] = Analysis(lemma, str(tag))
        found.append(analysis)
    return found[:1] if len(set(found)) == 1 else found
