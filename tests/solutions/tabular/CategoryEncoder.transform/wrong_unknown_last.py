"""An unknown category gets a number of its own at the end."""

import numpy as np

from tabular.values import as_categories


def transform(self, frame):
    result = np.empty((len(frame), len(self.vocabulary)), dtype=np.int32)
    for place, (name, known) in enumerate(self.vocabulary.items()):
        rows = {category: row for row, category in enumerate(known, start=1)}
        result[:, place] = as_categories(frame[name]).map(rows).fillna(len(known) + 1)
    return result
