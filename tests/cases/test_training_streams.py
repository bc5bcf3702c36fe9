"""Batches from iterables that are not what they say: copies, other numbers, none a second time."""

import warnings

import pytest
import torch
from torch.utils.data import DataLoader, IterableDataset, TensorDataset, get_worker_info

from common.errors import UserError
from common.training.streams import Copies, warn_of_length
from tests.common.training_toys import network, table, trainer

BATCHES = [(table()[0][at : at + 8], table()[1][at : at + 8]) for at in range(0, 40, 8)]


class Rows(IterableDataset):
    """The rows of the table one by one."""

    def __iter__(self):
        return zip(*table(), strict=True)


def said(data, **settings):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        trainer(network(), **settings).fit(data)
    # Not what Python says of fork() from version 3.12 on, which is torch's way to begin workers.
    return [str(each.message) for each in caught if each.category is not DeprecationWarning]


def test_workers_that_each_go_through_all_rows_are_noted():
    (note,) = said(DataLoader(Rows(), 8, num_workers=2), epochs=2)
    assert note.startswith("the training data begins with the same batch twice: each of the")
    assert "2 workers goes through all of an IterableDataset" in note


@pytest.mark.parametrize(
    ("workers", "second", "notes"), [(2, 0, 1), (2, 1, 0), (1, 0, 0), (0, 0, 0)]
)
def test_other_batches_and_one_worker_are_not(workers, second, notes):
    copies = Copies(DataLoader(Rows(), 8, num_workers=workers), "training data")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for step, at in ((1, 0), (2, second), (1, 0), (2, 0)):
            copies.look_at(step, BATCHES[at])
    assert len(caught) == notes


@pytest.mark.parametrize("steps", [(1, 1, 1), (2, 1), (1, 1, 2)])
def test_only_two_batches_of_one_epoch_are_compared(steps):
    """A validation part of one batch has the same one in each epoch; a training may be resumed."""
    copies = Copies(DataLoader(Rows(), 8, num_workers=2), "validation data")
    with warnings.catch_warnings(action="error"):
        for step in steps:
            copies.look_at(step, BATCHES[int(steps == (1, 1, 2) and step == 2)])


class Saying(list):
    """Batches that say of their number what they are told to."""

    def __init__(self, batches, says: int) -> None:
        super().__init__(batches)
        self.says = says

    def __len__(self) -> int:
        return self.says


@pytest.mark.parametrize("says", [3, 10])
def test_another_number_of_batches_than_was_said_is_noted_once(says):
    """The learning rate would be 0 for the last ones, or not come down at the end."""
    notes = set(said(Saying(BATCHES, says)))
    assert notes == {
        f"the training data says that it has {says} batches, and yields 5: the learning rate goes "
        "by what it says; mend its __len__"
    }


@pytest.mark.parametrize(
    ("came", "workers", "notes"),
    [(6, 2, 0), (7, 3, 0), (4, 2, 0), (7, 2, 1), (3, 2, 1), (6, 1, 1), (6, 0, 1)],
)
def test_each_worker_of_a_divided_stream_may_end_in_a_short_batch(came, workers, notes):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_length(5, came, "training data", workers=workers)
    assert len(caught) == notes


class Divided(IterableDataset):
    """12 rows, of which each worker has its own."""

    def __len__(self) -> int:
        return 12

    def __iter__(self):
        one = get_worker_info()
        rows = list(zip(*table(12), strict=True))
        return iter(rows[one.id :: one.num_workers])


@pytest.mark.filterwarnings("ignore:Length of IterableDataset")
def test_a_stream_divided_among_workers_says_nothing():
    """Of 12 rows two workers make 2 batches each of at most 4, where 3 are told of."""
    notes = said(DataLoader(Divided(), 4, num_workers=2), epochs=1)
    assert [note for note in notes if "Length of IterableDataset" not in note] == []


def test_the_number_is_right_when_it_is_right_and_where_a_training_was_resumed(tmp_path):
    """Skipped batches count; so do those before a deadline, after which none are read."""

    def halting(prediction, target):
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        return torch.nn.functional.mse_loss(prediction, target)

    left, settings = 8, {"checkpoint": tmp_path / "state", "checkpoint_every": 0}
    with pytest.raises(KeyboardInterrupt):
        trainer(network(), halting, **settings).fit(BATCHES)
    with warnings.catch_warnings(action="error"):
        trainer(network(), halting, **settings).fit(BATCHES, resume=True)


def test_a_sampler_that_can_be_used_once_is_refused_before_the_first_step():
    rows = TensorDataset(*table())
    for loader in (
        DataLoader(rows, 8, sampler=iter(range(40))),
        DataLoader(rows, batch_sampler=(list(range(at, at + 8)) for at in range(0, 40, 8))),
    ):
        with pytest.raises(UserError, match="sampler of the training data can be walked .* once"):
            trainer(network()).fit(loader)


def test_a_batch_without_rows_is_refused_in_training_and_adds_nothing_in_validation():
    X, y = table()
    empty = (X[:0], y[:0])
    with pytest.raises(UserError, match="the training data yields a batch without rows: leave"):
        trainer(network()).fit([(X, y), empty])
    with_one, without = (
        trainer(network()).fit((X, y), valid=valid).column("valid_loss")
        for valid in ([empty, (X, y)], [(X, y)])
    )
    assert with_one == without
