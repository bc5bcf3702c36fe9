"""Which examples belong together, where some are alike in one way and some in another."""

import numpy as np


class DisjointSets:
    """Sets that are joined in pairs; what is in one set goes to one part of a split.

    Source: Tarjan, "Efficiency of a good but not linear set union algorithm" (1975).

    >>> sets = DisjointSets(4)
    >>> sets.join(3, 1)
    >>> sets.groups().tolist()
    [0, 1, 2, 1]
    """

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Make one set of those in which two members are."""
        roots = self._root(one), self._root(other)
        self.parent[max(roots)] = min(roots)

    def groups(self) -> np.ndarray:
        """Return the smallest member of each one's set, (n,) int64."""
        return np.array([self._root(number) for number in range(len(self.parent))], np.int64)

    def _root(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number


def joined(*codings: np.ndarray) -> np.ndarray:
    """Return groups in which those are together that are so in any of the given ones, (n,) int64.

    >>> joined(np.array([0, 1, 2, 2]), np.array([5, 5, 6, 7])).tolist()
    [0, 0, 2, 2]
    """
    sets = DisjointSets(len(codings[0]))
    for codes in codings:
        first: dict[int, int] = {}
        for number, code in enumerate(codes.tolist()):
            sets.join(number, first.setdefault(code, number))
    return sets.groups()
