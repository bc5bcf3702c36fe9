"""With pandas Index."""

import numpy as np
import pandas as pd

from tabular.values import as_categories


def transform(self, frame):
    columns = [
        pd.Index(known).get_indexer(as_categories(frame[name])) + 1
        for name, known in self.vocabulary.items()
    ]
    shape = (len(columns), len(frame))
    return np.array(columns, dtype=np.int32).reshape(shape).T
