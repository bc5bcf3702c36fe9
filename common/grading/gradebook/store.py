"""The gradebook: a journal in one SQLite file, to which rows are added and never changed.

What is current follows from the order of the rows. Every check is a transaction of its own, so
that a grader which was killed goes on where it stopped; a run is over when a row says so.

Not in WAL mode, which network drives do not bear; a row is on the disk before grading goes on.
"""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common.errors import UserError
from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.policy import Policy
from common.grading.submissions.submission import Submission

APPLICATION = 0x53746963
VERSION = 2
_TABLES = {
    "runs": "run INTEGER PRIMARY KEY, at TEXT, regrade INTEGER, course TEXT, secret TEXT",
    "ends": "run INTEGER PRIMARY KEY, at TEXT",
    "policies": "number INTEGER PRIMARY KEY, at TEXT, module TEXT, policy TEXT",
    "contents": "sha256 TEXT PRIMARY KEY, content BLOB",
    "seen": "number INTEGER PRIMARY KEY, at TEXT, run INTEGER, student TEXT, module TEXT,"
    " submission TEXT, submitted TEXT, listed INTEGER, refused TEXT, notes TEXT, files TEXT",
    "judged": "at TEXT, epoch INTEGER, student TEXT, module TEXT, submission TEXT, exercise TEXT,"
    " name TEXT, result TEXT, PRIMARY KEY (epoch, student, module, submission, exercise, name)",
    "concluded": "at TEXT, run INTEGER, epoch INTEGER, student TEXT, module TEXT,"
    " submission TEXT, points INTEGER, exercises TEXT,"
    " PRIMARY KEY (epoch, student, module, submission)",
}
_SUBMISSION = "student, module, submission, submitted, listed, refused, notes, files"
_KEY = "epoch=? AND student=? AND module=? AND submission=?"


@dataclass(frozen=True)
class Conclusion:
    """A grade that was reached, and of which exercises: {"exercise", "title", "max_points", …}."""

    epoch: int
    points: int
    exercises: list[dict[str, Any]]


class Gradebook:
    """Opens or makes the gradebook at `path`; a context manager, for any number of threads.

    run: the number of the run under way. epoch: that of the last run which graded all anew.

    Raises UserError for a file that is no gradebook, or one of another version.
    """

    run = epoch = 0

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise UserError(f"{path}: {error}") from None
        try:
            self._open()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA journal_mode=DELETE")
        self._connection.close()

    def begin_run(self, *, regrade: bool, course: str, secret: str) -> bool:
        """Begin a run, or go on with the last one if that is not over; return whether it goes on.

        regrade: grade everything anew. course, secret: digests of both, to know them again.
        """
        with self._writing():
            last = self._one("SELECT run, regrade, course FROM runs ORDER BY run DESC")
            open_still = last and not self._one("SELECT 1 FROM ends WHERE run=?", last[0])
            going_on = bool(open_still and last[2] == course and (last[1] or not regrade))
            if not going_on:
                self._add("runs", None, _now(), int(regrade), course, secret)
        (self.run,) = self._one("SELECT max(run) FROM runs")
        (self.epoch,) = self._one("SELECT max(run) FROM runs WHERE regrade OR run=1")
        return going_on

    def end_run(self) -> None:
        with self._writing():
            self._add("ends", self.run, _now())

    def secret(self) -> str | None:
        """Return the digest of the secret that was used until now."""
        row = self._one("SELECT secret FROM runs ORDER BY run DESC")
        return row and row[0]

    def graded_with_other(self, course: str) -> int:
        """Return how many grades of this epoch were reached with another version of the course."""
        counted = "SELECT count(*) FROM concluded JOIN runs USING (run) WHERE epoch=? AND course<>?"
        return self._one(counted, self.epoch, course)[0]

    def see(self, submission: Submission) -> Submission:
        """Note what a student handed in, unless that is what was noted last; return what is noted.

        A time from a list stands until a list says otherwise. Of a file's dates the earliest counts
        that was seen: a copy made later was not handed in later.
        """
        seen = replace(submission, files={})
        with self._writing():
            query = f"SELECT {_SUBMISSION} FROM seen WHERE student=? AND module=?"
            row = self._one(f"{query} ORDER BY number DESC", seen.student, seen.module)
            with self._understood():
                last = Submission.from_row(row) if row else None
            if last and last.sha256 == seen.sha256 and not seen.listed and last.submitted:
                earliest = min(last.submitted, seen.submitted or last.submitted)
                known = last.submitted if last.listed else earliest
                seen = replace(seen, submitted=known, listed=last.listed)
            if last != seen:
                for name, content in submission.files.items():
                    statement = "INSERT OR IGNORE INTO contents VALUES (?, ?)"
                    self._connection.execute(statement, (seen.digests[name], content))
                self._add("seen", None, _now(), self.run, *seen.to_row())
        return seen

    def is_concluded(self, submission: Submission) -> bool:
        """Whether the submission has its grade in this epoch."""
        return (
            self._one(f"SELECT 1 FROM concluded WHERE {_KEY}", *self._key(submission)) is not None
        )

    def judge(self, submission: Submission, exercise: str, result: CheckResult) -> None:
        """Add what became of one check."""
        with self._writing():
            key = self._key(submission)
            self._add("judged", _now(), *key, exercise, result.check, result.to_json())

    def judged(
        self, submission: Submission, epoch: int | None = None
    ) -> dict[tuple[str, str], CheckResult]:
        """Return what became of the checks until now, by the exercise and the check's name."""
        key = self._key(submission)
        key = key if epoch is None else (epoch, *key[1:])
        rows = self._all(f"SELECT exercise, name, result FROM judged WHERE {_KEY}", *key)
        with self._understood():
            return {(exercise, name): CheckResult.from_json(text) for exercise, name, text in rows}

    def conclude(
        self, submission: Submission, points: int, exercises: list[dict[str, Any]]
    ) -> None:
        """Add a submission's grade; all its checks have been added before."""
        with self._writing():
            text = json.dumps(exercises)
            self._add("concluded", _now(), self.run, *self._key(submission), points, text)

    def state(self, until: int) -> list[tuple[Submission, Conclusion]]:
        """Return the grades as they were after the run `until`, in the order they were handed in.

        Of each student and module the last submission counts, with its last grade.
        """
        rows = self._all(f"SELECT {_SUBMISSION} FROM seen WHERE run<=? ORDER BY number", until)
        last: dict[tuple[str, str], Submission] = {}
        with self._understood():
            for one in map(Submission.from_row, rows):
                last.pop((one.student, one.module), None)
                last[one.student, one.module] = one
        query = (
            "SELECT epoch, points, exercises FROM concluded WHERE run<=? AND student=? "
            "AND module=? AND submission=? ORDER BY epoch DESC"
        )
        found = []
        for one in last.values():
            row = self._one(query, until, one.student, one.module, one.sha256)
            if row:
                with self._understood():
                    found.append((one, Conclusion(row[0], row[1], json.loads(row[2]))))
        return found

    def files(self, submission: Submission) -> dict[str, bytes]:
        """Return the contents of what was handed in."""
        query = "SELECT content FROM contents WHERE sha256=?"
        with self._understood():
            return {
                name: self._one(query, digest)[0] for name, digest in submission.digests.items()
            }

    def set_policies(self, policies: Mapping[str, Policy]) -> None:
        """Let these late policies hold, and no others."""
        held = self.policies()
        with self._writing():
            for module in sorted(policies.keys() | held.keys()):
                policy = policies.get(module)
                if held.get(module) != policy:
                    text = policy.to_json() if policy else "null"
                    self._add("policies", None, _now(), module, text)

    def policies(self) -> dict[str, Policy]:
        """Return the late policies that hold now, by module."""
        rows = self._all("SELECT module, policy FROM policies ORDER BY number")
        last = dict(rows)
        with self._understood():
            return {name: Policy.from_json(text) for name, text in last.items() if text != "null"}

    def _open(self) -> None:
        try:
            version, application, tables, state = (
                self._connection.execute(query).fetchone()[0]
                for query in (
                    "PRAGMA user_version",
                    "PRAGMA application_id",
                    "SELECT count(*) FROM sqlite_schema",
                    "PRAGMA quick_check",
                )
            )
        except sqlite3.OperationalError as error:
            raise self._failed(error) from None
        except sqlite3.DatabaseError as error:
            raise UserError(f"{self.path}: no gradebook that can be read: {error}") from None
        if tables and application != APPLICATION:
            raise UserError(f"{self.path}: is not a gradebook; name another folder with --out")
        if tables and version != VERSION:
            raise UserError(
                f"{self.path}: a gradebook of version {version}, this is the grader for version "
                f"{VERSION}; grade into a new folder, or with the course's version of then"
            )
        if state != "ok":
            raise self._damaged()
        self._connection.execute("PRAGMA synchronous=FULL")
        # Emptied after each result, and not deleted, which takes half as long again.
        self._connection.execute("PRAGMA journal_mode=TRUNCATE")
        if not tables:
            self._make()

    def _make(self) -> None:
        with self._writing():
            for name, columns in _TABLES.items():
                self._connection.execute(f"CREATE TABLE {name} ({columns}) STRICT")
                for change in ("UPDATE", "DELETE"):
                    self._connection.execute(
                        f"CREATE TRIGGER no_{change}_of_{name} BEFORE {change} ON {name} "
                        "BEGIN SELECT RAISE(ABORT, 'rows of the journal stay as they are'); END"
                    )
            self._connection.execute(f"PRAGMA application_id={APPLICATION}")
            self._connection.execute(f"PRAGMA user_version={VERSION}")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; what it adds is there as a whole, or not at all."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.OperationalError):
                    raise self._failed(error) from None
                raise

    @contextlib.contextmanager
    def _understood(self) -> Iterator[None]:
        """Take what a row holds for damaged where it cannot be read: only the grader writes it."""
        try:
            yield
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._damaged() from None

    def _damaged(self) -> UserError:
        return UserError(f"{self.path}: the gradebook is damaged; take a copy of it from before")

    def _failed(self, error: sqlite3.OperationalError) -> UserError:
        return UserError(
            f"{self.path}: {error}; what was graded until now is kept: mend that and start again"
        )

    def _add(self, table: str, *values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)

    def _one(self, query: str, *values: Any) -> Any:
        return next(iter(self._all(query, *values)), None)

    def _all(self, query: str, *values: Any) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.OperationalError as error:
                raise self._failed(error) from None
            except (sqlite3.DatabaseError, UnicodeDecodeError):
                raise self._damaged() from None

    def _key(self, submission: Submission) -> tuple[int, str, str, str]:
        return self.epoch, submission.student, submission.module, submission.sha256


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
