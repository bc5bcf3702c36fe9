"""What a category costs: against scikit-learn, and that no row is told its own price."""

import numpy as np
import pytest
from sklearn.preprocessing import TargetEncoder as Reference

from tabular.target_encoding import SMOOTHING, TargetEncoder


def market(rows=300, seed=0):
    generator = np.random.default_rng(seed)
    categories = np.stack([generator.integers(0, n, rows) for n in (2, 7, 40)], axis=1)
    return categories.astype(np.int32), [2, 7, 41], generator.normal(15, 0.7, rows)


def test_new_rows_are_told_what_scikit_learn_tells_them():
    categories, sizes, log_price = market()
    encoder, _ = TargetEncoder.fit(categories, sizes, log_price)
    z = (log_price - log_price.mean()) / log_price.std()
    expected = Reference(target_type="continuous", smooth=SMOOTHING).fit(categories, z)
    np.testing.assert_allclose(
        encoder.transform(categories), expected.transform(categories), rtol=1e-5, atol=1e-6
    )


def test_a_category_without_rows_costs_the_mean():
    categories, sizes, log_price = market()
    encoder, _ = TargetEncoder.fit(categories, sizes, log_price)
    assert encoder.transform(np.array([[0, 0, 40]]))[0, 2] == 0


def test_no_training_row_is_told_its_own_price():
    categories, sizes, log_price = market(60)
    _, before = TargetEncoder.fit(categories, sizes, log_price)
    for row in range(60):
        # Mirrored at the mean, once the mean is that of the others: it and the deviation stay.
        centred = log_price.copy()
        others = np.delete(log_price, row)
        centred[row] = others.mean() + 1.5
        mirrored = centred.copy()
        mirrored[row] = others.mean() - 1.5
        shift = (centred.mean() - mirrored.mean()) / centred.std()
        told, again = (TargetEncoder.fit(categories, sizes, y)[1] for y in (centred, mirrored))
        counts = np.array([(categories[:, c] == categories[row, c]).sum() for c in range(3)])
        # All z move together by the shift of the mean, shrunk; nothing else may differ.
        assert (
            np.abs(again[row] - told[row]) <= shift * counts / (counts + SMOOTHING) + 1e-6
        ).all()
    assert np.abs(before).max() > 0.1


@pytest.mark.parametrize("label", range(4))
def test_no_row_is_told_a_price_of_its_own_group(label):
    categories, sizes, log_price = market(80)
    groups = np.arange(80) % 4
    _, before = TargetEncoder.fit(categories, sizes, log_price, groups=groups)
    # Turned around within the group: the mean and deviation of all stay as they are.
    here = groups == label
    changed = log_price.copy()
    changed[here] = changed[here][::-1]
    _, after = TargetEncoder.fit(categories, sizes, changed, groups=groups)
    np.testing.assert_allclose(after[here], before[here], atol=1e-6)
    assert np.abs(after[~here] - before[~here]).max() > 1e-3
