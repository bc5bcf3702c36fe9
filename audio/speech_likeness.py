"""Whether a folder sounds like speech at all: `--clean` and `--noise` are easily exchanged."""

import numpy as np
from scipy.fft import irfft, rfft
from scipy.signal import ShortTimeFFT, get_window

from audio.settings import SAMPLE_RATE

FRAME, HOP = 1024, 320
"""Samples in which a pitch is sought, and from one frame to the next: 64 and 20 ms."""
LOWEST, HIGHEST = 70, 400
"""Pitch of a voice in Hz."""
VOICED = 0.6
"""Autocorrelation at the pitch from which on a frame has one."""
LEAST_GLIDE, MOST_GLIDE = 0.003, 0.15
"""Octaves between the pitches of neighbouring frames: a voice moves, and does not jump."""
SYLLABLES = (2.0, 8.0)
"""Hz in which syllables, and the gaps between them, follow each other."""
FEWEST_GLIDES, LEAST_SYLLABLES, LEAST_DEPTH = 0.08, 0.25, 0.4

COMPARED = 60
"""Clips of a folder that are listened to, evenly over all."""
FEWEST = 4
"""Fewer clips than this prove nothing: one of ten of speech has a long pause, or is a whisper."""
NO_SPEECH, SPEECH = 0.15, 0.6
"""Shares of clips that sound like speech: up to the one a folder holds none, from the other on it
is one of speech. Measured: nine of ten clips of LibriSpeech and of eSpeak NG, three of four of
single digits (FSDD), none of a kitchen's, one in eight of a cat's, half of those of a crowd."""


def like_speech(clips: np.ndarray) -> tuple[int, int]:
    """Return how many clips sound like speech, and of how many: of COMPARED at most.

    clips: (n, samples) int16 at 16 kHz.

    >>> hiss = np.random.default_rng(0).normal(0, 3000, (2, 64_000)).astype(np.int16)
    >>> like_speech(hiss)
    (0, 2)
    """
    some = np.unique(np.linspace(0, len(clips) - 1, min(COMPARED, len(clips))).astype(np.int64))
    return sum(sounds_like_speech(clips[row]) for row in some), len(some)


def sounds_like_speech(clip: np.ndarray) -> bool:
    """Whether a clip has what speech has: a pitch that glides, and a loudness that syllables move.

    Noise has no pitch, a hum has one that stands still, and neither grows loud and quiet at the
    pace of syllables. A song or a cat may pass for speech; a whisper does not.

    Source: energy modulation at 4 Hz as in Scheirer and Slaney, "Construction and evaluation of a
    robust multifeature speech/music discriminator" (1997).
    """
    sound = clip / 32768
    syllables, depth = _modulation(sound)
    return syllables >= LEAST_SYLLABLES and depth >= LEAST_DEPTH and _glides(sound) >= FEWEST_GLIDES


def _modulation(sound: np.ndarray) -> tuple[float, float]:
    """Return the share of the loudness's changes that lies at the pace of syllables, and their
    depth: the amplitude of these changes as a share of the mean loudness."""
    window = get_window("hann", FRAME // 2)
    transform = ShortTimeFFT(window, HOP // 2, SAMPLE_RATE)
    heard = (transform.f > 150) & (transform.f < 4000)
    loudness = np.sqrt(transform.spectrogram(sound)[heard].sum(axis=0))
    if not loudness.any():
        return 0.0, 0.0
    changes = np.abs(rfft((loudness - loudness.mean()) * np.hanning(len(loudness)))) ** 2
    pace = np.fft.rfftfreq(len(loudness), HOP / 2 / SAMPLE_RATE)
    of_syllables = changes[(pace >= SYLLABLES[0]) & (pace <= SYLLABLES[1])].sum()
    everything = changes[pace >= 0.5].sum()
    depth = 2 * np.sqrt(2 * of_syllables) / len(loudness) / loudness.mean()
    return float(of_syllables / max(everything, 1e-30)), float(depth)


def _glides(sound: np.ndarray) -> float:
    """Return the share of frames that have a pitch, a little other than that of the one before."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    window = np.hanning(FRAME)
    alike = irfft(np.abs(rfft(frames * window, 2 * FRAME)) ** 2)[:, :FRAME]
    fading = irfft(np.abs(rfft(window, 2 * FRAME)) ** 2)[:FRAME]
    alike = alike / np.maximum(alike[:, :1], 1e-12) / (fading / fading[0])
    shortest, longest = SAMPLE_RATE // HIGHEST, SAMPLE_RATE // LOWEST
    periods = alike[:, shortest:longest]
    loud = np.square(frames).mean(axis=1)
    voiced = (periods.max(axis=1) > VOICED) & (loud > 0.03 * np.quantile(loud, 0.95))
    step = np.abs(np.diff(np.log2(shortest + periods.argmax(axis=1))))
    moves = (step > LEAST_GLIDE) & (step < MOST_GLIDE)
    return float((moves & voiced[1:] & voiced[:-1]).sum() / len(frames))
