"""Six tenths are asked for."""


def match_objects(true, true_numbers, predicted, predicted_numbers):
    found = []
    for i, there in enumerate(true):
        for j, said in enumerate(predicted):
            shared = int(((true_numbers == i + 1) & (predicted_numbers == j + 1)).sum())
            if there.label == said.label and shared > 0.6 * (there.area + said.area - shared):
                found.append((i, j))
    return found
