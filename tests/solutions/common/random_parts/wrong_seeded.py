"""A generator of its own, seeded by the one that came."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    order = np.random.default_rng(int(generator.integers(2**31))).permutation(n)
    end = n if test == 0 else round(n * (train + valid))
    return np.split(order, [round(n * train), end])
