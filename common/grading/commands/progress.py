"""What a student has solved, in a small file that survives everything but being deleted."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.files import write_text
from common.grading.submissions.efforts import Effort, efforts_from, rows_of

NAME = ".stickshift-progress.json"


@dataclass(frozen=True)
class Result:
    """The last check of an exercise; fingerprint: of the function as it was then."""

    points: int
    max_points: int
    fingerprint: str

    @property
    def is_full(self) -> bool:
        return self.points == self.max_points


def load(root: Path) -> dict[str, Result]:
    """Return the results by the exercises' names; an unreadable file counts as none."""
    with contextlib.suppress(LookupError, ValueError, TypeError, AttributeError):
        return {
            str(name): Result(int(points), int(most), str(fingerprint))
            for name, (points, most, fingerprint) in _kept(root)["exercises"].items()
        }
    return {}


def save(
    root: Path, results: Mapping[str, Result], efforts: Mapping[str, Effort] | None = None
) -> None:
    """Write the results in one go, so that a crash leaves the old file or the new one.

    efforts: the way to each; None leaves them as they are.
    """
    known = load_efforts(root) if efforts is None else efforts
    _write(root, results, known, load_student(root))


def load_efforts(root: Path) -> dict[str, Effort]:
    """Return the way to each exercise's solution, as far as it was followed."""
    return efforts_from(_kept(root).get("efforts"))


def load_student(root: Path) -> str:
    """Return the student's name as it was given once; empty where it was not."""
    name = _kept(root).get("student")
    return name if isinstance(name, str) else ""


def save_student(root: Path, name: str) -> None:
    """Remember the student's name beside the results."""
    _write(root, load(root), load_efforts(root), name)


def _kept(root: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError, RecursionError):
        kept = json.loads((root / NAME).read_text(encoding="utf-8"))
        return kept if isinstance(kept, dict) else {}
    return {}


def _write(
    root: Path, results: Mapping[str, Result], efforts: Mapping[str, Effort], student: str
) -> None:
    rows = {
        name: [result.points, result.max_points, result.fingerprint]
        for name, result in sorted(results.items())
    }
    ways = rows_of(efforts)
    kept = {"version": 1, "student": student, "exercises": rows, "efforts": ways}
    write_text(root / NAME, json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
