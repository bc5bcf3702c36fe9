"""The one tokenizer of NLTK that the course uses, in a few lines: all matches of an expression."""

import re


class RegexpTokenizer:
    """Cuts a text into whatever matches, as `nltk.tokenize.RegexpTokenizer` does.

    >>> RegexpTokenizer(r"\\w+").tokenize("Вода, опять!")
    ['Вода', 'опять']
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern, re.UNICODE | re.MULTILINE | re.DOTALL)

    def tokenize(self, text: str) -> list[str]:
        return self.pattern.findall(text)
