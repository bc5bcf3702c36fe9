"""The living figures of the lesson on noisy speech."""

import io
from typing import Any

import numpy as np
import soundfile
import torch
from torch import Tensor

from audio.loss import (
    MelDistanceLoss,
    MultiResolutionSTFTLoss,
    SISDRLoss,
    WaveformLoss,
    WaveformMSELoss,
)
from common.i18n import Text
from common.lesson.figure import Figure, Slider, curves

RATE = 16_000
SECONDS = 0.75
LOSSES: dict[str, WaveformLoss] = {
    "mse": WaveformMSELoss(),
    "si_sdr": SISDRLoss(),
    "stft": MultiResolutionSTFTLoss(),
    "mel": MelDistanceLoss(sample_rate=RATE),
}
LOUD = tuple(range(-40, 11, 5))
"""Decibels of the noise, against the speech."""
GAINS = (0.25, 0.5, 0.8, 1.0, 1.25, 2.0)


def voice() -> tuple[Tensor, Tensor]:
    """Return a tone that glides like a voice, and noise as loud as it, (1, samples) float64."""
    time = np.arange(round(SECONDS * RATE)) / RATE
    phase = 2 * np.pi * (170 * time + 12 * np.sin(9 * time))
    tone = sum(np.sin(k * phase) / k for k in range(1, 12)) * np.sin(np.pi * time / SECONDS) ** 0.5
    clean = 0.1 * tone / np.sqrt(np.mean(np.square(tone)))
    noise = np.random.default_rng(0).normal(size=time.size)
    noise *= np.sqrt(np.mean(np.square(clean)) / np.mean(np.square(noise)))
    return torch.from_numpy(clean)[None], torch.from_numpy(noise)[None]


def _loss_of(loss: WaveformLoss, clean: Tensor, noise: Tensor) -> Any:
    def said(x: Tensor, gain: float) -> Tensor:
        # One after the other, and in float32 as in training: spectra of all would be large.
        noisy = [gain * (clean + 10 ** (db / 20) * noise) for db in x]
        return torch.stack([loss(one.float(), clean.float()) for one in noisy]).double()

    return said


def _noise(language: str) -> dict[str, Any]:
    clean, noise = voice()
    x = Slider(
        Text("noise that is left, against the speech", "оставшийся шум, относительно речи"),
        LOUD,
        lambda db: Text(f"{db:+.0f} dB", f"{db:+.0f} дБ"),
        start=4,
    )
    family = Slider(
        Text("loudness of the answer", "громкость ответа"),
        GAINS,
        lambda gain: Text(f"× {gain:g}", f"× {gain:g}".replace(".", ",")),
        start=3,
    )
    sounds = [_wav((clean + 10 ** (db / 20) * noise)[0].numpy()) for db in LOUD]
    losses = {name: _loss_of(loss, clean, noise) for name, loss in LOSSES.items()}
    return curves(language, x, losses, family=family, sounds=sounds)


def _wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.clip(samples, -1, 1), RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


FIGURES = (
    Figure(
        "Losses",
        "curves",
        Text("Noise, loudness, and four opinions", "Шум, громкость и четыре мнения"),
        Text(
            "Move the noise that is left in the answer, then make the answer louder or softer, "
            "which an ear hardly minds. Which loss minds? (A gliding tone stands for the voice.)",
            "Двигайте шум, оставшийся в ответе, затем сделайте ответ громче или тише: уху это "
            "почти безразлично. А какой функции потерь — нет? (Вместо голоса — скользящий тон.)",
        ),
        _noise,
    ),
)
