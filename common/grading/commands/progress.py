"""What a student has solved, in a small file that survives everything but being deleted."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from common.files import write_text

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
    with contextlib.suppress(OSError, LookupError, ValueError, TypeError, AttributeError):
        kept = json.loads((root / NAME).read_text(encoding="utf-8"))
        return {
            str(name): Result(int(points), int(most), str(fingerprint))
            for name, (points, most, fingerprint) in kept["exercises"].items()
        }
    return {}


def save(root: Path, results: dict[str, Result]) -> None:
    """Write the results in one go, so that a crash leaves the old file or the new one."""
    _write(root, results, load_student(root))


def load_student(root: Path) -> str:
    """Return the student's name as it was given once; empty where it was not."""
    with contextlib.suppress(OSError, LookupError, ValueError, TypeError, AttributeError):
        name = json.loads((root / NAME).read_text(encoding="utf-8"))["student"]
        return name if isinstance(name, str) else ""
    return ""


def save_student(root: Path, name: str) -> None:
    """Remember the student's name beside the results."""
    _write(root, load(root), name)


def _write(root: Path, results: dict[str, Result], student: str) -> None:
    rows = {
        name: [result.points, result.max_points, result.fingerprint]
        for name, result in sorted(results.items())
    }
    kept = {"version": 1, "student": student, "exercises": rows}
    write_text(root / NAME, json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
