"""The checks of all exercises for pytest and an IDE: in this process, where a debugger can follow.

python -m pytest tests/graded -k MoneyCost
"""

from pathlib import Path

import pytest

from common.grading import local

MODULES = ("common", "tabular", "vision", "text", "audio")
HERE = Path(__file__).parent
CASES = [
    pytest.param(graded, check, id=f"{module}-{graded.short}-{check.name}")
    for module in MODULES
    if (HERE / f"{module}.py").is_file()
    for graded in local.graded(module)
    for check in graded.checks
]


@pytest.mark.parametrize(("graded", "check"), CASES)
def test_exercise(graded, check):
    verdict = local.check_here(graded, check)
    looks_like = verdict.mistake.en if verdict.mistake else ""
    assert verdict.passed, "\n".join(
        [
            f"{check.about.en}: {verdict.what.en}",
            f"came:       {verdict.came}",
            f"expected:   {verdict.expected}",
            f"given:      {verdict.given}",
            f"looks like: {looks_like}",
        ]
    )
