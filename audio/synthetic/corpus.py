"""The course's own speech and noise: made once by code, from a seed, and kept in the cache."""

import contextlib
import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import filelock
import numpy as np
from numpy.random import Generator

from audio.features import trim
from audio.recordings import CLIP, SAMPLE_RATE, Recordings, as_int16
from audio.synthetic.noises import KINDS, babble, make
from audio.synthetic.noises.synthesis import decibels, filtered, in_a_room, unit
from audio.synthetic.speech import (
    LANGUAGES,
    Utterance,
    in_latin_letters,
    sentences,
    speak_all,
    voices,
)
from common.files import atomic_path, cache_folder

WORLDS = 20
"""Parts of the data that share no voice, no sentence and no recording of noise."""

SEED = 20_260
CLIPS_OF_VOICE, SENTENCES_OF_VOICE = 6, 9
CLIPS_OF_NOISE = 2
MADE_OF = ("numpy", "scipy", "soxr", "librosa", "espeakng-loader")


@dataclass(frozen=True)
class Corpus:
    """Speech and noise whose groups are the same worlds."""

    speech: Recordings
    noise: Recordings
    notes: list[str] = field(default_factory=list)


def load() -> Corpus:
    """Return the course's speech and noise, from the cache or, the first time, made anew.

    Raises UserError where eSpeak NG cannot speak.
    """
    note = (
        f"the speech is spoken by eSpeak NG with {len(voices())} voices and the noise is made by "
        "code: no person and no place is heard"
    )
    path = _place()
    kept = _read(path)
    if kept is None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(f"{path}.lock"):
                kept = _read(path) or _write(path, _made())
        except OSError as error:  # a full disk, or a folder that may not be written to
            kept, note = _made(), f"{note}; not kept ({error.strerror or error})"
    return Corpus(_part(kept, "speech"), _part(kept, "noise"), [note])


def is_made() -> bool:
    """Whether the course's speech and noise lie in the cache, made before."""
    return _place().is_file()


def _place() -> Path:
    return cache_folder() / f"speech-and-noise-{_key()}.npz"


def _part(arrays: dict[str, np.ndarray], part: str) -> Recordings:
    clips, names, groups = (arrays[f"{part}_{name}"] for name in ("clips", "names", "groups"))
    return Recordings(clips, names, groups)


def _key() -> str:
    """Return a name that changes with everything that the sounds are made of."""
    made_of = "".join(f"{name} {version(name)}\n" for name in MADE_OF)
    digest = sha256(f"{made_of}{CLIP} {SAMPLE_RATE}\n".encode())
    here = Path(__file__).parent
    recipe = [here / "corpus.py"]
    recipe += sorted([*here.glob("noises/*.py"), *here.glob("speech/*.py")])
    for path in recipe:
        digest.update(path.read_bytes())
    digest.update("\n".join(sentences()).encode())
    return digest.hexdigest()[:12]


def _read(path: Path) -> dict[str, np.ndarray] | None:
    """Return what is kept; None where there is nothing, or nothing whole."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def _write(path: Path, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Keep the sounds in place of what an earlier version has kept."""
    with atomic_path(path) as draft, draft.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    for old in path.parent.glob("speech-and-noise-*.npz"):
        if old != path:
            with contextlib.suppress(OSError):
                old.unlink()
    return arrays


def _made() -> dict[str, np.ndarray]:
    """Make all worlds; each comes from a seed of its own, so the order of work does not matter."""
    draw = np.random.default_rng(SEED)
    families = _families()
    order = draw.permutation(len(families))
    cast: list[list[str]] = [[] for _ in range(WORLDS)]
    for family in sorted((families[i] for i in order), key=len, reverse=True):
        min(cast, key=len).extend(family)
    lines = draw.permutation(np.array(sentences()))
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        worlds = list(
            workers.map(_world, range(WORLDS), cast, [lines[i::WORLDS] for i in range(WORLDS)])
        )
    return {name: np.concatenate([world[name] for world in worlds]) for name in worlds[0]}


def _families() -> list[list[str]]:
    """Return voices that are variants of one another together: iven, iven2, iven3.

    m1 to m8 and f1 to f5 only share a letter and are people of their own.
    """
    families: dict[str, list[str]] = {}
    for voice in voices():
        stem = voice.rstrip("0123456789").lower()
        for part in ("robot", "anxious"):
            stem = stem.replace(part, "") or stem
        families.setdefault(stem if len(stem) > 1 else voice, []).append(voice)
    return list(families.values())


def _world(number: int, cast: list[str], lines: np.ndarray) -> dict[str, np.ndarray]:
    draw = np.random.default_rng((SEED, number))
    clips, names, others = [], [], []
    for voice, speech in zip(cast, _recordings(cast, lines, draw), strict=True):
        whole = speech[: min(len(speech) // CLIP, CLIPS_OF_VOICE) * CLIP].reshape(-1, CLIP)
        clips += [as_int16(clip) for clip in whole]
        names += [voice] * len(whole)
        others.append(speech[whole.size :])  # what the babble says, no clip does
    noises, kinds = [], []
    for kind in (*KINDS, "babble"):
        seconds = CLIPS_OF_NOISE * CLIP / SAMPLE_RATE
        if kind == "babble":
            crowd = [other for other in others if len(other) > SAMPLE_RATE]
            sound = babble(crowd, seconds, SAMPLE_RATE, draw)
        else:
            sound = make(kind, seconds, SAMPLE_RATE, draw)
        for clip in sound.reshape(-1, CLIP):
            if np.square(clip).mean() > 1e-8:  # a street with no car in sight may be too quiet
                noises.append(as_int16(clip))
                kinds.append(kind)
    return {
        "speech_clips": np.stack(clips),
        "speech_names": np.array(names, "U24"),
        "speech_groups": np.full(len(clips), number),
        "noise_clips": np.stack(noises),
        "noise_names": np.array(kinds, "U24"),
        "noise_groups": np.full(len(noises), number),
    }


def _recordings(cast: list[str], lines: np.ndarray, draw: Generator) -> list[np.ndarray]:
    """Let each voice say some of the lines, one after another, in a room of its own.

    A quarter of the voices read Russian, the others read it in Latin letters by the rules of
    another language: there are more sounds in the world than those of one.
    """
    utterances = []
    for voice in cast:
        pace, height = draw.uniform(130, 220), draw.uniform(25, 75)
        language = LANGUAGES[0] if draw.random() < 0.25 else str(draw.choice(LANGUAGES[1:]))
        for line in draw.choice(lines, SENTENCES_OF_VOICE, replace=False):
            speed, pitch = pace + draw.uniform(-25, 25), height + draw.uniform(-20, 20)
            utterances.append(
                Utterance(
                    str(line) if language == LANGUAGES[0] else in_latin_letters(str(line)),
                    voice,
                    speed=round(speed),
                    pitch=round(pitch),
                    language=language,
                )
            )
    said = speak_all(utterances)
    recordings = []
    for first in range(0, len(said), SENTENCES_OF_VOICE):
        parts = []
        for sound in said[first : first + SENTENCES_OF_VOICE]:
            spoken = _breathing(unit(trim(sound)), draw) * decibels(draw.uniform(-3, 3))
            parts += [spoken, np.zeros(round(SAMPLE_RATE * draw.uniform(0.1, 0.6)))]
        whole = unit(_in_a_room(np.concatenate(parts), draw)) * decibels(draw.uniform(-30, -20))
        recordings.append(whole * min(1.0, 0.99 / np.abs(whole).max()))
    return recordings


def _breathing(speech: np.ndarray, draw: Generator) -> np.ndarray:
    """Add what a person breathes out while the vocal cords swing: a hiss that swings with them.

    What eSpeak NG says with a voice ends at 4 or 5 kHz, which no person's does.
    """
    low, loud = draw.uniform(2500, 5000), decibels(draw.uniform(-32, -12))
    voiced = filtered(speech, SAMPLE_RATE, lambda hertz: (hertz > 200) & (hertz < 4500))
    breath = np.abs(voiced) * draw.normal(size=len(speech))
    breath = filtered(breath, SAMPLE_RATE, lambda hertz: hertz**4 / (hertz**4 + low**4))
    return speech + loud * unit(breath)


def _in_a_room(speech: np.ndarray, draw: Generator) -> np.ndarray:
    """Take out what lies below any voice, and let the walls answer, in most rooms a little.

    The answer dies away by 60 decibels within 0.1 to 0.5 seconds.
    """
    speech = filtered(speech, SAMPLE_RATE, lambda hertz: hertz**2 / (hertz**2 + 60**2))
    decay, loud = draw.uniform(0.1, 0.5), float(decibels(draw.uniform(-26, -6)))
    return in_a_room(speech, SAMPLE_RATE, draw, decay=decay, loud=loud)
