"""Each prediction is taken by the first of its class that it touches."""

import numpy as np


def match_objects(true, true_numbers, predicted, predicted_numbers):
    found, taken = [], set()
    for i, one in enumerate(true):
        for j, other in enumerate(predicted):
            if j in taken or one.label != other.label:
                continue
            shared = int(np.sum((true_numbers == i + 1) & (predicted_numbers == j + 1)))
            if shared:
                taken.add(j)
                if shared > 0.5 * (one.area + other.area - shared):
                    found.append((i, j))
    return found
