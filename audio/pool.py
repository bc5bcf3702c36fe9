"""Clips of one length, of speech or of noise, before they are mixed."""

from dataclasses import dataclass, field

import numpy as np

SAMPLE_RATE = 16_000
CLIP = 4 * SAMPLE_RATE
"""Samples of a clip."""


@dataclass(frozen=True)
class Pool:
    """Clips with their origin.

    clips: (n, CLIP) int16. names: (n,) who speaks, or what makes the noise.
    groups: (n,) int64; what must not be torn apart by a split has one number.
    """

    clips: np.ndarray
    names: np.ndarray
    groups: np.ndarray
    notes: list[str] = field(default_factory=list)


def as_int16(sound: np.ndarray) -> np.ndarray:
    """Return samples within ±1 in 16 bits; what lies beyond is limited."""
    return np.clip(np.rint(sound * 32767), -32767, 32767).astype(np.int16)
