"""Takes new categories up into the vocabulary."""

import numpy as np

from tabular.features import as_categories


def transform(self, frame):
    out = np.zeros((len(frame), len(self.vocabulary)), np.int32)
    for j, (name, known) in enumerate(self.vocabulary.items()):
        codes = {w: k for k, w in enumerate(known, 1)}
        tidy = as_categories(frame[name])
        out[:, j] = [codes.get(c, 0) for c in tidy]
        known.extend(sorted(set(tidy) - set(known)))
    return out
