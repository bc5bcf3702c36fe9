"""What the tests of grading share."""

import pytest

from common.grading.exercise.oracle import remembering
from tests.graded import cases


@pytest.fixture
def few_drawn(monkeypatch):
    """Two drawn cases of a check: its fixed ones have to catch what is wrong, luck is no check."""
    monkeypatch.setattr(cases, "DRAWN", 2)


@pytest.fixture(scope="module")
def oracles_remember():
    """Let an oracle work out once what hundreds of solutions and answers are judged by."""
    with remembering():
        yield
