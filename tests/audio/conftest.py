import pytest

from tests.audio.voices import voices_and_run


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    return voices_and_run(tmp_path_factory)


@pytest.fixture(scope="session")
def trained(folders):
    return folders / "runs" / "mine"
