"""Several processes share what one of them has made."""

import multiprocessing
import sys

import pytest

from tests.common.made_once import made_once


def test_it_is_made_once_for_all_processes_and_again_if_that_failed(
    tmp_path, tmp_path_factory, monkeypatch
):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    monkeypatch.setattr(tmp_path_factory, "getbasetemp", lambda: tmp_path / "own")

    def fails(folder):
        (folder / "half").touch()
        raise RuntimeError("no room")

    def makes(folder):
        (folder / "made").touch(exist_ok=False)

    with pytest.raises(RuntimeError, match="no room"):
        made_once(tmp_path_factory, "run", fails)
    if sys.platform == "linux":
        fork = multiprocessing.get_context("fork")
        others = [
            fork.Process(target=made_once, args=(tmp_path_factory, "run", makes)) for _ in range(3)
        ]
        for one in others:
            one.start()
        for one in others:
            one.join()
        assert [one.exitcode for one in others] == [0, 0, 0]
    folder = made_once(tmp_path_factory, "run", makes)
    assert folder == tmp_path / "run"
    assert [path.name for path in folder.iterdir()] == ["made"]
