"""The gradebook: who handed in what, and what became of each check, as rows of a journal.

What is current follows from the order of the rows. Every check is a transaction of its own, so
that a grader which was killed goes on where it stopped; a run is over when a row says so.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock

from common.errors import UserError
from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.journal import Journal
from common.grading.gradebook.overrides import Override
from common.grading.gradebook.policy import Policy
from common.grading.submissions.efforts import Effort, efforts_from, rows_of
from common.grading.submissions.submission import Submission

GRADEBOOK = "gradebook.sqlite"
"""Its name in the folder of the grades."""
_SUBMISSION = "student, module, submission, submitted, listed, refused, notes, files"
_KEY = "epoch=? AND student=? AND module=? AND submission=?"


@dataclass(frozen=True)
class Conclusion:
    """A grade that was reached, and of which exercises: {"exercise", "title", "max_points", …}."""

    epoch: int
    points: int
    exercises: list[dict[str, Any]]


class Gradebook(Journal):
    """The gradebook of a class; see `Journal` for how it is opened.

    run: the number of the run under way. epoch: that of the last run which graded all anew.
    """

    run = epoch = 0

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

    @property
    def last_run(self) -> int:
        """The number of the run under way, or of the last one."""
        return self.run or self._one("SELECT max(run) FROM runs")[0] or 0

    def course(self) -> str | None:
        """Return the digest of the course that the last run graded with."""
        row = self._one("SELECT course FROM runs ORDER BY run DESC")
        return row and row[0]

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
        that was seen: a copy made later was not handed in later, whatever was handed in between.
        """
        seen = replace(submission, files={})
        with self._writing():
            query = f"SELECT {_SUBMISSION} FROM seen WHERE student=? AND module=?"
            row = self._one(f"{query} ORDER BY number DESC", seen.student, seen.module)
            with self._understood():
                last = Submission.from_row(row) if row else None
                query = f"{query} AND submission=? ORDER BY number DESC"
                row = self._one(query, seen.student, seen.module, seen.sha256)
                same = Submission.from_row(row) if row else None
            if same and not seen.listed and same.submitted:
                earliest = min(same.submitted, seen.submitted or same.submitted)
                known = same.submitted if same.listed else earliest
                seen = replace(seen, submitted=known, listed=same.listed)
            if last != seen:
                for name, content in submission.files.items():
                    statement = "INSERT OR IGNORE INTO contents VALUES (?, ?)"
                    self._connection.execute(statement, (seen.digests[name], content))
                self._add("seen", None, _now(), self.run, *seen.to_row())
            self._note(seen)
        return seen

    def _note(self, submission: Submission) -> None:
        """Note what a student says of the way, where that is not what was said last."""
        query = "SELECT efforts FROM efforts WHERE student=? AND module=? ORDER BY number DESC"
        last = self._one(query, submission.student, submission.module)
        text = json.dumps(rows_of(submission.efforts))
        if submission.efforts and (last is None or last[0] != text):
            self._add("efforts", None, _now(), submission.student, submission.module, text)

    def efforts(self) -> dict[tuple[str, str], dict[str, Effort]]:
        """Return what students said last of their way to each exercise, by student and module."""
        rows = self._all("SELECT student, module, efforts FROM efforts ORDER BY number")
        with self._understood():
            return {
                (student, module): efforts_from(json.loads(text)) for student, module, text in rows
            }

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

    def set_settings(self, settings: Mapping[str, str]) -> None:
        """Let these settings of the class hold from now on; those not named stay as they are."""
        held = self.settings()
        with self._writing():
            for name, value in settings.items():
                if held.get(name) != value:
                    self._add("settings", None, _now(), name, value)

    def settings(self) -> dict[str, str]:
        """Return the settings of the class that hold now, by name."""
        return dict(self._all("SELECT name, value FROM settings ORDER BY number"))

    def override(self, one: Override) -> None:
        """Add what a teacher decided by hand; what was decided before stays in the journal."""
        with self._writing():
            at = one.at.isoformat(timespec="seconds")
            key = (one.student, one.module, one.submission, one.exercise)
            self._add("overrides", None, one.who, at, *key, one.points, one.comment)

    def overrides(self) -> list[Override]:
        """Return all that was decided by hand, the oldest first."""
        rows = self._all(
            "SELECT who, at, student, module, submission, exercise, points, comment "
            "FROM overrides ORDER BY number"
        )
        with self._understood():
            return [Override(who, datetime.fromisoformat(at), *rest) for who, at, *rest in rows]

    def history(self) -> list[tuple[Submission, Conclusion]]:
        """Return every submission that was graded, each once, in the order in which they came.

        Of one that was graded several times, the last grade counts; what was refused is left out.
        """
        rows = self._all(
            "SELECT student, module, submission, epoch, points, exercises FROM concluded "
            "ORDER BY epoch"
        )
        seen = self._all(f"SELECT {_SUBMISSION} FROM seen ORDER BY number")
        with self._understood():
            last = {
                (student, module, digest): Conclusion(epoch, points, json.loads(text))
                for student, module, digest, epoch, points, text in rows
            }
            found = {(o.student, o.module, o.sha256): o for o in map(Submission.from_row, seen)}
        graded = [(one, last.get(key)) for key, one in found.items() if not one.refused]
        return [(one, conclusion) for one, conclusion in graded if conclusion is not None]

    def _key(self, submission: Submission) -> tuple[int, str, str, str]:
        return self.epoch, submission.student, submission.module, submission.sha256


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextlib.contextmanager
def opened(out: Path) -> Iterator[Gradebook]:
    """Open the gradebook in a folder, and keep other graders out until it is closed."""
    if out.exists() and not out.is_dir():
        raise UserError(
            f"{out}: is a file; name a folder with --out",
            f"{out}: это файл; назовите папку: --out",
        )
    out.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(out / "gradebook.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise UserError(
            f"{out}: another grader or a review is at work there; wait until it is done",
            f"{out}: там уже работает другая проверка или просмотр; дождитесь или остановите",
        ) from None
    try:
        with Gradebook(out / GRADEBOOK) as gradebook:
            yield gradebook
    finally:
        lock.release()
