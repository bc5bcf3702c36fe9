"""Numbers the categories of the frame itself."""

import numpy as np

from tabular.values import as_categories


def transform(self, frame):
    columns = [as_categories(frame[name]).astype("category") for name in self.vocabulary]
    codes = [column.cat.codes.to_numpy() + 1 for column in columns]
    return (
        np.stack(codes, axis=1).astype(np.int32) if codes else np.empty((len(frame), 0), np.int32)
    )
