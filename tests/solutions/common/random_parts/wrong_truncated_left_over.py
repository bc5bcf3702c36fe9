"""Rounded down, and what is left without a test part goes to it."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, _ = fractions
    return np.split(generator.permutation(n), [int(n * train), int(n * (train + valid))])
