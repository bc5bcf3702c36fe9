"""What every test run of the course is set to, whichever packages there are."""

import pytest

from common.discovery import packages


def pytest_configure(config: pytest.Config) -> None:
    """A warning that the course's own code causes is an error."""
    config.addinivalue_line("filterwarnings", f"error:::({'|'.join(packages())})")
