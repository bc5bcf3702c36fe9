"""A class's term: for each student a grade of every module, what is missing, and the total."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from common.grading.gradebook.classlist import ClassList
from common.grading.gradebook.grades import StudentGrade
from common.grading.gradebook.roster import Person
from common.i18n import Text

SEVERAL = Text(
    "{student} has handed in {module} as {names}; the last one counts: {last}",
    "{student}: работы по {module} сданы как {names}; считается последняя: {last}",
)


@dataclass(frozen=True)
class TermRow:
    """One student's term.

    grades: by module. person: None for who is not in the roster, or where there is none.
    total: from 0 to 100, None without weights; dropped: modules that do not count for it.
    """

    student: str
    person: Person | None
    grades: dict[str, StudentGrade]
    excused: tuple[str, ...]
    total: float | None
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """modules: those that weigh or were handed in; most: the points of each.

    strangers: who handed in and is not in the roster; may_be: of these, whose work it may be.
    twice: what is to be said of students who handed in one module under several names.
    """

    class_list: ClassList
    modules: tuple[str, ...]
    most: dict[str, int]
    rows: tuple[TermRow, ...]
    strangers: tuple[str, ...]
    may_be: dict[str, list[str]]
    twice: tuple[Text, ...]

    def missing(self, module: str) -> list[TermRow]:
        """Return who is in the roster, is not excused, and has not handed in a module.

        Nobody, as long as nobody has: the module has not begun.
        """
        if not any(module in row.grades for row in self.rows):
            return []
        return [
            row
            for row in self.rows
            if row.person and module not in row.grades and module not in row.excused
        ]


def term(grades: Sequence[StudentGrade], class_list: ClassList, order: Collection[str]) -> Term:
    """Put the grades of a class together; order: the modules of the course."""
    weights = class_list.weights
    graded = {grade.module for grade in grades if grade.module}
    modules = [name for name in order if name in graded or name in weights.weights]
    modules += sorted(graded - set(modules))
    most = {
        name: max((grade.max_points for grade in grades if grade.module == name), default=0) or 100
        for name in modules
    }
    own: dict[str, dict[str, list[StudentGrade]]] = {}
    for grade in grades:
        if grade.module:
            of_student = own.setdefault(class_list.identity(grade.student), {})
            of_student.setdefault(grade.module, []).append(grade)
    people = class_list.roster.people if class_list.roster else ()
    keys = [person.id for person in people]
    keys += sorted(own.keys() - set(keys))
    twice: list[Text] = []
    rows = [_row(key, own.get(key, {}), class_list, modules, most, twice) for key in keys]
    strangers = [row.student for row in rows if row.person is None] if people else []
    may_be = {
        name: several
        for name in strangers
        if class_list.roster and (several := class_list.roster.may_be(name))
    }
    return Term(
        class_list, tuple(modules), most, tuple(rows), tuple(strangers), may_be, tuple(twice)
    )


def _row(
    key: str,
    found: dict[str, list[StudentGrade]],
    class_list: ClassList,
    modules: Sequence[str],
    most: dict[str, int],
    twice: list[Text],
) -> TermRow:
    person = class_list.person(key)
    student = (person.name or person.id) if person else key
    own: dict[str, StudentGrade] = {}
    for module, several in found.items():
        ordered = sorted(several, key=lambda grade: grade.moment)
        own[module] = ordered[-1]
        if len(several) > 1:
            names = ", ".join(grade.student for grade in ordered)
            said = {"student": student, "module": module, "names": names}
            twice.append(SEVERAL.filled(**said, last=ordered[-1].student))
    extensions = {name: class_list.extension(key, name) for name in modules}
    excused = tuple(name for name, one in extensions.items() if one and one.excused)
    shares: dict[str, float | None] = {
        module: grade.score / most[module] for module, grade in own.items()
    }
    shares |= dict.fromkeys(excused)
    total, dropped = class_list.weights.total(shares)
    return TermRow(student, person, own, excused, total, tuple(dropped))
