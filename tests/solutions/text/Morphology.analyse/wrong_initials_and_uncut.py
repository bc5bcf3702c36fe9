"""Small letters for all of a word, also for a single one."""

from text import morphology
from text.morphology import Analysis


def analyse(self, words):
    found = []
    for word in words:
        plain = word.lower()
        if word in self._known:
            plain = word
        elif plain not in self._known:
            if self._analyzer is None:
                self._analyzer = morphology.open_analyzer()
            _, tag, lemma, _, _ = self._analyzer.parse(plain)[0]
            self._known[plain] = Analysis(lemma, str(tag))
        found.append(self._known[plain])
    return found
