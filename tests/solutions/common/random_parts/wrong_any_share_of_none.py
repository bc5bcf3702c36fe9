"""Where any share is zero, not the test share alone, the second cut is at the end."""

import numpy as np


def random_parts(n, fractions, generator):
    train, valid, _ = fractions
    end = round(n * (train + valid)) if all(fractions) else n
    return np.split(generator.permutation(n), [round(n * train), end])
