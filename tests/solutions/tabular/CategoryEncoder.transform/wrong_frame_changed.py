"""Tidies the frame itself."""

import numpy as np

from tabular.values import as_categories


def transform(self, frame):
    table = np.zeros((len(frame), len(self.vocabulary)), np.int32)
    for j, (name, known) in enumerate(self.vocabulary.items()):
        rows = {c: k for k, c in enumerate(known, 1)}
        frame[name] = as_categories(frame[name])
        table[:, j] = [rows.get(c, 0) for c in frame[name]]
    return table
