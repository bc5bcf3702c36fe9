"""Takes the classes in the order of the true objects."""

from vision.metrics import IOU_THRESHOLD


def match_objects(true, true_numbers, predicted, predicted_numbers):
    found = []
    for i, there in enumerate(true):
        for j, said in enumerate(predicted):
            shared = int(((true_numbers == i + 1) & (predicted_numbers == j + 1)).sum())
            label = true[j].label if j < len(true) else said.label
            if there.label == label and shared > IOU_THRESHOLD * (there.area + said.area - shared):
                found.append((i, j))
    return found
