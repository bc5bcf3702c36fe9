"""Recordings in clips: of a folder of clean speech, and of a folder of noise."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from audio.channel_likeness import Likeness
from audio.folders import SoundFolder
from audio.lost_parts import ZEROS
from audio.mixing import fit_length, power
from audio.mono import mono
from audio.settings import SAMPLE_RATE
from audio.sound_files import Stream, reblocked
from audio.speakers import speakers_of
from common import memory_mapped
from common.encodings import shown
from common.errors import UserError
from common.i18n import count_of
from common.memory_mapped import RowStore

CLIP = 4 * SAMPLE_RATE
"""Samples of a clip."""

MOST_CLIPS, FEW_CLIPS = 90_000, 2_700
"""Clips that are kept of a folder: a hundred hours, or, where all lies in memory, three."""

ROOM_OF_CLIP = 20 * CLIP
"""Bytes of files for a clip at the peak: twice in 16 bits, while they are put together, and as a
mixture twice 8 bytes a sample, while the parts are made."""

SHARE = 0.7
"""Of the free room of the temporary folder, what the files may take: others want some too."""

FEWEST_GROUPS = 3
"""A part each for training, validation and test."""

STRETCHES = 10
"""What a long recording is cut into, where there are too few of them to be told apart."""

SHORTEST = SAMPLE_RATE
"""Samples of sound that make a clip, if a pause follows; what is shorter is left out."""

SILENT = 1e-7
"""Power, 70 decibels under full scale, below which a clip is taken for silence."""


@dataclass(frozen=True)
class Recordings:
    """Clips of one length, of speech or of noise, with their origin, before they are mixed.

    clips: (n, CLIP) int16. names: (n,) who speaks, or what makes the noise.
    groups: (n,) int64; what must not be torn apart by a split has one number.
    """

    clips: np.ndarray
    names: np.ndarray
    groups: np.ndarray
    notes: list[str] = field(default_factory=list)


def as_int16(sound: np.ndarray) -> np.ndarray:
    """Return samples within ±1 in 16 bits; what lies beyond is limited."""
    return np.clip(np.rint(sound * 32767), -32767, 32767).astype(np.int16)


def speech(folder: SoundFolder) -> Recordings:
    """Read clean speech: mono, at 16 kHz, in clips. The groups are speakers.

    A speaker is a sub-folder, or else what the names of the files seem to say; short recordings of
    one speaker are put together to clips. `notes` says what was made of the names.

    Raises UserError where nothing can be heard in the folder.
    """
    paths, found = _without_copies(folder)
    speakers, how = speakers_of(folder.path, paths)
    groups, notes = [str(name) for name in speakers], [f"clean: {note}" for note in [how, *found]]
    if len(set(speakers)) < FEWEST_GROUPS:
        groups = _names_of(folder.path, paths)
        notes.append(
            "clean: the same voices are heard in training and test, so the figures say nothing of "
            "a stranger's voice"
        )
    kept = _read(folder.path, paths, groups, what="clean")
    names = dict(zip(groups, map(str, speakers), strict=True))
    return _recordings(kept, [names[group] for group in kept.groups], notes, what="clean")


def noise(folder: SoundFolder) -> Recordings:
    """Read noise as `speech` reads speech. The groups are files; a short one is played again.

    Raises UserError where nothing can be heard in the folder.
    """
    paths, found = _without_copies(folder)
    groups = _names_of(folder.path, paths)
    kept = _read(folder.path, paths, groups, what="noise", loop=True)
    notes = [f"noise: {note}" for note in found]
    return _recordings(kept, [Path(group).name for group in kept.groups], notes, what="noise")


def _names_of(folder: Path, paths: list[Path]) -> list[str]:
    """Return the files' names without suffixes: in two formats it is one recording."""
    return [str(path.relative_to(folder).with_suffix("")) for path in paths]


def _without_copies(folder: SoundFolder) -> tuple[list[Path], list[str]]:
    """Return the recordings of a folder, of copies the first, and notes of what was left out."""
    paths, notes = folder.sounds, list(folder.notes)
    sizes = Counter(map(_size, paths))
    kept, known = [], set[bytes]()
    for path in paths:
        content = _digest(path) if sizes[_size(path)] > 1 else b""
        if not content or content not in known:
            kept.append(path)
        known.add(content)
    if len(kept) < len(paths):
        copies = count_of(len(paths) - len(kept), "file")
        notes.append(f"left out, as copies of others: {copies}")
    return kept, notes


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _digest(path: Path) -> bytes:
    """Return a hash of a file's bytes, or nothing where they cannot be had."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""


def most_clips() -> int:
    """Return how many clips are kept of a folder, by the room for their files, told beforehand.

    Who finds no room when all has been read has waited for nothing.
    """
    fitting = int(SHARE * memory_mapped.room() / ROOM_OF_CLIP)
    return min(MOST_CLIPS, max(FEW_CLIPS, fitting))


@dataclass
class _Kept:
    """Clips read so far, every second one forgotten whenever there are too many."""

    most: int = field(default_factory=most_clips)

    clips: list[np.ndarray] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    store: RowStore = field(default_factory=lambda: RowStore((CLIP,), np.int16))
    step: int = 1
    seen: int = 0
    quiet: int = 0
    files: int = 0
    rates: set[int] = field(default_factory=set)
    differing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, clip: np.ndarray, group: str) -> None:
        clip = clip - clip.mean()
        if power(clip) < SILENT:
            self.quiet += 1
            return
        if self.seen % self.step == 0:
            self.clips.append(self.store.add(as_int16(clip / max(1.0, np.abs(clip).max()))))
            self.groups.append(group)
        self.seen += 1
        if len(self.clips) > self.most:
            # Anew, for a clip that stays would keep the memory of those beside it.
            self.store = RowStore((CLIP,), np.int16)
            self.clips = [self.store.add(clip) for clip in self.clips[::2]]
            self.groups = self.groups[::2]
            self.step *= 2


def _read(
    folder: Path, paths: list[Path], groups: list[str], *, what: str, loop: bool = False
) -> _Kept:
    """Read files in clips, a group after another; a file that is no sound is noted and left out."""
    kept = _Kept()
    members_of: dict[str, list[Path]] = {}
    for path, owner in zip(paths, groups, strict=True):
        members_of.setdefault(owner, []).append(path)
    for group, members in members_of.items():
        clip = None
        for clip in reblocked(_mono(members, kept, what), CLIP):
            size = clip.shape[1]
            if loop and size < CLIP and kept.groups[-1:] != [group]:
                kept.add(fit_length(clip[0], CLIP), group)
            elif size >= SHORTEST:
                kept.add(np.pad(clip[0], (0, CLIP - size)), group)
    if not kept.clips:
        reason = "; ".join(kept.notes[:2]) or "what is there is silent or shorter than a second"
        count = count_of(len(paths), "file")
        raise UserError(f"{folder}: nothing to be heard in {count} ({reason})")
    return kept


def _mono(paths: list[Path], kept: _Kept, what: str) -> Iterator[np.ndarray]:
    for path in paths:
        try:
            stream = Stream(path, CLIP, sample_rate=SAMPLE_RATE)
        except UserError as error:
            kept.notes.append(f"{what}: left out: {shown(str(error))}")
            continue
        opposite, likeness = False, Likeness(stream.channels)
        for block in stream:
            if what == "clean":
                likeness.add(block)
            sound, cancelling = mono(block)
            opposite = opposite or cancelling
            yield sound
        kept.rates.add(stream.file_rate)
        kept.files += 1
        kept.notes += [f"{what}: {note}" for note in stream.notes]
        if likeness.differ() and not opposite:
            kept.differing.append(path.name)
        if opposite:
            kept.notes.append(
                f"{what}: {shown(path.name)}: its channels are opposite and would cancel out: "
                "one was taken"
            )


def _recordings(kept: _Kept, names: list[str], notes: list[str], *, what: str) -> Recordings:
    codes = np.unique(np.array(kept.groups), return_inverse=True)[1].astype(np.int64)
    if codes.max() + 1 < FEWEST_GROUPS:
        codes = np.arange(len(codes)) * STRETCHES // len(codes)
        notes = [
            *notes,
            f"{what}: too few recordings for the parts to share none, so they were cut into "
            f"{count_of(len(set(codes.tolist())), 'stretch', 'stretches')}, each in one part",
        ]
    rates = " and ".join(f"{rate:,}" for rate in sorted(kept.rates))
    notes = [f"{what}: {_overview(kept, rates)}", *notes]
    if kept.rates != {SAMPLE_RATE}:
        notes = [*notes, f"{what}: recorded at {rates} Hz, converted to {SAMPLE_RATE:,} Hz"]
    if kept.differing and what == "clean":
        notes = [
            *notes,
            f"{what}: channels that differ, of which the mean is taken: "
            f"{count_of(len(kept.differing), 'file')}, such as {shown(kept.differing[0])}; where "
            "one channel is better, keep it alone",
        ]
    if kept.step > 1:
        notes = [*notes, f"{what}: long; one clip in {kept.step} was taken"]
        if kept.most < MOST_CLIPS and memory_mapped.CAN:
            notes.append(f"{what}: for more the temporary folder (TMPDIR) has no room on a disk")
    if kept.quiet:
        notes = [*notes, f"{what}: {count_of(kept.quiet, 'silent clip')} left out"]
    names = [shown(name) for name in names]
    clips = np.stack(kept.clips, out=memory_mapped.empty((len(codes), CLIP), np.int16))
    return Recordings(clips, np.array(names), codes, [*notes, *_told(kept, what)])


def _overview(kept: _Kept, rates: str) -> str:
    """Say how many clips there are, how long, at what rate and how loud, for a person to see."""
    levels = [10 * np.log10(power(clip / 32768)) for clip in kept.clips]
    return (
        f"{count_of(len(kept.clips), 'clip')} of {CLIP / SAMPLE_RATE:g} s from "
        f"{count_of(kept.files, 'file')} at "
        f"{rates} Hz; level {np.median(levels):.0f} dB of "
        f"full scale ({min(levels):.0f} to {max(levels):.0f})"
    )


def _told(kept: _Kept, what: str) -> list[str]:
    """Return a few remarks on single files, and behind them one on all that are partly zeros.

    Most recordings are whole, and were padded or have pauses: they would hide the others.
    """
    zeros = [note for note in kept.notes if ZEROS in note]
    said = _few([note for note in kept.notes if ZEROS not in note])
    if len(zeros) < 2:
        return [*said, *zeros]
    part = f"{what}: {len(zeros):,} of {kept.files:,} files hold nothing but zeros for a large part"
    most = 2 * len(zeros) > kept.files
    why = "as sounds do that were padded to one length" if most else "is a part of them missing?"
    return [*said, f"{part}{', ' if most else ': '}{why}"]


def _few(notes: list[str], most: int = 8) -> list[str]:
    rest = len(notes) - most
    if rest <= 0:
        return notes
    return [*notes[:most], f"and {count_of(rest, 'more remark')} on single files"]
