"""int() in place of round()."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    end = n if test == 0 else int(n * (train + valid))
    return np.split(generator.permutation(n), [int(n * train), end])
