"""What a network has to beat: doing nothing, and what was known long before there were networks."""

import numpy as np
import torch
from torch import Tensor

from audio.data import Mixtures
from audio.features import istft, stft
from audio.metrics import figures
from common.memory_mapped import in_blocks
from common.outcome import Outcome

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
    spectrum, unwanted = (stft(torch.from_numpy(np.atleast_2d(x))) for x in (noisy, noise))
    average = unwanted.abs().square().mean(-1, keepdim=True)
    power = spectrum.abs().square().clamp_min(1e-20)
    return _masked(spectrum, (1 - average / power).clamp_min(GAIN_FLOOR).sqrt(), noisy)


def ideal_mask(noisy: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Mask each cell of the spectrum by the true share of speech in it: nobody knows it.

        Y = X · |S|² / (|S|² + |X - S|²)

    the mask of Wiener, told the clean speech. It shows what a mask could do at best.

    noisy, clean: (clips, samples).
    """
    spectrum, speech = (stft(torch.from_numpy(np.atleast_2d(x))) for x in (noisy, clean))
    wanted, unwanted = speech.abs().square(), (spectrum - speech).abs().square()
    return _masked(spectrum, wanted / (wanted + unwanted).clamp_min(1e-20), noisy)


def _masked(spectrum: Tensor, mask: Tensor, like: np.ndarray) -> np.ndarray:
    return istft(spectrum * mask, like.shape[-1]).numpy()


def baseline_outcomes(test: Mixtures) -> list[Outcome]:
    """Return what nothing reaches, and the method of 1979 that is told the very noise."""
    subtracted = in_blocks(
        lambda noisy, clean: spectral_subtraction(noisy, noisy - clean), test.noisy, test.clean
    )
    return [
        Outcome(name, figures(estimates, test), estimates)
        for name, estimates in (("noisy", test.noisy), ("subtraction", subtracted))
    ]
