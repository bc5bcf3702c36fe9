"""Speech without a microphone: eSpeak NG, as the package espeakng-loader carries it."""

import functools
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import soxr

from common.errors import UserError, unknown

SAMPLE_RATE = 16_000
LANGUAGES = ("ru", "en", "de", "fr", "es", "it", "pl", "nl", "tr", "pt")
"""Whose sounds eSpeak NG makes: all but the first read Latin letters."""
SLOWEST, FASTEST = 80, 450

_NO_VOICE = {"fast"}
"""A variant of eSpeak NG that is a test of its rates and no voice."""


@dataclass(frozen=True)
class Utterance:
    """What is to be said and how.

    voice: one of `voices()`. speed: words per minute, 80 to 450. pitch: 0 to 99, 50 being the
    voice's own. volume: 1 to 100; above 25 some voices exceed full scale and are clipped.
    language: one of `LANGUAGES`, whose rules the text is read by.
    """

    text: str
    voice: str
    speed: int = 170
    pitch: int = 50
    volume: int = 25
    language: str = LANGUAGES[0]

    def __post_init__(self) -> None:
        if self.voice not in voices():
            raise unknown("voice", self.voice, voices())
        if self.language not in LANGUAGES:
            raise unknown("language", self.language, LANGUAGES)
        limits = {"speed": (SLOWEST, FASTEST), "pitch": (0, 99), "volume": (1, 100)}
        for name, (lowest, highest) in limits.items():
            value = getattr(self, name)
            if not lowest <= value <= highest:
                raise UserError(f"{name} is {value!r}, expected {lowest} to {highest}")


@functools.cache
def voices() -> tuple[str, ...]:
    """Return the names of the voices, in the order of the alphabet.

    >>> len(voices()) > 90, voices()[0]
    (True, 'adam')
    """
    folder = _package() / "espeak-ng-data" / "voices" / "!v"
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if not names - _NO_VOICE:
        raise _not_there(f"it has no voices in {folder}")
    return tuple(sorted(names - _NO_VOICE, key=str.casefold))


def speak(
    text: str, voice: str, *, speed: int = 170, pitch: int = 50, volume: int = 25
) -> np.ndarray:
    """Say a text in Russian; return (samples,) float32 at 16 kHz, full scale at ±1.

    The same arguments give the same sound. Many texts are said faster by `speak_all`.

    >>> sound = speak("Чайник закипел.", "adam")
    >>> bool(0.8 < len(sound) / 16_000 < 3), sound.dtype
    (True, dtype('float32'))
    """
    return speak_all([Utterance(text, voice, speed, pitch, volume)])[0]


def speak_all(utterances: Sequence[Utterance]) -> list[np.ndarray]:
    """Say several texts, as `speak` says one, in one process that is started for them.

    What some voices say depends a little on what was said before, so a whole list gives the same
    sounds each time, and its parts on their own may not.

    Raises UserError where eSpeak NG is not there or cannot speak.
    """
    if not utterances:
        return []
    requests = "".join(json.dumps(_request(utterance)) + "\n" for utterance in utterances)
    package = _package()
    library = _library(package)
    command = [sys.executable, "-I", str(Path(__file__).with_name("engine.py")), str(library)]
    try:
        done = subprocess.run(command, input=requests.encode(), capture_output=True, cwd=package)
    except OSError as error:
        raise _not_there(str(error)) from None
    try:
        sounds = _answers(done.stdout)
    except (ValueError, KeyError):  # cut short, or the library wrote something of its own
        sounds = []
    if done.returncode != 0 or len(sounds) != len(utterances):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise _not_there(said[-1] if said else f"its process ended with code {done.returncode}")
    return sounds


def _request(utterance: Utterance) -> dict[str, str | int]:
    return {**asdict(utterance), "voice": f"{utterance.language}+{utterance.voice}"}


def _answers(output: bytes) -> list[np.ndarray]:
    sounds, place = [], 0
    while (end := output.find(b"\n", place)) >= 0:
        answer = json.loads(output[place:end])
        place = end + 1 + answer["bytes"]
        if answer["failed"] or answer["sample_rate"] <= 0:
            raise _not_there("it does not know the voice, or its data is damaged")
        samples = np.frombuffer(output[end + 1 : place], np.int16) / np.float32(32768)
        sounds.append(soxr.resample(samples, answer["sample_rate"], SAMPLE_RATE))
    return sounds


@functools.cache
def _package() -> Path:
    """Return the folder of espeakng-loader; it is not imported, its files are all we need."""
    found = find_spec("espeakng_loader")
    if found is None or found.origin is None:
        raise _not_there("the package espeakng-loader is not installed")
    return Path(found.origin).parent


def _library(package: Path) -> Path:
    names = {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}
    library = package / names.get(sys.platform, "libespeak-ng.so")
    if not library.is_file():
        raise _not_there(f"{library} is missing")
    return library


def _not_there(reason: str) -> UserError:
    return UserError(
        f"eSpeak NG cannot speak: {reason}; fix it with: pip install --force-reinstall "
        "espeakng-loader, or give recordings of your own: --clean DIR --noise DIR"
    )
