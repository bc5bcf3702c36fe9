"""Noise out of speech: python run.py noisy.wav"""

import argparse
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile

from audio.bundle.streaming import Denoiser
from common.export.bundle.program import FOLDER, InputError, Network, Text, beside, read_values, run

FORMATS = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG", ".mp3": "MP3"}
"""What is written, by the suffix of the file."""
BLOCK = 1 << 16
PEAK = 0.99
"""What the loudest sample of a new file may reach, where full scale is 1."""
LOUDEST = 1e6
"""A sample beyond this, 120 dB over full scale, is damage: it becomes silence."""


class Cleaner:
    """The exported model: from noisy samples to clean ones.

    In a program of your own:

        cleaner = Cleaner()
        clean = cleaner.clean(samples, 16_000)  # (n,) or (channels, n) between -1 and 1
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.network, self.values = Network(folder), read_values(folder)

    def denoiser(self, channels: int) -> Denoiser:
        """Return what takes a sound piece by piece, at the network's own rate."""
        return Denoiser(self.network, self.values, channels=channels)

    def clean(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """Return samples without their noise, of the same shape; rate: of the samples a second."""
        channels = np.atleast_2d(samples)
        denoiser = self.denoiser(len(channels))
        pieces = list(self.stream([channels], rate, denoiser))
        whole = np.concatenate(pieces, axis=1)[:, : channels.shape[1]]
        whole = np.pad(whole, ((0, 0), (0, channels.shape[1] - whole.shape[1])))
        peak, within = np.abs(whole).max(initial=0), np.abs(channels).max(initial=0) <= 1
        gain = min(denoiser.gain, PEAK / peak) if peak > 0 and within else denoiser.gain
        return (whole * gain).reshape(np.shape(samples))

    def stream(
        self, blocks: Iterable[np.ndarray], rate: int, denoiser: Denoiser
    ) -> Iterator[np.ndarray]:
        """Yield blocks (channels, any) without their noise, before their level is restored."""
        own = self.values["sample_rate"]
        clean = self._cleaned(blocks if rate == own else _resampled(blocks, rate, own), denoiser)
        yield from clean if rate == own else _resampled(clean, own, rate)

    def _cleaned(self, blocks: Iterable[np.ndarray], denoiser: Denoiser) -> Iterator[np.ndarray]:
        for block in blocks:
            yield from denoiser.pieces(block)
        yield from denoiser.rest()


def _resampled(blocks: Iterable[np.ndarray], rate: int, new_rate: int) -> Iterator[np.ndarray]:
    import soxr

    converter, channels = None, 1
    for block in blocks:
        if converter is None:
            channels = len(block)
            converter = soxr.ResampleStream(rate, new_rate, channels, dtype="float32")
        yield converter.resample_chunk(np.ascontiguousarray(block.T, np.float32)).T.reshape(
            channels, -1
        )
    if converter is not None:
        none = np.zeros((0, channels), np.float32)
        yield converter.resample_chunk(none, last=True).T.reshape(channels, -1)


def clean_file(cleaner: Cleaner, source: Path, out: Path) -> float:
    """Take the noise out of a sound file; return its seconds. Memory holds a few of them.

    Rate, channels, length and, where the format has it, resolution stay.

    Raises:
        InputError: the file holds no sound, or `out` has a suffix that is not written.
    """
    kind = FORMATS.get(out.suffix.lower())
    if kind is None:
        raise InputError(
            f"{out}: cannot write {out.suffix!r}, only {', '.join(FORMATS)}",
            f"{out}: {out.suffix!r} не записать, только {', '.join(FORMATS)}",
        )
    draft = ""
    try:
        with soundfile.SoundFile(source) as file, tempfile.TemporaryFile(dir=_folder(out)) as raw:
            channels, rate, frames, peak, loud = file.channels, file.samplerate, 0, 0.0, 0.0

            def blocks() -> Iterator[np.ndarray]:
                nonlocal frames, loud
                for read in file.blocks(BLOCK, dtype="float32", always_2d=True):
                    sound = np.abs(read) <= LOUDEST  # and no NaN
                    block = np.where(sound, read, 0).T
                    frames, loud = frames + block.shape[1], max(loud, float(np.abs(block).max()))
                    yield block

            denoiser = cleaner.denoiser(channels)
            for piece in cleaner.stream(blocks(), rate, denoiser):
                peak = max(peak, float(np.abs(piece).max(initial=0)))
                raw.write(np.ascontiguousarray(piece.T, np.float32).tobytes())
            if frames == 0:
                raise InputError(f"{source}: holds no samples", f"{source}: в файле нет звука")
            kept = soundfile.check_format(kind, file.subtype) and not file.subtype.startswith(
                "MPEG"
            )
            subtype = file.subtype if kept or file.format == kind else None
            floating = subtype in ("FLOAT", "DOUBLE")
            gain = denoiser.gain
            if peak > 0 and not (floating and loud > 1):
                gain = min(gain, PEAK / peak)
            handle, draft = tempfile.mkstemp(dir=_folder(out), prefix=f".{out.name[:99]}.")
            os.close(handle)
            raw.seek(0)
            with soundfile.SoundFile(draft, "w", rate, channels, subtype, format=kind) as made:
                for start in range(0, frames, BLOCK):
                    count = min(BLOCK, frames - start)
                    read = np.frombuffer(raw.read(4 * channels * count), np.float32)
                    part = gain * np.pad(
                        read.reshape(-1, channels),
                        ((0, count - len(read) // channels), (0, 0)),
                    )
                    made.write(part if floating else np.clip(part, -1, 1))
        os.chmod(draft, 0o644)
        os.replace(draft, out)
        return frames / rate
    except (soundfile.LibsndfileError, ValueError) as error:
        raise InputError(
            f"{source}: no sound that can be read, or {out} cannot be written ({error})",
            f"{source}: звук не прочитать или {out} не записать ({error})",
        ) from None
    finally:
        if draft and os.path.exists(draft):
            os.unlink(draft)


def _folder(out: Path) -> Path:
    return out.absolute().parent


def answer(source: Path, out: Path | None, given: argparse.Namespace) -> Text:
    """Clean a file, or each sound file of a folder; return a line that says so."""
    cleaner = Cleaner()
    if source.is_file():
        suffix = source.suffix if source.suffix.lower() in FORMATS else ".wav"
        out = out or beside(source, suffix)
        seconds = clean_file(cleaner, source, out)
        return f"{out}: {seconds:.1f} s", f"{out}: {seconds:.1f} с"
    out = out or beside(source, "")
    paths = sorted(
        path for path in source.rglob("*") if path.is_file() and path.suffix.lower() in FORMATS
    )
    if not paths:
        raise InputError(f"{source}: no sound files there", f"{source}: звуковых файлов там нет")
    seconds = 0.0
    for path in paths:
        place = out / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        seconds += clean_file(cleaner, path, place)
    return (
        f"{out}: sounds: {len(paths)}, {seconds:.1f} s",
        f"{out}: звуков: {len(paths)}, {seconds:.1f} с",
    )


def main(argv: Sequence[str]) -> int:
    summary = ("Take noise out of speech.", "Убрать шум из речи.")
    return run(argv, answer, summary=summary)
