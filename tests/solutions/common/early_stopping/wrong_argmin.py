"""NumPy’s argmin, for which NaN is the least."""

import numpy as np


def early_stopping(values, patience, *, higher_is_better=False):
    if not values:
        return 0, patience == 0
    best = int(np.argmax(values) if higher_is_better else np.argmin(values)) + 1
    return best, patience is not None and len(values) - best >= patience
