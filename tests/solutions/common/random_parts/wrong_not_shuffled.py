"""The rows as they come."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    end = n if test == 0 else round(n * (train + valid))
    return np.split(np.arange(n), [round(n * train), end])
