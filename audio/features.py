"""What librosa measures clip by clip, of a whole batch at once and on the device.

The Fourier transform is that of `audio.spectra`. librosa computes in float64 and keeps float32. So
does this room, on every device that has float64; in float32 alone a quiet bin beside a loud one
would differ by a hundredth of a decibel.
"""

import functools
import math

import librosa
import numpy as np
import torch
from torch import Tensor

from audio.spectra import power, stft, widest
from common.exercises import exercise

FLOOR = 1e-10
"""Power that stands for none, -100 dB."""


def frame_counts(lengths: Tensor, hop_length: int = 256) -> Tensor:
    """Return how many frames a clip of each length has.

    >>> frame_counts(torch.tensor([0, 255, 256]))
    tensor([1, 1, 2])
    """
    return 1 + lengths // hop_length


def log_mel(
    batch: Tensor,
    sample_rate: int,
    *,
    lengths: Tensor | None = None,
    n_fft: int = 512,
    hop_length: int = 256,
    n_mels: int = 64,
    top_db: float = 80.0,
) -> Tensor:
    """Return log-mel spectra in decibels, as librosa's `power_to_db(melspectrogram(...))` of each.

        10 · log10(max(M · |X|², 1e-10)),  not lower than its own maximum less top_db

    with M the mel filters of Slaney, a triangle of area 1 each.

    batch: (clips, samples), clips shorter than the longest filled up with zeros.
    lengths: (clips,) samples of each before it was filled up; all of them by default.
    Returns (clips, n_mels, frames) float32. Frames behind the end of a clip, from
    `frame_counts(lengths)` on, hold its lowest value: its maximum less top_db.

    >>> log_mel(torch.zeros(2, 8000), 16_000).unique()
    tensor([-100.])
    """
    wide = batch.to(widest(batch))
    hann = torch.hann_window(n_fft, dtype=wide.dtype, device=wide.device)
    # From here on librosa has float32 as well: only the transform itself needs more.
    frames_first = power(stft(wide, hann, hop_length, center=True)).float()
    filters = mel_filters(sample_rate, n_fft, n_mels).to(batch.device)
    decibels = 10 * torch.log10((filters @ frames_first.mT).clamp(min=FLOOR))
    if lengths is not None:
        frames = torch.arange(decibels.shape[-1], device=batch.device)
        past = frames >= frame_counts(lengths.to(batch.device), hop_length)[:, None]
        decibels = decibels.masked_fill(past[:, None], -math.inf)
    lowest = decibels.amax((-2, -1), keepdim=True) - top_db
    return decibels.maximum(lowest)


@functools.cache
def mel_filters(sample_rate: int, n_fft: int, n_mels: int) -> Tensor:
    """Return librosa's mel filters, (n_mels, 1 + n_fft // 2) float32."""
    return torch.from_numpy(librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels))


def trim(samples: np.ndarray, *, top_db: float = 40.0) -> np.ndarray:
    """Cut away what is more than `top_db` quieter than the loudest place, at both ends.

    samples: (n,) or (channels, n); what is silent throughout comes back without samples.
    """
    if not np.any(samples):
        return samples[..., :0]
    return librosa.effects.trim(samples, top_db=top_db)[0]


@exercise(points=20, minutes=35, difficulty=3, uses="librosa", lesson="Data")
def loudness(samples: np.ndarray, sample_rate: int, *, gate_db: float = 40.0) -> float:
    """Return how loud a sound is to the ear, in decibels under full scale, its pauses left out.

    librosa does most of the work. Frames are those of `librosa.stft` with n_fft = 2048 and its
    other settings as they are. The power of a frame with the spectrum X is

        Σ_f 2 · |X_f|² · 10^(A_f / 10) / (n_fft · Σ_n w_n²),     f = 1 … n_fft / 2

    where A_f is the A curve at the frequency of bin f, in decibels: to the ear a tone of 100 Hz is
    19 dB quieter than one of 1 kHz. The curve is `librosa.A_weighting`, which ends at -80 dB, the
    frequencies are `librosa.fft_frequencies`; bin 0, which nobody hears, is left out. w is the
    window of the frame, `librosa.filters.get_window("hann", n_fft)`, and the division undoes what
    it takes away.

    A frame counts as a pause if its power lies more than `gate_db` ≥ 0 decibels below that of the
    loudest frame; with 0, all are pauses but this one. The loudness is 10 · log10 of the mean
    power of all other frames: the mean of the powers and not of their decibels. A full-scale tone
    of 1 kHz has -3 dB, a silent sound has minus infinity.

    samples: (n,) float32 or float64, full scale at ±1, and not to be changed. Returns a float of
    Python. Source: IEC 61672-1 (2013) for the curve.
    """
    n_fft = 2048
    hertz = librosa.fft_frequencies(sr=sample_rate, n_fft=n_fft)[1:]
    power = np.abs(librosa.stft(samples.astype(np.float64), n_fft=n_fft))[1:] ** 2
    window = librosa.filters.get_window("hann", n_fft)
    weights = 2 * 10 ** (librosa.A_weighting(hertz) / 10) / (n_fft * np.square(window).sum())
    frames = weights @ power
    if not frames.max() > 0:
        return -math.inf
    return float(10 * np.log10(frames[frames >= frames.max() * 10 ** (-gate_db / 10)].mean()))
