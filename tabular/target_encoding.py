"""Categories as numbers: what a flat of each category costs on average, in the training part."""

from collections.abc import Sequence

import numpy as np

from common.errors import UserError
from common.memory_mapped import empty

FOLDS = 5
SMOOTHING = 10.0
"""Rows of the mean of all that every category is given: a rare one hardly differs from it."""


class TargetEncoder:
    """For each category column, the mean log price of the row's category, shrunk to the mean.

        mean_c = Σ_{rows i of c} z_i / (n_c + SMOOTHING)      z = (ln y - mean) / standard deviation

    An embedding has to find out by many small steps that "excellent" costs more than "good", and
    has few rows to do so: here it is told. A row of the training part must not be told its own
    price, so its figure comes from the rows of the other folds (cross-fitting); the rows of one
    group are in one fold.

    Counterpart in the field: scikit-learn's TargetEncoder.
    Source: Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes in
    classification and prediction problems" (2001).

    >>> encoder, _ = TargetEncoder.fit(np.array([[1], [1], [2], [2]]), [3], np.array([1, 1, 3, 3]))
    >>> encoder.transform(np.array([[1], [2], [0]]))
    array([[-0.16666667],
           [ 0.16666667],
           [ 0.        ]], dtype=float32)
    """

    def __init__(self, means: Sequence[np.ndarray]) -> None:
        self.means = list(means)
        """For each column (size,) float32: the figure of each category's number."""

    @classmethod
    def fit(
        cls,
        categories: np.ndarray,
        sizes: Sequence[int],
        log_price: np.ndarray,
        *,
        groups: np.ndarray | None = None,
    ) -> tuple["TargetEncoder", np.ndarray]:
        """Return the encoder, and what the training rows themselves are told, (n, c) float32.

        Args:
            categories: (n, c) whole numbers below `sizes`, one for each column.
            sizes: how many numbers each column takes.
            log_price: (n,) of the training part.
            groups: (n,) labels; rows of one label are in one fold. None: each row for itself.
        """
        z = (log_price - log_price.mean()) / max(float(log_price.std()), 1e-6)
        labels = np.arange(len(z)) if groups is None else groups
        _, number = np.unique(labels, return_inverse=True)
        fold = np.random.default_rng(0).permutation(number.max() + 1)[number] % FOLDS
        told = empty(categories.shape, np.float32)
        for left_out in range(FOLDS):
            here = fold == left_out
            # A column at a time: the table may be larger than memory.
            for column, size, own in zip(categories.T, sizes, told.T, strict=True):
                own[here] = _means(column[~here], size, z[~here])[column[here]]
        columns = zip(categories.T, sizes, strict=True)
        return cls([_means(column, size, z) for column, size in columns]), told

    def transform(self, categories: np.ndarray) -> np.ndarray:
        """Return what rows that training has not seen are told: (n, c) -> (n, c) float32."""
        told = empty(categories.shape, np.float32)
        for place, means in enumerate(self.means):
            told[:, place] = means[categories[:, place]]
        return told

    def state(self) -> np.ndarray:
        """Return the figures of all columns in one array, (sum of sizes,) float32."""
        return np.concatenate([np.empty(0, np.float32), *self.means])

    @classmethod
    def restore(cls, state: np.ndarray, sizes: Sequence[int]) -> "TargetEncoder":
        """Take `state` apart again; raise UserError for one that does not fit the sizes."""
        if state.shape != (sum(sizes),) or not np.isfinite(state).all():
            raise UserError("preprocessing has no mean price for each of its categories")
        return cls(np.split(state, np.cumsum(sizes)[:-1]) if len(sizes) else [])


def _means(column: np.ndarray, size: int, z: np.ndarray) -> np.ndarray:
    """Return the figure of each of a column's `size` categories, (size,) float32."""
    total, count = np.bincount(column, z, size), np.bincount(column, minlength=size)
    return (total / (count + SMOOTHING)).astype(np.float32)
