"""A pair for each shared pixel."""

from vision.metrics import IOU_THRESHOLD


def match_objects(true, true_numbers, predicted, predicted_numbers):
    found = []
    for a, b in zip(true_numbers.ravel(), predicted_numbers.ravel(), strict=True):
        if a == 0 or b == 0 or true[a - 1].label != predicted[b - 1].label:
            continue
        shared = ((true_numbers == a) & (predicted_numbers == b)).sum()
        if shared > IOU_THRESHOLD * (true[a - 1].area + predicted[b - 1].area - shared):
            found.append((int(a) - 1, int(b) - 1))
    return found
