"""For each true object the one that shares most of those of its class, and then the share."""

import numpy as np


def match_objects(true, true_numbers, predicted, predicted_numbers):
    labels = np.array([0, *(one.label for one in predicted)])
    found = []
    for i, there in enumerate(true):
        where = true_numbers == i + 1
        counts = np.bincount(predicted_numbers[where], minlength=len(labels))
        counts[labels != there.label] = 0
        j = int(counts.argmax())
        covered = where | (predicted_numbers == j)
        if j and counts[j] / covered.sum() > 0.5:
            found.append((i, j - 1))
    return found
