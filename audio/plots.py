"""The plots of a denoising report: what is seen, and what is heard."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import librosa
import numpy as np
import soundfile
import torch
from matplotlib.axes import Axes

from audio.features import log_mel
from audio.metrics import mean_of, si_sdr
from audio.settings import SAMPLE_RATE
from common.memory_mapped import in_blocks
from common.outcome import Outcome
from common.report.plots import INK, TEXT, grid_of_panels, label, legend_below, series_styles
from common.report.section import Section

SHOWN = 3
"""Mixtures that are drawn and played."""

LOWEST_DB = -70
"""Decibels under the loudest cell at which a spectrogram is white."""

MELS = 64
"""Bands of a spectrogram, spaced as the ear spaces pitches."""

KILOHERTZ = (0.5, 1, 2, 4, 8)
"""Where its axis is labelled."""


def draw(test: Any, outcomes: Sequence[Outcome]) -> list[Section]:
    """Return the pictures of the examined mixtures and of what became of them."""
    trained = {o.name: o.artifacts for o in outcomes if o.history is not None}
    pictures = [_heard(test, trained, row) for row in telling(test)]
    return [*pictures, _by_ratio(test, outcomes), _by_noise(test, outcomes)]


def telling(test: Any) -> list[int]:
    """Choose mixtures with different noises, as near to 0 dB as there are."""
    chosen: dict[str, int] = {}
    for row in np.argsort(np.abs(test.snr), kind="stable"):
        chosen.setdefault(test.kinds[row], int(row))
    return list(chosen.values())[:SHOWN]


def versions(test: Any, estimates: Mapping[str, np.ndarray], row: int) -> dict[str, np.ndarray]:
    """Return one mixture: noisy, what each network made of it, clean; all by one factor quieter
    if one of them would be clipped."""
    sounds = {"noisy": test.noisy[row]}
    sounds |= {name: estimate[row] for name, estimate in estimates.items()}
    sounds["clean"] = test.clean[row]
    factor = min(1.0, 0.99 / max(float(np.abs(sound).max()) for sound in sounds.values()))
    return {name: (factor * sound).astype(np.float32) for name, sound in sounds.items()}


def wav(sound: np.ndarray) -> bytes:
    """Return a WAV file of 16 bits.

    >>> wav(np.zeros(4, np.float32))[:4]
    b'RIFF'
    """
    file = io.BytesIO()
    soundfile.write(file, sound, SAMPLE_RATE, subtype="PCM_16", format="WAV")
    return file.getvalue()


def _heard(test: Any, trained: Mapping[str, np.ndarray], row: int) -> Section:
    sounds = versions(test, trained, row)
    figure, panels = grid_of_panels(2 * len(sounds), height=1.5)
    loudest = max(float(np.abs(sound).max()) for sound in sounds.values()) or 1.0
    brightest = max(_mel_decibels(sound).max() for sound in sounds.values())
    for place, (name, sound) in enumerate(sounds.items()):
        _waveform(panels[2 * place], name, sound, loudest)
        _spectrogram(panels[2 * place + 1], sound, brightest)
    for axes in panels[-2:]:
        label(axes, title=axes.get_title(loc="left"), x="seconds", y=axes.get_ylabel())
    gained = {
        name: float(
            si_sdr(sounds[name], sounds["clean"]) - si_sdr(sounds["noisy"], sounds["clean"])
        )
        for name in trained
    }
    said = ", ".join(f"{name} {gain:+.1f}" for name, gain in gained.items())
    return Section(
        f"Speech in {test.kinds[row]}, {round(float(test.snr[row]))} dB",
        "Left the waveforms, right log-mel spectrograms: time to the right, pitch upwards, the "
        f"darker the louder. SI-SDR gained, dB: {said}. Listen to all of them; the volume is the "
        "same.",
        figure,
        sounds=[(name, wav(sound)) for name, sound in sounds.items()],
    )


def _waveform(axes: Axes, name: str, sound: np.ndarray, loudest: float) -> None:
    """Draw the extent of the samples, column by column."""
    columns = np.array_split(sound, min(400, len(sound)))
    low, high = ([pick(column) for column in columns] for pick in (np.min, np.max))
    time = np.linspace(0, len(sound) / SAMPLE_RATE, len(columns))
    axes.fill_between(time, low, high, color=INK, linewidth=0.3)
    axes.set(xlim=(0, time[-1]), ylim=(-loudest, loudest))
    label(axes, title=name)


def _spectrogram(axes: Axes, sound: np.ndarray, brightest: float) -> None:
    axes.grid(False)
    axes.imshow(
        _mel_decibels(sound),
        origin="lower",
        aspect="auto",
        cmap="magma_r",
        vmin=brightest + LOWEST_DB,
        vmax=brightest,
        extent=(0, len(sound) / SAMPLE_RATE, 0, MELS),
        interpolation="nearest",
    )
    centres = librosa.mel_frequencies(n_mels=MELS + 2, fmax=SAMPLE_RATE / 2)[1:-1]
    axes.set_yticks(np.interp(np.multiply(1000, KILOHERTZ), centres, np.arange(MELS) + 0.5))
    axes.set_yticklabels([f"{kilohertz:g}" for kilohertz in KILOHERTZ])
    axes.set_ylabel("kHz", **TEXT)


def _mel_decibels(sound: np.ndarray) -> np.ndarray:
    """Return the log-mel spectrum, (MELS, frames) in decibels: pitches as an ear spaces them."""
    batch = torch.from_numpy(sound.astype(np.float32))[None]
    return log_mel(batch, SAMPLE_RATE, hop_length=128, n_mels=MELS, top_db=200)[0].numpy()


def gains(test: Any, outcome: Outcome) -> np.ndarray:
    """Return the SI-SDR that each mixture gained, in decibels."""
    before, after = (in_blocks(si_sdr, x, test.clean) for x in (test.noisy, outcome.artifacts))
    return after - before


def _compared(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Everything but doing nothing, which gains nothing."""
    return [outcome for outcome in outcomes if outcome.name != "noisy"]


def _by_ratio(test: Any, outcomes: Sequence[Outcome]) -> Section:
    """The gain against how noisy the mixture was."""
    compared = _compared(outcomes)
    figure, panels = grid_of_panels(1, height=3.2)
    edges = np.quantile(test.snr, np.linspace(0, 1, min(6, len(test.snr)) + 1))
    part = np.clip(np.searchsorted(edges, test.snr, side="right") - 1, 0, len(edges) - 2)
    groups = [part == number for number in range(len(edges) - 1) if (part == number).any()]
    for outcome, style in zip(compared, series_styles(len(compared)), strict=True):
        gained = gains(test, outcome)
        panels[0].plot(
            [test.snr[rows].mean() for rows in groups],
            [mean_of(gained[rows]) for rows in groups],
            label=outcome.name,
            **style.line(),
        )
    panels[0].axhline(0, color=INK, linewidth=0.8)
    label(panels[0], x="signal-to-noise ratio of the mixture, dB", y="SI-SDR gained, dB")
    legend_below(figure, *panels[0].get_legend_handles_labels())
    return Section(
        "Gain by how noisy it was",
        "The noisier a mixture, the more there is to gain. Below the line a sound was made worse.",
        figure,
    )


def _by_noise(test: Any, outcomes: Sequence[Outcome]) -> Section:
    """The gain for each kind of noise."""
    compared = _compared(outcomes)
    kinds = np.array(test.kinds)
    gained = {outcome.name: gains(test, outcome) for outcome in compared}
    table = []
    for kind in sorted(set(kinds)):
        rows = kinds == kind
        line = {"noise": kind, "mixtures": f"{rows.sum()}"}
        table.append(line | {name: f"{mean_of(g[rows]):+.1f}" for name, g in gained.items()})
    return Section(
        "Gain by noise",
        "SI-SDR gained, in decibels, by the noise: which is hard to take out, and where was harm "
        "done?",
        table=table,
    )
