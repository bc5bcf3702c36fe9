"""Numbers of eight bits."""

import numpy as np

from vision.metrics import IOU_THRESHOLD


def match_objects(true, true_numbers, predicted, predicted_numbers):
    a, b = true_numbers.astype(np.uint8), predicted_numbers.astype(np.uint8)
    found = []
    for i, there in enumerate(true):
        for j, said in enumerate(predicted):
            shared = int(((a == i + 1) & (b == j + 1)).sum())
            if there.label == said.label and shared > IOU_THRESHOLD * (
                there.area + said.area - shared
            ):
                found.append((i, j))
    return found
