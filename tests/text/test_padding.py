"""Padding a batch: against torch's own padding, and what is in it when there is little."""

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pad_sequence

from text.padding import pad


def ragged(lengths, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 99, sum(lengths))
    return values, np.repeat(np.arange(len(lengths)), lengths)


@pytest.mark.parametrize("lengths", [[3, 1, 4], [0, 5, 0, 2, 0], [1], [6, 6, 6]])
def test_it_is_torchs_padding(lengths):
    values, text = ragged(lengths)
    rows = torch.from_numpy(values).split(lengths)
    expected = pad_sequence(rows, batch_first=True).numpy()
    np.testing.assert_array_equal(pad(values, text, len(lengths)), expected)


def test_of_a_long_text_the_first_values_are_kept():
    values, text = ragged([5, 0, 2])
    table = pad(values, text, 3, most=3)
    assert table.tolist() == [values[:3].tolist(), [0, 0, 0], [*values[5:].tolist(), 0]]


@pytest.mark.parametrize("dtype", [np.int32, np.float32, np.int64])
def test_the_values_keep_their_type_and_nothing_is_one_column_of_zeros(dtype):
    table = pad(np.zeros(0, dtype), np.zeros(0, np.int64), 2)
    assert table.dtype == dtype
    assert table.tolist() == [[0], [0]]
