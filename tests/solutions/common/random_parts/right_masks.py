"""By the place of each row in the order."""

import numpy as np


def random_parts(n, fractions, generator):
    order = generator.permutation(n)
    cuts = [round(n * fractions[0]), round(n * (fractions[0] + fractions[1]))]
    if not fractions[-1]:
        cuts[1] = n
    part = np.searchsorted(cuts, np.arange(n), side="right")
    return tuple(order[part == k] for k in range(3))
