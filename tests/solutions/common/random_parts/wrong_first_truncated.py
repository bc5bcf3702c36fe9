"""int() in place of round(), of the first cut alone."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    first = int(n * train)
    end = n if test == 0 else round(n * (train + valid))
    return np.split(generator.permutation(n), [first, end])
