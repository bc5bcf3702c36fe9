"""Whether a folder of noise holds the speech of another: recordings in pairs, clean and noisy."""

import re
from pathlib import Path

import numpy as np
from scipy.fft import irfft, rfft

from audio.settings import SAMPLE_RATE
from audio.sound_files import Stream, list_sounds
from common.encodings import shown
from common.errors import UserError

SECONDS = 4
MOST_PAIRS, FEWEST = 8, 3
LATEST = SAMPLE_RATE // 2
"""Samples by which one of a pair may begin later than the other."""
ALIKE = 0.4
"""Correlation of two recordings from which on one holds the other: at equal power of speech and
noise it is 0.7, at three times as much noise 0.5. Of unrelated recordings of four seconds it was
0.06 (LibriSpeech); of single digits (FSDD), which are short, in 99 of 100 pairs below 0.42: so one
pair alone proves nothing."""
_KIND = re.compile(r"clean|noisy|noise|speech|mix(?:ed|ture)?|[\W_]+")


def refuse_pairs(clean: Path, noise: Path) -> None:
    """Raise UserError where a folder of noise holds the speech of the other folder.

    A network that is trained with it would take speech out of speech.

    Args:
        clean: the folder of clean speech.
        noise: the folder of noise.
    """
    pairs = _pairs(list_sounds(clean), list_sounds(noise), clean, noise)
    alike = [pair for pair in pairs if _correlation(*map(_beginning, pair)) > ALIKE]
    if len(alike) >= FEWEST and 2 * len(alike) > len(pairs):
        one, other = (shown(path.name) for path in alike[0])
        raise UserError(
            f"--noise {shown(noise)} holds the speech of --clean {shown(clean)}: {one} is heard in "
            f"{other}; expected noise alone: of such pairs, the noisy sound less the clean one"
        )


def _pairs(
    clean: list[Path], noise: list[Path], clean_place: Path, noise_place: Path
) -> list[tuple[Path, Path]]:
    """Return recordings that may belong together, by their names, or else by their order."""
    of_noise = {_key(path.relative_to(noise_place)): path for path in noise}
    found = [(path, _key(path.relative_to(clean_place))) for path in clean]
    pairs = [(path, of_noise[key]) for path, key in found if key in of_noise]
    if len(pairs) < FEWEST and len(clean) == len(noise):
        pairs = list(zip(clean, noise, strict=True))
    return pairs[:: max(1, len(pairs) // MOST_PAIRS)][:MOST_PAIRS]


def _key(path: Path) -> str:
    """Return a name without what says whether it is clean or noisy.

    >>> _key(Path("p1/clean_07.wav")), _key(Path("p1/07-noisy.flac"))
    ('p107', 'p107')
    """
    return _KIND.sub("", path.with_suffix("").as_posix().casefold())


def _beginning(path: Path) -> np.ndarray:
    """Return the first seconds of a recording in one channel; silence where it cannot be read."""
    silence = np.zeros(SECONDS * SAMPLE_RATE)
    try:
        first = next(iter(Stream(path, len(silence), sample_rate=SAMPLE_RATE)), None)
    except UserError:
        return silence
    if first is None:
        return silence
    channel = first[int(np.square(first).sum(1).argmax())].astype(np.float64)
    return channel - channel.mean()


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest correlation of two sounds, either sign, over small shifts of time."""
    size = len(one) + len(other)
    products = irfft(rfft(one, size) * np.conj(rfft(other, size)), size)
    near = np.concatenate([products[: LATEST + 1], products[-LATEST:]])
    power = np.sqrt(np.square(one).sum() * np.square(other).sum())
    return float(np.abs(near).max() / power) if power > 0 else 0.0
