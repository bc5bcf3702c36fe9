"""The level of a clean sound: what a mask has made too quiet is made up for."""

import numpy as np

from audio.model import MASK_EXPONENT

MOST_GAIN = 10 ** (3 / 20)
"""What a level is raised by at most: where there is only noise, nothing is to be raised."""


class Level:
    """How much louder the clean sound should be, by what it has in common with the noisy one.

        gain = (<x, y> / <y, y>) ** (1 - 1 / 2c),    between 1 and MOST_GAIN

    x: the noisy sound, y: what the network made of it. A network that is not sure lets a part
    through, so all it gives is too quiet. Were noise and speech s without anything in common, and
    the mask m that of Wiener, s² = m · x² on average, then y = m ** c · x with c = MASK_EXPONENT
    holds m ** 2c · x². Where m is the same everywhere, <x, y> / <y, y> is m ** -c, and the gain
    above, its exponent 1 - 1 / 2c being 0.375, gives y the power of s.

    >>> heard = Level()
    >>> heard.add(np.array([[1.0, -1.0]]), np.array([[0.5**MASK_EXPONENT, -(0.5**MASK_EXPONENT)]]))
    >>> round(heard.gain * 0.5**MASK_EXPONENT, 3), round(0.5**0.5, 3)
    (0.707, 0.707)
    """

    def __init__(self) -> None:
        self.shared = self.own = 0.0

    def add(self, noisy: np.ndarray, clean: np.ndarray) -> None:
        """Take in a block of each, of the same shape."""
        self.shared += float(np.sum(noisy * clean, dtype=np.float64))
        self.own += float(np.sum(np.square(clean, dtype=np.float64)))

    @property
    def gain(self) -> float:
        if not self.own > 0:
            return 1.0
        ratio = max(self.shared, 0.0) / self.own
        return float(np.clip(ratio ** (1 - 1 / (2 * MASK_EXPONENT)), 1.0, MOST_GAIN))


def restored(noisy: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Return clean clips (clips, samples) with their levels restored, see `Level`."""
    gains = []
    for x, y in zip(noisy, clean, strict=True):
        level = Level()
        level.add(x, y)
        gains.append(level.gain)
    return clean * np.array(gains, clean.dtype).reshape(-1, 1)
