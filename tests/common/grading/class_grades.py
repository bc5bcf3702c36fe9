"""A class as its teacher might have it: good work, mistakes, copies, attacks in names and texts."""

from datetime import datetime, timedelta, timezone

from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.grades import Change, ExerciseGrade, StudentGrade
from common.i18n import Mistake, Text

MOSCOW = timezone(timedelta(hours=3), "MSK")
NASTY = '=cmd|" /C calc"!A0 <script>alert(1)</script> \x1b[31mred'
TITLE = Text("The relative error", "Относительная ошибка")
SUMMED = Mistake("summed", "this is the sum", "это сумма")
VALUES = Text("values in float64", "значения во float64")
EMPTY_BATCH = Text("an empty batch", "пустой батч")
WAS_WRONG = Text("the values are not right", "значения неверны")
COPY = "def f(x):\n    return sum(v * v + 3 * abs(v - 1) for v in x) / max(len(x), 1) - x[0] ** 4\n"


def check(about, *, failure="", what=WAS_WRONG, actual="", mistake=None, printed=""):
    return CheckResult(
        about.en,
        about,
        failure,
        what if failure else Text("", ""),
        given="x = float64 (3,) [1. 2. 3.]" if failure else "",
        actual=actual,
        expected="0.15" if failure else "",
        mistake=mistake,
        printed=printed,
    )


def exercise(*checks, name="common.losses.relative_error", title=TITLE, max_points=50):
    return ExerciseGrade(name, title, max_points, checks)


def solved(name="common.losses.relative_error", title=TITLE):
    return exercise(check(VALUES), check(EMPTY_BATCH), name=name, title=title)


def student(name, *exercises, source="", **more):
    files = {"common/losses.py": source.encode()} if source else {}
    return StudentGrade(name, "common", "f" * 64, exercises=exercises, files=files, **more)


SPLIT = {"name": "common.splits.random_parts", "title": Text("Splitting", "Деление")}
GRADES = [
    student("Анна О'Нил", solved(), solved(**SPLIT), source=COPY),
    student("Boris", solved(), solved(**SPLIT), source=COPY.replace("v", "w")),
    student(
        "Clara",
        exercise(
            check(VALUES, failure="wrong", actual="0.45", mistake=SUMMED, printed="debug"),
            check(EMPTY_BATCH),
        ),
        exercise(check(VALUES, failure="empty"), check(EMPTY_BATCH, failure="empty"), **SPLIT),
        submitted=datetime(2026, 12, 3, 1, 0, tzinfo=MOSCOW),
        days_late=1.2,
        late_factor=0.8,
    ),
    student(
        NASTY,
        exercise(check(VALUES, failure="raised", actual=NASTY), check(EMPTY_BATCH, failure="time")),
        solved(**SPLIT),
        notes=(Text("conftest.py was ignored", "conftest.py не учтён"),),
    ),
    StudentGrade("Daria", "", "", refused=Text("a PDF is no archive", "PDF — не архив")),
]
CHANGES = [Change("Clara", "common", "common.losses.relative_error", 50, 25, "regrade")]
