"""A missing cell is unknown, even where training knew the empty text."""

import numpy as np

from tabular.values import as_categories


def transform(self, frame):
    result = np.zeros((len(frame), len(self.vocabulary)), dtype=np.int32)
    for place, (name, known) in enumerate(self.vocabulary.items()):
        rows = {category: row for row, category in enumerate(known, start=1) if category}
        result[:, place] = [rows.get(category, 0) for category in as_categories(frame[name])]
    return result
