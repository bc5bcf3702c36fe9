"""A function for one word."""

from text import morphology as m


def analyse(self, words):
    def one(word):
        for form in (word, word if len(word) < 2 else word[: m.LONGEST].lower()):
            if form in self._known:
                return self._known[form]
        if self._analyzer is None:
            self._analyzer = m.open_analyzer()
        reading = next(iter(self._analyzer.parse(form)))
        return self._known.setdefault(form, m.Analysis(reading[2], format(reading[1])))

    return list(map(one, words))
