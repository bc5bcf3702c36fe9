"""A class as its teacher set it down: the roster, who hands in together, and who has more time."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from common.errors import UserError, unknown
from common.grading.gradebook import extensions as extensions_file
from common.grading.gradebook.extensions import Extension
from common.grading.gradebook.roster import Person, Roster
from common.grading.gradebook.tables import need_columns, read_table
from common.grading.gradebook.weights import Weights


@dataclass(frozen=True)
class ClassList:
    """groups: a group's name -> its students, as they were written; extensions: by student.

    A student is known by the roster's id, and where there is no roster, or they are not in it, by
    what the submission is called.
    """

    roster: Roster | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extensions: Sequence[Extension] = ()
    weights: Weights = field(default_factory=Weights)

    def person(self, student: str) -> Person | None:
        return self.roster.find(student) if self.roster else None

    def identity(self, student: str) -> str:
        """Return what all of a student's submissions have in common."""
        person = self.person(student)
        return person.id if person else student

    def extension(self, student: str, module: str) -> Extension | None:
        return self._extensions.get((self.identity(student), module))

    @cached_property
    def _extensions(self) -> dict[tuple[str, str], Extension]:
        return {(self.identity(one.student), one.module): one for one in self.extensions}

    def group_of(self, student: str) -> str:
        """Return the group that a submission is of: by its name, or by one of its students."""
        if student in self.groups:
            return student
        return self._groups.get(self.identity(student), "")

    @cached_property
    def _groups(self) -> dict[str, str]:
        return {
            self.identity(student): group
            for group, students in self.groups.items()
            for student in students
        }

    def refuse_strangers(self, students: Collection[str], source: str) -> None:
        """Raise UserError where an extension or a group is of nobody.

        students: those that have handed in; with a roster, who is in it is known too.
        """
        known = {self.identity(student) for student in students} | set(students)
        people = self.roster.people if self.roster else ()
        known |= {person.id for person in people}
        names = sorted({*(person.name for person in people), *students})
        named = [one.student for one in self.extensions]
        named += [student for group in self.groups.values() for student in group]
        for student in named:
            several = self.roster.may_be(student) if self.roster else []
            if several:
                raise UserError(
                    f"{source}: {student} may be any of {', '.join(several)}; write one of these",
                    f"{source}: {student} — это может быть {', '.join(several)}; напишите номер",
                )
            if self.identity(student) not in known:
                raise unknown(f"student in {source}", student, names, f"{source}: нет студента")

    def groups_json(self) -> str:
        return json.dumps(self.groups, ensure_ascii=False)

    @classmethod
    def from_settings(cls, kept: Mapping[str, str]) -> "ClassList":
        """Return the class that a gradebook keeps, by its settings."""
        return cls(
            Roster.from_json(kept["roster"]) if "roster" in kept else None,
            {group: tuple(own) for group, own in json.loads(kept.get("groups", "{}")).items()},
            extensions_file.from_json(kept.get("extensions", "[]")),
            Weights.from_json(kept.get("weights", "{}")),
        )


def load_groups(path: Path) -> dict[str, tuple[str, ...]]:
    """Read who hands in together: a CSV with the columns group and student, a line for each."""
    columns, rows = read_table(path)
    need_columns(path, columns, ("group", "student"))
    groups: dict[str, tuple[str, ...]] = {}
    of_student: dict[str, str] = {}
    for line, row in rows:
        group, student = row["group"], row["student"]
        if not group or not student:
            raise UserError(
                f"{path}, line {line}: a group and a student are expected",
                f"{path}, строка {line}: нужны группа и студент",
            )
        if student in of_student:
            raise UserError(
                f"{path}, line {line}: {student} is in two groups, {of_student[student]}, {group}",
                f"{path}, строка {line}: {student} в двух группах: {of_student[student]}, {group}",
            )
        of_student[student] = group
        groups[group] = (*groups.get(group, ()), student)
    return groups
