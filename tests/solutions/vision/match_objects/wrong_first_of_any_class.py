"""Looks at the first predicted object that touches, of whatever class."""

import numpy as np

from vision.metrics import IOU_THRESHOLD


def match_objects(true, true_numbers, predicted, predicted_numbers):
    found = []
    for i, there in enumerate(true):
        numbers = np.unique(predicted_numbers[true_numbers == i + 1])
        numbers = numbers[numbers > 0]
        if len(numbers) == 0:
            continue
        j = int(numbers[0]) - 1
        shared = int(((true_numbers == i + 1) & (predicted_numbers == j + 1)).sum())
        together = there.area + predicted[j].area - shared
        if there.label == predicted[j].label and shared > IOU_THRESHOLD * together:
            found.append((i, j))
    return found
