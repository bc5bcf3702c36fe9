"""The scenes in which objects are found: rectangles in two maps."""

import numpy as np

from tests.graded.cases import cases

SIDES = 6
"""How long the strips are of which every pair of lengths and overlaps is laid out."""


def _scene(rng, size, true: list, predicted: list) -> dict:
    """Lay rectangles (label, top, left, height, width) into two maps, numbered in any order."""
    scene = {}
    for name, boxes in (("true", true), ("predicted", predicted)):
        numbers, things = np.zeros(size, np.int32), []
        for number, k in enumerate(rng.permutation(len(boxes)), start=1):
            label, top, left, height, width = boxes[k]
            numbers[top : top + height, left : left + width] = number
            centre = [left + (width - 1) / 2, top + (height - 1) / 2]
            things.append({"label": label, "centre": centre, "area": height * width})
        scene |= {name: things, f"{name}_numbers": numbers}
    return scene


def _some(rng):
    """Five objects in a column of rooms: found, missed, and alarms where nothing is."""
    true, predicted = [], []
    for room, shift in enumerate(rng.permutation([0, 1, 5, 8, 20])):
        height, width = int(rng.integers(4, 7)), 12
        box = (1, 8 * room, int(rng.integers(0, 5)), height, width)
        true.append(box)
        predicted.append((*box[:2], box[2] + int(shift), height, width))
    return _scene(rng, (48, 40), true, [*predicted[1:], (1, 41, 30, 3, 4)])


def _half(rng):
    """A half, a little less and a little more of what both cover."""
    side = 2 * int(rng.integers(3, 6))
    true = [(1, 0, 0, side, side), (1, 12, 0, side, side), (1, 24, 0, side, side)]
    predicted = [
        (1, 0, 0, side // 2, side),
        (1, 12, 0, side // 2 + 1, side),
        (1, 24, 0, side // 2 - 1, side),
    ]
    return _scene(rng, (36, 12), true, predicted)


def _just_half():
    """A pixel more than half of 2001, and a pixel less."""
    true = [(1, 0, 0, 1, 2001), (1, 2, 0, 1, 2001)]
    predicted = [(1, 0, 0, 1, 1001), (1, 2, 0, 1, 1000)]
    return _scene(_AsItIs(), (3, 2001), true, predicted)


def _strips(label: int = 1):
    """Every two lengths and every overlap of two strips, each pair in a row of its own."""
    true, predicted = [], []
    for first in range(1, SIDES + 1):
        for second in range(1, SIDES + 1):
            for shared in range(min(first, second) + 1):
                row = len(true)
                true.append((label, row, 0, 1, first))
                predicted.append((label, row, first - shared, 1, second))
    return _scene(np.random.default_rng(label), (len(true), 2 * SIDES), true, predicted)


def _thirds(inner: bool):
    """Two of three pixels are shared, and three of five, in objects that lie askew."""
    true = [(1, 0, 0, 1, 5), (1, 2, 0, 3, 5), (1, 6, 0, 2, 4)]
    predicted = [(1, 0, 1, 1, 5), (1, 2, 1, 3, 5), (1, 6, 1 if inner else 2, 2, 4)]
    return _scene(np.random.default_rng(1), (9, 8), true, predicted)


def _blob(rng):
    """One blob over two objects, and one object in two pieces, of which the larger counts."""
    gap = int(rng.integers(1, 3))
    true = [(1, 1, 1, 5, 5), (1, 1, 6 + gap, 5, 5), (1, 12, 2, 6, 12)]
    predicted = [(1, 0, 0, 7, 12 + gap), (1, 12, 2, 6, 8), (1, 12, 11, 6, 3)]
    return _scene(rng, (20, 18), true, predicted)


def _pieces(order: list[int], side: str):
    """An object in three pieces, of which the one that covers most is numbered last, or first."""
    whole = [(1, 0, 0, 4, 12), (1, 6, 0, 4, 12)]
    pieces = [(1, 0, 0, 4, 2), (1, 0, 3, 4, 1), (1, 0, 5, 4, 7)]
    pieces += [(1, 6, 0, 4, 8), (1, 6, 9, 4, 1), (1, 6, 11, 4, 1)]
    boxes = [pieces[k] for k in order]
    true, predicted = (whole, boxes) if side == "predicted" else (boxes, whole)
    return _scene(_AsItIs(), (10, 12), true, predicted)


class _AsItIs:
    """Numbers what it is given in the order that it comes in."""

    def permutation(self, count: int) -> range:
        return range(count)


def _crossed(label: int):
    """Four that are found, the first one by the last, and so on."""
    boxes = [(label, 5 * row, 0, 3, 4) for row in range(4)]
    return _scene(_AsItIs(), (20, 6), boxes, boxes[::-1])


def _ring():
    """Found by the next one, and the last by the first: (j, i) is no other order of (i, j)."""
    boxes = [(1, 5 * row, 0, 3, 4) for row in range(3)]
    return _scene(_AsItIs(), (15, 6), boxes, [*boxes[1:], boxes[0]])


def _many(side: str):
    """More objects than a byte can count on one side, of which the other finds first and last."""
    specks = [(1, 2 * (k // 20), 2 * (k % 20), 1, 1) for k in range(300)]
    few = [specks[0], specks[-1], (1, 32, 0, 2, 3)]
    sides = (specks, few) if side == "true" else (few, specks)
    return _scene(_AsItIs(), (36, 40), *sides)


def _sizes():
    """All found; neither the largest nor the smallest comes first."""
    boxes = [(1, 8 * row, 0, height, 12) for row, height in enumerate((5, 6, 4))]
    return _scene(_AsItIs(), (24, 12), boxes, boxes)


def _classes(rng):
    labels = [int(label) for label in rng.permutation([1, 2, 3])]
    true = [(label, 8 * i, 2, 6, 7) for i, label in enumerate(labels)]
    predicted = [(label, 8 * i, 3, 6, 7) for i, label in enumerate(labels)]
    predicted[1] = (labels[0], *predicted[1][1:])
    return _scene(rng, (24, 12), true, predicted)


def _stacked():
    """An object of another class lies over most of one, and one of its own class over the rest."""
    true = [(2, 0, 0, 4, 10), (1, 6, 0, 4, 10)]
    predicted = [(1, 0, 0, 4, 4), (2, 0, 4, 4, 6), (1, 6, 0, 4, 6), (2, 6, 6, 4, 4)]
    return _scene(_AsItIs(), (10, 10), true, predicted)


def _specks(rng):
    """A speck in the middle of an object finds nothing, nor does a field that it lies in."""
    top, left, shift = int(rng.integers(3, 8)), int(rng.integers(3, 8)), int(rng.integers(0, 9))
    true = [(1, 2, 2 + shift, 9, 9), (1, 14, 4 + shift, 3, 3)]
    predicted = [(1, top, left + shift, 3, 3), (1, 13, shift, 6, 12)]
    return _scene(rng, (20, 22), true, predicted)


def _found_beside():
    """A speck that finds nothing where it lies, and another that is found."""
    speck = (1, 14, 4, 3, 3)
    return _scene(_AsItIs(), (20, 22), [(1, 2, 2, 9, 9), speck], [(1, 4, 4, 3, 3), speck])


def _second_found():
    """One is missed, and one found: an empty list is not the answer to everything."""
    second = (1, 6, 0, 4, 5)
    return _scene(_AsItIs(), (12, 12), [(1, 0, 0, 4, 5), second], [second])


def _full():
    """Objects that cover the picture wholly: no pixel belongs to none."""
    return _scene(_AsItIs(), (4, 6), [(1, 0, 0, 4, 6)], [(1, 0, 0, 4, 4), (2, 0, 4, 4, 2)])


def _nothing(rng):
    left, right = (int(place) for place in rng.integers(0, 6, 2))
    boxes = [(1, 2, left, 4, int(rng.integers(2, 7))), (2, 8, right, 3, int(rng.integers(2, 7)))]
    sides = [(boxes, []), ([], boxes)][rng.integers(2)]
    return _scene(rng, (12, 12), *sides)


def _bare():
    return _scene(_AsItIs(), (5, 4), [], [])


def _fixed(draw):
    return draw(np.random.default_rng(3))


FORWARD, BACKWARD = list(range(6)), list(range(5, -1, -1))
SOME = cases(_some, _ring(), _crossed(1), _sizes(), _many("true"), _many("predicted"), _full())
HALF = cases(
    _half,
    _fixed(_half),
    _thirds(inner=True),
    _thirds(inner=False),
    _strips(),
    _just_half(),
)
BLOB = cases(
    _blob,
    _fixed(_blob),
    *(_pieces(order, side) for order in (FORWARD, BACKWARD) for side in ("predicted", "true")),
)
CLASSES = cases(_classes, _fixed(_classes), _stacked(), _crossed(2), _strips(2))
SPECKS = cases(_specks, _fixed(_specks), _found_beside())
NOTHING = cases(
    _nothing,
    _bare(),
    _scene(_AsItIs(), (12, 12), [(1, 2, 0, 4, 5)], []),
    _scene(_AsItIs(), (12, 12), [], [(1, 2, 0, 4, 5)]),
    _scene(_AsItIs(), (12, 12), [(1, 0, 0, 4, 5)], [(1, 6, 0, 4, 5)]),
    _second_found(),
)
