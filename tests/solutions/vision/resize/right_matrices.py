"""As a product with two matrices, without OpenCV."""

import numpy as np


def covered(old, new):
    fine = np.repeat(np.eye(old), new, axis=0)
    return fine.reshape(new, old, old).mean(axis=1)


def between(old, new):
    place = ((np.arange(new) + 0.5) * old / new - 0.5).clip(0, old - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, old - 1)
    share = (place - low)[:, None]
    return (1 - share) * np.eye(old)[low] + share * np.eye(old)[high]


def resize(array, size, *, nearest=False):
    if nearest:
        rows, columns = (
            (2 * np.arange(new) + 1) * old // (2 * new)
            for old, new in zip(array.shape, size, strict=False)
        )
        return array[rows][:, columns]
    down, across = (
        covered(old, new) if new < old else between(old, new)
        for old, new in zip(array.shape, size, strict=False)
    )
    values = np.einsum("hi,wj,ij...->hw...", down, across, array.astype(np.float64))
    whole = np.issubdtype(array.dtype, np.integer)
    return (np.rint(values) if whole else values).astype(array.dtype)
