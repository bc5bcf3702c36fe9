"""What the ranks of one machine share is the same for all, and lies in memory once."""

import threading

import numpy as np
import pandas as pd
import pytest
import torch

from common.mapped_pickle import mapped, write
from common.training.ranks import ALONE
from common.training.shared_data import made_once

FRAME = pd.DataFrame({"flat": [1.5, np.nan], "street": ["Мира", None], "sold": [True, False]})


def shared():
    numbers = np.arange(12, dtype=np.int32).reshape(3, 4)
    return {
        "numbers": numbers,
        "turned": numbers.T,
        "empty": np.zeros((0, 3)),
        "tensors": (torch.arange(6.0).reshape(2, 3).T, torch.tensor(2, dtype=torch.int64)),
        "half": torch.ones(3, dtype=torch.bfloat16),
        "words": ["вода", "газ"],
        "frame": FRAME,
    }


def test_what_is_mapped_is_what_was_written(tmp_path):
    write(shared(), tmp_path / "data")
    found, wanted = mapped(tmp_path / "data"), shared()
    (tmp_path / "data").unlink()
    for name in ("numbers", "turned", "empty"):
        assert found[name].dtype == wanted[name].dtype
        assert np.array_equal(found[name], wanted[name])
    for ours, theirs in zip(found["tensors"], wanted["tensors"], strict=True):
        assert ours.dtype == theirs.dtype
        assert torch.equal(ours, theirs)
    assert torch.equal(found["half"], wanted["half"])
    assert found["words"] == wanted["words"]
    pd.testing.assert_frame_equal(found["frame"], FRAME)


def test_arrays_lie_in_the_file_and_whoever_writes_into_one_has_a_copy_of_it(tmp_path):
    large = {"array": np.zeros(100_000), "tensor": torch.zeros(100_000)}
    write(large, tmp_path / "data")
    first, second = mapped(tmp_path / "data"), mapped(tmp_path / "data")
    assert not first["array"].flags.owndata
    first["array"][0], first["tensor"][0] = 1, 1
    assert second["array"][0] == second["tensor"][0] == 0
    assert mapped(tmp_path / "data")["array"][0] == 0


class Pair(type(ALONE)):
    """Two ranks in two threads of one process."""

    def __init__(self, rank, meeting, told):
        self.rank, self.size, self.meeting, self.told = rank, 2, meeting, told

    def gathered(self, facts):
        self.told[self.rank] = facts
        self.meeting.wait(10)
        return list(self.told)

    def sum(self, *numbers):
        self.meeting.wait(10)
        return list(numbers)


@pytest.mark.parametrize("lock", [False, True])
def test_one_rank_makes_what_all_use_unless_it_cannot_be_handed_over(monkeypatch, lock):
    ranks, made, got = threading.local(), [], {}
    variables = {"GROUP_RANK": "0", "LOCAL_RANK": lambda: str(ranks.number)}

    def get(name, default=None):
        found = variables.get(name, default)
        return found() if callable(found) else found

    monkeypatch.setattr("common.training.shared_data.os.environ.get", get, raising=False)
    meeting, told = threading.Barrier(2), [None, None]

    def make():
        made.append(ranks.number)
        return np.arange(5), threading.Lock() if lock else None

    def rank(number):
        ranks.number = number
        got[number] = made_once(make, Pair(number, meeting, told))[0]

    threads = [threading.Thread(target=rank, args=[number]) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(made) == ([0, 1] if lock else [0])
    assert got[0].tolist() == got[1].tolist() == [0, 1, 2, 3, 4]
    assert ("/" in told[0][1]) is not lock
