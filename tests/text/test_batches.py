"""Batches: torch's Dataset and DataLoader, a collate function, and a thread that is one ahead."""

import numpy as np
import pytest
import torch

from text.batches import PREDICTED, SHORT, Batches, EncodedTexts, alike_batches, prefetched


def encoded():
    return EncodedTexts(np.arange(10, dtype=np.int32), np.array([3, 3, 7, 10]))


def rows_of(texts):
    return [text.tolist() for text in texts]


def test_items_are_texts_of_any_length():
    texts = encoded()
    assert [texts[row].tolist() for row in range(4)] == [[0, 1, 2], [], [3, 4, 5, 6], [7, 8, 9]]
    assert texts.lengths.tolist() == [3, 0, 4, 3]


def test_batches_hold_every_text_once_and_go_with_their_classes():
    batches = Batches(encoded(), rows_of, edges=[0, 3, 4], targets=torch.arange(4), seed=5)
    for epoch in range(3):
        batches.set_epoch(epoch)
        (first, own), (last, other) = batches
        assert len(first) == 3
        assert torch.cat([own, other]).sort().values.tolist() == [0, 1, 2, 3]
        for text, row in zip(first + last, torch.cat([own, other]).tolist(), strict=True):
            assert text == encoded()[row].tolist()


def test_without_a_seed_the_order_is_kept_and_no_class_is_given():
    batches = Batches(encoded(), rows_of, edges=[0, 2, 4])
    assert list(batches) == [[[0, 1, 2], []], [[3, 4, 5, 6], [7, 8, 9]]]
    assert len(batches) == 2


def test_walking_draws_no_random_number_of_anybody_else():
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    list(Batches(encoded(), rows_of, edges=[0, 2, 4], seed=1))
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (np.random.get_state()[1] == before[1]).all()


def test_an_error_in_the_thread_comes_out_where_the_batch_is_asked_for():
    def broken():
        yield 1
        raise OSError("no such file")

    batches = prefetched(broken())
    assert next(batches) == 1
    with pytest.raises(OSError, match="no such file"):
        next(batches)


def test_texts_of_about_one_length_are_answered_in_one_batch_and_short_ones_never_beside_long():
    rng = np.random.default_rng(0)
    for count in (0, 1, 3, 64, 2000):
        lengths = rng.integers(0, 40, count) ** 2 // 4
        batches = alike_batches(lengths)
        rows = np.concatenate(batches) if count else np.zeros(0)
        assert sorted(rows) == list(range(count))
        for own in (lengths[rows] for rows in batches):
            assert (own > SHORT).all() or (own <= SHORT).all()
            assert len(own) == 1 or len(own) * own.max() <= PREDICTED
    padded = sum(len(rows) * max(16, lengths[rows].max()) for rows in batches)
    assert padded < 1.5 * np.maximum(lengths, 16).sum()
    assert len(batches) < 30
