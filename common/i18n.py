"""What people read: a number with its noun, both languages, and which of them is theirs."""

import locale
import os
from typing import NamedTuple

from common.errors import unknown

LANGUAGES = ("en", "ru")


class Text(NamedTuple):
    """The same text in English and in Russian.

    >>> Text("well done", "отлично").to("ru")
    'отлично'
    """

    en: str
    ru: str

    def to(self, language: str) -> str:
        return self.ru if language == "ru" else self.en

    def filled(self, **values: object) -> "Text":
        """Return the text with its fields filled in, in both languages.

        >>> Text("{count} left", "осталось: {count}").filled(count=3)
        Text(en='3 left', ru='осталось: 3')
        """
        return Text(self.en.format(**values), self.ru.format(**values))


class Mistake(NamedTuple):
    """A classic mistake: a short name to count it by, and what to tell who made it."""

    kind: str
    en: str
    ru: str

    def to(self, language: str) -> str:
        return self.ru if language == "ru" else self.en


def counted(points: int, language: str) -> str:
    """Return the word for a number of points.

    >>> counted(20, "ru"), counted(21, "ru"), counted(2, "ru"), counted(1, "en")
    ('баллов', 'балл', 'балла', 'point')
    """
    if language != "ru":
        return "point" if points == 1 else "points"
    if points % 10 == 1 and points % 100 != 11:
        return "балл"
    few = points % 10 in (2, 3, 4) and points % 100 not in (12, 13, 14)
    return "балла" if few else "баллов"


def count_of(number: int, thing: str, things: str | None = None) -> str:
    """Return a number with its noun.

    >>> count_of(1, "text"), count_of(1200, "text"), count_of(2, "class", "classes")
    ('1 text', '1,200 texts', '2 classes')
    """
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def pick_language(asked: str | None = None) -> str:
    """Return "en" or "ru": what was asked for, and otherwise what the computer is set to.

    >>> pick_language("ru")
    'ru'
    """
    if asked is not None:
        if asked not in LANGUAGES:
            raise unknown("language", asked, LANGUAGES)
        return asked
    # In the order in which the system itself looks; LANGUAGE may list several.
    names = [os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    name = next(filter(None, names), "")
    if not name:
        name = locale.getlocale()[0] or ""  # on Windows: Russian_Russia
    return "ru" if name.casefold().startswith("ru") else "en"
