"""A label for each place in the order."""

import numpy as np


def random_parts(n, fractions, generator):
    order = generator.permutation(n)
    label = np.zeros(n, dtype=int)
    label[round(n * fractions[0]) :] = 1
    if fractions[2] > 0:
        label[round(n * (fractions[0] + fractions[1])) :] = 2
    return [order[label == part] for part in (0, 1, 2)]
