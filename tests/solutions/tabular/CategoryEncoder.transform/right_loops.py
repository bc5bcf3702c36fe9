"""Cell by cell."""

import numpy as np

from tabular.values import as_categories


def transform(self, frame):
    table = np.zeros((len(frame), len(self.vocabulary)), np.int32)
    for j, name in enumerate(self.vocabulary):
        known = list(self.vocabulary[name])
        for i, cell in enumerate(as_categories(frame[name])):
            if cell in known:
                table[i, j] = known.index(cell) + 1
    return table
