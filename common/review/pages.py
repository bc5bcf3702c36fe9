"""The pages of a review. All that a student wrote is escaped; only our own script runs."""

from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from common.grading.gradebook.grades import StudentGrade
from common.grading.reports import messages
from common.grading.reports.class_summary import sources_of
from common.report import pages as report_pages
from common.review import words
from common.review.session import Review, Work
from common.review.side_by_side import Part, side_by_side

_OWN = Path(__file__).parent
_REPORT = Path(report_pages.__file__).parent
_GRADES = Path(messages.__file__).parent


def whole_class(review: Review, language: str, token: str) -> tuple[str, str]:
    """Return the page of the class, and its Content-Security-Policy."""
    sections, names = {}, {}
    term, works = review.term(), review.works()
    class_list = term.class_list
    for grade in review.grades:
        person = class_list.person(grade.student)
        sections[grade.student] = grade.group or (person.section if person else "")
        known = person is not None and person.name not in grade.student
        names[grade.student] = person.name if person and known else ""
    numbers = {(work.grade.module, work.grade.student): work.number for work in works}
    alike = [
        (module, [(numbers[module, student], student) for student in group.students], group.share)
        for module, found in review.alike.items()
        for group in found
    ]
    return _render(
        "class.html",
        language,
        token,
        works=works,
        sections=sections,
        names=names,
        alike=alike,
        missing=review.missing(term),
        modules=sorted({grade.module for grade in review.grades if grade.module}),
    )


def work(
    review: Review, number: int, beside: int | None, language: str, token: str
) -> tuple[str, str]:
    """Return the page of a submission; raise LookupError where there is none of the number."""
    own = review.work(number)
    other = None if beside is None else review.work(beside)
    if other is not None and other.grade.module != own.grade.module:
        raise LookupError(beside)
    return _render(
        "work.html",
        language,
        token,
        work=own,
        grade=own.grade,
        other=other,
        others=review.others(own),
        files=_files(review, own, other),
        last=len(review.grades) - 1,
    )


def after(grade: StudentGrade, exercise: str, language: str) -> dict[str, Any]:
    """Return what has changed on the page of a submission after a decision."""
    decided = grade.override
    points: float = grade.points
    for one in grade.exercises:
        if one.exercise == exercise:
            decided, points = one.override, one.points
    note = messages.hand_note(decided, language) if decided else ""
    return {"points": f"{points:g}", "score": f"{grade.score:g}", "note": note}


def _files(
    review: Review, own: Work, other: Work | None
) -> list[tuple[str, list[Part], bool, bool]]:
    """Return each file of a submission beside another's, and whether each side has it."""
    mine = sources_of([own.grade]).get(own.grade.student, {})
    module = review.course.modules.get(own.grade.module)
    given = {name: review.starter[name] for name in (module.starter if module else {})}
    theirs = given
    if other is not None:
        theirs = sources_of([other.grade]).get(other.grade.student, {})
    return [
        (name, side_by_side(theirs.get(name, ""), mine.get(name, "")), name in theirs, name in mine)
        for name in sorted(mine.keys() | (theirs.keys() if mine else set()))
    ]


def _render(name: str, language: str, token: str, **values: Any) -> tuple[str, str]:
    script, style = _sources()
    environment = report_pages.environment_of(_OWN, _GRADES)
    text = environment.get_template(name).render(
        language=language,
        other_language="en" if language == "ru" else "ru",
        token=token,
        words=words,
        messages=messages,
        style=Markup(style),
        script=Markup(script),
        **values,
    )
    return text, report_pages.policy_of(script, style)


@cache
def _sources() -> tuple[str, str]:
    places = (_REPORT / "page.css", _GRADES / "grades.css", _OWN / "review.css")
    style = "".join(path.read_text(encoding="utf-8") for path in places)
    return (_OWN / "review.js").read_text(encoding="utf-8"), style
