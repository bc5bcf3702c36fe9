"""What a teacher sets down for a class: read from small files, kept in the gradebook, and used."""

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from common.errors import UserError
from common.grading.exercise.course import Course
from common.grading.gradebook import extensions as extensions_file
from common.grading.gradebook.attempts import history_of
from common.grading.gradebook.classlist import ClassList, load_groups
from common.grading.gradebook.extensions import Extension, load_extensions
from common.grading.gradebook.grades import Change, StudentGrade
from common.grading.gradebook.policy import Policy, load_policies
from common.grading.gradebook.roster import Roster, load_roster
from common.grading.gradebook.store import GRADEBOOK, Gradebook, opened
from common.grading.gradebook.term import Term
from common.grading.gradebook.term import term as term_of
from common.grading.gradebook.weights import Weights, load_weights
from common.grading.reports.outputs import write_outputs


class Files(Protocol):
    """The small files that were named, if they were."""

    @property
    def policy(self) -> Path | None: ...
    @property
    def roster(self) -> Path | None: ...
    @property
    def groups(self) -> Path | None: ...
    @property
    def extensions(self) -> Path | None: ...


@dataclass(frozen=True)
class Settings:
    """What the named files say; None where no file was named: then what was kept still holds."""

    source: str = ""
    policies: Mapping[str, Policy] | None = None
    weights: Weights | None = None
    roster: Roster | None = None
    groups: Mapping[str, tuple[str, ...]] | None = None
    extensions: Sequence[Extension] | None = None

    @classmethod
    def read(cls, files: Files, course: Course) -> Self:
        """Read the files; raise UserError for anything in them that cannot be meant."""
        modules = [*course.modules, *course.left_out]
        named = [path for path in (files.extensions, files.groups) if path]
        return cls(
            " and ".join(map(str, named)),
            load_policies(files.policy, modules) if files.policy else None,
            load_weights(files.policy, modules) if files.policy else None,
            load_roster(files.roster) if files.roster else None,
            load_groups(files.groups) if files.groups else None,
            load_extensions(files.extensions, modules) if files.extensions else None,
        )

    def keep(self, gradebook: Gradebook, students: Collection[str]) -> None:
        """Keep it in the gradebook; raise UserError for what is said of a stranger.

        students: those that have handed in now; those of the gradebook are known too.
        """
        held = self.class_list(gradebook)
        policies = gradebook.policies() if self.policies is None else self.policies
        if self.groups is not None or self.extensions is not None:
            known = {one.student for one, _ in gradebook.state(until=2**62)} | set(students)
            own = replace(
                held,
                groups=held.groups if self.groups is not None else {},
                extensions=held.extensions if self.extensions is not None else (),
            )
            own.refuse_strangers(known, self.source)
        for one in self.extensions or ():
            if one.due and one.module not in policies:
                raise UserError(
                    f"{self.source}: an extension for {one.student} in {one.module}, which has no "
                    "due time in --policy",
                    f"{self.source}: отсрочка у {one.student} по {one.module}, а срока у этого "
                    "модуля в --policy нет",
                )
        if self.policies is not None:
            gradebook.set_policies(self.policies)
        kept = {}
        if self.weights is not None:
            kept["weights"] = self.weights.to_json()
        if self.roster is not None:
            kept["roster"] = self.roster.to_json()
        if self.groups is not None:
            kept["groups"] = ClassList(groups=self.groups).groups_json()
        if self.extensions is not None:
            kept["extensions"] = extensions_file.to_json(self.extensions)
        gradebook.set_settings(kept)

    def class_list(self, gradebook: Gradebook) -> ClassList:
        """Return the class as it will be: what was kept, and what is new."""
        held = ClassList.from_settings(gradebook.settings())
        return ClassList(
            self.roster or held.roster,
            held.groups if self.groups is None else self.groups,
            held.extensions if self.extensions is None else self.extensions,
            held.weights if self.weights is None else self.weights,
        )

    def term(self, gradebook: Gradebook, course: Course, found: Sequence[StudentGrade]) -> Term:
        """Return the term of the class."""
        modules = [*course.modules, *course.left_out]
        return term_of(found, self.class_list(gradebook), modules)


@contextlib.contextmanager
def existing(out: Path) -> Iterator[Gradebook]:
    """Open the gradebook in a folder; raise UserError where there is none."""
    if not (out / GRADEBOOK).is_file():
        raise UserError(
            f"{out}: there is no gradebook in it; to grade: python -m common grade SUBMISSIONS "
            f"--out {out}",
            f"{out}: здесь нет журнала оценок; чтобы проверить: python -m common grade РАБОТЫ "
            f"--out {out}",
        )
    with opened(out) as gradebook:
        yield gradebook


def refuse_other_course(gradebook: Gradebook, course: Course, out: Path) -> None:
    """Raise UserError for a gradebook of which the course has no exercise."""
    known = {one.exercise for module in course.modules.values() for one in module.exercises}
    graded = {
        row["exercise"]
        for _, conclusion in gradebook.state(until=2**62)
        for row in conclusion.exercises
    }
    if graded and not graded & known and not course.left_out:
        raise UserError(
            f"{out}: the gradebook of another course, with {sorted(graded)[0]}, which is not here; "
            "name another folder",
            f"{out}: журнал другого курса: в нём {sorted(graded)[0]}, которого здесь нет; назовите "
            "другую папку",
        )


def write_all(
    gradebook: Gradebook,
    out: Path,
    found: Sequence[StudentGrade],
    changed: Sequence[Change],
    course: Course,
    term: Term,
    language: str,
) -> None:
    """Write all that people get; raise UserError where that cannot be written."""
    files = [file for given in course.starter.values() for file in given.items()]
    starter = {name: content.decode() for name, content in files}
    try:
        write_outputs(
            out,
            found,
            changed or None,
            starter=starter,
            term=term,
            history=history_of(gradebook),
            language=language,
        )
    except OSError as error:
        said = isinstance(error, UserError)  # by what writes files
        what = str(error) if said else f"{error.filename or out}: {error.strerror}"
        raise UserError(
            f"{what}; the grades are in the gradebook: fix that and start again",
            f"{what}; оценки в журнале целы: исправьте это и запустите снова",
        ) from None
