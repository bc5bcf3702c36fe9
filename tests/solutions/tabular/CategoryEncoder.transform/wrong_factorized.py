"""Numbers by first appearance in the frame."""

import numpy as np
import pandas as pd

from tabular.values import as_categories


def transform(self, frame):
    columns = [pd.factorize(as_categories(frame[name]))[0] + 1 for name in self.vocabulary]
    return np.stack(columns, axis=1).astype(np.int32) if columns else np.empty((len(frame), 0))
