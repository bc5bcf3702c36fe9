"""Pictures of kinds that are not read, or were damaged on their way: what they are is said."""

import base64
import io
import re
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from common.errors import UserError
from common.translation import translator
from tests.cases.masks import Pairs, spot
from vision.image_facts import check_image
from vision.images import open_image

ROWS, COLUMNS = np.mgrid[:48, :64]
NOISE = np.random.default_rng(0).integers(0, 40, (48, 64, 3))
SHOWN = (np.stack([3 * COLUMNS, 4 * ROWS, ROWS + COLUMNS], -1) + NOISE).astype(np.uint8)
PICTURE = Image.fromarray(SHOWN)


def saved(kind, picture=PICTURE, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


PNG, JPEG = saved("PNG"), saved("JPEG")
UNREAD = "a {}, which is not read; save it as PNG"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\x0a" + bytes(40), UNREAD.format("JPEG XL picture")),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n", UNREAD.format("Radiance picture (HDR)")),
        (b"PF\n2 1\n-1.0\n" + bytes(24), UNREAD.format("PFM picture in colour")),
        (b"P7\nWIDTH 2\nHEIGHT 1\n", UNREAD.format("PAM picture")),
        (b"qoif" + bytes(40), UNREAD.format("QOI picture")),
        (saved("DDS"), UNREAD.format("DDS texture")),
        (saved("ICO"), "an icon (ICO), which is not read; save it as PNG"),
        (b"FUJIFILMCCD-RAW 0201" + bytes(40), UNREAD.format("raw photo of a camera")),
        (b"\0\0\0\x18ftypcrx \0\0\0\1", UNREAD.format("raw photo of a camera")),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(30), "a sound (WAV), not a picture"),
        (b"RIFF\x24\0\0\0AVI LIST", "a video, not a picture; name it so that it ends in .avi"),
        (b'{"error": "not found"}', "a text, not a picture"),
        ("имя;площадь\n".encode() * 400, "a text, not a picture"),
        (base64.b64encode(JPEG), "a picture written as a text (base64): decode it first"),
        (b"data:image/png;base64,iVBORw0KGgo", "a picture written as a text (base64): decode it"),
        (PNG.replace(b"\n", b"\r\n"), "a picture that was carried as a text, which changes its"),
        (PNG.decode("latin-1").encode(), "a picture that was carried as a text, which changes"),
        (JPEG.decode(errors="replace").encode(), "a picture that was carried as a text"),
        (b"\r\n" + JPEG, "a JPEG picture behind other bytes: cut them off"),
        (saved("AVIF")[:120], "an AVIF picture, damaged or cut off"),
    ],
)
def test_what_is_no_picture_here_is_named(tmp_path, content, words):
    with pytest.raises(UserError, match=re.escape(words)) as caught:
        open_image(tmp_path / "a.png", content=content)
    assert "\n" not in str(caught.value)
    assert re.search("[а-я]", translator("ru", "vision")(str(caught.value)))


def test_a_tiff_that_is_not_read_is_described_in_russian(tmp_path):
    said = "{}: a TIFF of {} of 32-bit {} numbers, expected 1 (grey) or 3 (red, green, blue) of 8"
    for bands in ("1 band", "4 bands"):
        for kind in ("real", "signed", "whole"):
            line = said.format("a.tif", bands, kind) + (
                " or 16 bits; save the bands that you want so"
            )
            assert re.search("TIFF, в котором каналов [14] по 32", translator("ru", "vision")(line))


def zeroed(content):
    """A file of which the last third was never written."""
    there = 2 * len(content) // 3
    return content[:there] + bytes(len(content) - there)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_zeros_in_place_of_an_end_are_no_picture(tmp_path, kind):
    with pytest.raises(UserError, match="damaged, cannot be read") as caught:
        check_image(tmp_path / "a", zeroed(saved(kind)))
    assert "повреждён" in translator("ru", "vision")(str(caught.value))
    whole = saved(kind) + bytes(5000 * (kind in ("JPEG", "PNG")))  # a camera fills up its blocks
    assert check_image(tmp_path / "a", whole).losses == ()


@pytest.mark.parametrize("lossless", [True, False])
def test_zeros_behind_the_pixels_of_a_webp_are_no_damage(tmp_path, lossless):
    content = saved("WEBP", lossless=lossless, exif=b"Exif\0\0II*\0\x08\0\0\0" + bytes(4000))
    assert content.endswith(bytes(3000))
    assert check_image(tmp_path / "a.webp", content).losses == ()
    place = content.index(b"EXIF")
    half = place // 2
    lost = content[: place - half] + bytes(half) + content[place:]
    with pytest.raises(UserError, match="its last .* bytes are zeros"):
        check_image(tmp_path / "a.webp", lost)


def test_a_bit_of_a_png_that_changed_is_found_by_its_sum(tmp_path):
    grey = np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8)
    # With a palette, for then no row is told by the one above it.
    content = bytearray(saved("PNG", Image.fromarray(grey).convert("P"), compress_level=0))
    place = content.index(grey[20].tobytes()) + 7
    content[place] ^= 1  # stored as it is: any value is a pixel
    with pytest.raises(UserError, match="its sum is another"):
        open_image(tmp_path / "a.png", content=bytes(content))


def tiff(*pages):
    """A TIFF of (picture, tags)."""
    file = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(file, True) as writer:
        for picture, tags in pages:
            picture.encoderinfo = {}
            picture.save(writer, "TIFF", tiffinfo=tags)
            writer.newFrame()
    return file.getvalue()


def test_a_map_at_lower_resolutions_is_no_second_page(tmp_path):
    small = PICTURE.resize((32, 24))
    pyramid = tiff((PICTURE, {}), (small, {254: 1}), (small.convert("1"), {254: 4}))
    assert check_image(tmp_path / "a.tif", pyramid).losses == ()
    np.testing.assert_array_equal(open_image(tmp_path / "a.tif", content=pyramid), SHOWN)
    pages = check_image(tmp_path / "a.tif", tiff((PICTURE, {}), (small, {}))).losses
    assert pages == ("several pages or frames, of which the first is read",)


def test_a_mask_with_overviews_is_one_mask(tmp_path):
    pairs = Pairs(tmp_path)
    pairs.add("a", spot(1))
    pairs.add("b", spot(1, 2))
    for name in ("a", "b"):
        mask = Image.open(pairs.masks / f"{name}.png")
        content = tiff((mask, {}), (mask.resize((8, 6)), {254: 1}))
        (pairs.masks / f"{name}.png").unlink()
        (pairs.masks / f"{name}.tif").write_bytes(content)
    assert pairs.load().classes == ("background", "class 1", "class 2")


@pytest.mark.parametrize("tags", [{50706: b"\1\4\0\0"}, {254: 1, 330: 8}])
def test_the_preview_of_a_raw_photo_is_not_taken_for_it(tmp_path, tags):
    """Raw photos are TIFFs: first a small picture for the screen, and the photo in a part of its
    own."""
    form = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in tags.items():
        form[tag] = value
        form.tagtype[tag] = 1 if tag == 50706 else 4
    content = saved("TIFF", PICTURE.resize((16, 12)), tiffinfo=form)
    with pytest.raises(UserError, match="a raw photo of a camera, which is not read"):
        check_image(tmp_path / "photo.dng", content)


def test_pixels_that_are_letters_make_no_raw_photo(tmp_path):
    """libtiff puts pixels where raw photos of Canon have their mark: CR, and 2."""
    array = np.zeros((4, 5, 3), np.uint8)
    array[0, 0] = (67, 82, 90)
    plain = [cv2.IMWRITE_TIFF_COMPRESSION, 1]
    content = cv2.imencode(".tiff", array[..., ::-1], plain)[1].tobytes()
    assert content[8:10] == b"CR"
    assert (open_image(tmp_path / "a.tiff", content=content) == array).all()
    with pytest.raises(UserError, match="a raw photo of a camera, which is not read"):
        check_image(tmp_path / "a.cr2", content[:10] + b"\2\0" + content[12:])


def bands_apart(values, compression=1):
    """A TIFF (height, width, 3) of three strips, one for each band, written by hand."""
    packed = [np.ascontiguousarray(values[..., band]).tobytes() for band in range(3)]
    packed = [zlib.compress(one) for one in packed] if compression == 8 else packed
    bits, (height, width) = 8 * values.itemsize, values.shape[:2]
    entries = 11
    behind = 8 + 2 + 12 * entries + 4  # bits, places and sizes of the strips, then the strips
    places = [behind + 30 + sum(map(len, packed[:band])) for band in range(3)]
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, behind), (259, 3, 1, compression)]
    tags += [(262, 3, 1, 2), (273, 4, 3, behind + 6), (277, 3, 1, 3), (278, 4, 1, height)]
    tags += [(279, 4, 3, behind + 18), (284, 3, 1, 2), (339, 3, 1, 1)]
    head = b"II*\0" + struct.pack("<IH", 8, entries)
    directory = b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    beside = struct.pack("<3H6I", bits, bits, bits, *places, *map(len, packed))
    return head + directory + beside + b"".join(packed)


def test_bands_of_sixteen_bits_one_behind_the_other_are_not_taken_for_bytes(tmp_path):
    """Pillow shows the first half of each band, stretched to twice its width."""
    deep = SHOWN.astype("<u2") * 257
    for content in (bands_apart(SHOWN), bands_apart(deep, compression=8)):
        np.testing.assert_array_equal(open_image(tmp_path / "a.tif", content=content), SHOWN)
    with pytest.raises(UserError, match="bands stand one behind the other") as caught:
        check_image(tmp_path / "a.tif", bands_apart(deep))
    assert "каналы стоят друг за другом" in translator("ru", "vision")(str(caught.value))


def with_chunk(content, name, data):
    """A PNG with one more chunk behind its header."""
    chunk = struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return content[:33] + chunk + content[33:]


@pytest.mark.parametrize(("curve", "wide"), [(16, True), (18, True), (13, False)])
def test_a_wide_range_of_brightness_is_told(tmp_path, curve, wide):
    """Transfer characteristics of ITU-T H.273: 16 is PQ, 18 is HLG, 13 that of usual screens."""
    content = with_chunk(PNG, b"cICP", bytes([9, curve, 0, 1]))
    avif = saved("AVIF")
    place = avif.index(b"colrnclx") + len("colrnclx") + 2
    avif = avif[:place] + struct.pack(">H", curve) + avif[place + 2 :]
    for one in (content, avif):
        losses = check_image(tmp_path / "a", one).losses
        assert any("HDR" in loss for loss in losses) == wide
