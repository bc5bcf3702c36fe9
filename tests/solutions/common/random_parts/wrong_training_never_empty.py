"""A row is kept back from training."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    first = min(n - 1, round(n * train))
    end = n if test == 0 else round(n * (train + valid))
    return np.split(generator.permutation(n), [first, end])
