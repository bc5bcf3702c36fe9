"""Pictures whose numbers mean something else than Pillow thinks, and masks without ground."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from common.errors import UserError
from common.translation import translator
from tests.cases.masks import Pairs, notes, spot
from tests.cases.test_picture_files import tiff
from vision.data import pictures_in
from vision.images import open_image
from vision.masks import open_mask

RAMP = np.arange(12 * 16, dtype=np.uint16).reshape(12, 16)


def refused(action, path, words):
    with pytest.raises(UserError, match=words) as caught:
        action(path)
    assert "\n" not in str(caught.value)


def test_black_where_the_numbers_are_largest(tmp_path):
    """Scanners and X-ray machines write so; Pillow turns eight bits round, and leaves sixteen."""
    path = tiff(tmp_path / "scan.tif", (255 - RAMP).astype(np.uint8), photometric=0)
    assert (open_image(path)[..., 0] == RAMP).all()
    path = tiff(tmp_path / "deep.tif", 65535 - 300 * RAMP, photometric=0)
    for action in (open_image, open_mask):
        refused(action, path, r"deep\.tif: a TIFF .* 0 is white.*more than eight bits.* 0 is black")


def test_colours_by_lightness(tmp_path):
    picture = Image.fromarray(np.dstack([RAMP.astype(np.uint8)] * 3))
    profiles = (ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"))
    lab = ImageCms.profileToProfile(picture, *profiles, outputMode="LAB")
    lab.save(tmp_path / "lab.tif")
    refused(open_image, tmp_path / "lab.tif", r"in L\*a\*b\* colours, which are not read; .* RGB")


def test_values_that_are_no_numbers_and_those_of_32_bits(tmp_path):
    broken = (RAMP / 255).astype(np.float32)
    broken[3, 4] = np.nan
    path = tiff(tmp_path / "a.tif", broken, photometric=1)
    refused(open_image, path, r"a\.tif: not a number: 1 of 192 values")
    broken[3, 5] = np.inf
    path = tiff(tmp_path / "a.tif", broken, photometric=1)
    refused(open_image, path, r"a\.tif: not a number: 2 of 192 values")
    path = tiff(tmp_path / "b.tif", (RAMP.astype(np.uint32) << 24), photometric=1)
    refused(open_image, path, r"b\.tif: brightness from 0 to 3\.20445e\+09, expected 0 to 65535")


def test_one_grey_value_that_stands_for_nothing_is_said(tmp_path):
    rows = b"".join(b"\0" + (256 * row).astype(">u2").tobytes() for row in RAMP)
    header = struct.pack(">IIBBBBB", 16, 12, 16, 0, 0, 0, 0)
    parts = {b"IHDR": header, b"tRNS": struct.pack(">H", 768), b"IDAT": zlib.compress(rows)}
    content = b"\x89PNG\r\n\x1a\n"
    for kind, data in {**parts, b"IEND": b""}.items():
        content += struct.pack(">I", len(data)) + kind + data
        content += struct.pack(">I", zlib.crc32(kind + data))
    (tmp_path / "a.png").write_bytes(content)
    said = " | ".join(pictures_in(tmp_path, progress=False).notes)
    assert "1 of 1 have a value that stands for nothing, which is seen as it is (a.png)" in said


def test_a_picture_that_is_wholly_transparent_is_told(tmp_path):
    """As some programs save a screenshot: the colours are there, and nothing is seen of them."""
    hidden = np.dstack([np.full((12, 16, 3), 90, np.uint8), np.zeros((12, 16), np.uint8)])
    Image.fromarray(hidden).save(tmp_path / "a.png")
    (said,) = pictures_in(tmp_path, progress=False).notes
    assert said == "1 of 1 have nothing but transparency, which becomes black (a.png)"
    assert "чёрн" in translator("ru", "vision")(said)


@pytest.mark.parametrize("value", [1, 255])
def test_masks_that_are_all_object_teach_nothing(tmp_path, value):
    pairs = Pairs(tmp_path)
    for name in "abc":
        pairs.add(name, np.full((12, 16), value, np.uint8))
    pairs.refused(rf"all pixels of all 3 masks are {value}: nothing to learn from")


@pytest.mark.parametrize(
    ("picture", "mask"),
    [
        ("{}.png", "manual{}.png"),
        ("{}_color.png", "{}Mask.png"),
        ("снимок_{}.png", "маска_{}.png"),
        ("{}.png", "{}_маска.png"),
        ("фото {}.jpg", "разметка {}.png"),
        ("{}_leftImg8bit.png", "{}_gtFine_labelTrainIds.png"),
        ("img_{}.png", "lbl_{}.png"),
        ("{}.png", "{}_seg_map.png"),
        ("{}.png", "{}_binary_mask.png"),
        ("{}.tif", "{}_manual1.gif"),
    ],
)
def test_more_names_that_people_give_masks(tmp_path, picture, mask):
    pairs = Pairs(tmp_path)
    for number in ("1", "01", "11"):
        pairs.picture(picture.format(number))
        ids = np.zeros((12, 16), np.uint8)
        ids[: int(number), 0] = 255
        Image.fromarray(ids).save(pairs.masks / mask.format(number))
    found = pairs.load()
    for row in range(3):
        number = next(n for n in ("11", "01", "1") if n in found.name(row))
        assert found.mask(row).sum() == int(number)
    assert "paired by names such as" in notes(found)


def put_masks(pairs, masks):
    for rows, name in enumerate(masks, 1):
        ids = np.zeros((12, 16), np.uint8)
        ids[:rows] = 255
        Image.fromarray(ids).save(pairs.masks / name)


def test_a_colour_in_a_name_may_tell_pictures_apart(tmp_path):
    pairs = Pairs(tmp_path)
    for name in ("brick.png", "brick_color.png", "tile.png"):
        pairs.picture(name)
    put_masks(pairs, ["brick_mask.png", "brick_color_mask.png", "tile_mask.png"])
    found = pairs.load()
    assert [found.name(row) for row in range(3)] == ["brick.png", "brick_color.png", "tile.png"]
    assert [int(found.mask(row)[:, 0].sum()) for row in range(3)] == [1, 2, 3]


def test_no_right_mask_is_to_be_removed_for_a_colour_in_its_name(tmp_path):
    pairs = Pairs(tmp_path)
    for name in ("brick.png", "brick_color.png", "tile.png"):
        pairs.picture(name)
    put_masks(pairs, ["brick_binary_mask.png", "brick_color_binary_mask.png", "tile_mask.png"])
    pairs.refused(r"2 pictures without masks .*2 masks without pictures")


@pytest.mark.parametrize("value", [1, 3, 255])
def test_a_network_is_measured_on_masks_that_are_all_object(tmp_path, value):
    pairs = Pairs(tmp_path)
    for name in "abc":
        pairs.add(name, np.full((12, 16), value, np.uint8))
    found = pairs.load(classes=("background", "object"))
    assert "no pixel is background, 0" in notes(found)


def test_one_mask_for_different_pictures_is_asked_about(tmp_path):
    pairs = Pairs(tmp_path)
    for name in "abcd":
        pairs.add(name, spot(255) if name == "d" else spot(0, 255))
    (said,) = [note for note in pairs.load().notes if note.startswith("one mask")]
    assert said == (
        "one mask for several pictures: 3 of 4, such as those of a.png and b.png: is that so?"
    )
    assert "одна маска у нескольких картинок: 3 из 4" in translator("ru", "vision")(said)
    for name in "bc":  # copies of one picture have one mask
        (pairs.images / f"{name}.png").write_bytes((pairs.images / "a.png").read_bytes())
    assert "one mask" not in notes(pairs.load())
