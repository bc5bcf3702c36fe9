"""What the tests of the autopilot share."""

import pytest


@pytest.fixture
def without_optuna(monkeypatch):
    """The portfolio alone: what Optuna draws is tested in test_sampler.py."""
    monkeypatch.setattr("common.autopilot.sampler.there", lambda: False)
