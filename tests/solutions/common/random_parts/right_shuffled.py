"""Shuffles an array of its own, and returns early where there is no test part."""

import numpy as np


def random_parts(n, fractions, generator):
    rows = np.arange(n)
    generator.shuffle(rows)
    first = int(np.round(n * fractions[0]))
    if not fractions[2]:
        return [rows[:first], rows[first:], rows[n:]]
    second = int(np.round(n * (fractions[0] + fractions[1])))
    return [rows[:first].astype(np.int32), rows[first:second].copy(), rows[second:]]
