"""The checks of all exercises for pytest and an IDE: in this process, where a debugger can follow.

python -m pytest tests/graded -k MoneyCostLoss
"""

import pytest

from common.discovery import modules_with_exercises
from common.grading.exercise.course import exercises_of
from common.grading.reports.messages import LOOKS_LIKE, sides
from common.grading.runner.loop import check_here
from common.i18n import pick_language

CASES = [
    pytest.param(graded, check, id=f"{module}-{graded.short}-{check.name}")
    for module in modules_with_exercises()
    for graded in exercises_of(module)
    for check in graded.checks
]


@pytest.mark.parametrize(("graded", "check"), CASES)
def test_exercise(graded, check):
    result = check_here(graded, check)
    if result.passed:
        return
    language = pick_language(None)
    lines = [f"{check.about.to(language)}: {result.what.to(language)}"]
    lines += [f"{name.to(language)}: {text}" for name, text in sides(result, language)]
    if result.mistake:
        lines.append(f"{LOOKS_LIKE.to(language)}: {result.mistake.to(language)}")
    pytest.fail("\n".join(lines), pytrace=False)  # of Python's own there is nothing to be learned
