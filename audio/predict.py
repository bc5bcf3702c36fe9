"""A recording of any length, rate and number of channels, cleaned piece by piece.

    blocks of the file ─> 16 kHz ─> network, piece after piece ─> the file's rate ─> a draft
    the draft, times what restores the level and does not clip ─> the new file

Memory holds a few seconds, whatever the file holds. The draft of a longer one lies beside the new
file, for how loud the whole may be is only known at its end.
"""

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from audio.folders import find_sounds
from audio.level import Level
from audio.model import MaskNetwork
from audio.plain_wav import PlainWav
from audio.resampling import resampled
from audio.settings import SAMPLE_RATE
from audio.sound_files import FORMATS, Stream, Writer
from audio.streaming import CHUNK, cleaned
from common.encodings import shown
from common.errors import UserError
from common.i18n import count_of

DRAFT_IN_MEMORY = 1 << 22
"""Bytes of a draft beyond which it lies on the disk."""
PEAK = 0.99
"""What the loudest sample of a new file may reach, where full scale is 1."""


@dataclass
class Cleaned:
    """What became of a file, and what was understood of it.

    gain: what its level was raised by. format: rate, channels and level of what came, in words.
    notes: what was odd in it.
    """

    seconds: float
    gain: float
    format: str
    notes: list[str] = field(default_factory=list)


Progress = Callable[[int, int], None]


def _unheard(done: int, of: int) -> None:
    pass


def clean_file(
    network: MaskNetwork, source: Path, out: Path, *, progress: Progress = _unheard
) -> Cleaned:
    """Take the noise out of a sound file or a video's sound track, and write it to `out`.

    Sample rate, channels, length and, where the format has it, resolution stay. What lies above
    8 kHz, where the network hears nothing, goes with the noise.

    progress: is told how many seconds are done, and of how many, 0 where nobody knows.

    Raises UserError for a file that holds no sound, and for a place that cannot be written.
    """
    if out.exists() and out.samefile(source):
        raise UserError(f"{out}: is the file to be cleaned; name another to write")
    stream = Stream(source)
    with (
        Writer(out, sample_rate=stream.file_rate, channels=stream.channels, like=stream) as file,
        tempfile.SpooledTemporaryFile(DRAFT_IN_MEMORY, dir=str(out.parent)) as draft,
    ):
        return _clean(network, stream, file, draft, progress)


def clean_wav(
    network: MaskNetwork,
    wav: PlainWav,
    names: tuple[str, str],
    *,
    progress: Progress = _unheard,
    with_notes: bool = True,
) -> tuple[bytes, Cleaned]:
    """Return a sound in memory as `clean_file` writes it to a WAV, and what became of it.

    names: of both, for notes to speak of them. with_notes: whether anybody reads the notes.
    """
    source, out = map(Path, names)
    stream, into = Stream(source, wav=wav), io.BytesIO()
    rate, channels = stream.file_rate, stream.channels
    with Writer(out, sample_rate=rate, channels=channels, like=stream, into=into) as file:
        done = _clean(network, stream, file, io.BytesIO(), progress, with_notes)
    return into.getvalue(), done


def _clean(
    network: MaskNetwork,
    stream: Stream,
    file: Writer,
    draft: IO[bytes],
    progress: Progress,
    with_notes: bool = True,
) -> Cleaned:
    level = Level()
    rate, frames, peak = stream.file_rate, 0, 0.0

    def passing() -> Iterator[np.ndarray]:
        nonlocal frames
        for block in stream:
            frames += block.shape[1]
            yield block

    at_network = resampled(passing(), rate, SAMPLE_RATE) if rate != SAMPLE_RATE else passing()
    clean = cleaned(network, at_network, level=level)
    for block in resampled(clean, SAMPLE_RATE, rate) if rate != SAMPLE_RATE else clean:
        peak = max(peak, float(np.abs(block).max(initial=0)))
        progress(frames // rate, (stream.frames or 0) // rate)
        draft.write(np.ascontiguousarray(block.T, np.float32).tobytes())
    if frames == 0:
        raise UserError(f"{stream.path}: holds no samples that can be read")
    gain = level.gain
    # What floating point held above full scale stays there, where the new file has it too.
    if peak > 0 and not (file.floating and stream.peak > 1):
        gain = min(gain, PEAK / peak)
    notes = list(stream.notes) if with_notes else []
    if stream.header.floating and stream.peak > 1 and gain < level.gain:
        notes.append(
            f"{shown(stream.path.name)}: goes above full scale, which {shown(file.path.name)} "
            f"cannot: made {20 * np.log10(level.gain / gain):.1f} dB quieter; a .wav keeps the "
            "level"
        )
    draft.seek(0)
    width = 4 * stream.channels
    for start in range(0, frames, CHUNK):
        count = min(CHUNK, frames - start)
        data = np.frombuffer(draft.read(count * width), np.float32).reshape(-1, stream.channels)
        # Two conversions of the rate may leave the last samples out: then silence follows.
        file.write(gain * np.pad(data, ((0, count - len(data)), (0, 0))).T)
    channels = count_of(stream.channels, "channel")
    level_said = f"{stream.level:.0f} dB of full scale" if stream.peak > 0 else "silence"
    kind = f"{rate:,} Hz, {channels}, {level_said}"
    return Cleaned(frames / rate, gain, kind, notes)


def clean_samples(network: MaskNetwork, samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """Return samples (n,) or (channels, n) without their noise, of the same shape and length.

    As `clean_file` does it, which takes no more memory for a longer sound.
    """
    level = Level()
    blocks: Iterable[np.ndarray] = [np.atleast_2d(samples).astype(np.float32)]
    if sample_rate != SAMPLE_RATE:
        blocks = resampled(blocks, sample_rate, SAMPLE_RATE)
    clean = cleaned(network, blocks, level=level)
    if sample_rate != SAMPLE_RATE:
        clean = resampled(clean, SAMPLE_RATE, sample_rate)
    whole = np.concatenate(list(clean), axis=1)[:, : np.shape(samples)[-1]]
    whole = np.pad(whole, ((0, 0), (0, np.shape(samples)[-1] - whole.shape[1])))
    peak = float(np.abs(whole).max(initial=0))
    within = np.abs(samples).max(initial=0) <= 1
    whole *= min(level.gain, PEAK / peak) if peak > 0 and within else level.gain
    return whole.reshape(np.shape(samples))


def predict_file(
    network: MaskNetwork, source: Path, out: Path, *, progress: Progress = _unheard
) -> str:
    """Clean a file, or every sound of a folder into another folder; return a line that says so.

    progress: of a file, see `clean_file`.
    """
    if not source.is_dir():
        done = clean_file(network, source, out, progress=progress)
        line = f"{done.seconds:,.1f} s cleaned in {out} ({done.format})"
        return shown("; ".join([line, *done.notes]))
    if out.exists() and not out.is_dir():
        raise UserError(f"{out}: is a file, expected a folder: {source} is one")
    if out.resolve() == source.resolve():
        raise UserError(f"{out}: is the folder to be cleaned; name another to write")
    found, place = find_sounds(source), out.resolve()
    paths = [path for path in found.sounds if place not in path.resolve().parents]
    seconds = 0.0
    notes = list(found.notes)
    refused: list[str] = []
    taken: set[Path] = set()
    for path in paths:
        target = _target(out / path.relative_to(source), taken)
        try:
            done = clean_file(network, path, target)
        except UserError as error:
            refused.append(str(error))
            continue
        seconds, notes = seconds + done.seconds, notes + done.notes
    count = f"{len(paths) - len(refused)} of {count_of(len(paths), 'sound')} cleaned"
    line = shown("; ".join([f"{count}, {seconds:,.1f} s, in {out}", *notes]))
    if refused:
        raise UserError(shown("; ".join([line, *refused])))
    return line


def _target(path: Path, taken: set[Path]) -> Path:
    """The same name, if that is a format that can be written; two files never share one."""
    target = path if path.suffix.lower() in FORMATS else path.with_suffix(".wav")
    if target in taken:
        target = path.with_name(path.name + ".wav")
    taken.add(target)
    return target
