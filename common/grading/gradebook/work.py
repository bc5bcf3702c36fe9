"""A submission and its grade as they stand in the gradebook's rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.i18n import Text


@dataclass(frozen=True)
class Work:
    """What a student handed in for a module, as the gradebook knows it.

    files: path -> sha256 of the content. listed: whether the time is from a list, not a file's.
    """

    student: str
    module: str
    submission: str
    submitted: datetime | None
    listed: bool
    refused: Text | None
    notes: tuple[Text, ...]
    files: Mapping[str, str]

    def to_row(self) -> tuple:
        return (
            self.student,
            self.module,
            self.submission,
            self.submitted and self.submitted.isoformat(),
            int(self.listed),
            json.dumps(self.refused),
            json.dumps(self.notes),
            json.dumps(self.files, sort_keys=True),
        )

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> "Work":
        student, module, submission, submitted, listed, refused, notes, files = row
        refused = json.loads(refused)
        return cls(
            student,
            module,
            submission,
            submitted and datetime.fromisoformat(submitted),
            bool(listed),
            refused and Text(*refused),
            tuple(Text(*note) for note in json.loads(notes)),
            json.loads(files),
        )


@dataclass(frozen=True)
class Conclusion:
    """A grade that was reached, and of which exercises: {"exercise", "title", "of"} of each."""

    epoch: int
    points: int
    exercises: list[dict[str, Any]]
