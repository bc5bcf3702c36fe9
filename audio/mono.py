"""Several channels as one: their mean, but where they would cancel each other out."""

import numpy as np

from audio.mixing import power

OPPOSITE = 0.5
"""Share of the power of unrelated channels below which a mean of channels has lost the sound."""


def mono(block: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return channels as one, and whether they are opposite and only the loudest was taken.

    Microphones wired the wrong way round, and some effects, give one channel the sign of the other
    turned. The mean of such channels is silence, or what little they differ by.

    >>> mono(np.array([[0.5, -0.5], [-0.5, 0.5]]))
    (array([[ 0.5, -0.5]]), True)
    """
    mean = block.mean(axis=0, keepdims=True)
    loud = np.square(block, dtype=np.float64).mean(axis=1)
    # Channels without anything in common have a mean with 1 / channels of their power.
    if power(mean) * len(block) >= OPPOSITE * loud.mean():
        return mean, False
    loudest = int(loud.argmax())
    return block[loudest : loudest + 1], True
