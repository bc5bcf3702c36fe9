"""A test share of a hundredth counts as none."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    end = n if test < 0.05 else round(n * (train + valid))
    return np.split(generator.permutation(n), [round(n * train), end])
