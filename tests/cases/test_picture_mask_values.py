"""Masks whose values a reader changes: of few bits, of a range of their own, with JPEG within."""

import io
import re
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from common.errors import UserError
from common.translation import translator
from tests.cases.masks import BLACK, CREAM, GREEN, RED, Pairs, notes, spot
from vision.masks import check_mask, open_mask


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(mask, bits):
    """A grey PNG of so many bits, by hand; its width is to fill whole bytes."""
    height, width = mask.shape
    parts = mask.reshape(height, -1, 8 // bits).astype(int)
    rows = sum(parts[..., n] << (8 - bits * (n + 1)) for n in range(8 // bits)).astype(np.uint8)
    data = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def pgm(mask, highest):
    height, width = mask.shape
    return b"P5\n%d %d\n%d\n" % (width, height, highest) + mask.tobytes()


@pytest.mark.parametrize("values", [(1, 2, 3), (1,), (3,)])
@pytest.mark.parametrize(
    ("write", "scale"), [(png, 2), (png, 4), (pgm, 3), (pgm, 7), (pgm, 60), (pgm, 254)]
)
def test_class_ids_are_what_was_written(tmp_path, values, write, scale):
    mask = spot(*values)
    content = write(mask, scale)
    path = tmp_path / "a.png"
    path.write_bytes(content)
    assert open_mask(path).tolist() == mask.tolist()
    assert [*check_mask(path, content).counts] == [0, *values]


@pytest.mark.parametrize("highest", [100, 254])
def test_white_of_a_file_of_its_own_range_is_white(tmp_path, highest):
    path = tmp_path / "a.pgm"
    path.write_bytes(pgm(spot(highest), highest))
    assert open_mask(path).tolist() == spot(255).tolist()


def test_class_ids_in_a_tiff_that_holds_a_jpeg_are_refused(tmp_path):
    pairs = Pairs(tmp_path / "given")
    for name in "abc":
        pairs.picture(f"{name}.png", size=(16, 12))
        Image.fromarray(spot(40)).save(pairs.masks / f"{name}.tif", compression="jpeg")
    pairs.refused("saved as a TIFF that holds a JPEG, which changes values")


@pytest.mark.parametrize("ids", [(1, 2, 3), (2, 1, 3)])
def test_a_thin_class_and_one_that_is_there_at_times_get_no_note(tmp_path, ids):
    """A mark on a road, and a car: each is one thing, which numbers of objects would be, too."""
    line, road, car = ids
    pairs = Pairs(tmp_path / "given")
    for n in range(8):
        mask = np.zeros((32, 48), np.uint8)
        mask[:, 10:30] = road
        mask[:, 15 + n] = line
        mask[4 + n : 9 + n, 36:44] = car if n % 2 else 0
        pairs.add(f"{n}", mask)
    said = notes(pairs.load())
    assert "found at edges alone" not in said
    assert "if they number objects" not in said


@pytest.mark.parametrize("quality", [20, 75])
def test_a_mask_that_was_saved_as_jpeg_and_then_as_png_is_called_so(tmp_path, quality):
    """At low quality whole areas have a value of their own; grey levels of classes are few."""
    pairs, file = Pairs(tmp_path / "given"), io.BytesIO()
    y, x = np.mgrid[:120, :160]
    disc = np.where((y - 50) ** 2 + (x - 70) ** 2 < 900, 255, 0).astype(np.uint8)
    Image.fromarray(disc).save(file, "JPEG", quality=quality)
    pairs.add("a", np.array(Image.open(file)))
    pairs.refused("0 and 255; a mask that was saved as JPEG or resized smoothly has such values$")
    levels = np.repeat(np.arange(0, 240, 12, np.uint8), 4)[None].repeat(8, 0)
    pairs.add("a", levels)
    pairs.refused("0 and 255; if each value is a class, number them 1, 2, 3, …")


SMOOTH = np.add.outer(np.arange(150), np.arange(90)).astype(np.uint8)
COLOURED = np.array([BLACK, RED, GREEN, CREAM], np.uint8)[spot(1, 2, 3)]
MIXED = (np.linspace(0, 255, 12)[:, None] * [[1, 0.5, 0]]).astype(np.uint8)[:, None].repeat(16, 1)
FADED = np.stack([SMOOTH, SMOOTH // 2, SMOOTH // 3], axis=-1)


@pytest.mark.parametrize(
    ("masks", "suffix"),
    [
        ([spot(100, 200)] * 2, ".png"),
        ([spot(100)] * 3, ".png"),
        ([spot(70, 71, 72)], ".png"),
        ([spot(1, 2).astype(np.uint16) * 300], ".png"),
        ([SMOOTH], ".png"),
        ([spot(1).astype(np.int32) - 1], ".tif"),
        ([spot(1), spot(255)], ".png"),
        ([COLOURED], ".jpg"),
        ([COLOURED[..., 0]], ".jpg"),
        ([FADED], ".png"),
        ([COLOURED, MIXED], ".png"),
        ([COLOURED, spot(1)], ".png"),
        ([np.array([RED, GREEN], np.uint8)[spot(1)]], ".png"),
    ],
)
def test_why_values_are_refused_is_said_in_russian_too(tmp_path, masks, suffix):
    pairs = Pairs(tmp_path / "given")
    for n, mask in enumerate(masks):
        pairs.add(str(n), mask, suffix=suffix)
    with pytest.raises(UserError) as caught:
        pairs.load()
    said = translator("ru", "vision")(str(caught.value).replace(str(tmp_path), ""))
    assert not re.search("[a-z]{3,} [a-z]|more", said), said
