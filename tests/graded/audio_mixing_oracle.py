"""Mixtures at a ratio, and what classic mistakes make of them."""

import numpy as np

from common.grading.exercise.expectations import Suspect
from common.grading.exercise.oracle import oracle
from common.i18n import Mistake

HALF_AS_MANY = Mistake(
    "power-for-amplitude",
    "the gain multiplies samples: take the root of the ratio of powers, dB / 20 and not dB / 10",
    "множитель g стоит при отсчётах: нужен корень из отношения мощностей, дБ / 20, а не дБ / 10",
)
TWICE_AS_MANY = Mistake(
    "amplitude-for-power",
    "10^(dB / 20) is a ratio of amplitudes, and a power stands beside it here",
    "10^(дБ / 20) — отношение амплитуд, а рядом с ним здесь мощности",
)
SIGN = Mistake(
    "sign",
    "the more decibels, the quieter the noise: the sign of the exponent is turned",
    "чем больше децибел, тем тише шум: перепутан знак показателя",
)
WHOLE_BATCH = Mistake(
    "whole-batch",
    "one power for the whole batch; every clip has its own",
    "мощность взята одна на весь батч, а у каждой записи она своя",
)
MEAN_TAKEN_OUT = Mistake(
    "mean-taken-out",
    "this is the variance, without the mean; power is the mean of the squares",
    "это дисперсия, среднее из неё вычтено, а мощность — это среднее квадратов",
)
SPEECH_SCALED = Mistake(
    "speech-scaled",
    "the speech has become louder or quieter; only the noise may",
    "громче или тише стала речь, а меняться должен только шум",
)
BY_PEAK = Mistake(
    "by-peak", "the peaks are compared; the powers are asked for", "сравнены пики, а нужны мощности"
)
NOISE_AS_IT_CAME = Mistake(
    "noise-as-it-came",
    "how loud the noise came does not count here: divide by its power",
    "здесь не учтено, каким громким пришёл шум: делите на его мощность",
)
ONLY_NOISE = Mistake(
    "only-noise", "this is the noise alone, without the speech", "это один шум, без речи"
)
WRONG_PARTNER = Mistake(
    "wrong-partner",
    "clips have got the gain of another clip: (clips,) beside (clips, samples) is read as samples",
    "записи получили чужой множитель: (clips,) рядом с (clips, samples) читается как отсчёты",
)
ROAR = Mistake(
    "roar",
    "a noise below QUIETEST counts as one of QUIETEST; here it was blown up",
    "шум тише QUIETEST считается шумом громкости QUIETEST, а здесь он раздут",
)
FLOOR_ADDED = Mistake(
    "floor-added",
    "QUIETEST is added to how loud the noise is; the larger of the two is asked for",
    "QUIETEST прибавлен к громкости шума, а нужно большее из двух",
)
FLOOR_OF_POWER = Mistake(
    "floor-of-power",
    "QUIETEST is a root mean square; here a power is kept above it",
    "QUIETEST — корень из среднего квадрата, а здесь с ним сравнили мощность",
)
QUIETEST = 1e-5


@oracle
def mixture(inputs: dict, *, gain=None, floor=QUIETEST) -> np.ndarray:
    """Clip by clip and in float64; `gain(p, q, db)`, of powers, makes a mistake of it."""
    rows = []
    for clean, noise, db in zip(inputs["clean"], inputs["noise"], inputs["snr_db"], strict=True):
        clean, noise, db = (np.asarray(x, np.float64) for x in (clean, noise, db))
        loud = np.dot(clean, clean) / clean.size
        loud_noise = max(np.dot(noise, noise) / noise.size, floor**2)
        wanted = loud / 10 ** (db / 10)
        g = np.sqrt(wanted / loud_noise) if gain is None else gain(loud, loud_noise, db)
        rows.append(clean + g * noise)
    return np.array(rows)


@oracle
def added(root: bool):
    """The gain where QUIETEST, or its square, is added to what the noise has."""

    def gain(p: float, q: float, db: float) -> float:
        loud = q**0.5 + QUIETEST if root else (q + QUIETEST**2) ** 0.5
        return p**0.5 / loud / 10 ** (db / 20)

    return gain


@oracle
def mistaken(inputs: dict) -> list[Suspect]:
    """Every mistake with its answer, as many for each case."""
    clean, noise = (inputs[name].astype(np.float64) for name in ("clean", "noise"))
    db, right = inputs["snr_db"].astype(np.float64)[:, None], mixture(inputs)
    rms, rms_noise = (np.sqrt(np.square(x).mean()) for x in (clean, noise))
    peaks = np.abs(clean).max(1) / np.maximum(np.abs(noise).max(1), QUIETEST)
    spread = (clean.std(1) / np.maximum(noise.std(1), QUIETEST))[:, None]
    with np.errstate(all="ignore"):
        gain = (right - clean)[:, :1] / noise[:, :1]
        found = [
            (HALF_AS_MANY, mixture(inputs, gain=lambda p, q, d: p / q / 10 ** (d / 10))),
            (HALF_AS_MANY, mixture(inputs, gain=lambda p, q, d: (p / q) ** 0.5 / 10 ** (d / 10))),
            (TWICE_AS_MANY, mixture(inputs, gain=lambda p, q, d: (p / q / 10 ** (d / 20)) ** 0.5)),
            (SIGN, mixture(inputs, gain=lambda p, q, d: (p / q * 10 ** (d / 10)) ** 0.5)),
            (NOISE_AS_IT_CAME, mixture(inputs, gain=lambda p, q, d: (p / 10 ** (d / 10)) ** 0.5)),
            (NOISE_AS_IT_CAME, mixture(inputs, gain=lambda p, q, d: 10 ** (-d / 20))),
            (WHOLE_BATCH, clean + rms / rms_noise * 10 ** (-db / 20) * noise),
            (MEAN_TAKEN_OUT, clean + spread * 10 ** (-db / 20) * noise),
            (BY_PEAK, clean + peaks[:, None] * 10 ** (-db / 20) * noise),
            (SPEECH_SCALED, clean / gain + noise),
            (ROAR, mixture(inputs, floor=0.0)),
            (FLOOR_ADDED, mixture(inputs, gain=added(root=True), floor=0.0)),
            (FLOOR_ADDED, mixture(inputs, gain=added(root=False), floor=0.0)),
            (FLOOR_OF_POWER, mixture(inputs, floor=QUIETEST**0.5)),
        ]
        square = len(clean) == clean.shape[1]
        other = clean + gain * 10 ** ((db - db.T) / 20) * noise if square else right
        found.append((WRONG_PARTNER, clean + gain.T * noise if square else right))
        found.append((WRONG_PARTNER, other))
    return [*found, (ONLY_NOISE, right - clean)]
