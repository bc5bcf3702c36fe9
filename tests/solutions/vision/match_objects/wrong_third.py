"""A third will do."""


def match_objects(true, true_numbers, predicted, predicted_numbers):
    found = []
    for i, there in enumerate(true):
        for j, said in enumerate(predicted):
            shared = int(((true_numbers == i + 1) & (predicted_numbers == j + 1)).sum())
            if there.label == said.label and shared > (there.area + said.area - shared) / 3:
                found.append((i, j))
    return found
