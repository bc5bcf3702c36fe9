"""Whoever touches has found."""


def match_objects(true, true_numbers, predicted, predicted_numbers):
    found = []
    for i, there in enumerate(true):
        for j, said in enumerate(predicted):
            shared = int(((true_numbers == i + 1) & (predicted_numbers == j + 1)).sum())
            together = there.area + said.area - shared
            if there.label == said.label and 0 < shared < together + 1:
                found.append((i, j))
    return found
