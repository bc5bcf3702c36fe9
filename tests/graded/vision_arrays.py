"""The arrays that are given another size."""

import numpy as np

from tests.graded.cases import cases

ENOUGH = 400
"""Values of uint8 from which on it can be told whether they are rounded or cut off."""
TYPES = ("uint8", "float32", "float64")


def _case(array: np.ndarray, size, **words) -> dict:
    return {"array": array, "size": [int(side) for side in size], "words": words}


def picture(rng, size, *channels: int, dtype: str = "float32") -> np.ndarray:
    """Bytes, or real numbers of either sign that are no whole ones and no bytes."""
    if dtype == "uint8":
        return rng.integers(0, 256, (*size, *channels), dtype=np.uint8)
    return (300 * rng.normal(size=(*size, *channels))).astype(dtype)


def _two(rng, low: int, high: int) -> tuple[int, int]:
    """Two different sides."""
    height, width = rng.choice(np.arange(low, high), 2, replace=False)
    return int(height), int(width)


def _type(rng) -> str:
    return str(rng.choice(TYPES))


def _fixed(size, new, *channels: int, dtype: str, **words) -> dict:
    return _case(picture(np.random.default_rng(5), size, *channels, dtype=dtype), new, **words)


def _times(case: dict, factor: float) -> dict:
    """Values that are far smaller, or larger, than those of a picture."""
    array = case["array"]
    return case | {"array": (array * factor).astype(array.dtype)}


def _smaller(rng):
    return _case(picture(rng, _two(rng, 20, 28), 3, dtype=_type(rng)), _two(rng, 5, 9))


def _larger(rng):
    return _case(picture(rng, _two(rng, 4, 8), 3, dtype=_type(rng)), _two(rng, 11, 19))


def _both(rng):
    """One side smaller and the other larger, or as it was."""
    low, high = int(rng.integers(4, 8)), int(rng.integers(20, 28))
    size = (high, low) if rng.integers(2) else (low, high)
    new = list(_two(rng, 9, 14))
    if rng.integers(3) == 0:
        new[size.index(low)] = low
    return _case(picture(rng, size, 3, dtype=_type(rng)), new)


def _mask(rng, size, *channels: int, dtype: str = "uint8") -> np.ndarray:
    """Class ids; as real numbers such as no byte can hold, nor, of float64, a float32."""
    ids = [0, 1, 3, 255] if dtype == "uint8" else [-2.5, 0.1, 300, 70_000.1]
    return rng.choice(np.array(ids, dtype), (*size, *channels))


def _ids(rng):
    """Odd sides, so that no middle lies between two pixels."""
    size = _two(rng, 5, 8) if rng.integers(2) else _two(rng, 17, 24)
    old = (9 + 2 * int(rng.integers(3)), 13)
    return _case(_mask(rng, old, dtype=_type(rng)), size, nearest=True)


def _fixed_ids(size, new, *channels: int, dtype: str = "uint8") -> dict:
    return _case(_mask(np.random.default_rng(5), size, *channels, dtype=dtype), new, nearest=True)


def _axes(rng):
    channels = [(), (1,), (2,), (4,)][rng.integers(4)]
    size = _two(rng, 3, 6) if rng.integers(2) else _two(rng, 12, 16)
    return _case(picture(rng, (8, 9), *channels, dtype=_type(rng)), size)


def _same(rng):
    size, channels = _two(rng, 5, 9), [(3,), (1,), ()][rng.integers(3)]
    words = {"nearest": True} if rng.integers(3) == 0 else {}
    return _case(picture(rng, size, *channels, dtype=_type(rng)), size, **words)


def _many(rng):
    """Sides that no new side divides: where one does, OpenCV takes all channels at once."""
    shape = (11, 13, int(rng.integers(5, 12)))
    size = _two(rng, 3, 6) if rng.integers(2) else _two(rng, 14, 18)
    return _case(picture(rng, shape[:2], shape[2], dtype=_type(rng)), size)


SMALLER = cases(
    _smaller,
    *(_fixed((16, 24), (4, 8), 3, dtype=dtype) for dtype in TYPES),
    *(_fixed((23, 29), (11, 13), *more, dtype="uint8") for more in ((), (1,), (3,))),
    _fixed((9, 7), (1, 1), 3, dtype="float64"),
    _times(_fixed((9, 7), (4, 5), dtype="float64"), 1e-5),
)
LARGER = cases(
    _larger,
    *(_fixed((5, 7), (11, 16), 3, dtype=dtype) for dtype in TYPES),
    *(_fixed((23, 29), (41, 53), *more, dtype="uint8") for more in ((), (1,), (3,))),
    _fixed((1, 1), (3, 4), 3, dtype="float32"),
    _times(_fixed((4, 5), (9, 7), dtype="float64"), 1e-5),
)
BOTH = cases(
    _both,
    *(_fixed((23, 6), new, 3, dtype=dtype) for new in ((9, 13), (9, 6)) for dtype in TYPES),
    *(_fixed((6, 23), new, 3, dtype=dtype) for new in ((13, 9), (6, 9)) for dtype in TYPES),
    *(_fixed((6, 6), new, 3, dtype="float32") for new in ((13, 6), (6, 13))),
    _fixed((41, 23), (19, 53), 3, dtype="uint8"),
    _times(_fixed((23, 6), (9, 13), dtype="float64"), 1e-5),
)
IDS = cases(
    _ids,
    *(_fixed_ids((9, 13), new, dtype=dtype) for new in ((5, 8), (20, 31)) for dtype in TYPES),
    *(_fixed_ids((9, 13), new) for new in ((5, 31), (20, 7), (1, 1))),
    _fixed_ids((7, 9), (4, 5), 1),
    _fixed_ids((7, 9), (4, 12), 6, dtype="float64"),
)
AXES = cases(
    _axes,
    _times(_fixed((9, 7), (4, 5), dtype="float64"), 1e-5),
    _times(_fixed((9, 7), (4, 5), dtype="float64"), 1e200),
    _times(_fixed((4, 5), (9, 7), dtype="float64"), 1e200),
    *(
        _fixed((8, 9), new, *channels, dtype=dtype)
        for channels in ((), (1,), (2,), (4,))
        for new in ((3, 5), (12, 15))
        for dtype in TYPES
    ),
)
SAME = cases(
    _same,
    *(_fixed((6, 5), (6, 5), *more, dtype=dtype) for more in ((3,), (1,), ()) for dtype in TYPES),
    *(_fixed_ids((6, 5), (6, 5), *more) for more in ((3,), (1,), ())),
    _fixed((6, 5), (6, 5), dtype="float64", nearest=True),  # numbers that 32 bits do not hold
    _fixed((6, 5), (3, 5), dtype="float32"),  # who always returns a copy resizes nothing
)
MANY = cases(
    _many,
    *(
        _fixed((11, 13), new, channels, dtype=dtype)
        for channels in (5, 8, 9)
        for new in ((4, 5), (15, 16), (4, 16))
        for dtype in TYPES
    ),
)
