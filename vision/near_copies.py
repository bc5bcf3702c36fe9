"""Pictures that are nearly one: saved again, made smaller, or frames of one film.

They are compared by a thumbnail each: a network that learned one of them has seen the other.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
from PIL import Image

SIDE = 16
"""Pixels of a thumbnail's side."""
SAME = 1.5
"""Grey levels, as the root of a mean square, up to which two thumbnails are one picture's."""
PLAIN = 6.0
"""Standard deviation below which a thumbnail shows too little to be known again."""
MOST = 10_000
"""Pictures of which each is compared with each."""
FOLLOWING = 0.4
"""Distance of neighbours, as a share of that of strangers, below which they look like frames."""
FEWEST = 12
BLOCK = 1_000


def thumbnail(image: Image.Image) -> bytes:
    """Return 16 x 16 grey levels of a picture, whatever its size."""
    return image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX).tobytes()


def near_copies(thumbnails: Sequence[bytes]) -> np.ndarray:
    """Return (n,) int64: the first picture that is nearly the same as each, or itself.

    Those that show little, as all-black ones do, are nobody's copies; nor are any of more than
    MOST pictures.

    >>> left = bytes(range(256))
    >>> near_copies([left, bytes(reversed(left)), bytes([1, *range(255)])]).tolist()
    [0, 1, 0]
    """
    first = np.arange(len(thumbnails))
    shown = [row for row, one in enumerate(thumbnails) if one and np.std(_levels(one)) > PLAIN]
    if len(shown) > MOST or not shown:
        return first
    levels = np.stack([_levels(thumbnails[row]) for row in shown])
    lengths = np.square(levels).sum(1)
    most = SAME**2 * SIDE**2
    for start in range(0, len(shown), BLOCK):
        some = slice(start, start + BLOCK)
        products = levels[some] @ levels[: start + BLOCK].T
        far = lengths[some, None] + lengths[: start + BLOCK] - 2 * products
        earliest = (far <= most).argmax(1)  # each is near to itself
        first[np.array(shown)[some]] = np.array(shown)[earliest]
    return first


def follow_each_other(names: Sequence[str], thumbnails: Sequence[bytes]) -> bool:
    """Whether pictures of neighbouring names in a folder look alike, as frames of a film do.

    names: in their order, with `/`.
    """
    if len(names) < FEWEST or not all(thumbnails):
        return False
    some = np.linspace(0, len(names) - 2, min(BLOCK, len(names) - 1)).astype(int)
    pairs = [
        (row, row + 1)
        for row in some.tolist()
        if PurePosixPath(names[row]).parent == PurePosixPath(names[row + 1]).parent
    ]
    if len(pairs) < FEWEST - 1:
        return False
    strangers = np.random.default_rng(0).permutation(len(names))
    others = list(zip(strangers[:-1].tolist(), strangers[1:].tolist(), strict=True))[: len(pairs)]
    near, far = (
        np.median([_distance(thumbnails[one], thumbnails[other]) for one, other in both])
        for both in (pairs, others)
    )
    return bool(far > 2 * SAME and near < FOLLOWING * far)


def _distance(one: bytes, other: bytes) -> float:
    return float(np.sqrt(np.square(_levels(one) - _levels(other)).mean()))


def _levels(thumbnail: bytes) -> np.ndarray:
    return np.frombuffer(thumbnail, np.uint8).astype(np.float32)
