"""With NumPy, which returns its own kinds of numbers."""

import numpy as np


def early_stopping(values, patience, *, higher_is_better=False):
    array = np.asarray(values, dtype=float)
    if np.isnan(array).all():
        best = np.int64(0)
    else:
        best = (np.nanargmax(array) if higher_is_better else np.nanargmin(array)) + 1
    if patience is None:
        return best, False
    return best, np.bool_(len(array) - best >= patience)
