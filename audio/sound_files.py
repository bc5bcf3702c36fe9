"""Sound files in and out: whole, or block by block in constant memory."""

import io
import math
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile

from audio import decoding, lost_parts, stored_form
from audio.file_defects import Findings
from audio.plain_wav import PlainWav
from audio.resampling import resampled
from common.errors import UserError
from common.files import atomic_path

LOWEST_RATE, HIGHEST_RATE = 2_000, 1_536_000
"""Samples per second beyond which a file is hardly a sound."""

RESOLUTIONS = ("PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")
"""What a sample is stored in, from the coarsest to the finest."""

FORMATS = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG", ".mp3": "MP3"}
"""What is written, by the suffix of the file."""

LARGEST_WAV = 2**32 - 2**16


@dataclass(frozen=True)
class Sound:
    """What a file held: samples (channels, n) float32, full scale at ±1, and what to know of it."""

    samples: np.ndarray
    sample_rate: int
    format: str
    subtype: str
    notes: list[str] = field(default_factory=list)


class Stream:
    """A sound file to be walked through in blocks (channels, up to `block`), in constant memory.

    sample_rate: convert to this rate on the way; the file's own is `file_rate`.
    frames: how many the file promises at its own rate, None where it does not say.
    notes: at the end of each walk, those that `read` gives. peak: the loudest sample of it.
    level: its power in decibels of full scale. wav: the sound, where it is in memory; then the
    path only names it.

    Raises UserError for a file that is not there or holds no sound.
    """

    def __init__(
        self,
        path: Path | str,
        block: int = 1 << 16,
        *,
        sample_rate: int | None = None,
        wav: PlainWav | None = None,
    ) -> None:
        self.path, self.block, self.wav = Path(path), block, wav
        self.header = wav.header if wav is not None else decoding.header(self.path)
        self.file_rate, self.channels = self.header.sample_rate, self.header.channels
        self.frames = self.header.frames
        self.format, self.subtype = self.header.format, self.header.subtype
        if not LOWEST_RATE <= self.file_rate <= HIGHEST_RATE:
            raise UserError(
                f"{self.path}: {self.file_rate} samples per second, "
                f"expected {LOWEST_RATE:,} to {HIGHEST_RATE:,}"
            )
        self.sample_rate = sample_rate or self.file_rate
        self.peak, self.level = 0.0, -math.inf
        self._found: Findings | None = None
        self._notes: list[str] | None = None

    def __iter__(self) -> Iterator[np.ndarray]:
        found = Findings(self.path.name, self.header)
        if self.wav is not None:
            read = self.wav.blocks()
        else:
            read = decoding.blocks(self.path, self.header, found.problems)
        decoded: Iterator[np.ndarray] = (found.examined(block.T) for block in read)
        if self.sample_rate != self.file_rate:
            decoded = resampled(decoded, self.file_rate, self.sample_rate)
        yield from reblocked(decoded, self.block)
        self.peak, self.level = found.peak, found.level
        self._found, self._notes = found, None

    @property
    def notes(self) -> list[str]:
        """What is odd in what was walked through. To look for it takes as long as to read it."""
        if self._notes is None and self._found is not None:
            source = self.path if self.wav is None else self.wav.stored
            self._found.doubt = stored_form.doubt(source, self.header) or lost_parts.doubt(
                source, self.header, self._found.hiss
            )
            self._notes = self._found.notes()
        return self._notes or []


def read(path: Path | str, sample_rate: int | None = None) -> Sound:
    """Read a sound file, or a video's first sound track; every channel, and at any rate.

    sample_rate: convert to this rate. Samples that are not numbers, or that are beyond 120 dB
    over full scale, become silence. `notes` says so, and where the file ends before its header
    says, is clipped, silent, or has an offset.

    Raises UserError for a file that is not there or holds no sound.
    """
    stream = Stream(path, sample_rate=sample_rate)
    parts = list(stream)
    empty = np.zeros((stream.channels, 0), np.float32)
    samples = np.concatenate([empty, *parts], axis=1)
    if samples.shape[1] == 0:
        raise UserError(f"{path}: holds no samples that can be read")
    return Sound(samples, stream.sample_rate, stream.format, stream.subtype, stream.notes)


def reblocked(blocks: Iterable[np.ndarray], size: int) -> Iterator[np.ndarray]:
    """Cut blocks (channels, any) anew, into blocks of `size` and a last one of what is left.

    >>> [block.shape for block in reblocked([np.zeros((2, 3)), np.zeros((2, 4))], 5)]
    [(2, 5), (2, 2)]
    """
    kept: list[np.ndarray] = []
    count = 0
    for block in blocks:
        kept.append(block)
        count += block.shape[1]
        if count >= size:
            whole = np.concatenate(kept, axis=1)
            end = count - count % size
            for start in range(0, end, size):
                yield whole[:, start : start + size]
            kept, count = [whole[:, end:].copy()], count - end
    if count:
        yield np.concatenate(kept, axis=1)


def _subtype(kind: str, like: "Sound | Stream | None") -> str:
    """Return the resolution of a new file: that of the old one, or the nearest that it can have."""
    default: str = soundfile.default_subtype(kind)
    if like is None:
        return default
    old = like.subtype.replace("ALAC_20", "PCM_24").replace("ALAC_", "PCM_")
    if old in RESOLUTIONS:
        wanted = list(reversed(RESOLUTIONS[: RESOLUTIONS.index(old) + 1]))
    elif old in ("PCM_U8", "PCM_S8"):
        wanted = ["PCM_U8", "PCM_S8"]
    else:  # coded in another way, as an MP3 is: that says nothing of another format
        wanted = [old] if like.format == kind and not old.startswith("MPEG") else []
    return next((one for one in wanted if soundfile.check_format(kind, one)), default)


class Writer:
    """A sound file that is written block by block and appears when it is whole.

    like: a `Sound` or `Stream` whose resolution is kept (24 bits stay 24 bits) where the format
    of the new file, which its suffix names, has it; else the nearest below. Samples beyond ±1 are
    limited to it, save in files of floating point; `limited` counts them. into: memory that a WAV
    is written to; then the path only names it.

        with Writer("clean.wav", sample_rate=48_000, channels=2) as file:
            file.write(block)  # (channels, any)

    Raises UserError for a place that cannot be written and what the format cannot hold.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        sample_rate: int,
        channels: int,
        like: "Sound | Stream | None" = None,
        into: io.BytesIO | None = None,
    ) -> None:
        self.path, self.into = Path(path), into
        kind = FORMATS.get(self.path.suffix.lower())
        if kind is None:
            raise UserError(f"{path}: cannot write {self.path.suffix!r}, only {', '.join(FORMATS)}")
        if self.path.is_dir():
            raise UserError(f"{path}: is a folder, expected the name of a sound file")
        subtype = _subtype(kind, like)
        self.floating = subtype in ("FLOAT", "DOUBLE")
        self.limited = 0
        self.kind = kind
        try:
            with ExitStack() as opened:
                place = decoding.file_name(self._draft(opened)) if into is None else into
                self.file = opened.enter_context(
                    decoding.PlainSoundFile(place, "w", sample_rate, channels, subtype, format=kind)
                )
                self._opened = opened.pop_all()
        except UserError:
            raise
        except OSError as error:
            raise UserError(f"{path}: cannot be written ({error.strerror or error})") from None
        except (soundfile.LibsndfileError, ValueError):
            raise UserError(
                f"{path}: {kind} cannot hold {channels} channels at {sample_rate} samples per "
                "second, or the place cannot be written; try .wav"
            ) from None

    def _draft(self, opened: ExitStack) -> Path:
        """Return the file that takes its place when it is whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.draft = opened.enter_context(atomic_path(self.path))
        return self.draft

    def write(self, block: np.ndarray) -> None:
        """Append (channels, any)."""
        if not self.floating and (above := np.abs(block) > 1).any():
            self.limited += int(above.sum())
            block = np.clip(block, -1, 1)
        # In pieces: the Vorbis encoder keeps a whole block on its stack.
        step = block.shape[1] if self.kind == "WAV" else decoding.CHUNK
        for start in range(0, block.shape[1], max(1, step)):
            piece = np.ascontiguousarray(block[:, start : start + step].T)
            try:
                self.file.write(piece)
            except soundfile.LibsndfileError as error:
                raise UserError(f"{self.path}: cannot be written: {error.error_string}") from None
        if self.kind == "WAV" and self.into is None and self.draft.stat().st_size > LARGEST_WAV:
            raise UserError(f"{self.path}: a .wav holds 4 GB at most; name a .flac instead")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.__exit__(kind, error, trace)  # closes the file, then moves it or removes it


def write(
    path: Path | str,
    samples: np.ndarray,
    sample_rate: int,
    *,
    like: Sound | Stream | None = None,
) -> None:
    """Write samples (channels, n), or (n,) of one channel, as `Writer` does, all at once."""
    samples = np.atleast_2d(samples)
    with Writer(path, sample_rate=sample_rate, channels=len(samples), like=like) as file:
        file.write(samples)
