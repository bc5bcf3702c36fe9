"""Looks categories up without their signs and spaces."""

import re

import numpy as np

from tabular.features import as_categories


def transform(self, frame):
    out = np.zeros((len(frame), len(self.vocabulary)), np.int32)
    for j, (name, known) in enumerate(self.vocabulary.items()):
        tidy = as_categories(frame[name])
        codes = {re.sub("\\W+", "", w): k for k, w in enumerate(known, 1)}
        out[:, j] = [codes.get(re.sub("\\W+", "", c), 0) for c in tidy]
    return out
