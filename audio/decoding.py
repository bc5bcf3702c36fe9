"""Two ways to decode a file: libsndfile, and ffmpeg for the sound of a video.

Both give a `Header` at once and then blocks of (frames, channels), as much as can be read.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from audio import truncation, wav_header
from audio.ffmpeg import CHUNK, Decoder, how_stored
from common.errors import UserError
from common.file_signatures import is_text, kind_of
from common.files import refuse_pipe

PLAIN_CHUNK = 8 * CHUNK
"""Frames decoded at once of a WAV that stores each sample as it is: in it no place is damaged."""

VOC = b"Creative Voice File"
SOUNDS_OF_LETTERS = (b"NIST_1A", b"RIFF", b"FORM", b"OggS", b"fLaC")
"""How sounds begin of which the first bytes may be letters alone."""
GAP = 0.1
"""Seconds by which a sound may be shorter than its times say."""

SHORT = 0.01
"""Part of its length by which a sound may be shorter than its header says."""

PADDING = 2304
"""Frames by which an MP3 may be shorter than it says: it pads its first frame and its last."""

_PLAIN = {
    "internal error : SF_INFO struct incomplete": "its header names no rate that a sound has",
    "file does not exist or is not a regular file (possibly a pipe?)": "format not recognised",
}
"""What libsndfile says, in plain words."""
_BITS = re.compile(r"^\s*Valid Bits\s*: (\d+)", re.MULTILINE)
_WIDTHS = {"PCM_16": 16, "PCM_24": 24, "PCM_32": 32}
"""The bits of each number, of which the sample may be fewer."""
_SAMPLES = ("PCM_16", "PCM_24", "PCM_32", "PCM_U8", "PCM_S8", "FLOAT", "DOUBLE", "ULAW", "ALAW")
"""Resolutions of files in which each frame stands for itself, and no block is filled up."""


def file_name(path: Path) -> str | bytes:
    """Return a path as soundfile takes it, whatever the encoding of its name."""
    return str(path) if os.name == "nt" else os.fsencode(path)


@dataclass(frozen=True)
class Header:
    """What a file says of itself.

    frames: None where only reading to the end tells. start: seconds that pass in a video before its
    sound begins; `blocks` gives them as silence. tracks: how many sounds the video has. bits: how
    many of each number are the sample, where a WAV says that they are fewer than there are; else 0.
    lasting: seconds that a file of one sound alone says it has, where frames is None; else 0.
    """

    sample_rate: int
    channels: int
    frames: int | None
    format: str
    subtype: str
    start: float = 0.0
    tracks: int = 1
    bits: int = 0
    lasting: float = 0.0

    @property
    def floating(self) -> bool:
        """Whether samples are stored as floating point, which has no full scale to stop at."""
        return self.subtype in ("FLOAT", "DOUBLE")


def header(path: Path) -> Header:
    """Read what a file says of itself; raise UserError where it is no sound."""
    with suppress(ValueError, OSError):  # a NUL in the name, no permission: said below
        refuse_pipe(path)
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:  # a NUL in the name
        raise UserError(f"{path!r}: cannot be a file: {error}") from None
    if path.stat().st_size == 0:
        raise UserError(f"{path}: is empty, expected a sound file")
    with path.open("rb") as file:
        beginning = file.read(1024)  # a tar says so at 257, and the header of a SPHERE is as long
    kind = kind_of(beginning)
    if kind is not None:
        raise UserError(f"{path}: {kind}, expected wav, flac, ogg, mp3, or a video with sound")
    if is_text(beginning) and not beginning.startswith(SOUNDS_OF_LETTERS):
        raise UserError(
            f"{path}: no sound found in it (a text or a playlist); "
            "expected wav, flac, ogg, mp3, or a video with sound"
        )
    if beginning.startswith(b"NIST_1A") and b"shorten" in beginning:
        raise UserError(f"{path}: a SPHERE file packed by Shorten; unpack it with sph2pipe")
    if name := truncation.unpadded_chunk(path):
        raise UserError(
            f"{path}: behind its chunk {name}, of an odd size, the byte that fills it up is "
            "missing, so that no sound is found: save it anew"
        )
    tagged = beginning.startswith(b"ID3")
    found = "a tag as MP3 has, and behind it no MP3" if tagged else "an MP3 without frames"
    # Of a VOC, which has parts, libsndfile takes the heads of all but the first for samples.
    if truncation.has_reliable_length(path) and not beginning.startswith(VOC):
        try:
            with PlainSoundFile(file_name(path)) as file:
                # A cut-off Ogg file has no length in its last page: ffmpeg reads what is there.
                if file.frames > 0:
                    frames = truncation.promised_frames(file, path)
                    if file.subtype not in _SAMPLES:
                        frames = truncation.without_padding(path, frames)
                    return Header(
                        *(file.samplerate, file.channels, frames, file.format, file.subtype),
                        bits=_valid_bits(file),
                    )
                found = f"{file.format} with no samples"
        except (soundfile.LibsndfileError, TypeError) as error:
            found = getattr(error, "error_string", "format not recognised").rstrip(".")
            found = found[:1].lower() + found[1:]
            found = _PLAIN.get(found, found)
    with Decoder(path) as decoder:
        rate, channels = decoder.sample_rate, decoder.channels
        if channels:
            subtype, start, tracks, lasting = how_stored(path)
            return Header(
                *(rate, channels, None, "ffmpeg", subtype, start, tracks), lasting=lasting
            )
        found = decoder.says_why() or found
    raise UserError(
        f"{path}: no sound found in it ({found}); "
        "expected wav, flac, ogg, mp3, or a video with sound"
    )


def _valid_bits(file: soundfile.SoundFile) -> int:
    """Return how many bits of each number are the sample, if a WAV says so, and fewer; else 0."""
    named = _BITS.search(file.extra_info)
    bits = int(named[1]) if named else 0
    return bits if bits < _WIDTHS.get(file.subtype, 0) else 0


def blocks(path: Path, kind: Header, problems: list[str]) -> Iterator[np.ndarray]:
    """Yield float32 blocks (frames, channels) until the end, or until a damaged place.

    Args:
        path: the file.
        kind: its header.
        problems: is told, at the end, of damage that the number of frames does not show.
    """
    if truncation.ends_early(path):
        problems.append("cut short or damaged: its end is missing")
    if truncation.is_followed(path):
        problems.append("another sound follows it in the same file, and was not read")
    known = bool(problems)  # then what ffmpeg says of damage is no news
    problems += wav_header.contradictions(path)
    if truncation.is_carried_as_text(path):
        problems.append(
            "before each byte 10 stands a byte 13, as in a file that was carried as a text, which "
            "spoils it: fetch it again"
        )
    if kind.format == "ffmpeg":
        silent = round(kind.start * kind.sample_rate)
        for start in range(0, silent, CHUNK):
            yield np.zeros((min(CHUNK, silent - start), kind.channels), np.float32)
        frames = 0
        with Decoder(path) as decoder:
            for block in decoder.blocks():
                frames += len(block)
                yield block
            missing = decoder.end() - kind.start - frames / kind.sample_rate
            if decoder.met_another():
                problems.append("another sound follows it in the same file, and was not read")
            elif known or truncation.is_streamed_caf(path):
                pass  # its last piece is a short one, and that is no damage
            elif decoder.complained():
                problems.append("cut short or damaged: a part of it could not be read")
            elif missing > GAP:
                problems.append(
                    f"its times leap over {missing:.2f} s without a sound, and what follows stands "
                    "earlier by that"
                )
            elif kind.lasting * (1 - SHORT) > (there := frames / kind.sample_rate) + GAP:
                problems.append(
                    f"cut short or damaged: {there:.2f} s of the {kind.lasting:.2f} s that it "
                    "promises were read"
                )
        return
    frames = 0
    for block in _by_libsndfile(path, kind):
        frames += len(block)
        yield block
    padding = {"MP3": PADDING, "FLAC": 0}.get(kind.format)
    if padding is not None and kind.frames is not None and frames < kind.frames - padding:
        # A tag behind a FLAC costs libsndfile its last frames.
        whole = frames > kind.frames - 2 * CHUNK and truncation.ends_in_tag(path)
        for block in _behind(path, kind, frames):
            frames += len(block)
            yield block
        if frames >= kind.frames - padding and not (whole and kind.format == "FLAC"):
            problems.append("damaged: a part of it could not be read")  # else its length says so


def _by_libsndfile(path: Path, kind: Header) -> Iterator[np.ndarray]:
    left = kind.frames
    plain = kind.format.startswith("WAV") and kind.subtype in _SAMPLES
    with _Forward(file_name(path)) as file:
        while left is None or left > 0:
            try:
                block = file.read(PLAIN_CHUNK if plain else CHUNK, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                return
            if len(block) == 0:
                return
            if left is not None:
                block = block[:left]  # what fills up the last block of ADPCM is no sound
                left -= len(block)
            yield block


def _behind(path: Path, kind: Header, done: int) -> Iterator[np.ndarray]:
    """Yield what ffmpeg reads of a sound behind so many frames: at damage, libsndfile gives up."""
    with Decoder(path) as decoder:
        if decoder.sample_rate != kind.sample_rate:
            return
        for block in decoder.blocks():
            if block.shape[1] == kind.channels and len(block) > done:
                yield block[done:]
            done = max(0, done - len(block))


class PlainSoundFile(soundfile.SoundFile):
    """A sound file that is closed as any other: soundfile waits for the disk each time."""

    def flush(self) -> None:
        """Leave it to the system when the disk has what was written."""


class _Forward(PlainSoundFile):
    """A file that is only read forward.

    After each block soundfile seeks to where it is. In an MP3 that lands elsewhere and is heard
    as a crack; in a FLAC that is cut short it fails.
    """

    def seekable(self) -> bool:
        return False
