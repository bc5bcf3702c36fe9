"""With sets of places, and lists for pairs."""

from collections import defaultdict


def places(numbers):
    found = defaultdict(set)
    for place, number in enumerate(numbers.ravel().tolist()):
        found[number].add(place)
    return found


def match_objects(true, true_numbers, predicted, predicted_numbers):
    theirs, ours = places(true_numbers), places(predicted_numbers)
    return [
        [i, j]
        for i, one in enumerate(true)
        for j, other in enumerate(predicted)
        if one.label == other.label
        and 2 * len(theirs[i + 1] & ours[j + 1]) > len(theirs[i + 1] | ours[j + 1])
    ]
