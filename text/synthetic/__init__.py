"""Residents' messages to a property manager, written for this course. Licence: CC0.

No resident, address or telephone number in them is real.

    a.csv, b.csv, c.csv   situation, class, text
    costs.csv             roubles that a mix-up costs; rows are the true classes
    reasons.csv           a sentence on each price
"""

import csv
from importlib.resources import files
from typing import NamedTuple

CLASSES = ("emergency", "repair", "complaint", "question", "thanks", "noise")
PARTS = ("a.csv", "b.csv", "c.csv")


class Message(NamedTuple):
    """What somebody wrote, what it is, and which of the situations it is about."""

    situation: str
    label: str
    text: str


def read_messages() -> list[Message]:
    """Return all messages, those of one situation one after another.

    >>> messages = read_messages()
    >>> {message.label for message in messages} == set(CLASSES)
    True
    """
    rows = [row for part in PARTS for row in _rows(part)]
    return [Message(row["situation"], row["class"], row["text"]) for row in rows]


def read_prices() -> dict[tuple[str, str], float]:
    """Return the price of each mix-up in roubles, by (true class, answer).

    >>> read_prices()["emergency", "thanks"] > read_prices()["thanks", "emergency"]
    True
    """
    return {
        (row["class"], answer): float(row[answer])
        for row in _rows("costs.csv")
        for answer in CLASSES
    }


def read_reasons() -> dict[tuple[str, str], str]:
    """Return a sentence on the price of each mix-up, by (true class, answer)."""
    return {(row["class"], row["answer"]): row["reason"] for row in _rows("reasons.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True)))
