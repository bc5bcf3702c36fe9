"""One small trained run of each domain, for all tests of serving."""

import pytest

import tabular
from tests.tabular.test_command import flats

TINY = {"epochs": 1, "width": 8, "device": "cpu", "progress": False}


def sold_flats(n=200, seed=0):
    """Flats whose days of sale can be read only in one way."""
    frame = flats(n, seed)
    frame["продан"] = [f"{day[6:]}-{day[3:5]}-{day[:2]}" for day in frame["продан"]]
    return frame


@pytest.fixture(scope="session")
def tabular_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    sold_flats().to_csv(folder / "flats.csv", index=False)
    settings = {**TINY, "members": 1}
    tabular.fit(folder / "flats.csv", target="цена", out=folder / "flats", **settings)
    return folder / "flats"
