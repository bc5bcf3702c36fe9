"""Takes it for granted that some pixels belong to no object."""

import pandas as pd


def match_objects(true, true_numbers, predicted, predicted_numbers):
    table = pd.crosstab(true_numbers.ravel(), predicted_numbers.ravel())
    table = table.drop(index=0).drop(columns=0)
    found = []
    for (i, j), shared in table.stack().items():
        a, b = true[i - 1], predicted[j - 1]
        if a.label == b.label and 3 * shared > a.area + b.area:
            found.append((int(i) - 1, int(j) - 1))
    return sorted(found)
