"""What the tests of grading share."""

import pytest

from tests.graded import cases


@pytest.fixture
def few_drawn(monkeypatch):
    """Two drawn cases of a check: its fixed ones have to catch what is wrong, luck is no check."""
    monkeypatch.setattr(cases, "DRAWN", 2)
