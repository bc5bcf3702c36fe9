"""Spectra: the one Fourier transform of short frames, and the one shape of a band.

The network, the losses, the baselines, the metrics and the plots all take it from here, each with
the window, the precision and the padding that it needs. Torch alone is used.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def stft(sounds: Tensor, window: Tensor, hop: int, *, center: bool = False) -> Tensor:
    """Return the short-time Fourier transform: the spectrum of each frame of a sound.

        X[t, f] = Σ_n w[n] · x[t · hop + n] · exp(-2πi f n / N)

    The counterpart in the field is `torch.stft`, of which this is the transpose: frames come before
    bins, as a recurrent layer wants them.

    Args:
        sounds: (..., samples).
        window: w, (N,), in the precision of the sounds.
        hop: samples from the beginning of one frame to that of the next.
        center: put half a window of silence before and after, so that frame t is centred on
            sample t · hop. Otherwise only whole frames within the sound are taken.

    Returns:
        (..., frames, 1 + N // 2) complex.

    Source: Allen, "Short term spectral analysis, synthesis, and modification by discrete Fourier
    transform" (1977).

    >>> stft(torch.zeros(8, 16_000), torch.hann_window(512), 256, center=True).shape
    torch.Size([8, 63, 257])
    """
    half = len(window) // 2
    padded = F.pad(sounds, (half, half)) if center else sounds
    return torch.fft.rfft(padded.unfold(-1, len(window), hop) * window)


def power(spectra: Tensor) -> Tensor:
    """Return |X|² of complex spectra, of the same shape.

    >>> power(torch.tensor([3 + 4j]))
    tensor([25.])
    """
    return spectra.real.square() + spectra.imag.square()


def triangular_bands(edges: Tensor, places: Tensor, *, narrowest: float = 0.0) -> Tensor:
    """Return bands that overlap as triangles: each is 1 at its centre, 0 at its neighbours'.

    Args:
        edges: (bands + 2,), the centres, and what lies before the first and after the last.
        places: (bins,), where each bin lies, in the unit of the edges.
        narrowest: the least width of a side. A band narrower than the bins are apart is empty.

    Returns:
        (bands, bins), in the precision of the edges.

    >>> triangular_bands(torch.tensor([0.0, 2.0, 3.0, 4.0]), torch.arange(5.0))
    tensor([[0.0000, 0.5000, 1.0000, 0.0000, 0.0000],
            [0.0000, 0.0000, 0.0000, 1.0000, 0.0000]])
    """
    centres = edges[1:-1, None]
    widths = edges.diff()[:, None].clamp_min(narrowest)
    rising = (places - centres) / widths[:-1] + 1
    falling = (centres - places) / widths[1:] + 1
    return torch.minimum(rising, falling).clamp(0, 1)


def widest(tensor: Tensor) -> torch.dtype:
    """Return float64, or float32 on a device that has nothing wider (Apple's)."""
    return torch.float32 if tensor.device.type == "mps" else torch.float64
