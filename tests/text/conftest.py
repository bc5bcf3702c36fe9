import pytest

from common.datasets import cache_folder


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    """Words that tests analyse are not to be kept in the cache of whoever runs them."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("STICKSHIFT_CACHE", str(folder))
    assert cache_folder() == folder
