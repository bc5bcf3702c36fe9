import pytest

from common.files import cache_folder
from tests.common.made_once import made_once
from tests.text.helpers import COLUMNS, QUICK, letters, prices, run, russian_csv


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    """Words that tests analyse are not to be kept in the cache of whoever runs them."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("STICKSHIFT_CACHE", str(folder))
    assert cache_folder() == folder


@pytest.fixture
def table(tmp_path):
    return russian_csv(tmp_path / "письма жильцов.csv", letters())


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    def make(folder):
        path = russian_csv(folder / "letters.csv", letters())
        dear = prices(folder / "costs.csv", at_0_4="150000", at_0_1="40 000 ₽")
        words = [path, *COLUMNS, "--costs", dear, "--out", folder / "run", "--json"]
        assert run("train", *words, *QUICK) == 0

    return made_once(tmp_path_factory, "trained-letters", make) / "run"
