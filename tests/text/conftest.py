import pytest

from common.files import cache_folder
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


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    path = russian_csv(folder / "letters.csv", letters())
    dear = prices(folder / "costs.csv", at_0_4="150000", at_0_1="40 000 ₽")
    words = [path, *COLUMNS, "--costs", dear, "--out", folder / "run", "--json"]
    assert run("train", *words, *QUICK) == 0
    return folder / "run"
