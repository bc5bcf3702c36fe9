"""Whether a sound file is whole: what it says of its own length, beside what is there.

libsndfile believes the size of a file more than its header, so a WAV that was cut short looks whole
to it. And it guesses how long an MP3 is that does not say so, and reads no further than the guess.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import soundfile

STREAMED = 0x7FFF0000
"""Sizes from here on were written by a program that could not know how long a sound would be."""

ENDLESS = 2**40
"""Frames from here on stand for a number that nobody knows."""

OPUS_RATE = 48_000
"""Frames in a second as Opus counts them, whatever the rate of the sound."""

MOST_CHUNKS = 1000
"""Chunks of a WAV that are looked through."""

CHUNKS = (b"fmt ", b"data", b"LIST", b"fact", b"bext", b"COMM", b"SSND", b"MARK", b"INST")
"""Names by which it is known that a chunk begins there."""

LINE_FEEDS, LOOKED_THROUGH = 40, 2**20
"""Bytes 10 that are enough to tell what stands before each, and in how many they are counted."""
SEVERAL, SEVERAL_IN = 64, 2**16
"""Different bytes that a sound has, and in how many."""

_CLAIMED = re.compile(r"(?:\bdata|\bData Size)\s*: (\d+) \(should be (\d+)\)")
_FRAMES = re.compile(r"^\s*Frames\s*: (\d+)", re.MULTILINE)
_BLOCK = re.compile(r"Block Align\s*: (\d+).*?^\s*data : (\d+)$", re.MULTILINE | re.DOTALL)

_TAIL = 2**16
"""Bytes in which the last page of an Ogg file begins."""
_PAGE = re.compile(rb"OggS\0(.)", re.DOTALL)
_TIME = re.compile(rb"OggS\0.(.{8})", re.DOTALL)
_NO_TIME = 2**62
"""Times from here on stand for a page in which nothing ends."""


def promised_frames(file: soundfile.SoundFile, path: Path) -> int | None:
    """Return how many frames the header of an open file promises, at least those that are there.

    None where it does not say, as that of a FLAC which was streamed.

    libsndfile corrects the header, and notes in its log what stood there.
    """
    log, there = file.extra_info, int(file.frames)
    if there >= ENDLESS:
        return None
    promised = there
    if file.format in ("AIFF", "RF64") and (found := _FRAMES.search(log)):
        promised = int(found[1])
    elif file.format == "W64" and (found := _BLOCK.search(log)):
        promised = (int(found[2]) - 24) // max(int(found[1]), 1)
    elif found := _CLAIMED.search(log):
        claimed, held = int(found[1]), int(found[2])
        if 0 < held < claimed < STREAMED:
            promised = round(there * claimed / held)
    elif file.format == "OGG":
        rate = OPUS_RATE if file.subtype == "OPUS" else file.samplerate
        promised = _frames_by_pages(path) * file.samplerate // rate
    return max(promised, there)


def _frames_by_pages(path: Path) -> int:
    """Return how many frames an Ogg file has by the time of its last page; 0 where nothing tells.

    Each page says how many frames there are up to its end. A reader passes over damaged pages in
    silence. What was recorded from a broadcast does not begin at 0, as its first pages show.

    Source: Pfeiffer, "The Ogg Encapsulation Format Version 0", RFC 3533.
    """
    with path.open("rb") as file:
        beginning = file.read(4 * _TAIL)
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read()
    first, end = (
        [time for page in _TIME.finditer(part) if 0 < (time := _number(page[1])) < _NO_TIME]
        for part in (beginning, tail)
    )
    if len(first) < 2 or not end or first[0] > 2 * (first[1] - first[0]):
        return 0
    return end[-1]


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def without_padding(path: Path, frames: int | None) -> int | None:
    """Return how many of a WAV's frames are sound, where its last block is filled up.

    ADPCM and GSM are coded in blocks of some hundred frames. A chunk called `fact` says how many
    there were; it is believed where it differs by no more than the last two blocks.

    Source: Microsoft, "Multiple channel audio data and WAVE files": the fact chunk.
    """
    with path.open("rb") as file:
        if frames is None or file.read(4) != b"RIFF":
            return frames
        block = 0
        for name, size in chunks(file):
            if name == b"fmt " and size >= 20:
                block = int.from_bytes(file.read(20)[18:], "little")
            elif name == b"fact" and size >= 4:
                told = int.from_bytes(file.read(4), "little")
                return told if 0 < frames - told < min(2 * block, frames) else frames
            elif name == b"data":
                break
    return frames


def has_reliable_length(path: Path) -> bool:
    """Whether libsndfile can tell where a file ends: not in some MP3 and Ogg files.

    Without the frame that is called Xing or Info it guesses the length from the first frames. And
    where several files were joined, that frame speaks of the first of them alone. Of Ogg files that
    were joined it reads the first.
    """
    with path.open("rb") as file:
        start = file.read(10)
        if start[:4] == b"OggS":
            return not _chained(file)
        skip = 0
        if start[:3] == b"ID3" and len(start) == 10:
            # Four bytes of seven bits each; a footer repeats the ten bytes of the header.
            skip = 10 + (start[6] << 21 | start[7] << 14 | start[8] << 7 | start[9])
            skip += 10 if start[5] & 0x10 else 0
        file.seek(skip)
        frame = file.read(128)
        if not _begins_frame(frame):
            return start[:3] != b"ID3"
        place = max(frame.find(b"Xing"), frame.find(b"Info"))
        if place < 0 or len(frame) < place + 16 or not frame[place + 7] & 2:
            return False
        # The flags, the number of frames if it is there, and then that of bytes.
        at = place + 8 + (4 if frame[place + 7] & 1 else 0)
        file.seek(skip + int.from_bytes(frame[at : at + 4], "big"))
        following = file.read(4)
        return not (following[:3] == b"ID3" or _begins_frame(following))


def _begins_frame(data: bytes) -> bool:
    """Whether a frame of MPEG layer III begins here."""
    return len(data) > 3 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2


def _chained(file: BinaryIO) -> bool:
    """Whether in an Ogg file a stream begins where others have gone on for a while."""
    file.seek(0)
    going_on, kept = False, b""
    while data := file.read(_TAIL):
        for page in _PAGE.finditer(kept + data):
            begins = bool(page[1][0] & 2)
            if begins and going_on:
                return True
            going_on = going_on or not begins
        kept = data[-5:]
    return False


def is_followed(path: Path) -> bool:
    """Whether after the end of a WAV another one begins in the same file, or a second sound in it.

    A WAV has one chunk called `data`; of more the first is read.
    """
    with path.open("rb") as file:
        start = file.read(12)
        if start[:4] != b"RIFF":
            return False
        file.seek(8 + int.from_bytes(start[4:8], "little"))
        if file.read(4) == b"RIFF":
            return True
        sounds = 0
        for name, size in chunks(file):
            sounds += name == b"data" and size > 0
            if sounds > 1:
                return True
        return False


def chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the name and the size of each chunk of a WAV, with the file at its content."""
    place = 12
    for _ in range(MOST_CHUNKS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], "little")
        yield head[:4], size
        place += 8 + size + size % 2


def unpadded_chunk(path: Path) -> str:
    """Return the name of a chunk of odd size behind which a WAV or AIFF goes on without the byte
    that fills it up; "" where the sound is found all the same.

    Readers take the next chunk to begin a byte later, and find no sound.
    """
    with path.open("rb") as file:
        start = file.read(12)
        order: Literal["little", "big"] = "little" if start[:4] == b"RIFF" else "big"
        if start[:4] not in (b"RIFF", b"FORM"):
            return ""
        place = 12
        for _ in range(MOST_CHUNKS):
            file.seek(place)
            head = file.read(8)
            if len(head) < 8 or head[:4] in (b"data", b"SSND"):
                return ""
            size = int.from_bytes(head[4:], order)
            file.seek(place + 8 + size)
            following = file.read(5)
            if size % 2 and following[:4] in CHUNKS and following[1:] not in CHUNKS:
                return head[:4].decode("latin-1").strip()
            place += 8 + size + size % 2
    return ""


def is_streamed_caf(path: Path) -> bool:
    """Whether a file is a CAF that does not say how long its sound is: its data's size is -1.

    Source: Apple, "Core Audio Format Specification 1.0": chunk headers, the audio data chunk.
    """
    with path.open("rb") as file:
        if file.read(8)[:4] != b"caff":
            return False
        for _ in range(MOST_CHUNKS):
            header = file.read(12)
            size = int.from_bytes(header[4:], "big", signed=True)
            if header[:4] == b"data" or len(header) < 12 or size < 0:
                return header[:4] == b"data" and size == -1
            file.seek(size, 1)
    return False


def is_carried_as_text(path: Path) -> bool:
    """Whether a byte 13 stands before each byte 10, as in what was sent as a text of Windows.

    Of a WAV its sound is looked at: the notes beside it are a text, and may be one of Windows.
    """
    with path.open("rb") as file:
        place, most = 0, LOOKED_THROUGH
        if file.read(4) in (b"RIFF", b"RF64", b"BW64"):
            for name, size in chunks(file):
                if name == b"data":
                    place, most = file.tell(), min(size or most, most)
                    break
        file.seek(place)
        content = file.read(most)
    feeds = content.count(b"\n")
    several = len(set(content[:SEVERAL_IN])) > SEVERAL  # samples of one value may be both bytes
    return feeds >= LINE_FEEDS and several and content.count(b"\r\n") == feeds


def ends_in_tag(path: Path) -> bool:
    """Whether a tag of an MP3, ID3 or APE, stands at the end of a file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 160))
        end = file.read()
    return end[-128:-125] == b"TAG" or b"APETAGEX" in end


def ends_early(path: Path) -> bool:
    """Whether an Ogg file breaks off within a page.

    That its last page does not say that it is the last is no proof: what was recorded from a
    broadcast never says so.
    """
    with path.open("rb") as file:
        if file.read(4) != b"OggS":
            return False
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read()
    page = tail[max(tail.rfind(b"OggS\0"), 0) :]
    # 27 bytes, the last of them the number of segments; the size of each; the segments.
    return len(page) < 27 or len(page) < 27 + page[26] + sum(page[27 : 27 + page[26]])
