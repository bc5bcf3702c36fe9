"""Which submissions look as if one was made from the other.

The starter code is taken away first. What is left is compared without comments, docstrings, layout
and the names of variables, by overlapping runs of tokens (k-grams; Schleimer, Wilkerson and Aiken,
"Winnowing", 2003). Short exercises have few good answers, so a run counts the less, the more
students have it: what half of the class writes is no sign of anything.

It is a reason to look at two submissions side by side, and never more than that.
"""

import io
import keyword
import math
import tokenize
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

RUN = 7
"""Tokens in a run: about a line and a half of code."""
_MOST, _LINE = 60_000, 1_000
"""Characters of a file, and of a line, that are compared."""
ALIKE = 0.7
SURPRISE = 20.0

_LAYOUT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}


@dataclass(frozen=True)
class Pair:
    """Two submissions that are alike.

    share: of all runs that either has, those that both have, each by its weight; 1 is the same.
    surprise: the weight of what they have in common, in nats. A run that two of thirty students
        have weighs 2.7, one that all have weighs nothing to speak of.
    """

    first: str
    second: str
    share: float
    surprise: float


@dataclass(frozen=True)
class Group:
    """Students whose work hangs together by pairs. share: the largest that a pair has in common."""

    students: tuple[str, ...]
    share: float


def groups(pairs: Sequence[Pair]) -> list[Group]:
    """Return what the pairs make together: a ring of twenty copies is one group, not 190 pairs.

    >>> pairs = [Pair("A", "B", 1, 30), Pair("C", "D", 1, 25), Pair("B", "E", 1, 22)]
    >>> [group.students for group in groups(pairs)]
    [('A', 'B', 'E'), ('C', 'D')]
    """
    found: list[set[str]] = []
    for pair in pairs:
        both = {pair.first, pair.second}
        touched = [group for group in found if group & both]
        first = found.index(touched[0]) if touched else len(found)
        found = [group for group in found if group not in touched]
        found.insert(first, both.union(*touched))
    return [
        Group(tuple(sorted(group)), max(pair.share for pair in pairs if pair.first in group))
        for group in found
    ]


def similar(
    submissions: Mapping[str, Mapping[str, str]],
    starter: Mapping[str, str],
    *,
    alike: float = ALIKE,
    surprise: float = SURPRISE,
) -> list[Pair]:
    """Return the pairs of students whose own code is alike, the most surprising ones first.

    submissions: student -> path -> source. starter: path -> source of the student edition.
    A file that is no Python counts as far as it can be read.

    >>> own = {"Anna": {"a.py": "def f(x):\\n    return sum(v * v for v in x) / max(len(x), 1)"},
    ...        "Ivan": {"a.py": "def f(x):\\n    return sum(q * q for q in x) / max(len(x), 1)"},
    ...        "Olga": {"a.py": "def f(x):\\n    return x @ x / len(x)"}}
    >>> [(p.first, p.second, p.share) for p in similar(own, {}, surprise=5)]
    [('Anna', 'Ivan', 1.0)]
    """
    runs_of = cache(_runs)  # many hand in a file as it was given
    known = {path: runs_of(source) for path, source in starter.items()}
    runs = {
        student: {
            (path, run)
            for path, source in files.items()
            for run in runs_of(source) - known.get(path, frozenset())
        }
        for student, files in submissions.items()
    }
    holders = Counter(run for own in runs.values() for run in own)
    weight = {run: math.log((len(runs) + 1) / count) for run, count in holders.items()}
    # Not sum: it rounds at each step, and a set of strings has another order in every process.
    total = {student: math.fsum(map(weight.__getitem__, own)) for student, own in runs.items()}
    pairs = []
    for first, second in combinations(sorted(runs), 2):
        common = math.fsum(map(weight.__getitem__, runs[first] & runs[second]))
        either = total[first] + total[second] - common
        if common >= surprise and common >= alike * either:
            pairs.append(Pair(first, second, min(1.0, common / either), common))
    return sorted(pairs, key=lambda pair: (-pair.surprise, pair.first, pair.second))


def _runs(source: str) -> frozenset[tuple[str, ...]]:
    words = _words(source)
    return frozenset(tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


def _words(source: str) -> list[str]:
    """Return the tokens that make the code what it is; a name of one's own is just a name."""
    # Python's own reader takes the square of a long line's time, and nobody writes such lines.
    lines = [line for line in source[:_MOST].splitlines(keepends=True) if len(line) <= _LINE]
    source = "".join(lines)
    words: list[str] = []
    fresh = True  # at the beginning of a statement, where a string is a docstring
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in _LAYOUT:
                fresh = fresh or token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
                continue
            if token.type == tokenize.STRING and fresh:
                continue
            fresh = False
            own = (
                token.type == tokenize.NAME
                and not keyword.iskeyword(token.string)
                and words[-1:] != ["."]
            )
            words.append("name" if own else token.string)
    except Exception:  # as far as it can be read; Python's reader has errors of many kinds
        pass
    return words
