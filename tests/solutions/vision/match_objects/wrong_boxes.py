"""Takes every object for the box around it."""

from vision.metrics import IOU_THRESHOLD


def match_objects(true, true_numbers, predicted, predicted_numbers):
    found = []
    for i, there in enumerate(true):
        for j, said in enumerate(predicted):
            far = abs(there.centre[0] - said.centre[0]) + abs(there.centre[1] - said.centre[1])
            shared = there.area if far < there.area**0.5 / 2 else 0
            together = there.area + said.area - shared
            if there.label == said.label and shared > IOU_THRESHOLD * together:
                found.append((i, j))
    return found
