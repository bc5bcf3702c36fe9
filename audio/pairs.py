"""Whether a folder of noise holds the speech of another: recordings in pairs, clean and noisy."""

import re
from pathlib import Path

import numpy as np
from scipy.fft import irfft, rfft

from audio.folders import SoundFolder
from audio.settings import SAMPLE_RATE
from audio.sound_files import Stream
from common.encodings import shown
from common.errors import UserError

SECONDS = 8
BAND, MOST_ABOVE = 128, 3.0
"""Neighbours among which a frequency is a tone, and how much louder than their median."""
SILENT = 1e-4
"""Power of a second, beside the loudest, below which nothing is heard in it."""
MOST_PAIRS, FEWEST = 8, 3
LATEST = 2 * SAMPLE_RATE
"""Samples by which one of a pair may begin later than the other: recorders start by hand."""
ALIKE = 0.4
"""Correlation of two recordings from which on one holds the other: at equal power of speech and
white noise it is 0.65, at three times as much noise 0.45 (LibriSpeech), of single digits (FSDD) as
much. Of unrelated recordings of eight seconds it was 0.03; of digits, which are short, in 94 of 100
pairs below this: so one pair alone proves nothing."""
_KIND = re.compile(r"clean|noisy|noise|speech|mix(?:ed|ture)?|[\W_]+")


def refuse_pairs(clean: SoundFolder, noise: SoundFolder) -> None:
    """Raise UserError where a folder of noise holds the speech of the other folder.

    A network that is trained with it would take speech out of speech.

    Args:
        clean: the folder of clean speech.
        noise: the folder of noise.
    """
    pairs = _pairs(clean, noise)
    alike = [pair for pair in pairs if _correlation(*map(_beginning, pair)) > ALIKE]
    if len(alike) >= FEWEST and 2 * len(alike) > len(pairs):
        one, other = (shown(path.name) for path in alike[0])
        raise UserError(
            f"--noise {shown(noise.path)} holds the speech of --clean {shown(clean.path)}: "
            f"{one} is heard in {other}; expected noise alone: of such pairs, the noisy sound "
            "less the clean one"
        )


def _pairs(clean: SoundFolder, noise: SoundFolder) -> list[tuple[Path, Path]]:
    """Return recordings that may belong together, by their names, or else by their order."""
    of_noise = {_key(path.relative_to(noise.path)): path for path in noise.sounds}
    found = [(path, _key(path.relative_to(clean.path))) for path in clean.sounds]
    pairs = [(path, of_noise[key]) for path, key in found if key in of_noise]
    if len(pairs) < FEWEST and len(clean.sounds) == len(noise.sounds):
        pairs = list(zip(clean.sounds, noise.sounds, strict=True))
    return pairs[:: max(1, len(pairs) // MOST_PAIRS)][:MOST_PAIRS]


def _key(path: Path) -> str:
    """Return a name without what says whether it is clean or noisy.

    >>> _key(Path("p1/clean_07.wav")), _key(Path("p1/07-noisy.flac"))
    ('p107', 'p107')
    """
    return _KIND.sub("", path.with_suffix("").as_posix().casefold())


def _beginning(path: Path) -> np.ndarray:
    """Return the first seconds of a recording in one channel; nothing where it cannot be read."""
    try:
        first = next(iter(Stream(path, SECONDS * SAMPLE_RATE, sample_rate=SAMPLE_RATE)), None)
    except UserError:
        return np.zeros(0)
    if first is None:
        return np.zeros(0)
    return first[int(np.square(first).sum(1).argmax())].astype(np.float64)


def _without_tones(samples: np.ndarray, size: int) -> np.ndarray:
    """Return the spectrum of a sound, of `size` samples, without an offset, hum and whistles.

    What stands out of the frequencies around it is no louder than they are.
    """
    spectrum = rfft(samples - samples.mean(), size)
    whole = len(spectrum) // BAND * BAND
    loud = np.abs(spectrum[:whole]).reshape(-1, BAND)
    limit = MOST_ABOVE * np.median(loud, 1, keepdims=True)
    spectrum[:whole] *= np.minimum(1, limit / np.maximum(loud, 1e-30)).ravel()
    return spectrum


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return how alike two sounds are, either sign, over small shifts of time.

    It is the correlation that at least half of the seconds have, all at the shift that suits the
    whole best: a beep at the start is one second's alone.
    """
    if not (one.any() and other.any()):
        return 0.0
    size = len(one) + len(other)
    spectra = [_without_tones(samples, size) for samples in (one, other)]
    products = irfft(spectra[0] * np.conj(spectra[1]), size)
    shifts = np.arange(-min(LATEST, len(other) - 1), min(LATEST, len(one) - 1) + 1)
    shift = int(shifts[np.abs(products[shifts]).argmax()])
    one, other = (
        irfft(spectrum, size)[: len(own)]
        for spectrum, own in zip(spectra, (one, other), strict=True)
    )
    one, other = one[max(shift, 0) :], other[max(-shift, 0) :]
    length = min(len(one), len(other))
    parts = max(1, length // SAMPLE_RATE)
    cut = length // parts * parts
    one, other = one[:cut].reshape(parts, -1), other[:cut].reshape(parts, -1)
    power = np.sqrt(np.square(one).sum(1) * np.square(other).sum(1))
    heard = power > SILENT * power.max()
    if not heard.any():
        return 0.0
    alike = (one * other).sum(1)[heard] / power[heard] * np.sign(products[shift])
    return float(np.quantile(alike, 0.5, method="lower"))
