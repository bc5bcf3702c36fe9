"""Rounds the size of the test part."""

import numpy as np


def random_parts(n, fractions, generator):
    order = generator.permutation(n)
    return np.split(order, [round(n * fractions[0]), n - round(n * fractions[2])])
