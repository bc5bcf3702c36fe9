"""By the codes of pandas."""

import numpy as np
import pandas as pd

from tabular.features import as_categories


def transform(self, frame):
    columns = []
    for name, known in self.vocabulary.items():
        values = as_categories(frame[name])
        known_values = values.where(values.isin(known))
        columns.append(pd.Categorical(known_values, categories=known).codes.astype(np.int32) + 1)
    return np.array(columns, dtype=np.int32).reshape(len(columns), len(frame)).T
