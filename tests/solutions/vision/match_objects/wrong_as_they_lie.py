"""In the order in which the objects lie in the picture."""

import numpy as np

from vision.metrics import IOU_THRESHOLD


def match_objects(true, true_numbers, predicted, predicted_numbers):
    both = np.stack([true_numbers.ravel(), predicted_numbers.ravel()], axis=1).tolist()
    found = []
    for a, b in dict.fromkeys(map(tuple, both)):
        if not a or not b or true[a - 1].label != predicted[b - 1].label:
            continue
        shared = both.count([a, b])
        if shared > IOU_THRESHOLD * (true[a - 1].area + predicted[b - 1].area - shared):
            found.append((a - 1, b - 1))
    return found
