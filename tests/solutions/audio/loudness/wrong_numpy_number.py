"""A number of NumPy's, and not of Python's."""

import librosa
import numpy as np
import torch


def loudness(samples, sample_rate, *, gate_db=40.0):
    sound = torch.as_tensor(np.array(samples, dtype=np.float64))
    hann = torch.hann_window(2048, dtype=torch.float64)
    X = torch.stft(sound, 2048, 512, window=hann, pad_mode="constant", return_complex=True)
    curve = librosa.A_weighting(librosa.fft_frequencies(sr=sample_rate, n_fft=2048))
    scale = torch.as_tensor(10.0 ** (curve / 10.0))[1:, None]
    frames = (scale * X[1:].abs().square()).sum(0) * 2 / (2048 * hann.square().sum())
    top = frames.amax()
    if top == 0:
        return float("-inf")
    level = 10 * torch.log10(frames / top)
    return np.float64((10 * torch.log10(frames[level >= -gate_db].mean())).item())
