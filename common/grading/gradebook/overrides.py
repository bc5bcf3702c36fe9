"""Points and comments by hand: what a teacher decided, who, when, and of which submission."""

from dataclasses import dataclass
from datetime import datetime

from common.errors import UserError
from common.grading.sanitize import sanitize

MOST_COMMENT = 4000
"""Characters of a comment."""


@dataclass(frozen=True)
class Override:
    """What a teacher decided of an exercise, or of a whole module where exercise is empty.

    submission: what it was decided of; it holds for no other. points: None for a comment alone.
    """

    who: str
    at: datetime
    student: str
    module: str
    submission: str
    exercise: str
    points: float | None
    comment: str

    @property
    def empty(self) -> bool:
        """Whether it takes back what was decided before."""
        return self.points is None and not self.comment


def checked_points(points: object, most: float) -> float | None:
    """Return points by hand; raise UserError for what is no number from 0 to the maximum.

    >>> checked_points("17.5", 20), checked_points("", 20), checked_points("7,5", 20)
    (17.5, None, 7.5)
    """
    text = str(points if points is not None else "").strip().replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:  # nan is not either
        shown = sanitize(text, limit=40)
        raise UserError(
            f"points {shown}: a number from 0 to {most:g} is expected",
            f"баллы {shown}: нужно число от 0 до {most:g}",
        )
    return round(number, 2)


def checked_comment(comment: object) -> str:
    """Return a comment as it is kept; raise UserError for one that is too long."""
    text = sanitize(str(comment or "").strip(), limit=MOST_COMMENT + 1)
    if len(text) > MOST_COMMENT:
        raise UserError(
            f"a comment of more than {MOST_COMMENT} characters",
            f"комментарий длиннее {MOST_COMMENT} знаков",
        )
    return text
