"""One sitting over a class: its grades, who is alike, and what the teacher decides."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from common.errors import UserError
from common.grading.commands.settings import Settings, write_all
from common.grading.exercise.course import Course
from common.grading.gradebook.grades import StudentGrade, decided, undecided
from common.grading.gradebook.overrides import Override, checked_comment, checked_points
from common.grading.gradebook.store import Gradebook
from common.grading.gradebook.term import Term
from common.grading.reports import page
from common.grading.reports.class_summary import sources_of
from common.grading.reports.outputs import write_students, write_tables
from common.grading.reports.similarity import Group, groups, similar
from common.grading.reports.suspicious_code import unusual


@dataclass(frozen=True)
class Work:
    """What one student handed in for one module: its number in this sitting, and its grade.

    alike: the number of the group of similar submissions that it is in, from 1; 0 for none.
    """

    number: int
    grade: StudentGrade
    alike: int
    unusual: int


class Review:
    """Reads the grades of a gradebook once, and keeps what is decided in it.

    who: the teacher, as the journal and the students' pages will say.
    """

    def __init__(
        self, gradebook: Gradebook, out: Path, course: Course, *, who: str, language: str
    ) -> None:
        self.gradebook, self.out, self.course = gradebook, out, course
        self.who, self.language = who, language
        self._lock = threading.Lock()
        self._undecided = undecided(gradebook)
        self.grades: list[StudentGrade] = decided(self._undecided, gradebook)
        self.changed = False
        if not self.grades:
            raise UserError(
                f"{out}: nothing is graded there yet", f"{out}: там ещё ничего не проверено"
            )

    @cached_property
    def starter(self) -> dict[str, str]:
        """The sources that students were given, by path."""
        files = [file for given in self.course.starter.values() for file in given.items()]
        return {name: content.decode() for name, content in files}

    @cached_property
    def alike(self) -> dict[str, list[Group]]:
        """Groups of similar submissions, by module."""
        modules = sorted({grade.module for grade in self.grades if grade.module})
        found = {}
        for name in modules:
            own = [one for one in self.grades if one.module == name and not one.refused]
            found[name] = groups(similar(sources_of(own), self.starter))
        return found

    @cached_property
    def _unusual(self) -> list[int]:
        return [len(unusual(grade.files, self.starter)) for grade in self.grades]

    def works(self) -> list[Work]:
        """Return everything that was handed in, in the order of the gradebook."""
        return [self.work(number) for number in range(len(self.grades))]

    def work(self, number: int) -> Work:
        """Return one submission; raise LookupError for a number that there is not."""
        if not 0 <= number < len(self.grades):
            raise LookupError(number)
        grade = self.grades[number]
        of_module = self.alike.get(grade.module, [])
        name = grade.student
        place = next((n for n, one in enumerate(of_module, 1) if name in one.students), 0)
        return Work(number, grade, place, self._unusual[number])

    def others(self, work: Work) -> list[Work]:
        """Return the other submissions of a module, those that are alike first."""
        same = [
            one
            for one in self.works()
            if one.grade.module == work.grade.module
            and one.number != work.number
            and not one.grade.refused
        ]
        return sorted(same, key=lambda one: not (work.alike and one.alike == work.alike))

    def term(self) -> Term:
        return Settings().term(self.gradebook, self.course, self.grades)

    def decide(self, number: int, exercise: str, points: object, comment: object) -> StudentGrade:
        """Keep points and a comment by hand; return the grade as it is then.

        exercise: its full name, or empty for the whole module.

        Raises UserError for points that there cannot be, LookupError for what is not there.
        """
        grade = self.work(number).grade
        most = {"": grade.max_points, **{one.exercise: one.max_points for one in grade.exercises}}
        given, said = checked_points(points, most[exercise]), checked_comment(comment)
        at = datetime.now(UTC)
        key = (grade.student, grade.module, grade.submission, exercise)
        with self._lock:
            self.gradebook.override(Override(self.who, at, *key, given, said))
            self.grades = decided(self._undecided, self.gradebook)
            self.changed = True
            names = page.file_names(dict.fromkeys(one.student for one in self.grades))
            own = {"language": self.language}
            write_students(self.out, self.grades, names, only=grade.student, **own)
            write_tables(self.out, self.grades, self.term(), **own)
        return self.grades[number]

    def close(self) -> None:
        """Write the page of the class and all others anew, if anything was decided."""
        if self.changed:
            write_all(
                self.gradebook, self.out, self.grades, [], self.course, self.term(), self.language
            )

    def missing(self, term: Term) -> list[tuple[str, Sequence[str]]]:
        """Return by module who is in the roster and has not handed in."""
        named = [(name, [row.student for row in term.missing(name)]) for name in term.modules]
        return [(name, students) for name, students in named if students]
