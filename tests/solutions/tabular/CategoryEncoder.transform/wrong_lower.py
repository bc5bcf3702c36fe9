"""Tidies the cells by itself, and not as as_categories does."""

import numpy as np


def transform(self, frame):
    out = np.zeros((len(frame), len(self.vocabulary)), np.int32)
    for j, (name, known) in enumerate(self.vocabulary.items()):
        codes = {w: k for k, w in enumerate(known, 1)}
        tidy = frame[name].fillna("").astype(str).str.strip().str.lower()
        out[:, j] = [codes.get(c, 0) for c in tidy]
    return out
