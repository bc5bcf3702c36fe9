"""A half is rounded up."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    first = int(n * train + 0.5)
    end = n if test == 0 else int(n * (train + valid) + 0.5)
    return np.split(generator.permutation(n), [first, end])
