"""What a network has to beat: doing nothing, and what was known long before there were networks."""

import numpy as np
import torch
from torch import Tensor

from audio.data import Mixtures
from audio.metrics import figures
from audio.spectra import power, stft
from common.memory_mapped import in_blocks
from common.outcome import Outcome

HANN, HOP = torch.hann_window(512, dtype=torch.float64), 256
GAIN_FLOOR = 0.01
"""What spectral subtraction leaves at least of a cell's power; less would leave single tones."""


def spectral_subtraction(noisy: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Subtract from each spectrum what the noise has on average: told the true noise.

        |Y| = |X| · √ max(1 - N / |X|², GAIN_FLOOR),    N = mean over frames of |noise|²

    noisy, noise: (clips, samples). In real life nobody has the noise alone, and its average is
    guessed from the pauses; here the guess is as good as can be.

    Source: Boll, "Suppression of acoustic noise in speech using spectral subtraction" (1979),
    on powers, as in Berouti, Schwartz and Makhoul (1979).

    >>> hiss = np.random.default_rng(0).normal(size=(1, 8000)).astype(np.float32)
    >>> bool(spectral_subtraction(hiss, hiss).std() < 0.7 * hiss.std())
    True
    """
    spectra, unwanted = _spectra(noisy), _spectra(noise)
    average = power(unwanted).mean(-2, keepdim=True)
    left = 1 - average / power(spectra).clamp_min(1e-20)
    return _sounds(spectra * left.clamp_min(GAIN_FLOOR).sqrt(), noisy.shape[-1])


def ideal_mask(noisy: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Mask each cell of the spectrum by the true share of speech in it: nobody knows it.

        Y = X · |S|² / (|S|² + |X - S|²)

    the mask of Wiener, told the clean speech. It shows what a mask could do at best.

    noisy, clean: (clips, samples).
    """
    spectra, speech = _spectra(noisy), _spectra(clean)
    wanted, unwanted = power(speech), power(spectra - speech)
    mask = wanted / (wanted + unwanted).clamp_min(1e-20)
    return _sounds(spectra * mask, noisy.shape[-1])


def _spectra(sounds: np.ndarray) -> Tensor:
    return stft(torch.from_numpy(sounds).double(), HANN, HOP, center=True)


def _sounds(spectra: Tensor, length: int) -> np.ndarray:
    """Return the sounds of so many samples that have these spectra."""
    sounds = torch.istft(spectra.mT, len(HANN), HOP, window=HANN, length=length)
    return sounds.float().numpy()


def baseline_outcomes(test: Mixtures) -> list[Outcome]:
    """Return what nothing reaches, and the method of 1979 that is told the very noise."""
    subtracted = in_blocks(
        lambda noisy, clean: spectral_subtraction(noisy, noisy - clean), test.noisy, test.clean
    )
    return [
        Outcome(name, figures(estimates, test), estimates)
        for name, estimates in (("noisy", test.noisy), ("subtraction", subtracted))
    ]
