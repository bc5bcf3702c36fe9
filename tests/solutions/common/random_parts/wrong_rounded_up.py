"""Rounded up."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    first = int(np.ceil(n * train))
    end = n if test == 0 else int(np.ceil(n * (train + valid)))
    return np.split(generator.permutation(n), [first, end])
