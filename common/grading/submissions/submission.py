"""A submission: what a student handed in for one module, from files or from the gradebook."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from common.grading.submissions.efforts import Effort
from common.i18n import Text


@dataclass(frozen=True)
class Submission:
    """What a student handed in for one module; module is empty where that cannot be told.

    files: path -> content. One that was read from a gradebook has none: the gradebook keeps them,
        so that those of a whole class are not in memory at once.
    submitted: when, with its time zone. listed: whether that is from a list, not a file's date.
    refused: why there is nothing to be graded. notes: what was ignored, and why.
    digests: path -> sha256 of the content.
    efforts: what the student says of the way to each exercise; not checked, and worth nothing.
    """

    student: str
    module: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    submitted: datetime | None = None
    refused: Text | None = None
    notes: tuple[Text, ...] = ()
    listed: bool = False
    digests: Mapping[str, str] = field(default_factory=dict)
    efforts: Mapping[str, Effort] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if self.files:
            digests = {name: sha256(content).hexdigest() for name, content in self.files.items()}
            object.__setattr__(self, "digests", digests)

    @property
    def sha256(self) -> str:
        """The digest of what was taken, by which a changed submission is known."""
        return sha256(json.dumps(dict(self.digests), sort_keys=True).encode()).hexdigest()

    def to_row(self) -> tuple[str | int | None, ...]:
        """Return it as a row of the gradebook, without the contents of the files."""
        return (
            self.student,
            self.module,
            self.sha256,
            self.submitted.isoformat() if self.submitted else None,
            int(self.listed),
            json.dumps(self.refused),
            json.dumps(self.notes),
            json.dumps(dict(self.digests), sort_keys=True),
        )

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> "Submission":
        """Return what `to_row` made a row of; raise ValueError where its digest is another."""
        student, module, digest, submitted, listed, refused, notes, digests = row
        reason = json.loads(refused)
        found = cls(
            student,
            module,
            submitted=datetime.fromisoformat(submitted) if submitted else None,
            refused=Text(*reason) if reason else None,
            notes=tuple(Text(*note) for note in json.loads(notes)),
            listed=bool(listed),
            digests=json.loads(digests),
        )
        if found.sha256 != digest:
            raise ValueError(digest)
        return found
