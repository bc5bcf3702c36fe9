"""The sounds of a person's folder, and what in it is none."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from audio.sound_files import FORMATS
from common.errors import UserError
from common.folders import visible_files
from common.i18n import count_of

SUFFIXES = {
    *FORMATS,
    *[".aac", ".ac3", ".aif", ".aifc", ".aiff", ".amr", ".ape", ".au", ".bwf", ".caf", ".dts"],
    *[".eac3", ".m4a"],
    *[".m4b", ".mka", ".mp2", ".nist", ".oga", ".opus", ".rf64", ".snd", ".sph", ".tta", ".voc"],
    *[".w64", ".wave", ".weba", ".wma", ".wv"],
    *[".3gp", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts"],
    *[".ogv", ".webm", ".wmv"],
}
"""What is taken for a sound in a folder; a file that is named may have any suffix."""

UNREAD_SUFFIXES = {
    *[".aax", ".dff", ".dsf", ".m4p", ".mid", ".midi", ".mod", ".pcm", ".ra", ".raw", ".shn"],
    *[".vox", ".xm"],
}
"""Sounds that other programs know and this one does not: a folder says how many it holds."""

SOUNDS_BEGIN = re.compile(
    rb"R(?:IF[FX]|F64)....WAVE|fLaC|OggS|ID3[\x02-\x04]\0|FORM....AIF[FC]|\xff[\xfb\xfa\xf3\xf2]|caff\0"
    rb"|....ftypM4A",
    re.DOTALL,
)
"""How a sound begins whose name has no suffix; a RIFF may be a picture, and ID3 a text."""


class SoundFolder(NamedTuple):
    """A folder that was walked through.

    sounds: its sound files and those of its sub-folders, in the order of their names. notes: what
    is left out, for it is of kinds that are not read.
    """

    path: Path
    sounds: list[Path]
    notes: list[str]


def find_sounds(folder: Path | str) -> SoundFolder:
    """Walk through a folder and its sub-folders, once, for their sound files.

    What is left out without a word, and which links are followed, `common.folders` says.

    Raises UserError for a folder that is not there or holds no sound.
    """
    folder = Path(folder)
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "no such folder"
        raise UserError(f"{folder}: {what}, expected a folder of sound files")
    files = list(visible_files(folder))
    sounds = sorted(path for path in files if path.suffix.lower() in SUFFIXES)
    if not sounds:
        there = f"{count_of(len(files), 'file')}, none a sound" if files else "it is empty"
        raise UserError(f"{folder}: no sound files there ({there}); expected wav, flac, ogg or mp3")
    return SoundFolder(folder, sounds, _left_unread(files))


def _left_unread(files: list[Path]) -> list[str]:
    """Return a note of the sounds among files that are of kinds which are not read, or none."""
    kinds = Counter(path.suffix.lower() for path in files)
    found = [f"{kinds[kind]:,} {kind}" for kind in sorted(UNREAD_SUFFIXES & kinds.keys())]
    if bare := sum(_begins_as_sound(path) for path in files if not path.suffix):
        found.append(f"{bare:,} without a suffix")
    unread = ", ".join(found)
    return [f"left out, for such files are not read: {unread}"] if unread else []


def _begins_as_sound(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return SOUNDS_BEGIN.match(file.read(12)) is not None
    except OSError:
        return False
