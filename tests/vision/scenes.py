"""Small pictures with squares to find, folders of them, and how they are learned."""

import struct
import zlib
from pathlib import Path

import numpy as np

from vision.images import write_image

SMALL = ["--size", "32", "--width", "4", "--depth", "2", "--device", "cpu", "--no-bf16"]
QUICK = ["--epochs", "40", "--batch-size", "4", "--lr", "0.01", *SMALL]
"""Settings of a training of seconds: enough to find the squares."""


def scene(seed: int, *, height: int = 40, width: int = 48, classes: int = 1):
    """A dark picture of noise with a bright square of each class; class 2 is blue, not yellow."""
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 90, (height, width, 3), dtype=np.uint8)
    mask = np.zeros((height, width), np.uint8)
    for label in range(1, classes + 1):
        half = width // classes
        y = rng.integers(2, height - 12)
        x = rng.integers(2, half - 12) + (label - 1) * half
        place = np.s_[y : y + 10, x : x + 10]
        image[place] = (240, 220, 40) if label == 1 else (40, 60, 240)
        mask[place] = label
    return image, mask


def folders(place: Path, count: int = 24, **kind) -> tuple[Path, Path]:
    """Write `images` and `masks` of scenes; masks of one class hold 0 and 255."""
    for seed in range(count):
        image, mask = scene(seed, **kind)
        for name, content in (("images", image), ("masks", mask)):
            (place / name).mkdir(parents=True, exist_ok=True)
            if name == "masks":
                content = 255 * content if content.max() == 1 else content
                content = np.repeat(content[..., None], 3, axis=2)
            write_image(place / name / f"снимок {seed:02}.png", content)
    return place / "images", place / "masks"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
