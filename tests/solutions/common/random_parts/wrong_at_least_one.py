"""Gives the test part one row where rounding leaves none."""

import numpy as np


def random_parts(n, fractions, generator):
    order = generator.permutation(n)
    first, second = round(n * fractions[0]), round(n * (fractions[0] + fractions[1]))
    second = n if fractions[2] == 0 else min(second, max(n - 1, 0))
    return np.split(order, [first, second])
