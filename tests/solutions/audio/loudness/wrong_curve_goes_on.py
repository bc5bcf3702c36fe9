"""The curve of the standard, which goes on below -80 dB."""

import math

import numpy as np
from scipy.signal import get_window


def loudness(samples, sample_rate, *, gate_db=40.0):
    n_fft, hop = 2048, 512
    padded = np.pad(np.asarray(samples, np.float64), n_fft // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]
    window = get_window("hann", n_fft)
    f2 = np.fft.rfftfreq(n_fft, 1 / sample_rate)[1:] ** 2
    curve = 12194.217**2 * f2**2 / (f2 + 20.598997**2) / (f2 + 12194.217**2)
    curve /= np.sqrt((f2 + 107.65265**2) * (f2 + 737.86223**2))
    weights = np.square(curve * 10**0.1)
    powers = [
        2 * float(weights @ np.abs(np.fft.rfft(frame * window)[1:]) ** 2) / n_fft
        for frame in frames
    ]
    loudest = max(powers)
    if loudest == 0:
        return -math.inf
    heard = [power for power in powers if power >= loudest / 10 ** (gate_db / 10)]
    return 10 * math.log10(sum(heard) / len(heard) / float(window @ window))
