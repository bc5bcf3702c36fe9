"""Where parts of a WAV contradict each other, or stand behind the sound that is read."""

import re
import struct
from pathlib import Path

from audio.truncation import chunks

USUAL_RATES = (
    *(8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000),
    192_000,
)
"""Samples in a second that a number of bytes in a second is believed to stand for."""
CLOSE = 0.01
"""Part by which rates may differ: a film's sound is pulled down by a thousandth."""
PLAIN = (1, 3, 0xFFFE)
"""The tags of forms in which each sample is stored as it is."""
FEW = 2**12
"""Bytes behind a sound that may be anything."""
_NAME = re.compile(rb"[ -~]{4}")
_RATE = re.compile(rb"<FILE_SAMPLE_RATE>\s*(\d{4,6})\s*</")

RATES = "one of both is wrong, so it may play too fast or too slow"


def contradictions(path: Path) -> list[str]:
    """Say what of a WAV contradicts the rest of it, in words; nothing as a rule, nor of others.

    Sources: Microsoft, "Multiple channel audio data and WAVE files"; EBU Tech 3285; iXML.
    """
    said = []
    with path.open("rb") as file:
        start = file.read(12)
        if start[:4] != b"RIFF":
            return []
        rate = 0
        for name, size in chunks(file):
            if name == b"fmt " and size >= 16:
                tag, count, rate, per_second, width, bits = struct.unpack("<HHIIHH", file.read(16))
                own = count * (-(-bits // 8))
                by_bytes = per_second // max(own, 1)
                plain = tag in PLAIN and width == own and per_second == by_bytes * own
                # Some programs write there the samples, of one channel or of all, or the bytes of
                # one channel.
                careless = per_second in (rate, rate * count, rate * width // max(count, 1))
                if plain and by_bytes in USUAL_RATES and by_bytes != rate and not careless:
                    said.append(
                        f"its header says {rate:,} samples in a second and {per_second:,} bytes, "
                        f"which are {by_bytes:,} samples: {RATES}"
                    )
            elif name == b"iXML" and (found := _RATE.search(file.read(min(size, 2**16)))):
                told = int(found[1])
                if rate and abs(told / rate - 1) > CLOSE:
                    said.append(
                        f"its header says {rate:,} samples in a second, and its notes (iXML) "
                        f"{told:,}: {RATES}"
                    )
            elif name == b"data" and size:
                file.seek(size + size % 2, 1)
                behind = file.read(8)
                rest = path.stat().st_size - file.tell() + len(behind)
                named = _NAME.match(behind) or behind.startswith(b"ID3")
                if rest > FEW and behind.strip(b"\0") and not named:
                    said.append(
                        f"holds {rest:,} more bytes behind the {size:,} that its header counts, "
                        "which were not read: if they are sound, save it anew"
                    )
                break
    return said
