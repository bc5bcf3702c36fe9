"""First all that is new, then the answer."""

from text import morphology


def analyse(self, words):
    words, known = list(words), self._known
    asked = [
        word if word in known or len(word) == 1 else word[: morphology.LONGEST].lower()
        for word in words
    ]
    for word in dict.fromkeys(asked):
        if word in self._known:
            continue
        self._analyzer = self._analyzer or morphology.open_analyzer()
        likeliest = self._analyzer.parse(word)[0]
        self._known[word] = morphology.Analysis(lemma=likeliest[2], tag=str(likeliest[1]))
    return [self._known[word] for word in asked]
