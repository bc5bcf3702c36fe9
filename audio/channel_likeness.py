"""Whether the channels of a recording are one sound, or several."""

import numpy as np

CHANNELS_ALIKE, QUIETER = 0.5, 0.01
"""Correlation below which a channel is another sound than the loudest, where it has more than this
share of its power: a microphone elsewhere, or a line with noise."""
ROUNDED = 1e-9
"""Share of a power with its mean below which what is left without that is nothing but rounding."""


class Likeness:
    """How alike the channels of a recording are, whatever the mean of each.

    products: of the channels with each other, summed over the time, (channels, channels).

    >>> likeness = Likeness(2)
    >>> likeness.add(np.array([[0.3, 0.5, 0.3, 0.1], [0.5, 0.3, 0.1, 0.3]]))
    >>> likeness.differ()
    True
    """

    def __init__(self, channels: int) -> None:
        self.products, self.sums = np.zeros((channels, channels)), np.zeros(channels)
        self.frames = 0

    def add(self, block: np.ndarray) -> None:
        """Count samples (channels, n)."""
        exact = block.astype(np.float64)
        self.products += exact @ exact.T
        self.sums += exact.sum(axis=1)
        self.frames += block.shape[1]

    def differ(self) -> bool:
        """Whether a channel is hardly like the loudest, though it is not much quieter."""
        # Without the means: an offset that channels share would make them alike.
        products = self.products - np.outer(self.sums, self.sums) / max(self.frames, 1)
        powers = np.diag(products) * (np.diag(products) > ROUNDED * np.diag(self.products))
        loudest = int(powers.argmax())
        heard = powers > QUIETER * powers[loudest]
        alike = np.abs(products[loudest]) / np.sqrt(np.maximum(powers * powers[loudest], 1e-30))
        return bool(powers[loudest] > 0 and alike[heard].min() < CHANNELS_ALIKE)
