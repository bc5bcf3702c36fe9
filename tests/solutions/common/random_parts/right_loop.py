"""Row by row, with a list for each part."""

import numpy as np


def random_parts(n, fractions, generator):
    first = round(n * fractions[0])
    second = round(n * (fractions[0] + fractions[1]))
    parts = [[], [], []]
    for place, row in enumerate(generator.permutation(n)):
        if place < first:
            parts[0].append(row)
        elif place < second or fractions[2] == 0:
            parts[1].append(row)
        else:
            parts[2].append(row)
    return [np.array(part, dtype=np.int64) for part in parts]
