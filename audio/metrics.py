"""How well a sound was cleaned: in decibels, and as two referees from outside hear it."""

import importlib.util
import warnings
from typing import TYPE_CHECKING

import numpy as np
import torch

from audio.settings import SAMPLE_RATE
from audio.spectra import power, stft
from common.exercises import exercise
from common.memory_mapped import in_blocks
from common.outcome import Metric

if TYPE_CHECKING:  # reading sounds takes a dozen files that no figure needs
    from audio.data import Mixtures

METRICS = (
    Metric("si_sdr", "SI-SDR, dB", "{:.2f}", best="high"),
    Metric("gain", "SI-SDR gained, dB", "{:+.2f}", best="high"),
    Metric("worse", "mixtures made worse, %", "{:.1f}", scale=100),
    Metric("lsd", "log-spectral distance, dB", "{:.2f}"),
    Metric("stoi", "STOI", "{:.3f}", best="high"),
    Metric("pesq", "PESQ", "{:.2f}", best="high"),
    Metric("level", "level, dB", "{:+.2f}", best="zero"),
)

LOWEST = 1e-10
"""Power that stands for none, relative to full scale: -100 dB."""


HEARD = 24
"""Clips that STOI and PESQ are asked about at most."""


def si_sdr(estimate: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Return the scale-invariant signal-to-distortion ratio in decibels, one for each clip.

        10 · log10(|αs|² / |αs - x|²),    α = <x, s> / |s|²

    estimate: (..., samples) x; clean: the same shape, s. NaN where the clean clip is silent, for
    then the ratio has no meaning. Bounded at ±150 dB, as in `audio.loss.SISDRLoss`.

    Source: Le Roux, Wisdom, Erdogan and Hershey, "SDR - half-baked or well done?" (2019).

    >>> clean = np.array([1.0, 0.0, -1.0, 0.0])
    >>> round(float(si_sdr(clean + [0, 0.1, 0, 0.1], clean)), 6)
    20.0
    """
    x, s = np.asarray(estimate, np.float64), np.asarray(clean, np.float64)
    energy = np.square(s).sum(-1)
    alpha = (x * s).sum(-1) / np.where(energy > 0, energy, 1.0)
    part = alpha[..., None] * s
    signal, distortion = np.square(part).sum(-1), np.square(part - x).sum(-1)
    least = 1e-15 * (signal + distortion) + 1e-30
    ratio = 10 * np.log10((signal + least) / (distortion + least))
    return np.where(energy > 0, ratio, np.nan)


@exercise(points=15, minutes=20, difficulty=2, uses="NumPy", lesson="Report")
def log_spectral_distance(
    estimate: np.ndarray, clean: np.ndarray, *, window: int = 512, hop: int = 256
) -> np.ndarray:
    """Return the distance of two spectra in decibels, one for each clip.

        mean over frames of  √ mean over bins of  (10 · log10(|S|² / |X|²))²

    with S the spectrum of the clean clip and X that of the estimate. `power_spectra` gives
    |S|² and |X|². Before they are compared, powers in both that are too low are raised to a
    floor: nobody hears how silent a silence is. The floor is 60 dB below the loudest cell of the
    clean clip, that is a millionth of its power, each clip having its own; and at least LOWEST.

    estimate, clean: (..., samples) float32 or float64, at least a window long: one clip, a batch
    of them, or any other axes in front. The answer is float64 and has the axes in front only.

    Source: Gray and Markel, "Distance measures for speech processing" (1976).

    What has a tenth of the amplitude is 20 dB away:

    >>> noise = np.random.default_rng(0).normal(size=16_000)
    >>> round(float(log_spectral_distance(noise / 10, noise)), 2)
    20.0
    """
    x, s = (power_spectra(sound, window, hop) for sound in (estimate, clean))
    floor = np.maximum(1e-6 * s.max((-2, -1), keepdims=True), LOWEST)
    difference = 10 * np.log10(np.maximum(s, floor) / np.maximum(x, floor))
    return np.sqrt(np.square(difference).mean(-1)).mean(-1)


def power_spectra(sounds: np.ndarray, window: int, hop: int) -> np.ndarray:
    """Return |STFT|² of sounds (..., samples), as (..., frames, bins) in float64.

    >>> power_spectra(np.zeros((3, 1024)), 512, 256).shape
    (3, 3, 257)
    """
    wide = torch.from_numpy(np.array(sounds, np.float64))
    hann = torch.hann_window(window, periodic=False, dtype=torch.float64)
    return power(stft(wide, hann, hop)).numpy()


def level(
    estimate: np.ndarray, clean: np.ndarray, *, frame: int = 320, margin_db: float = 15.9
) -> np.ndarray:
    """Return by how many decibels the speech in each estimate is louder than in the clean clip.

    Both are measured where somebody speaks: in the frames of the clean clip that are at most
    `margin_db` softer than it is on average. What is left of a noise in the pauses is heard as a
    noise, and not as a louder voice. NaN where either is silent there, or shorter than a frame.

    estimate, clean: (..., samples). frame: samples, 20 ms at 16 kHz.

    Source: the margin is that of ITU-T P.56 (2011), "Objective measurement of active speech level".

    >>> clean = np.concatenate([np.ones(640), np.zeros(640)])
    >>> round(float(level(0.5 * clean + 0.1 * (clean == 0), clean)), 2)
    -6.02
    """
    x, s = (_frame_power(sound, frame) for sound in (estimate, clean))
    usual = s.sum(-1, keepdims=True) / max(1, s.shape[-1])
    spoken = s >= usual * 10 ** (-margin_db / 10)
    x, s = ((power * spoken).sum(-1) for power in (x, s))
    known = (x > 0) & (s > 0)
    return np.where(known, 10 * np.log10(np.where(known, x, 1) / np.where(known, s, 1)), np.nan)


def _frame_power(sound: np.ndarray, frame: int) -> np.ndarray:
    """Return the energy of each whole frame, (..., frames)."""
    wide = np.square(np.asarray(sound, np.float64))
    whole = wide[..., : wide.shape[-1] // frame * frame]
    return whole.reshape(*whole.shape[:-1], -1, frame).sum(-1)


def stoi(estimate: np.ndarray, clean: np.ndarray, sample_rate: int) -> float:
    """Return the short-time objective intelligibility of one clip, 0 to 1, as pystoi has it.

    NaN for a clip with less than about 0.4 seconds of speech, which STOI cannot judge.

    Source: Taal, Hendriks, Heusdens and Jensen, "An algorithm for intelligibility prediction of
    time-frequency weighted noisy speech" (2011).
    """
    import pystoi

    if len(clean) < 0.4 * sample_rate or not np.any(clean):
        return np.nan
    if not np.any(estimate):
        return 0.0
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        value = float(pystoi.stoi(clean, estimate, sample_rate))
    return np.nan if told else value


def pesq(estimate: np.ndarray, clean: np.ndarray, sample_rate: int) -> float:
    """Return the perceived quality of one clip, 1 to 4.64, as the package pesq has it.

    NaN where the package is not installed, where the rate is not 16 kHz, and where there is no
    speech in the clip.

    Source: ITU-T P.862.2 (2007), "Wideband extension to Recommendation P.862".
    """
    known = importlib.util.find_spec("pesq") is not None and sample_rate == 16_000
    if not known or not np.any(clean) or not np.any(estimate):
        return np.nan
    from pesq import PesqError
    from pesq import pesq as judge

    value = judge(sample_rate, clean, estimate, "wb", on_error=PesqError.RETURN_VALUES)
    return np.nan if value < 0 else float(value)


def sound_metrics(
    estimates: np.ndarray, noisy: np.ndarray, clean: np.ndarray, *, sample_rate: int
) -> dict[str, float]:
    """Return every figure of `METRICS`, the mean over clips that the figure can judge.

    estimates, noisy, clean: (clips, samples). gain: how much SI-SDR the estimate has above the
    noisy clip; worse: the share of clips with a gain below zero. STOI and PESQ take longer than
    the network does, so that of many clips HEARD are heard, evenly chosen.
    """
    before, after = (in_blocks(si_sdr, sounds, clean) for sounds in (noisy, estimates))
    gain = after - before
    chosen = np.linspace(0, len(clean) - 1, min(HEARD, len(clean))).round().astype(int)
    judged = {
        name: np.array([judge(estimates[row], clean[row], sample_rate) for row in chosen])
        for name, judge in (("stoi", stoi), ("pesq", pesq))
    }
    known = gain[np.isfinite(gain)]
    return {
        "si_sdr": mean_of(after),
        "gain": mean_of(gain),
        "worse": float((known < 0).mean()) if len(known) else np.nan,
        "lsd": mean_of(in_blocks(log_spectral_distance, estimates, clean)),
        "level": mean_of(in_blocks(level, estimates, clean)),
        **{name: mean_of(values) for name, values in judged.items()},
    }


def figures(estimates: np.ndarray, examples: "Mixtures") -> dict[str, float]:
    """Return every figure of `METRICS` for mixtures that are known to the last sample."""
    return sound_metrics(estimates, examples.noisy, examples.clean, sample_rate=SAMPLE_RATE)


def mean_of(values: np.ndarray) -> float:
    """Return the mean of what is known; NaN where nothing is.

    >>> mean_of(np.array([1.0, np.nan, 3.0]))
    2.0
    """
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan
