"""The page on a class: how far it came, what was hard, which mistakes were made, who is alike."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator

from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.attempts import History
from common.grading.gradebook.grades import Change, ExerciseGrade, StudentGrade
from common.grading.gradebook.term import Term
from common.grading.reports import messages
from common.grading.reports.class_progress import Together, failing_together, handed_in
from common.grading.reports.similarity import Group, groups, similar
from common.grading.reports.suspicious_code import unusual
from common.grading.runner.probe_result import FAILURES
from common.i18n import Mistake, Text
from common.report.pages import template, write_page
from common.report.plots import label, new_figure, series_styles, styled

_MOST_ROWS = 15


@dataclass(frozen=True)
class ExerciseRow:
    """How a class did at one exercise. begun, solved: numbers of students; mean: of points."""

    title: Text
    name: str
    max_points: int
    begun: int
    solved: int
    mean: float


@dataclass(frozen=True)
class CheckRow:
    """How a class did at one check: of those who had begun its exercise, so many passed."""

    exercise: Text
    check: Text
    begun: int
    passed: int

    @property
    def share(self) -> float:
        return self.passed / self.begun


@dataclass(frozen=True)
class ModulePart:
    """What the page says of one module; see `module_part`."""

    module: str
    students: int
    graded: int
    full: int
    max_points: int
    median: float
    quarters: tuple[float, float]
    exercises: list[ExerciseRow]
    hardest: list[CheckRow]
    mistakes: list[tuple[Text, Mistake, int]]
    endings: list[tuple[Text, int]]
    alike: list[Group]
    unusual: list[tuple[str, list[str]]]
    refused: list[StudentGrade]
    plot: Figure | None
    together: list[Together]


def write(
    path: Path,
    grades: Sequence[StudentGrade],
    changes: Sequence[Change] | None,
    *,
    starter: Mapping[str, str],
    names: Mapping[str, str],
    term: Term | None = None,
    history: History | None = None,
    language: str,
) -> None:
    """Write the page; names: student -> the name of the feedback's file, to link to it."""
    modules = sorted({grade.module for grade in grades}, key=lambda name: (not name, name))
    parts = [
        module_part(module, [g for g in grades if g.module == module], starter, language)
        for module in modules
    ]
    history = history or History()
    text = template("summary.html", Path(__file__).parent).render(
        parts=parts,
        changes=changes,
        names=names,
        term=term,
        history=history,
        over_time=handed_in(history, [name for name in modules if name], language),
        messages=messages,
        plain=lambda text: Text(text, text),
        language=language,
    )
    write_page(path, text)


def module_part(
    module: str, grades: Sequence[StudentGrade], starter: Mapping[str, str], language: str = "en"
) -> ModulePart:
    """Sum up the grades of a class in one module; refused submissions count as such only."""
    graded = [grade for grade in grades if not grade.refused]
    scores = np.array([grade.score for grade in graded] or [0.0])
    low, median, high = np.percentile(scores, (25, 50, 75))
    most = max((grade.max_points for grade in graded), default=0)
    return ModulePart(
        module,
        len(grades),
        len(graded),
        sum(grade.points == grade.max_points for grade in graded),
        most,
        float(median),
        (float(low), float(high)),
        _exercises(graded),
        _hardest(graded),
        _mistakes(graded),
        _endings(graded),
        groups(similar(sources_of(graded), starter)),
        [(g.student, uses[:_MOST_ROWS]) for g in graded if (uses := unusual(g.files, starter))],
        [grade for grade in grades if grade.refused],
        _plot(scores, most, language) if graded else None,
        failing_together(graded),
    )


def _exercises(grades: Sequence[StudentGrade]) -> list[ExerciseRow]:
    rows = []
    for own in _by_exercise(grades):
        begun = [exercise for exercise in own if _begun(exercise)]
        solved = sum(exercise.points == exercise.max_points for exercise in own)
        mean = float(np.mean([exercise.points for exercise in own]))
        one = own[0]
        row = ExerciseRow(one.title, one.exercise, one.max_points, len(begun), solved, mean)
        rows.append(row)
    return rows


def _hardest(grades: Sequence[StudentGrade]) -> list[CheckRow]:
    rows = []
    for own in _by_exercise(grades):
        begun = [exercise for exercise in own if _begun(exercise)]
        for checks in zip(*(exercise.checks for exercise in begun), strict=False):
            passed = sum(check.passed for check in checks)
            about = checks[0].about
            rows.append(CheckRow(own[0].title, about, len(checks), passed))
    failed = [row for row in rows if row.passed < row.begun]
    return sorted(failed, key=lambda row: row.share)[:_MOST_ROWS]


def _mistakes(grades: Sequence[StudentGrade]) -> list[tuple[Text, Mistake, int]]:
    """Count students, not checks: one mistake usually fails several checks."""
    makers: Counter[tuple[Text, Mistake]] = Counter()
    for grade in grades:
        makers.update(
            {
                (exercise.title, check.mistake)
                for exercise in grade.exercises
                for check in exercise.checks
                if check.mistake
            }
        )
    return [(*what, count) for what, count in makers.most_common(_MOST_ROWS)]


def _endings(grades: Sequence[StudentGrade]) -> list[tuple[Text, int]]:
    kinds = Counter(
        check.failure for check in _all_checks(grades) if check.failure not in ("", "empty")
    )
    return [(FAILURES[kind].student, count) for kind, count in kinds.most_common()]


def _all_checks(grades: Sequence[StudentGrade]) -> list[CheckResult]:
    return [check for grade in grades for own in grade.exercises for check in own.checks]


def _by_exercise(grades: Sequence[StudentGrade]) -> list[list[ExerciseGrade]]:
    found: dict[str, list[ExerciseGrade]] = {}
    for grade in grades:
        for exercise in grade.exercises:
            found.setdefault(exercise.exercise, []).append(exercise)
    return list(found.values())


def _begun(exercise: ExerciseGrade) -> bool:
    return bool(exercise.checks) and not exercise.checks[0].empty


def sources_of(grades: Sequence[StudentGrade]) -> dict[str, dict[str, str]]:
    """Return the sources by student, of a group once: its students' work is the same."""
    first: dict[str, str] = {}
    for grade in grades:
        first.setdefault(grade.group or grade.student, grade.student)
    return {grade.student: _sources(grade) for grade in grades if grade.student in first.values()}


def _sources(grade: StudentGrade) -> dict[str, str]:
    return {path: body.decode("utf-8", "replace") for path, body in grade.files.items()}


def _plot(scores: np.ndarray, most: int, language: str) -> Figure:
    figure = new_figure(2.2)
    axes = styled(figure.add_subplot())
    edges = np.linspace(0, max(most, 1), 11).tolist()
    style = series_styles(1)[0]
    axes.hist(scores, edges, color=style.colour, edgecolor="white", linewidth=1.5)
    label(axes, x=messages.POINTS.to(language), y=messages.STUDENTS.to(language))
    whole = AutoLocator()
    whole.set_params(integer=True)
    axes.yaxis.set_major_locator(whole)
    axes.set_xlim(0, max(most, 1))
    return figure
