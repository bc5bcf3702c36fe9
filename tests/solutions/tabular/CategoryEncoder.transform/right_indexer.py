"""By get_indexer."""

import numpy as np
import pandas as pd

from tabular.values import as_categories


def transform(self, frame):
    columns = [
        pd.Index(known, dtype=object).get_indexer(as_categories(frame[name]).to_numpy(object)) + 1
        for name, known in self.vocabulary.items()
    ]
    return np.array(columns, np.int32).reshape(len(self.vocabulary), len(frame)).T.copy()
