"""Where noisy speech comes from: a person's folders, or what the course makes by code.

The noise is put into clean speech by us, so the answer is known to the last sample. Speech and
noise are first divided into worlds: a voice, and a recording of noise, belongs to one of them, and
only what is of one world is mixed. The split keeps worlds together, so the test part holds neither
a voice nor a noise that was heard in training.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np

from audio import recordings
from audio.folders import find_sounds
from audio.mixing import HIGHEST_SNR, LOWEST_SNR, mix, unclipped
from audio.pairs import refuse_pairs
from audio.recordings import Recordings
from audio.settings import SoundSource
from audio.speech_likeness import FEWEST, NO_SPEECH, SPEECH, like_speech
from audio.synthetic import corpus
from common import memory_mapped
from common.encodings import shown
from common.errors import UserError
from common.i18n import count_of
from common.memory_mapped import empty, lie_in_files, picked


@dataclass(frozen=True)
class Mixtures:
    """Speech with noise in it, and without.

    clean, noisy: (n, samples) float32 within ±1 at 16 kHz, a row the same speech in both. Many lie
    in files, see `common.memory_mapped`.
    snr: (n,) decibels. voices, kinds: (n,) who speaks, and in what noise.
    """

    clean: np.ndarray
    noisy: np.ndarray
    snr: np.ndarray
    voices: np.ndarray
    kinds: np.ndarray
    notes: list[str] = field(default_factory=list)
    split_by: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.clean)

    def __getitem__(self, rows: np.ndarray) -> Self:
        names = ("clean", "noisy", "snr", "voices", "kinds")
        columns: dict[str, Any] = {name: picked(getattr(self, name), rows) for name in names}
        split_by = {name: column[rows] for name, column in self.split_by.items()}
        return replace(self, **columns, split_by=split_by)


def load(source: SoundSource) -> Mixtures:
    """Return the mixtures of a source: of two folders, of the course, or of one and the other.

    Raises UserError for a folder that is not there, or from which nothing can be heard.
    """
    notes: list[str] = []
    if source.clean is not None and source.noise is not None:
        _refuse_shared(Path(source.clean), Path(source.noise))
    clean_folder = None if source.clean is None else find_sounds(source.clean)
    noise_folder = None if source.noise is None else find_sounds(source.noise)
    if clean_folder and noise_folder:
        refuse_pairs(clean_folder, noise_folder)
    else:
        made = corpus.load()
        speech, noise, notes = made.speech, made.noise, list(made.notes)
    if clean_folder:
        speech = recordings.speech(clean_folder)
    if noise_folder:
        noise = recordings.noise(noise_folder)
    if source.clean is None and source.noise is None:
        speech_world, noise_world = speech.groups, noise.groups
    else:
        speech_world, noise_world = _worlds(speech.groups, noise.groups)
    notes += [*speech.notes, *noise.notes]
    if source.clean is not None:
        notes += _sounds_like_noise(source.clean, speech, source.noise, noise)
    notes.append(
        f"{count_of(len(set(speech_world.tolist())), 'world')} with voices and noises of its own: "
        f"{count_of(len(set(speech.groups.tolist())), 'group')} of speech, "
        f"{len(set(noise.groups.tolist()))} of noise; the split keeps each world together"
    )
    return _mixed(speech, speech_world, noise, noise_world, notes)


def _refuse_shared(clean: Path, noise: Path) -> None:
    """Raise UserError where one folder holds the other: its sounds would be speech and noise."""
    speech, sounds = clean.resolve(), noise.resolve()
    if speech == sounds or speech in sounds.parents or sounds in speech.parents:
        raise UserError(
            f"--clean {shown(clean)} and --noise {shown(noise)} hold the same files, expected two "
            "folders of which neither lies in the other"
        )


def _sounds_like_noise(
    clean: str, speech: Recordings, noisy: str | None, noise: Recordings
) -> list[str]:
    """Note that hardly a clip of clean speech sounds like any; refuse it where the noise does."""
    spoken, count = like_speech(speech.clips)
    if count < FEWEST or spoken > NO_SPEECH * count:
        return []
    heard, most = like_speech(noise.clips)
    if noisy is not None and most >= FEWEST and heard >= SPEECH * most:
        raise UserError(
            f"--clean {shown(clean)} does not sound like speech ({spoken} of {count} "
            f"clips), and --noise {shown(noisy)} does ({heard} of {most}): are they "
            "exchanged?"
        )
    return [
        f"clean: {spoken} of {count} clips sound like speech: is this the folder of clean speech?"
    ]


def fingerprint(examples: Mixtures) -> str:
    """Return a hash of the mixtures, in their order."""
    digest = sha256()
    for sounds in (examples.clean, examples.noisy):
        for sound in sounds:
            digest.update(sound[::61].tobytes())
    return digest.hexdigest()[:16]


def _worlds(speech: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put groups of speech and groups of noise into as many worlds as both can fill.

    The largest group goes first, each to the world that has least, so that worlds are much alike.
    """
    count = min(corpus.WORLDS, len(np.unique(speech)), len(np.unique(noise)))
    return _dealt(speech, count), _dealt(noise, count)


def _dealt(groups: np.ndarray, count: int) -> np.ndarray:
    _, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    home, filled = np.empty(len(sizes), np.int64), np.zeros(count, np.int64)
    for group in np.argsort(-sizes, kind="stable"):
        home[group] = filled.argmin()
        filled[home[group]] += sizes[group]
    return home[codes]


def _mixed(
    speech: Recordings,
    speech_world: np.ndarray,
    noise: Recordings,
    noise_world: np.ndarray,
    notes: list[str],
) -> Mixtures:
    """Let each clip of speech meet a clip of noise of its world; each is heard, if they suffice."""
    draw = np.random.default_rng(0)
    # Evenly, so that each part has mixtures of every ratio.
    snr = np.empty(len(speech.clips))
    partner = np.empty(len(speech.clips), np.int64)
    for world in np.unique(speech_world):
        rows, noises = np.flatnonzero(speech_world == world), np.flatnonzero(noise_world == world)
        partner[rows] = np.resize(draw.permutation(noises), len(rows))
        places = (draw.permutation(len(rows)) + draw.random(len(rows))) / len(rows)
        snr[rows] = LOWEST_SNR + (HIGHEST_SNR - LOWEST_SNR) * places
    clean, noisy = (empty(speech.clips.shape, np.float32) for _ in range(2))
    for row in range(len(clean)):
        spoken, sound = (
            clip.astype(np.float32) / 32768
            for clip in (speech.clips[row], noise.clips[partner[row]])
        )
        noisy[row], clean[row] = unclipped(mix(spoken, sound, snr[row]), spoken)
    if clean.nbytes > memory_mapped.LARGE:
        size = (clean.nbytes + noisy.nbytes) / 2**30
        notes.append(
            f"{size:.1f} GB of sounds are more than is kept in memory: they lie in files of the "
            "temporary folder"
            if all(lie_in_files(clean, noisy))
            else f"{size:.1f} GB of sounds lie in memory: the temporary folder (TMPDIR) cannot "
            "hold them"
        )
    return Mixtures(
        clean,
        noisy,
        snr,
        speech.names,
        noise.names[partner],
        notes=notes,
        split_by={"groups": speech_world},
    )
