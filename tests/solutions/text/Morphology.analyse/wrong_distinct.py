"""One analysis for each distinct word, in the order of the alphabet."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    distinct = {word if len(word) == 1 else word[:LONGEST].lower() for word in words}
    for word in distinct - set(self._known):
        self._analyzer = self._analyzer or morphology.open_analyzer()
        _, tag, lemma, _, _ = self._analyzer.parse(word)[0]
        self._known[word] = Analysis(lemma, str(tag))
    return [self._known[word] for word in sorted(distinct)]
