"""What a student says of the way to a solution: how often it was checked, which hints were opened.

The student's own count, from a computer of the student's, handed in beside the work. It is
bounded where it is read, called the student's where it is shown, and changes no points.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

HINTS = 2
"""Levels of hints that an exercise has."""
MOST = 9_999
"""Attempts that are believed."""
MOST_EXERCISES = 64
MOST_BYTES = 2**18
_NAME = re.compile(r"[A-Za-z_][\w.]{0,119}", re.ASCII)


@dataclass(frozen=True)
class Effort:
    """The way to one exercise.

    attempts: versions of the function that were checked, until one passed all checks. solved:
    which of them that was, from 1; 0 where none has. hints: after how many attempts each level of
    hint was opened; None where it was not.

    >>> effort = Effort().after(new=True, passed=False, hint=1).after(new=True, passed=True, hint=0)
    >>> effort
    Effort(attempts=2, solved=2, hints=(1, None))
    """

    attempts: int = 0
    solved: int = 0
    hints: tuple[int | None, ...] = (None,) * HINTS

    def after(self, *, new: bool, passed: bool, hint: int) -> Self:
        """Return the effort after one more check.

        Args:
            new: the function has changed since the last check.
            passed: it has passed everything; what comes later is no effort for a solution.
            hint: level of the hints that were shown, 0 for none.
        """
        if self.solved:
            return self
        attempts = min(self.attempts + (new or (passed and not self.attempts)), MOST)
        shown = 0 if passed else hint
        hints = tuple(
            attempts if at is None and level < shown else at for level, at in enumerate(self.hints)
        )
        return type(self)(attempts, attempts if passed else 0, hints)

    def helped(self, level: int) -> bool:
        """Whether the exercise was solved after a hint was opened, and without the next one."""
        at = self.hints[level - 1]
        return at is not None and self.solved > at and all(h is None for h in self.hints[level:])

    def to_row(self) -> list[int | None]:
        """Return it as a few numbers."""
        return [self.attempts, self.solved, *self.hints]

    @classmethod
    def from_row(cls, row: Any) -> Self:
        """Return what `to_row` made a row of; raise ValueError for numbers that cannot be."""
        if not isinstance(row, list) or len(row) != 2 + HINTS:
            raise ValueError(row)
        attempts, solved, *hints = row
        numbers = [attempts, solved, *(at for at in hints if at is not None)]
        if not all(type(number) is int and 0 <= number <= MOST for number in numbers):
            raise ValueError(row)
        if max(numbers) > attempts:
            raise ValueError(row)
        return cls(attempts, solved, tuple(hints))


def rows_of(efforts: Mapping[str, Effort]) -> dict[str, list[int | None]]:
    """Return efforts by the exercises' names as plain data."""
    return {name: effort.to_row() for name, effort in sorted(efforts.items())}


def efforts_from(rows: Any) -> dict[str, Effort]:
    """Return the efforts of plain data that may come from anybody; what cannot be is left out."""
    if not isinstance(rows, dict):
        return {}
    found: dict[str, Effort] = {}
    for name, row in rows.items():
        if len(found) < MOST_EXERCISES and isinstance(name, str) and _NAME.fullmatch(name):
            try:
                found[name] = Effort.from_row(row)
            except ValueError:
                continue
    return found


def said_in(summary: bytes) -> dict[str, Effort]:
    """Return the efforts that a submission's summary speaks of; none where it cannot be read.

    >>> said_in(b'{"efforts": {"text.loss.focal": [3, 3, 1, null], "x": [-1, 0, null, null]}}')
    {'text.loss.focal': Effort(attempts=3, solved=3, hints=(1, None))}
    """
    if len(summary) > MOST_BYTES:
        return {}
    try:
        held = json.loads(summary)
    except (ValueError, RecursionError):  # a UnicodeDecodeError too
        return {}
    return efforts_from(held.get("efforts")) if isinstance(held, dict) else {}
