"""A row for validation, whatever the shares say."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    first = round(n * train)
    end = n if test == 0 else max(first + 1, round(n * (train + valid)))
    return np.split(generator.permutation(n), [first, end])
