"""How far from the expected value an answer may be. The policy is written here and nowhere else.

Expected values are computed in float64. An answer x is right where

    |x - expected| <= relative · |expected| + absolute · scale

where scale is the largest |expected| of the array, or, if that is more, the size of what was added
up to reach it, which only the check knows.

    type of the answer          relative    absolute
    float64                        1e-9       1e-12
    float32                        5e-5       1e-6
    made from float16, bfloat16    as float32: the input is rounded before either side sees it
    integers, text, yes or no     equal

Why: float32 carries 7 digits (rounding 6e-8). The orders of operations that sensible solutions
differ in cost a few of these roundings; sums of a few thousand terms, cosines of large angles and
e^r lose up to a factor of a hundred. A wrong formula is off by more than 5e-5, and where two
formulas are closer (expm1 and exp - 1 near zero) the inputs are drawn where they part. The second
term is for values that come out of a cancellation: where it is all but complete, only the size of
the terms can say how much of the rest is rounding. Among thousands of drawn inputs one such is met.

NaN is right only where NaN is expected, an infinity only where that same one is.
"""

import numpy as np

RELATIVE = {"float64": 1e-9, "float32": 5e-5}
ABSOLUTE = {"float64": 1e-12, "float32": 1e-6}


def close(
    actual: np.ndarray, expected: np.ndarray, *, dtype: str = "", scale: float = 0.0
) -> np.ndarray:
    """Return for each element whether it is right; both arrays have one shape.

    dtype: what the answer was computed in; without it, the type of `actual` counts.
    scale: the size of the terms of a sum, where they may cancel.

    >>> close(np.array([1.0, 1.1]), np.array([1.0, 1.0])).tolist()
    [True, False]
    >>> near, expected = np.float32(1e-3 + 3e-6), np.float64(1e-3)
    >>> bool(close(near, expected)), bool(close(near, expected, scale=9.0))
    (False, True)
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    kind = dtype or actual.dtype.name
    if kind not in RELATIVE:
        return actual == expected
    wide, target = actual.astype(np.float64), expected.astype(np.float64)
    finite = np.isfinite(target)
    largest = np.abs(target[finite]).max(initial=scale)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(wide - target) <= RELATIVE[kind] * np.abs(target) + ABSOLUTE[kind] * largest
    same = (wide == target) | (np.isnan(wide) & np.isnan(target))
    return np.where(finite, near & np.isfinite(wide), same)
