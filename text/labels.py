"""Cells of a table as texts and as classes; the classes' order, and which of them are too rare."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from common.alike_names import UNSEEN, alike_names
from common.errors import UserError
from common.i18n import count_of
from common.tables import MISSING

MOST_CLASSES = 1000
SHOWN = 20
"""Classes that a note names."""
_BRACKETS = " []'\"{}()"
_LISTED, _SURELY_LISTED = re.compile(r"[;,|/+&]"), re.compile(r"[;|]")
"""What stands between several classes in a cell; most of these stand in the name of one, too."""
MOST_RARE = 5
"""Rare classes that are named."""
FEW = 3
"""With fewer documents or texts than parts, a class is missing from one of them."""


def as_texts(column: pd.Series) -> np.ndarray:
    """Return cells as stripped texts, "" where a cell is missing, or says so: `-`, `н/д`."""
    cells = column.astype(object).where(column.notna(), "")
    texts = [str(cell).strip() for cell in cells]
    texts = [text if text.strip(UNSEEN) else "" for text in texts]
    return np.array(["" if text.lower() in MISSING else text for text in texts], dtype=object)


def as_names(column: pd.Series) -> np.ndarray:
    """Return cells as they are written, stripped: `none` is a name; "" where a cell is empty."""
    cells = column.astype(object).where(column.notna(), "")
    return np.array([as_name(str(cell)) for cell in cells], dtype=object)


def as_name(text: str) -> str:
    """Return a name as it is seen, its letters composed (NFC).

    Spaces around it go, and signs that nobody sees: marks of a file's beginning or of direction.

    >>> as_name("\ufeff и\u0306од\u00a0\u200e") == "йод"
    True
    """
    return unicodedata.normalize("NFC", text).strip().strip(UNSEEN).strip()


def as_labels(column: pd.Series) -> np.ndarray:
    """Return cells as names of classes, "" where one is empty; the number 5.0 is the class "5"."""
    whole = pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all()
    codes, names = pd.factorize(column.astype("Int64") if whole else column)
    return np.append(as_names(pd.Series(names)), "").astype(object)[codes]


def as_groups(column: pd.Series, name: str) -> tuple[np.ndarray, str]:
    """Number the groups, whose spaces and capitals make no difference; and say how many there are.

    A row without one is a group of its own.
    """
    names = pd.Series([" ".join(one.split()).casefold() for one in as_names(column)], dtype=object)
    codes, found = pd.factorize(names.where(names != ""))
    alone = codes < 0
    note = f"{count_of(len(found), 'group')} by --group {name}: each stays in one part"
    if alone.any():
        note += f"; rows without one, each by itself: {int(alone.sum()):,}"
    return np.where(alone, len(codes) + np.arange(len(codes)), codes), note


def refuse_no_classes(
    counts: Mapping[str, int], texts: int, column: str | None, *, to_train: bool
) -> None:
    """Raise UserError where labels are no classes: one for all texts, or one for nearly each."""
    if len(counts) == 1 and to_train:
        raise UserError(
            f"{count_of(texts, 'text')} of one class, {next(iter(counts))!r}: there is nothing to "
            "learn"
        )
    if len(counts) == texts > 5 and to_train:
        raise UserError(
            f"each of {texts:,} texts has a class of its own: is {column!r} the column "
            "of the classes?"
        )
    if len(counts) > MOST_CLASSES or (len(counts) > 50 and 2 * len(counts) > texts):
        raise UserError(
            f"{len(counts):,} classes in {texts:,} texts: is {column!r} the column of the classes?"
        )


def described(labels: Iterable[str]) -> list[str]:
    """Say which classes there are, and which of them a person may not have meant as such.

    >>> described(["1.1", "1.10", "1.1", "none"])
    ['classes: 1.1 (2), 1.10 (1), none (1)', "'none' is taken for a class like the others"]
    """
    counts = Counter(labels)
    names = order_of(counts)
    shown = [f"{name} ({counts[name]:,})" for name in names[:SHOWN]]
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    notes = [f"classes: {', '.join(shown)}{more}"]
    odd = [repr(name) for name in names if name.lower() in MISSING]
    if odd:
        verb = "is" if len(odd) == 1 else "are"
        kind = "a class like the others" if len(odd) == 1 else "classes like the others"
        notes.append(f"{', '.join(odd)} {verb} taken for {kind}")
    return notes + _alike_notes(names) + _several_notes(counts)


def _several_notes(counts: Mapping[str, int]) -> list[str]:
    """Say which classes look like several in one cell.

    >>> _several_notes({"gas": 5, "water": 5, "gas; water": 2})
    ["classes that look like several: 'gas; water'; each is a class of its own here, for a text \
has one"]
    >>> len(_several_notes({"gas": 5, "water": 5, "gas; urgent": 2, "water; urgent": 1}))
    1
    """
    split = [set(_parts(name, _SURELY_LISTED)) for name in counts]
    bare = {part for parts in split if len(parts) == 1 for part in parts}
    again = Counter(part for parts in split if parts & bare and len(parts) > 1 for part in parts)
    bare |= {part for part, names in again.items() if names > 1}
    several = [
        name
        for name in counts
        if len(parts := _parts(name, _LISTED)) > 1 and all(part in bare for part in parts)
    ]
    if not several:
        return []
    shown = ", ".join(map(repr, several[:3])) + (", …" if len(several) > 3 else "")
    return [
        f"classes that look like several: {shown}; each is a class of its own here, for a text has "
        "one"
    ]


def _parts(name: str, between: re.Pattern[str]) -> list[str]:
    """Return the parts of a name that are not empty: `gas;` has one."""
    return [part for one in between.split(name) if (part := one.strip(_BRACKETS))]


def _alike_notes(names: Iterable[str]) -> list[str]:
    """Say which classes differ in nothing that a reader would take for a difference.

    >>> _alike_notes(["газ", "Газ", "гaз"])
    ["classes that look alike: 'газ', 'Газ', 'гaз'; if they are one, give them one name"]
    """
    return [
        f"classes that look alike: {', '.join(map(repr, group))}; if they are one, give them one "
        "name"
        for group in alike_names(names)[:3]
    ]


def contradictions(digests: np.ndarray, labels: np.ndarray, rows: pd.Index) -> list[str]:
    """Say which texts stand under several classes.

    >>> contradictions(np.array([7, 8, 7]), np.array(["a", "b", "b"]), pd.Index([2, 3, 4]))
    ["texts under several classes: 1, such as row 2 ('a') and row 4 ('b'); the first was believed"]
    """
    own, codes = np.unique(digests, return_inverse=True)[1], pd.factorize(labels)[0]
    pairs = np.unique(np.stack([own, codes]), axis=1)[0]
    several = np.flatnonzero(np.bincount(pairs, minlength=1) > 1)
    if not len(several):
        return []
    places = np.flatnonzero(own == own[np.isin(own, several)][0])
    other = places[labels[places] != labels[places[0]]][0]
    first, second = (f"row {rows[at]} ({str(labels[at])!r})" for at in (places[0], other))
    return [
        f"texts under several classes: {len(several):,}, such as {first} and {second}; the first "
        "was believed"
    ]


def order_of(labels: Iterable[str]) -> list[str]:
    """Return the classes in their order: by number where all are numbers, else by name.

    >>> order_of(["10", "9", "9"]), order_of(["б", "а"])
    (['9', '10'], ['а', 'б'])
    >>> order_of(["2", "1.10", "1.1"])
    ['1.1', '1.10', '2']
    """
    names = set(labels)
    numbers = numbers_of(names)
    return sorted(names, key=lambda name: (numbers.get(name, 0), name))


def numbers_of(names: Iterable[str]) -> dict[str, float]:
    """Return what the classes say as numbers; nothing where one of them is none."""
    try:
        return {name: float(name.replace(",", ".")) for name in names}
    except ValueError:
        return {}


def part_notes(name: str, labels: np.ndarray, classes: Iterable[str]) -> list[str]:
    """Say where a part has one class alone, or lacks some of those that were learned.

    >>> part_notes("test", np.array(["a", "a"]), ["a", "b"])
    ["the test part has texts of one class alone, 'a': its figures say nothing of the others"]
    """
    there = set(labels)
    if len(there) == 1:
        only = repr(str(next(iter(there))))
        return [
            f"the {name} part has texts of one class alone, {only}: its figures say nothing of "
            "the others"
        ]
    lacking = [repr(label) for label in classes if label not in there]
    shown = ", ".join(lacking[:5]) + (", …" if len(lacking) > 5 else "")
    return [f"the {name} part has no text of {shown}"] if lacking else []


def rare_notes(
    labels: np.ndarray, rows: np.ndarray, groups: np.ndarray | None, documents: np.ndarray | None
) -> list[str]:
    """Name the classes that no split can show to every part."""
    notes: list[str] = []
    more = 0
    for name, count in sorted(Counter(labels).items()):
        own = labels == name
        kinds = count if groups is None else len(np.unique(groups[own]))
        what = "text" if groups is None else "group" if documents is None else "document"
        if kinds >= FEW:
            continue
        if len(notes) == MOST_RARE:
            more += 1
            continue
        there = f"class {name!r} has {count_of(kinds, what)}"
        if count == 1:
            name = rows[own][0]
            there += f" ({name})" if isinstance(name, str) else f" (row {name})"
        gap = "no other part has it: no figure speaks of it" if kinds == 1 else "one part lacks it"
        notes.append(f"{there}: the training part has it, {gap}")
    return (
        [*notes, f"and {count_of(more, 'more class', 'more classes')} as rare"] if more else notes
    )
