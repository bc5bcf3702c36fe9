"""Calls for two permutations: what comes after it is another chance than before."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    order = generator.permutation(n)
    end = n if test == 0 else round(n * (train + valid))
    generator.permutation(n)
    return np.split(order, [round(n * train), end])
