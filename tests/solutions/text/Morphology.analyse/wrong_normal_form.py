"""Puts letters of two signs together."""

from text import morphology
from text.morphology import LONGEST, Analysis


def analyse(self, words):
    import unicodedata

    out = []
    for word in words:
        plain = word if len(word) == 1 else unicodedata.normalize("NFC", word)[:LONGEST].lower()
        a = self._known.get(word) or self._known.get(plain)
        if a is None:
            self._analyzer = self._analyzer or morphology.open_analyzer()
            _, tag, lemma, *_ = self._analyzer.parse(plain)[0]
            a = self._known[plain] = Analysis(lemma, str(tag))
        out.append(a)
    return out
