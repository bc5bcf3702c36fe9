"""What was handed in, one after the other: how often until an exercise was solved, and when.

And what students say of their way at home: how many versions they checked, which hints they
opened. That is their own count, and nobody has checked it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from common.grading.exercise import specification
from common.grading.gradebook.store import Gradebook
from common.grading.submissions.efforts import HINTS, Effort
from common.i18n import Text


@dataclass(frozen=True)
class Attempt:
    """One submission. solved: whether all checks of an exercise were passed, by its full name."""

    student: str
    module: str
    submitted: datetime | None
    solved: Mapping[str, bool]


@dataclass(frozen=True)
class AttemptRow:
    """How often an exercise was handed in.

    several: students who handed it in more than once, in another form. solved: of all. mean: the
    number of submissions that it took those who solved it; None where there are none.
    """

    title: Text
    several: int
    solved: int
    students: int
    mean: float | None


@dataclass(frozen=True)
class HomeRow:
    """What students say of their way to an exercise.

    students: who tried it. solved: of them. mean: versions that were checked by those who solved
    it, the solution included; None where nobody has. hints: of each level how many opened it, and
    how many of them solved the exercise then, without the next level.
    """

    title: Text
    students: int
    solved: int
    mean: float | None
    hints: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class History:
    """attempts: in the order in which they came; due: by module; titles: of exercises.

    efforts: what students say of their way, by student and module, and there by exercise.
    """

    attempts: Sequence[Attempt] = ()
    due: Mapping[str, datetime] = field(default_factory=dict)
    titles: Mapping[str, Text] = field(default_factory=dict)
    efforts: Mapping[tuple[str, str], Mapping[str, Effort]] = field(default_factory=dict)

    def at_home(self, module: str) -> list[HomeRow]:
        """Return what students say of each exercise of a module, the costliest first."""
        said: dict[str, list[Effort]] = {}
        for (_, own), efforts in self.efforts.items():
            for name, effort in efforts.items():
                tried = effort.attempts or any(at is not None for at in effort.hints)
                if own == module and name in self.titles and tried:
                    said.setdefault(name, []).append(effort)
        rows = []
        for name, efforts_of in said.items():
            solved = [one.solved for one in efforts_of if one.solved]
            mean = sum(solved) / len(solved) if solved else None
            hints = tuple(
                (
                    sum(one.hints[level - 1] is not None for one in efforts_of),
                    sum(one.helped(level) for one in efforts_of),
                )
                for level in range(1, HINTS + 1)
            )
            rows.append(HomeRow(self.titles[name], len(efforts_of), len(solved), mean, hints))
        return sorted(rows, key=lambda row: (-(row.mean or 0), row.solved))

    def rows(self, module: str) -> list[AttemptRow]:
        """Return how often each exercise of a module was handed in, the costliest first.

        Empty where each student handed in once.
        """
        of_student: dict[str, list[Attempt]] = {}
        for one in self.attempts:
            if one.module == module:
                of_student.setdefault(one.student, []).append(one)
        if all(len(own) == 1 for own in of_student.values()):
            return []
        names = dict.fromkeys(
            name for own in of_student.values() for one in own for name in one.solved
        )
        rows = [self._row(name, list(of_student.values())) for name in names]
        return sorted(rows, key=lambda row: (-(row.mean or 0), row.solved))

    def _row(self, name: str, students: Sequence[Sequence[Attempt]]) -> AttemptRow:
        took = [
            next((n for n, one in enumerate(own, 1) if one.solved.get(name)), 0) for own in students
        ]
        solved = [count for count in took if count]
        several = [count != 1 and len(own) > 1 for count, own in zip(took, students, strict=True)]
        mean = sum(solved) / len(solved) if solved else None
        title = self.titles.get(name, Text(name, name))
        return AttemptRow(title, sum(several), len(solved), len(students), mean)

    def times(self, module: str) -> list[datetime]:
        """Return when each student first handed in a module, in order, as far as that is known."""
        first: dict[str, datetime] = {}
        for one in self.attempts:
            if one.module == module and one.submitted is not None:
                first[one.student] = min(first.get(one.student, one.submitted), one.submitted)
        return sorted(first.values())


def history_of(gradebook: Gradebook) -> History:
    """Return all that was ever handed in and graded."""
    titles: dict[str, Text] = {}
    attempts = []
    for submission, conclusion in gradebook.history():
        judged = gradebook.judged(submission, conclusion.epoch)
        solved = {}
        for row in conclusion.exercises:
            name = row["exercise"]
            titles[name] = Text(*row["title"])
            checks = [judged[name, check] for check in row["checks"] if (name, check) in judged]
            solved[name] = specification.points(1, checks) == 1
        attempts.append(
            Attempt(submission.student, submission.module, submission.submitted, solved)
        )
    due = {name: policy.due for name, policy in gradebook.policies().items()}
    return History(attempts, due, titles, gradebook.efforts())
