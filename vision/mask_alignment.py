"""Whether masks lie on what they mark: their outlines beside the edges of the pictures.

A mask that is shifted, mirrored or another picture's looks like any mask. What tells is that its
outlines would meet the edges of a picture far better elsewhere, and in the same way in many pairs.
Nothing is said on weaker grounds: outlines may well lie where a picture has no edges.
"""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np
from scipy.fft import irfft2, rfft2

from common.errors import UserError
from vision.masks import TURNS

SIDE = 384
"""Pixels to which the longer side of a picture is reduced."""
BLOCKS, IN_A_BLOCK = 10, 4
"""Pairs that are looked at: so many times so many neighbours by name."""
FEWEST, FEWEST_EXCHANGED = 8, 3
"""Pairs of which masks that are all displaced alike are told, and of masks that changed places."""
MOST_IN_ALL, WORKERS = 2**27, 4
"""Pixels of all pictures that are looked at, as far as `FEWEST` allow, and how many at once."""
SHORTEST = 16
"""Pixels of an outline below which it tells nothing."""
MOST_PIXELS = 2**24
"""A larger picture is not looked at again."""
FARTHEST, NEAREST = 1 / 6, 2
"""A shift that is looked for: at most this share of the shorter side, and at least so many of the
reduced pixels: a pixel is what outlines differ by that are drawn by hand."""
STRONG, CLEAR, BETTER, MOSTLY = 0.8, 0.35, 1.3, 0.8
"""How strong the edges have to be that outlines meet elsewhere, and by how much stronger (both in
standard deviations of a picture's edges), how many times, and in which share of the pairs. On
nuclei and the course's flights right outlines meet edges of 4.2 and 2.6, others of 0.0."""
CHANCE, SPREAD = 0.15, 2.0
"""At most this share of the edges that they would meet elsewhere may displaced outlines meet where
they lie, beside what they meet because they overlap their right place, and over how many pixels an
edge spreads. Displaced masks of nuclei meet up to 0.09, right ones of a thing beside another, of
four times its contrast, 0.4."""
OPPOSITE = 0.5
"""At most this share of those edges may a shift to the opposite side meet. Outlines that are drawn
within a thing, or around it, meet its edges as well by a shift to any side: 0.76 to 0.93 of them;
displaced ones 0.27 at most."""
LIKELY = 0.7
"""A mask alone is told to be turned where it would meet edges at least so strong, by those that the
masks of the folder meet in the middle."""
ALONE = 1.5
"""How many times better a mask has to lie on another picture than any mask there, its own among
them, and than it lies anywhere else: by chance, one of many lies well."""
UNKNOWN = 255

FLIPS = {
    "mirrored from left to right": TURNS[2],
    "turned upside down": TURNS[4],
    "turned by 180 degrees": TURNS[3],
    "with rows and columns exchanged": TURNS[5],
    "turned by 90 degrees to the left": TURNS[8],
    "turned by 90 degrees to the right": TURNS[6],
}


class Store(Protocol):
    @property
    def names(self) -> Sequence[str]: ...

    def image(self, row: int) -> np.ndarray: ...

    def mask(self, row: int) -> np.ndarray: ...


@dataclass(frozen=True)
class Pair:
    """A picture's edges and its mask's outlines, reduced, float32 of one shape.

    edges: of mean 0 and standard deviation 1, less what pictures share. outlines: they add up to
    1. scale: by how much the pair was reduced.
    """

    row: int
    edges: np.ndarray
    outlines: np.ndarray
    scale: float

    def met(self, outlines: np.ndarray) -> float:
        """Return how strong the edges are, on average, along outlines."""
        return float(np.vdot(outlines, self.edges))


def describe_alignment(store: Store, sizes: Sequence[tuple[int, int]]) -> list[str]:
    """Return a note of masks that would lie far better on their pictures elsewhere.

    Args:
        store: pictures with masks.
        sizes: of each picture, (height, width).
    """
    pixels = [height * width for height, width in sizes]
    rows = [row for row, many in enumerate(pixels) if many <= MOST_PIXELS]
    largest = max((pixels[row] for row in rows), default=1)
    blocks = min(max(MOST_IN_ALL // (IN_A_BLOCK * largest), FEWEST // IN_A_BLOCK), BLOCKS)
    chosen = _neighbours(rows, blocks)
    with ThreadPoolExecutor(min(max(MOST_PIXELS // largest, 1), WORKERS)) as pool:
        pairs = [pair for pair in pool.map(lambda row: _pair(store, row), chosen) if pair]
    pairs = _without_common_edges(pairs)
    if len(pairs) >= FEWEST and (found := _flipped(pairs) or _shifted(pairs)):
        return [
            f"the outlines of the masks would meet the edges of the pictures far better {found} "
            f"({len(pairs)} pairs were looked at): do they lie right, "
            "or is something of stronger edges always beside what they mark?"
        ]
    return _exchanged(pairs, store.names) or _turned_alone(pairs, store.names)


def _neighbours(rows: list[int], blocks: int) -> list[int]:
    """Return a few rows of many, in blocks: masks change places with their neighbours by name."""
    if len(rows) <= blocks * IN_A_BLOCK:
        return rows
    starts = np.linspace(0, len(rows) - IN_A_BLOCK, blocks).astype(int)
    return [rows[start + step] for start in starts for step in range(IN_A_BLOCK)]


def _pair(store: Store, row: int) -> Pair | None:
    try:
        image, mask = store.image(row), store.mask(row)
    except UserError:  # what is wrong with a file is said where it is used
        return None
    scale = min(1.0, SIDE / max(mask.shape))
    if scale < 1:
        size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        mask = cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST)
    if min(mask.shape) < SHORTEST:
        return None
    smooth = cv2.GaussianBlur(image.astype(np.float32), (0, 0), 1.0)
    slopes = [cv2.Sobel(smooth, cv2.CV_32F, *way) for way in ((1, 0), (0, 1))]
    edges = np.sqrt(np.hypot(*slopes).max(axis=2))
    deviation = float(edges.std())
    outlines = _outlines(mask)
    length = float(outlines.sum())
    if length < SHORTEST or not deviation > 0:
        return None
    return Pair(row, (edges - edges.mean()) / deviation, outlines / length, scale)


def _without_common_edges(pairs: list[Pair]) -> list[Pair]:
    """Take away what many pictures share: a frame, a scale or a caption draws no outlines."""
    common = {
        shape: np.mean([pair.edges for pair in some], axis=0)
        for shape, some in _by_shape(pairs).items()
        if len(some) >= FEWEST
    }
    return [replace(one, edges=one.edges - common.get(one.edges.shape, 0)) for one in pairs]


def _by_shape(pairs: list[Pair]) -> dict[tuple[int, ...], list[Pair]]:
    alike = defaultdict[tuple[int, ...], list[Pair]](list)
    for pair in pairs:
        alike[pair.edges.shape].append(pair)
    return alike


def _outlines(mask: np.ndarray) -> np.ndarray:
    """Return where a mask's class changes, as 0 and 1; its border to what is unknown is none.

    These are `vision.pixel_loss.edges`, without PyTorch, which reading pictures does not need.

    >>> _outlines(np.array([[0, 0, 1, 1]], np.uint8)).tolist()
    [[0.0, 1.0, 1.0, 0.0]]
    """
    found = np.zeros(mask.shape, np.float32)
    for ids, touched in ((mask, found), (mask.T, found.T)):  # above and below, left and right
        one, other = ids[:-1], ids[1:]
        change = (one != other) & (one != UNKNOWN) & (other != UNKNOWN)
        touched[:-1][change] = 1
        touched[1:][change] = 1
    return found


def _is_better(there: np.ndarray, here: np.ndarray, overlap: float = 0.0) -> bool:
    """Whether edges that are met in another way, of each pair, are far stronger, and mostly, and
    those that are met here no stronger than chance has it.

    overlap: which share of the edges there is met here, too, for the two places overlap.
    """
    far = there.mean() > max(STRONG, here.mean() + CLEAR, BETTER * here.mean())
    chance = here.mean() <= (CHANCE + overlap) * there.mean()
    return bool(far and chance and (there > here).mean() >= MOSTLY)


def _overlap(pair: Pair, down: int, right: int) -> float:
    """Return which share of the edges along outlines is met by those that are shifted."""
    edges = cv2.GaussianBlur(pair.outlines, (0, 0), SPREAD)
    shifted = np.roll(edges, (down, right), (0, 1))
    return float(np.vdot(pair.outlines, shifted) / np.vdot(pair.outlines, edges))


def _flipped(pairs: list[Pair]) -> str:
    here = np.array([pair.met(pair.outlines) for pair in pairs])
    found, most = "", -np.inf
    for words, turn in FLIPS.items():
        turned = [turn(pair.outlines) for pair in pairs]
        if any(one.shape != pair.edges.shape for one, pair in zip(turned, pairs, strict=True)):
            continue
        there = np.array([pair.met(one) for one, pair in zip(turned, pairs, strict=True)])
        if _is_better(there, here) and there.mean() > most:
            found, most = words, there.mean()
    return found


def _shifted(pairs: list[Pair]) -> str:
    """Look for one shift that suits all; each half of the pairs has to find it by itself."""
    reach = _reach(pairs)
    maps = np.stack([_met_by_shift(pair, reach) for pair in pairs])
    ways = [
        np.array(np.unravel_index(half.mean(axis=0).argmax(), half.shape[1:])) - reach
        for half in (maps[::2], maps[1::2])
    ]
    if np.abs(ways[0] - ways[1]).max() > 1 or np.abs(ways[0]).max() < NEAREST:
        return ""
    mean = maps.mean(axis=0)
    down, right = np.unravel_index(mean.argmax(), mean.shape)
    y, x = int(down) - reach, int(right) - reach
    if mean[reach - y, reach - x] > OPPOSITE * mean[down, right]:
        return ""
    overlap = float(np.mean([_overlap(pair, y, x) for pair in pairs]))
    if not _is_better(maps[:, down, right], maps[:, reach, reach], overlap):
        return ""
    scale = float(np.median([pair.scale for pair in pairs]))
    return f"moved by {round(x / scale):+} pixels in x and {round(y / scale):+} in y"


def _reach(pairs: list[Pair]) -> int:
    """Return how far a shift is looked for in all of the pairs."""
    return max(NEAREST, round(FARTHEST * min(min(pair.edges.shape) for pair in pairs)))


def _met_by_shift(pair: Pair, reach: int) -> np.ndarray:
    """Return what `met` is for each shift of the outlines, (2 reach + 1, 2 reach + 1)."""
    height, width = pair.edges.shape
    size = (height + reach, width + reach)
    spectrum = rfft2(pair.edges, size) * np.conj(rfft2(pair.outlines, size))
    found = irfft2(spectrum, size)
    steps = np.arange(-reach, reach + 1)
    return found[np.ix_(steps, steps)].astype(np.float32)


def _fits(pair: Pair) -> bool:
    """Whether outlines meet the edges best where they lie, to a pixel, and not by chance nearby."""
    met = _met_by_shift(pair, _reach([pair]))
    best = np.unravel_index(met.argmax(), met.shape)
    return max(abs(int(place) - met.shape[0] // 2) for place in best) < NEAREST


def _exchanged(pairs: list[Pair], names: Sequence[str]) -> list[str]:
    """Say that masks lie far better on other pictures, and better there than any other mask."""
    found: list[tuple[int, int]] = []
    for some in _by_shape(pairs).values():
        if len(some) == 1:
            continue
        edges = np.stack([pair.edges.ravel() for pair in some])
        outlines = np.stack([pair.outlines.ravel() for pair in some])
        met = edges @ outlines.T
        for one, other in enumerate(met.argmax(axis=1)):
            second = max(np.delete(met[one], other).max(), np.delete(met[:, other], one).max())
            better = one != other and met[one, other] > CLEAR + ALONE * max(0.0, second)
            if better and _fits(replace(some[one], outlines=some[other].outlines)):
                found.append((some[one].row, some[other].row))
    if len(found) < max(FEWEST_EXCHANGED, len(pairs) // 10):
        return []
    picture, mask = found[0]
    return [
        f"of {len(pairs)} masks {len(found)} lie far better on another picture than on their own, "
        f"such as the mask of {names[mask]} on {names[picture]}: are their names exchanged?"
    ]


def _turned_alone(pairs: list[Pair], names: Sequence[str]) -> list[str]:
    """Say that a few masks would meet the edges of their pictures turned, as others do as they are,
    and there alone: not as well a few pixels beside."""
    here = np.array([pair.met(pair.outlines) for pair in pairs])
    if len(pairs) < FEWEST or np.median(here) < STRONG:
        return []
    found: list[tuple[int, str]] = []
    for pair, met in zip(pairs, here, strict=True):
        turned = {words: turn(pair.outlines) for words, turn in FLIPS.items()}
        fitting = {w: pair.met(one) for w, one in turned.items() if one.shape == pair.edges.shape}
        words = max(fitting, key=fitting.__getitem__)
        least = max(LIKELY * np.median(here), met / CHANCE, met + CLEAR)
        if fitting[words] > least and _fits(replace(pair, outlines=turned[words])):
            found.append((pair.row, words))
    if not found:
        return []
    row, words = found[0]
    return [
        f"of {len(pairs)} masks {len(found)} would meet the edges of the picture far better turned "
        f"over, such as that of {names[row]} {words}: does it lie right?"
    ]
