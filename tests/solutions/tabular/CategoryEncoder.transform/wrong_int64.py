"""Numbers of another type."""

import numpy as np

from tabular.values import as_categories


def transform(self, frame):
    result = np.empty((len(frame), len(self.vocabulary)), dtype=np.int64)
    for place, (name, known) in enumerate(self.vocabulary.items()):
        rows = {category: row for row, category in enumerate(known, start=1)}
        result[:, place] = as_categories(frame[name]).map(rows).fillna(0)
    return result
