"""What commands and reports say, in the reader's language: tables of phrases, by the English.

A module that has something to say keeps its table in `russian.py`: PHRASES, from the English text
to the Russian one, where `{}` stands for whatever is put in. The code says everything in English,
and it is translated where it leaves: on the page, in the log, in `--help`. What a table lacks
stays as it is.
"""

import argparse
import importlib
import importlib.util
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

Translate = Callable[[str], str]

_SENTENCES = re.compile(r"(?<=[.?!]) (?=[A-ZА-Я“{])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_AMOUNT = re.compile(r"(?<=\d) ([kMBT])(?= [₽₸₴₹₺₾]| zł| CHF| Kč| AED|$)")
_PART = r"[-\\$€£¥]*\d[\d.,]*(?: [kMBT])?(?: (?:[₽₸₴₹₺₾]|zł|CHF|Kč|AED))?"
_AMOUNTS = re.compile(f"{_PART}(?: ± {_PART})?")
"""A text that is nothing but an amount of money, or two."""
_SCALES = {"k": "тыс.", "M": "млн", "B": "млрд", "T": "трлн"}
_DECIMAL = re.compile(r"(?<![\w.,'\"«])(-?\d+)\.(\d+)(?![\w'\"»]|[.,]\w)")
_MORE = re.compile(r"(, .*) and (\d[\d,]*) more\Z", re.DOTALL)
"""How a list ends that was cut off: what has no comma is no list, but somebody's name."""
_COUNT = re.compile(r"(\d[\d,]*) ([a-z ]+)")
_COUNTS = re.compile(r"\d[\d,]* [^,]+(?:, \d[\d,]* [^,]+)+")
"""A list of such."""
_DEFAULT = re.compile(r"(.*) \(default: (.*)\)", re.DOTALL)


def same(text: str) -> str:
    """Return a text as it is: the translation into the language it was written in."""
    return text


class Phrases:
    """A table of phrases that can be looked up by what was said with them.

    A phrase may be of a paragraph, of one sentence of it, or of a part between semicolons. These
    come first where all of them are known, for what is put into a phrase may look like more of
    them. A number with its noun is a phrase of its own within another.

    >>> russian = Phrases({"training with {}": "обучение: {}", "{} of {}": "из {1} — {0}"})
    >>> russian("training with mse"), russian("2 of 1,000"), russian("something else")
    ('обучение: mse', 'из 1\\xa0000 — 2', 'something else')
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self.table = table
        # The phrase that says most itself comes first: another may only seem to fit.
        open_ones = sorted((key for key in table if "{}" in key), key=len, reverse=True)
        self.patterns = [
            (
                re.compile("(.+?)".join(map(re.escape, key.split("{}"))), re.DOTALL),
                table[key],
                key.startswith("{}: "),
            )
            for key in open_ones
        ]

    def __call__(self, text: str) -> str:
        if text in self.table:
            return self.table[text]
        if _AMOUNTS.fullmatch(text) and _AMOUNT.search(text):
            return grouped(text)
        sentences = _SENTENCES.split(text)
        known = [self._whole(sentence) for sentence in sentences]
        whole = self._whole(text) if None in known else None
        return whole or " ".join(r or e for r, e in zip(known, sentences, strict=True))

    def _whole(self, text: str) -> str | None:
        if text in self.table:
            return self.table[text]
        first, semicolon, rest = text.partition("; ")
        clauses = [self._whole(first), self._whole(rest)] if semicolon else [None]
        if None not in clauses:
            return "; ".join(map(str, clauses))
        for pattern, russian, named in self.patterns:
            if match := pattern.fullmatch(text):
                first, *others = match.groups()
                # What stands before `{}; …` is a phrase, too; before `{}: …` it is a name.
                whole = self._whole(first) if russian.startswith("{}; ") else None
                begin = first if named else whole or self._put_in(first)
                return russian.format(begin, *map(self._put_in, others))
        return None

    def _put_in(self, said: str) -> str:
        """Keep what is put into a phrase, but for numbers with their nouns and the end of a list.

        >>> Phrases({"holds {}": "есть {}"})("holds 70, 71 and 1,200 more")
        'есть 70, 71 и ещё 1\xa0200'
        >>> Phrases({"holds {}": "есть {}"})("holds '$1,200 M'")
        "есть '$1,200 M'"
        """
        if said[:1] in ("'", '"') and said[-1:] == said[0]:  # a cell as it stands in the file
            return said
        said = _MORE.sub(r"\1 и ещё \2", said)
        if _COUNTS.fullmatch(said):
            return ", ".join(map(self._put_in, said.split(", ")))
        count = _COUNT.fullmatch(said)
        russian = self.table.get("{} " + count[2]) if count else None
        return (
            grouped(said) if count is None or russian is None else russian.format(grouped(count[1]))
        )


def grouped(number: str) -> str:
    """Return a text with the thousands of its numbers set apart by a space, as in Russian.

    Amounts of money are put in Russian, too.

    >>> grouped("12,500 and 0.75"), grouped("12.3 M ₽")
    ('12\\xa0500 and 0.75', '12.3 млн ₽')
    """
    number = _AMOUNT.sub(lambda found: " " + _SCALES[found[1]], number)
    return _THOUSANDS.sub("\u00a0", number)


def with_comma(text: str) -> str:
    """Return a Russian text with the decimal commas that Russian has; what is quoted stays.

    >>> with_comma("1.5 с, в строке 3 стоит '45.3', 31.05.2024 в answer.wav")
    "1,5 с, в строке 3 стоит '45.3', 31.05.2024 в answer.wav"
    """
    return _DECIMAL.sub(r"\1,\2", text)


@cache
def phrases_of(module: str) -> Mapping[str, str]:
    """Return a module's own table, empty where it has none."""
    try:
        there = importlib.util.find_spec(f"{module}.russian") is not None
    except ModuleNotFoundError:  # a task that is no module of the course
        there = False
    if not there:
        return {}
    return importlib.import_module(f"{module}.russian").PHRASES


@cache
def translator(language: str, module: str) -> Translate:
    """Return what turns the English of a module, and of common, into a language.

    >>> translator("en", "tabular")("settings"), translator("ru", "tabular")("settings")
    ('settings', 'настройки')
    """
    if language != "ru":
        return same
    return Phrases({**phrases_of("common"), **phrases_of(module)})


def translate_help(parsers: Iterable[argparse.ArgumentParser], translate: Translate) -> None:
    """Let `--help` of parsers speak another language."""
    if translate is same:
        return
    for one in parsers:
        one.description = translate(one.description) if one.description else None
        for group in one._action_groups:
            group.title = translate(group.title) if group.title else None
        for action in one._actions:
            if action.help and action.help != argparse.SUPPRESS:
                action.help = _help(action.help, translate)


def _help(text: str, translate: Translate) -> str:
    """Translate a line of help, whose default stands at its end."""
    translated, match = translate(text), _DEFAULT.fullmatch(text)
    if translated != text or match is None:
        return translated
    return f"{translate(match[1])} (обычно {match[2]})"


def translate_figure(figure: Any, translate: Translate) -> None:
    """Translate every word that stands in a Matplotlib figure: titles, axes, legends."""
    from matplotlib.text import Text
    from matplotlib.ticker import FuncFormatter

    for text in figure.findobj(Text):
        if text.get_text():
            text.set_text(translate(text.get_text()))
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        own = axis.get_major_formatter()  # what it says is drawn anew, from the English
        if isinstance(own, FuncFormatter):
            axis.set_major_formatter(lambda value, place, own=own: translate(own(value, place)))


def translate_section(section: Any, translate: Translate) -> Any:
    """Return a piece of the report with its words translated, and the words of its figure."""
    if translate is same:
        return section
    if section.figure is not None:
        translate_figure(section.figure, translate)
    # A column of a person's own table may be called as ours is in Russian.
    names = {name: translate(name) for line in section.table[:1] for name in line}
    names = {old: old if new in names else new for old, new in names.items()}
    return replace(
        section,
        title=translate(section.title),
        caption=translate(section.caption),
        table=[
            {names[n]: translate(v) if n in section.worded else v for n, v in line.items()}
            for line in section.table
        ],
        sounds=[(translate(name), sound) for name, sound in section.sounds],
    )


def translate_names(outcomes: Iterable[Any], translate: Translate) -> list[Any]:
    """Return outcomes with baselines named in another language; a loss keeps its name."""
    return [o if o.history is not None else replace(o, name=translate(o.name)) for o in outcomes]
