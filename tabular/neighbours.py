"""The nearest flats whose prices are known, found without ever looking at one's own price."""

from collections.abc import Sequence

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from common.memory_mapped import empty

BLOCK = 65_536
"""Places that are searched for at once: enough to be fast, few enough to be small."""
KM_PER_DEGREE = 111.2
"""Kilometres in one degree of latitude: the Earth's 40,030 km around, over 360."""

HIDDEN = 0.1
"""Share of the neighbours that training hides, so that no single one is relied upon."""
WORD = 2**32 - 1
"""All bits of a number that is drawn."""


def to_kilometres(
    latitude: np.ndarray, longitude: np.ndarray, *, centre: tuple[float, float]
) -> np.ndarray:
    """Project coordinates in degrees onto a plane in kilometres around `centre`, (n, 2).

    Equirectangular: one degree of longitude is cos(latitude of the centre) as long as one of
    latitude. Over a city or a region the error is far below a per cent.

    >>> to_kilometres(np.array([56.0]), np.array([37.0]), centre=(55.0, 37.0)).round(1).tolist()
    [[0.0, 111.2]]
    """
    east = (longitude - centre[1] + 180) % 360 - 180
    scale = np.cos(np.radians(centre[0]))
    return KM_PER_DEGREE * np.stack([east * scale, latitude - centre[0]], axis=1)


def nearest(
    known: np.ndarray | cKDTree,
    places: np.ndarray,
    count: int,
    *,
    apart: tuple[np.ndarray, np.ndarray] | None = None,
) -> np.ndarray:
    """Return the row numbers in `known` of the `count` nearest to each place, nearest first.

    known (m, 2), or a tree of them, places (n, 2) in kilometres -> (n, count) int32.
    apart: a label for each known flat and for each place, (m,) and (n,). Flats of one label are
    never neighbours. With each flat's own number as label, a flat is not its own neighbour: at
    distance zero it would hand the network the price that it has to guess. With the groups of a
    split as labels, a flat learns from other groups alone, as it will have to.

    >>> street = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]])
    >>> nearest(street, street, 2, apart=(np.arange(3), np.arange(3))).tolist()
    [[1, 2], [0, 2], [1, 0]]
    """
    tree = known if isinstance(known, cKDTree) else cKDTree(known)
    rows = empty((len(places), count), np.int32)
    for start in range(0, len(places), BLOCK):
        part = slice(start, start + BLOCK)
        if apart is None:
            rows[part] = _query(tree, places[part], count)
        else:
            rows[part] = _query_apart(tree, places[part], count, apart[0], apart[1][part])
    return rows


def _query(tree: cKDTree, places: np.ndarray, count: int) -> np.ndarray:
    return tree.query(places, count)[1].reshape(len(places), count)


def _query_apart(
    tree: cKDTree, places: np.ndarray, count: int, of_known: np.ndarray, of_places: np.ndarray
) -> np.ndarray:
    _, sizes = np.unique(of_known, return_counts=True)
    wanted = min(count + int(sizes.max()), 4 * count, tree.n)
    rows = _query(tree, places, wanted)
    alike = of_known[rows] == of_places[:, None]
    others_first = np.argsort(alike, axis=1, kind="stable")[:, :count]
    found = np.take_along_axis(rows, others_first, axis=1)
    # In the middle of a large group the nearest are all of that group: search without it.
    short = wanted - alike.sum(axis=1) < count
    for label in np.unique(of_places[short]):
        here = short & (of_places == label)
        others = np.flatnonzero(of_known != label)
        among = _query(cKDTree(tree.data[others]), places[here], min(count, len(others)))
        found[here] = np.resize(others[among].T, (count, int(here.sum()))).T
    return found


class HiddenNeighbours:
    """Hides neighbours from the network in training, other ones in each epoch.

    Which, comes from the seed, the epoch, and the row's number alone (a **counter-based** random
    generator): any number of ranks hides the same, and so does a training that is resumed. Row j
    of the known flats is hidden as −1 − j, see `tabular.model.NeighbourAttention`.

    >>> inputs = torch.zeros(3, 1), torch.zeros(3, 0), torch.zeros(3, 2), torch.tensor([[7]] * 3)
    >>> hide = HiddenNeighbours(seed=0, share=1.0)
    >>> hide(inputs, range(3), 0)[3].tolist()
    [[-8], [-8], [-8]]
    """

    def __init__(self, *, seed: int, share: float = HIDDEN) -> None:
        self.seed, self.share = seed, share

    def __call__(
        self, inputs: tuple[Tensor, ...], rows: Sequence[int] | Tensor, epoch: int
    ) -> tuple[Tensor, ...]:
        """Return a batch's inputs with some of the neighbours hidden, where it has any.

        inputs: numbers, categories, and where there are neighbours place and (batch, k) these.
        rows: (batch,) their numbers in the training part.
        """
        if len(inputs) < 4:
            return inputs
        *others, near = inputs
        numbers = torch.as_tensor(rows, device=near.device, dtype=torch.int64)[:, None]
        counters = numbers * near.shape[1] + torch.arange(near.shape[1], device=near.device)
        epoch_key = np.random.SeedSequence([self.seed, epoch]).generate_state(1).item()
        drawn = _mixed(_mixed(counters) ^ epoch_key)
        return (*others, torch.where(drawn < self.share * WORD, ~near, near))


def _mixed(numbers: Tensor) -> Tensor:
    """Return 32 bits for each whole number, int64, in which its own cannot be told any more.

    Source: the integer hash `lowbias32` (Wellons, "Prospecting for Hash Functions", 2018).
    """
    numbers = numbers & WORD
    numbers = ((numbers ^ (numbers >> 16)) * 0x7FEB352D) & WORD
    numbers = ((numbers ^ (numbers >> 15)) * 0x846CA68B) & WORD
    return numbers ^ (numbers >> 16)
