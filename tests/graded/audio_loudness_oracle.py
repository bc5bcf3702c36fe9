"""How loud sounds are to the ear, and what classic mistakes make of it."""

import math

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import Later, oracle
from common.i18n import Mistake

NO_CURVE = Mistake(
    "no-a-curve",
    "the A curve is missing: to the ear low tones are not as loud as they are",
    "нет кривой A: на слух низкие звуки тише, чем на самом деле",
)
NO_GATE = Mistake(
    "no-gate",
    "the pauses are counted too; frames far below the loudest one are left out",
    "паузы тоже посчитаны, а кадры, которые намного тише самого громкого, не учитываются",
)
MEAN_OF_DECIBELS = Mistake(
    "mean-of-decibels",
    "this is the mean of decibels; take the mean of the powers, and decibels of that",
    "это среднее децибелов; сначала среднее мощностей и только потом децибелы",
)
TWENTY = Mistake(
    "twenty",
    "a power becomes decibels by 10 · log10; 20 is for amplitudes",
    "мощность переводят в децибелы через 10 · log10; 20 — для амплитуд",
)
GATE_TWENTY = Mistake(
    "gate-twenty",
    "gate_db compares powers: 10^(-gate_db / 10); 20 is for amplitudes",
    "gate_db сравнивает мощности: 10^(-gate_db / 10); 20 — для амплитуд",
)
CURVE_TWENTY = Mistake(
    "curve-twenty",
    "the A curve weights powers here: 10^(A / 10); 20 is for amplitudes",
    "кривая A взвешивает здесь мощности: 10^(A / 10); 20 — для амплитуд",
)
CURVE_GOES_ON = Mistake(
    "curve-goes-on",
    "the A curve ends at -80 dB here, as that of librosa.A_weighting does",
    "кривая A кончается здесь на −80 дБ, как у librosa.A_weighting",
)
MAGNITUDE = Mistake(
    "magnitude",
    "the magnitude |X| is not squared; power is |X|²",
    "модуль |X| не возведён в квадрат, а мощность — это |X|²",
)
SCALE = Mistake(
    "scale",
    "the powers are off by one factor: 2 / (n_fft · Σ w²)",
    "все мощности отличаются в одно число раз: множитель 2 / (n_fft · Σ w²)",
)
OTHER_RATE = Mistake(
    "other-rate",
    "the frequencies are those of 22,050 samples per second, librosa's default",
    "частоты взяты для 22 050 отсчётов в секунду — так считает librosa, если rate не назвать",
)
NO_FRAMES = Mistake(
    "no-frames",
    "in silence no frame is above the gate; ask for it before the mean and the logarithm",
    "в тишине нет ни одного кадра выше порога; проверьте это до среднего и логарифма",
)
BIN_0 = Mistake(
    "bin-0",
    "bin 0, which nobody hears, is in the sum; it begins with bin 1",
    "в сумме есть столбец 0, которого никто не слышит; она начинается с первого",
)
LAST_BIN = Mistake(
    "last-bin",
    "the last bin, n_fft / 2, is missing or counted by half",
    "последний столбец, n_fft / 2, пропущен или взят с половинным весом",
)
FLOORED = Mistake(
    "floored",
    "decibels end at -100 here: librosa's conversions have a floor (amin), this has none",
    "децибелы кончаются на −100: у преобразований librosa есть пол (amin), а здесь его нет",
)

_CORNERS = (20.598997, 107.65265, 737.86223, 12194.217)
N_FFT = 2048
_HOP = 512


@oracle
def a_curve(hertz: np.ndarray, *, least: float = 1e-4) -> np.ndarray:
    """The A curve of IEC 61672-1 as a share of the amplitude; as librosa's, it ends at -80 dB."""
    low, first, second, high = (corner**2 for corner in _CORNERS)
    f = hertz**2
    share = high * f**2 / ((f + low) * np.sqrt((f + first) * (f + second)) * (f + high))
    return np.maximum(share * 10**0.1, least)


@oracle
def powers(
    inputs: dict, *, rate=None, curve=2.0, exponent=2, first=1.0, zeroth=0.0, last=1.0, least=1e-4
) -> np.ndarray:
    """The power of each frame, in float64, one frame after another.

    first, zeroth, last: what the bins 1, 0 and n_fft / 2 count; others than 1, 0, 1 are a mistake.
    """
    samples = np.pad(inputs["samples"].astype(np.float64), N_FFT // 2)
    place = np.arange(N_FFT)
    window = np.sin(np.pi * place / N_FFT) ** 2
    hertz = np.arange(N_FFT // 2 + 1) * (rate or inputs["sample_rate"]) / N_FFT
    weights = 2 * a_curve(hertz, least=least) ** curve / (N_FFT * np.sum(window**2))
    weights[[0, 1, -1]] *= zeroth, first, last
    frames = range(0, len(samples) - N_FFT + 1, _HOP)
    spectra = [np.abs(np.fft.rfft(samples[t : t + N_FFT] * window)) for t in frames]
    return np.array([np.sum(weights * spectrum**exponent) for spectrum in spectra])


@oracle
def decibels(power: np.ndarray, gate_db: float, *, factor=10.0, of_decibels=False) -> float:
    if not power.any():
        return -math.inf
    kept = power[power >= power.max() * 10 ** (-gate_db / 10)]
    if of_decibels:
        return float(np.mean(10 * np.log10(kept)))
    return float(factor * np.log10(kept.mean()))


@oracle
def loudness(inputs: dict) -> float:
    return decibels(powers(inputs), inputs["gate_db"])


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer, as many for each case."""
    gate, power = inputs["gate_db"], powers(inputs)
    right, silent = decibels(power, gate), not power.max() > 0

    def of(**changed):
        return Later(lambda: decibels(powers(inputs, **changed), gate))

    return [
        (NO_FRAMES, math.nan if silent else right),
        (FLOORED, max(right, -100.0)),
        (NO_CURVE, of(curve=0.0)),
        (NO_GATE, decibels(power, math.inf)),
        (MEAN_OF_DECIBELS, decibels(power, gate, of_decibels=True)),
        (TWENTY, decibels(power, gate, factor=20.0)),
        (GATE_TWENTY, decibels(power, gate / 2)),
        (CURVE_TWENTY, of(curve=1.0)),
        (CURVE_GOES_ON, of(least=0.0)),
        (MAGNITUDE, of(exponent=1)),
        (OTHER_RATE, of(rate=22_050)),
        (BIN_0, of(zeroth=1.0)),
        (BIN_0, of(first=0.0)),
        *((LAST_BIN, of(last=last)) for last in (0.0, 0.5)),
        *((SCALE, right + 10 * math.log10(factor)) for factor in factors()),
    ]


@oracle
def factors() -> list[float]:
    """By what powers are off where a part of the division is forgotten or is another one."""
    window = np.sin(np.pi * np.arange(N_FFT) / N_FFT) ** 2
    energy, mean = np.sum(window**2), np.sum(window) ** 2 / N_FFT
    return [0.5, N_FFT, N_FFT / 2, 1 / N_FFT, energy, energy * N_FFT, energy / mean,
            energy / N_FFT, energy * N_FFT / 2]  # fmt: skip
