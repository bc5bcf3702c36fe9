"""From mixtures to tensors; in training every speaker meets every noise.

A network that heard a voice always in the same rain would learn the pair. So for training the
mixtures are taken apart again, and in each epoch speech and noise are cut, coloured and mixed anew.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from audio.data import Mixtures
from audio.features import loudness
from audio.metrics import mean_of
from audio.mixing import mixed
from audio.settings import SAMPLE_RATE
from common.errors import UserError
from common.preprocessing import Preprocessing

CROP = 2 * SAMPLE_RATE
"""Samples of a clip in training: more clips for the same work, and none is the same twice."""

RATIOS = (-5.0, 15.0)
"""Signal-to-noise ratios in decibels that training mixes at, all equally often."""

COLOUR = 4.0
"""Decibels by which microphone and room bend a spectrum, here and there, up or down."""
KNOTS = 6

PACE, NOISE_PACE = 1.15, 1.6
"""How much faster or slower speech and noise are played at most; their pitch goes with it."""

WOBBLE, WOBBLES = 0.02, (0.5, 8.0)
"""How far the pitch of speech strays, and how often in a second: a machine speaks too evenly."""

HEARD, SILENCE = 24, -100.0
"""Clips whose loudness is measured, and the decibels of one that is silent."""

SECOND = (-40.0, 0.0)
"""Decibels at which a second noise is heard beside the first."""


class SoundPreprocessing(Preprocessing):
    """Prepares mixtures.

    `transform` gives the noisy sounds, (n, samples) float32, at their own level: the network does
    not mind. What is learned from the training part is how many samples a clip has, and how loud
    the speech in it is, for the person to know.
    """

    def __init__(self, *, batch_size: int = 16, seed: int = 0) -> None:
        self.batch_size, self.seed = batch_size, seed
        self.notes: list[str] = []

    def fit(self, train: Mixtures) -> Self:
        self.samples = train.clean.shape[1]
        self.loudness = _loudness_of(train.clean)
        self.notes = [
            f"clips of {self.samples / SAMPLE_RATE:g} s; speech for training has a loudness "
            f"{-self.loudness:.1f} dB under full scale to the ear",
            f"training mixes {CROP / SAMPLE_RATE:g} s of speech and noise anew in every epoch, at "
            f"{RATIOS[0]:g} to {RATIOS[1]:g} dB, each with a colour of its own",
        ]
        return self

    def continued(self, train: Mixtures, *, unfitted: Self) -> Self:
        """Return this preparation, with the batches of another training."""
        other = copy.copy(self)
        other.batch_size, other.seed = unfitted.batch_size, unfitted.seed
        return other

    def transform(self, examples: Mixtures) -> Tensor:
        return torch.from_numpy(examples.noisy)

    def data(self, examples: Mixtures, *, training: bool = False) -> Any:
        """Return (noisy, clean), or in training batches that are mixed anew in each epoch."""
        if training:
            return MixedAnew(examples, batch_size=self.batch_size, seed=self.seed)
        return self.transform(examples), torch.from_numpy(examples.clean)

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        values = {
            "sample_rate": SAMPLE_RATE,
            "samples": self.samples,
            "loudness": self.loudness,
            "notes": self.notes,
        }
        return values, {}

    @classmethod
    def restore(cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        if values["sample_rate"] != SAMPLE_RATE:
            raise UserError(f"sample_rate is {values['sample_rate']!r}, expected {SAMPLE_RATE}")
        prepared = cls()
        prepared.samples, prepared.loudness = int(values["samples"]), float(values["loudness"])
        prepared.notes = [str(note) for note in values["notes"]]
        return prepared


def _loudness_of(clips: np.ndarray) -> float:
    """Return how loud clips are to the ear, in decibels: the mean of a few, evenly chosen."""
    rows = np.linspace(0, len(clips) - 1, min(HEARD, len(clips))).round().astype(int)
    found = [loudness(clips[row], SAMPLE_RATE) for row in rows]
    return max(mean_of(np.array(found)), SILENCE) if np.isfinite(found).any() else SILENCE


class MixedAnew:
    """Batches (noisy, clean), each (clips, samples), that are different in every epoch.

    An epoch takes all the speech once, cut into pieces at places of its own; each piece meets
    pieces of any two noises, at any of the ratios. What a batch holds is played a little faster
    or slower, and a noise as often backwards: so a few hundred recordings become many.
    Everything is drawn from (seed, epoch).
    """

    def __init__(self, examples: Mixtures, *, batch_size: int, seed: int) -> None:
        self.clean, self.noisy = examples.clean, examples.noisy
        self.batch_size, self.seed, self.epoch = batch_size, seed, 0
        self.crop = min(CROP, self.clean.shape[1])
        self.pieces = len(self.clean) * max(1, self.clean.shape[1] // self.crop)

    def __len__(self) -> int:
        return -(-self.pieces // self.batch_size)

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        draw = np.random.default_rng((self.seed, self.epoch))
        order = draw.permutation(self.pieces) % len(self.clean)
        for start in range(0, self.pieces, self.batch_size):
            rows = order[start : start + self.batch_size]
            speech = self._cut(self._speech, rows, PACE, draw, wobble=WOBBLE)
            first, second = (
                self._cut(
                    self._noise, draw.integers(0, len(self.noisy), len(rows)), NOISE_PACE, draw
                )
                for _ in range(2)
            )
            share = torch.from_numpy(10 ** (draw.uniform(*SECOND, (len(rows), 1)) / 20)).float()
            noise = first + share * second
            yield remixed(speech, noise.flip(1) if draw.random() < 0.5 else noise, draw)

    def _speech(self, row: int, piece: slice) -> np.ndarray:
        return self.clean[row, piece]

    def _noise(self, row: int, piece: slice) -> np.ndarray:
        return self.noisy[row, piece] - self.clean[row, piece]

    def _cut(
        self,
        sound: Callable[[int, slice], np.ndarray],
        rows: np.ndarray,
        pace: float,
        draw: np.random.Generator,
        *,
        wobble: float = 0.0,
    ) -> Tensor:
        """Cut a piece out of each row at random, and play them all at one random pace."""
        factor = pace ** draw.uniform(-1, 1)
        samples = self.clean.shape[1]
        length = min(round(self.crop * factor), samples)
        starts = draw.integers(0, samples - length + 1, len(rows))
        pieces = [sound(r, slice(s, s + length)) for r, s in zip(rows, starts, strict=True)]
        return played(torch.from_numpy(np.stack(pieces)), self.crop, wobble, draw)


def played(sounds: Tensor, samples: int, wobble: float, draw: np.random.Generator) -> Tensor:
    """Play sounds (clips, any) so that they last `samples`, at a pace that wanders by `wobble`."""
    place = np.linspace(0, sounds.shape[1] - 1, samples)
    for _ in range(2):
        turns = 2 * np.pi * np.exp(draw.uniform(*np.log(WOBBLES))) / SAMPLE_RATE
        strays = wobble * draw.uniform() / turns
        place += strays * np.sin(turns * np.arange(samples) + draw.uniform(0, 2 * np.pi))
    place = place.clip(0, sounds.shape[1] - 1)
    before = np.minimum(place.astype(np.int64), max(sounds.shape[1] - 2, 0))
    after = np.minimum(before + 1, sounds.shape[1] - 1)
    share = torch.from_numpy(place - before).float()
    return torch.lerp(sounds[:, before], sounds[:, after], share)


def remixed(speech: Tensor, noise: Tensor, draw: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Colour both, (clips, samples), and mix them at random ratios; return (noisy, clean).

    A clip that is silent stays so, and a silent noise adds nothing.
    """
    speech, noise = coloured(speech, draw), coloured(noise, draw)
    ratio = torch.from_numpy(draw.uniform(*RATIOS, len(speech)).astype(np.float32))
    return mixed(speech, noise, ratio), speech


def coloured(sounds: Tensor, draw: np.random.Generator) -> Tensor:
    """Bend the spectrum of each clip, (clips, samples), by a smooth random curve."""
    spectrum = torch.fft.rfft(sounds)
    knots = COLOUR * draw.normal(size=(len(sounds), 1, KNOTS)).astype(np.float32)
    curve = F.interpolate(
        torch.from_numpy(knots), spectrum.shape[1], mode="linear", align_corners=True
    )
    return torch.fft.irfft(spectrum * 10 ** (curve[:, 0] / 20), sounds.shape[1])
