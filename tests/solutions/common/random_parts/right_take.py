"""Index by index, with numpy.take."""

import numpy as np


def random_parts(n, fractions, generator):
    order = generator.permutation(n)
    a = round(n * fractions[0])
    b = round(n * (fractions[0] + fractions[1])) if fractions[2] else n
    return [np.take(order, np.arange(*ends)) for ends in ((0, a), (a, b), (b, n))]
