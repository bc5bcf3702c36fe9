"""Classes do not count."""

from vision.metrics import IOU_THRESHOLD


def match_objects(true, true_numbers, predicted, predicted_numbers):
    found = []
    for i, there in enumerate(true):
        for j, said in enumerate(predicted):
            shared = int(((true_numbers == i + 1) & (predicted_numbers == j + 1)).sum())
            together = there.area + said.area - shared
            if shared > IOU_THRESHOLD * together:
                found.append((i, j))
    return found
