"""A sound of any length through the network, piece by piece, in NumPy.

    samples ─> spectra ─> |·|² ─> network ─> mask ─> × spectra ─> samples

The network sees no complex number: it is given the power of the spectra, and gives the mask. What
it must remember from piece to piece goes in and comes out beside it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Network = Callable[[dict[str, np.ndarray]], list[np.ndarray]]
REMEMBERED = ("context", "total", "weight", "hidden", "cell")
"""What the network remembers: the features just before, the two sums of its running means, and
the memory of the LSTM."""


class Denoiser:
    """Takes the noise out of the channels of one sound, each by itself.

    network: from inputs by name to the mask and what is remembered. values: the preparation.

    >>> values = {"window": 4, "at_once": 8, "look_ahead": 0, "state": {}, "exponent": 0.8,
    ...           "most_gain": 1.4}
    >>> denoiser = Denoiser(lambda feed: [np.ones_like(feed["power"])], values, channels=1)
    >>> sound = np.ones((1, 7), np.float32)
    >>> whole = np.concatenate([*denoiser.pieces(sound), *denoiser.rest()], axis=1)
    >>> bool(np.allclose(whole, sound))
    True
    """

    def __init__(self, network: Network, values: Mapping[str, Any], *, channels: int) -> None:
        self.network, self.values = network, values
        self.hop = values["window"] // 2
        turns = 2 * np.pi * np.arange(values["window"]) / values["window"]
        self.window = np.sqrt(0.5 - 0.5 * np.cos(turns)).astype(np.float32)
        bins = self.hop + 1
        self.state = {
            name: np.zeros([channels if side == "sounds" else side for side in shape], np.float32)
            for name, shape in values["state"].items()
        }
        self.before = np.zeros((channels, self.hop), np.float32)
        """The last half frame of what came in,"""
        self.tail = np.zeros((channels, self.hop), np.float32)
        """the half frame of output that the next one completes,"""
        self.waiting = np.zeros((channels, values["look_ahead"], bins), np.complex64)
        """and the spectra whose masks wait for what comes after them."""
        self.samples = np.zeros((channels, 0), np.float32)
        self.early = self.hop * (1 + values["look_ahead"])
        self.owed = 0
        self.shared = self.own = 0.0
        self.noisy = np.zeros((channels, 0), np.float32)

    def pieces(self, samples: np.ndarray) -> Iterator[np.ndarray]:
        """Take in (channels, any) samples at the network's rate; yield what is clean by now."""
        samples = samples.astype(np.float32)
        self.samples = np.concatenate([self.samples, samples], axis=1)
        self.noisy = np.concatenate([self.noisy, samples], axis=1)
        self.owed += samples.shape[1]
        step = self.hop * self.values["at_once"]
        while self.samples.shape[1] >= step:
            piece, self.samples = self.samples[:, :step], self.samples[:, step:]
            yield self._ready(self._clean(piece))

    def rest(self) -> Iterator[np.ndarray]:
        """Yield what is left when the sound has ended: silence follows it through the network."""
        silence = -self.samples.shape[1] % self.hop + self.hop * (1 + self.values["look_ahead"])
        left = np.pad(self.samples, ((0, 0), (0, silence)))
        self.samples = self.samples[:, :0]
        step = self.hop * self.values["at_once"]
        for start in range(0, left.shape[1], step):
            yield self._ready(self._clean(left[:, start : start + step]))

    @property
    def gain(self) -> float:
        """What the clean sound is to be raised by, for a mask takes out a little of the speech."""
        if not self.own > 0:
            return 1.0
        exponent = 1 - 1 / (2 * self.values["exponent"])
        ratio = max(self.shared, 0.0) / self.own
        return float(np.clip(ratio**exponent, 1.0, self.values["most_gain"]))

    def _clean(self, piece: np.ndarray) -> np.ndarray:
        """Clean a multiple of `hop` samples; what comes out is late by the look ahead."""
        sound = np.concatenate([self.before, piece], axis=1)
        halves = sound.reshape(len(sound), -1, self.hop)
        frames = np.concatenate([halves[:, :-1], halves[:, 1:]], axis=2)
        spectra = np.fft.rfft(frames * self.window).astype(np.complex64)
        power = np.square(spectra.real) + np.square(spectra.imag)
        mask, *remembered = self.network({"power": power, **self.state})
        self.state = dict(zip(self.state, remembered, strict=True))
        self.before = sound[:, -self.hop :]
        waiting = np.concatenate([self.waiting, spectra], axis=1)
        spectra, self.waiting = waiting[:, : len(mask[0])], waiting[:, len(mask[0]) :]
        made = (np.fft.irfft(spectra * mask) * self.window).astype(np.float32)
        tails = np.concatenate([self.tail[:, None], made[:, :, self.hop :]], axis=1)
        self.tail = tails[:, -1]
        return (made[:, :, : self.hop] + tails[:, :-1]).reshape(len(sound), -1)

    def _ready(self, clean: np.ndarray) -> np.ndarray:
        """Leave out what came before the sound and after it; learn the level on the way."""
        ready = clean[:, self.early :][:, : self.owed]
        self.early = max(0, self.early - clean.shape[1])
        self.owed -= ready.shape[1]
        noisy, self.noisy = self.noisy[:, : ready.shape[1]], self.noisy[:, ready.shape[1] :]
        self.shared += float(np.sum(noisy * ready, dtype=np.float64))
        self.own += float(np.sum(np.square(ready, dtype=np.float64)))
        return ready
