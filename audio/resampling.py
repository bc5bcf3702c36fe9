"""From one sample rate to another: blocks of a file as they come, or whole clips on the device."""

import math
from collections.abc import Iterable, Iterator

import numpy as np
import soxr
import torch
from scipy.signal import firwin
from torch import Tensor

from audio.spectra import widest


def resampled(
    blocks: Iterable[np.ndarray], sample_rate: int, new_rate: int
) -> Iterator[np.ndarray]:
    """Convert blocks (channels, any) to another rate as `librosa.resample` converts the whole.

    Both use the high quality of libsoxr. The blocks that come out have lengths of their own.
    """
    converter = None
    for block in blocks:
        if converter is None:
            converter = soxr.ResampleStream(sample_rate, new_rate, len(block), dtype="float32")
        yield converter.resample_chunk(np.ascontiguousarray(block.T)).T
    if converter is not None:
        yield converter.resample_chunk(np.zeros((0, len(block)), np.float32), last=True).T


def resample(batch: Tensor, sample_rate: int, new_rate: int) -> Tensor:
    """Convert clips to another rate, as `librosa.resample(..., res_type="polyphase")` of each.

        y[k] = Σ_n x[n] · h[k · down + half - n · up],    up / down = new_rate / sample_rate

    with h a low-pass filter of 20 · max(up, down) + 1 taps under a Kaiser window. Output k looks
    at the input through one of `up` short filters, the phases of h, and all of them are one
    convolution. It is here to be learned: files are converted by `resampled` instead, for soxr,
    librosa's default, has a steeper filter, and no need of a device.

    batch: (..., samples). Returns (..., ceil(samples · up / down)) float32.

    >>> resample(torch.zeros(2, 22_050), 22_050, 16_000).shape
    torch.Size([2, 16000])
    """
    common = math.gcd(sample_rate, new_rate)
    up, down = new_rate // common, sample_rate // common
    if up == down:
        return batch.float()
    wide = batch.to(widest(batch)).reshape(-1, 1, batch.shape[-1])
    phases, reach = _phases(up, down)
    length = -(-batch.shape[-1] * up // down)
    rounds = -(-length // up)
    missing = (rounds - 1) * down + phases.shape[-1] - reach - batch.shape[-1]
    padded = torch.nn.functional.pad(wide, (reach, max(missing, 0)))
    out = torch.nn.functional.conv1d(padded, phases.to(wide), stride=down)
    out = out[..., :rounds].transpose(1, 2).flatten(1)[:, :length]
    return out.reshape(*batch.shape[:-1], length).float()


def _phases(up: int, down: int) -> tuple[Tensor, int]:
    """Return the phases of the filter, (up, 1, taps), and how far they reach into the past."""
    half = 10 * max(up, down)
    taps = up * firwin(2 * half + 1, 1 / max(up, down), window=("kaiser", 5.0))
    reach = half // up
    place = np.arange(-reach, ((up - 1) * down + half) // up + 1)
    index = np.arange(up)[:, None] * down + half - place * up
    inside = (index >= 0) & (index < len(taps))
    phases = np.where(inside, taps[index.clip(0, len(taps) - 1)], 0.0)
    return torch.from_numpy(phases)[:, None], reach
