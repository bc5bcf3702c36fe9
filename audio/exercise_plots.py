"""What the exercises on sound bring to life, each drawn with the student's function alone."""

import io
from collections.abc import Mapping

import numpy as np
import soundfile
import torch
from matplotlib.figure import Figure

from audio.features import loudness
from audio.loss import MultiResolutionSTFTLoss
from audio.metrics import log_spectral_distance
from audio.mixing import mixed
from audio.model import HOP, WINDOW, MaskNetwork
from common.exercise_demo import Plot, Word
from common.i18n import Text
from common.report.plots import label

RATE = 16_000


def _voice() -> np.ndarray:
    """A chirping tone with pauses: two seconds that stand for a voice."""
    time = np.arange(2 * RATE) / RATE
    tone = sum(
        np.sin(2 * np.pi * k * (180 * time + 40 * np.sin(3 * time))) / k for k in range(1, 9)
    )
    return (0.1 * tone * (np.sin(2 * np.pi * 1.5 * time) > -0.3)).astype(np.float32)


def _noise() -> np.ndarray:
    return (0.1 * np.random.default_rng(0).normal(size=2 * RATE)).astype(np.float32)


def _wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.clip(samples, -1, 1), RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _spectrogram(axes, samples: np.ndarray, title: str) -> None:
    axes.specgram(
        samples + 1e-9, NFFT=512, Fs=RATE, noverlap=256, vmin=-120, vmax=-30, cmap="magma"
    )
    label(axes, title=title)


def draw_mixing(figure: Figure, word: Word) -> Mapping[str, bytes]:
    clean, noise = torch.from_numpy(_voice())[None], torch.from_numpy(_noise())[None]
    ratios = (20.0, 0.0)
    sounds = {}
    for axes, ratio in zip(figure.subplots(1, 2), ratios, strict=True):
        sound = mixed(clean, noise, torch.tensor([ratio]))[0].numpy()
        _spectrogram(axes, sound, word(f"{ratio:.0f} dB", f"{ratio:.0f} дБ"))
        sounds[f"mixed-{ratio:.0f}dB.wav"] = _wav(sound)
    return sounds


def draw_loss(figure: Figure, word: Word) -> None:
    """The four answers of the lesson have one squared error each; here two of them."""
    voice, noise = torch.from_numpy(_voice()), torch.from_numpy(_noise())
    quieter = 0.95 * voice
    size = (quieter - voice).square().mean()
    hiss = voice + noise * (size / noise.square().mean()).sqrt()
    sounds = torch.stack([hiss, quieter])
    loss = MultiResolutionSTFTLoss()
    targets = voice.expand(2, -1)
    cost = [
        loss.compare(loss.power(sounds, window, hop), loss.power(targets, window, hop), window)
        for window, hop in loss.resolutions
    ]
    names = [word("a hiss", "шипение"), word("5 % quieter", "тише на 5 %")]
    before, after = figure.subplots(1, 2)
    before.bar(names, (sounds - targets).square().mean(dim=1).numpy(), color="#888888")
    after.bar(names, torch.stack(cost).mean(dim=0).numpy(), color="#8f1d5c")
    label(before, title="MSE")
    label(after, title=word("your loss", "ваша функция потерь"))


def draw_mask(figure: Figure, word: Word) -> Mapping[str, bytes]:
    """A mask that lets through what is loud, on noisy speech."""
    noisy = torch.from_numpy(_voice() + 0.3 * _noise())[None]
    network = MaskNetwork()
    frames = noisy.unfold(1, WINDOW, HOP) * network.window
    spectra = torch.fft.rfft(frames)
    power = spectra.abs()
    logits = 4 * (power / power.mean()).log() - 2
    with torch.no_grad():
        sound, _ = network.apply_mask(spectra, logits, tail=torch.zeros(1, HOP))
    before, after = figure.subplots(1, 2)
    _spectrogram(before, noisy[0].numpy(), word("noisy", "с шумом"))
    _spectrogram(after, sound[0].numpy(), word("under your mask", "под вашей маской"))
    return {"noisy.wav": _wav(noisy[0].numpy()), "masked.wav": _wav(sound[0].numpy())}


def draw_distance(figure: Figure, word: Word) -> None:
    clean = _voice().astype(np.float64)
    levels = np.array([0.001, 0.003, 0.01, 0.03, 0.1])
    distances = [
        float(log_spectral_distance(clean + level * 10 * _noise(), clean)) for level in levels
    ]
    axes = figure.subplots()
    axes.plot([f"{20 * np.log10(level):.0f}" for level in levels], distances, "o-", color="#8f1d5c")
    label(axes, title=word("distance, dB", "расстояние, дБ"), x=word("noise, dB", "шум, дБ"))


def draw_loudness(figure: Figure, word: Word) -> None:
    """Tones of one power, which an ear does not hear alike."""
    frequencies = np.geomspace(50, 7000, 14)
    time = np.arange(RATE) / RATE
    tones = [0.1 * np.sin(2 * np.pi * f * time) for f in frequencies]
    axes = figure.subplots()
    axes.semilogx(frequencies, [10 * np.log10(np.mean(t**2)) for t in tones], "--",
                  color="#888888", label=word("power", "мощность"))  # fmt: skip
    axes.semilogx(frequencies, [loudness(t, RATE) for t in tones], "o-",
                  color="#8f1d5c", label=word("loudness", "громкость"))  # fmt: skip
    axes.legend(fontsize=8)
    label(axes, x=word("tone, Hz", "тон, Гц"), y=word("dB", "дБ"))


PLOTS = {
    "mixed": Plot(
        Text(
            "speech with noise at 20 and at 0 dB, to be heard",
            "речь с шумом при 20 и 0 дБ, со звуком",
        ),
        draw_mixing,
    ),
    "MultiResolutionSTFTLoss.compare": Plot(
        Text("two sounds that the MSE takes for equal", "два звука, одинаковых для MSE"), draw_loss
    ),
    "MaskNetwork.apply_mask": Plot(
        Text("noise before and after a mask, to be heard", "шум до и после маски, со звуком"),
        draw_mask,
    ),
    "log_spectral_distance": Plot(
        Text("the distance as noise grows", "расстояние, когда шум растёт"), draw_distance
    ),
    "loudness": Plot(
        Text("how loud tones of one power are", "громкость тонов одной мощности"), draw_loudness
    ),
}
