"""Folders of pictures as systems, cameras and data sets leave them."""

import io

import numpy as np
import pytest
from PIL import Image

from common.errors import UserError
from common.translation import translator
from tests.cases.masks import Pairs, notes, spot
from vision.data import pictures_in
from vision.files import list_pictures
from vision.image_kinds import unread_jpeg
from vision.images import open_image

NOISE = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)


@pytest.fixture
def pairs(tmp_path):
    return Pairs(tmp_path)


def jpeg(*, mark=0xC0, bits=8):
    """Return a JPEG whose frame is said to be of another coding, or of other bits."""
    file = io.BytesIO()
    Image.fromarray(NOISE).save(file, "JPEG")
    content = bytearray(file.getvalue())
    frame = content.index(b"\xff\xc0")
    content[frame + 1], content[frame + 4] = mark, bits
    return bytes(content)


@pytest.mark.parametrize(
    "inner",
    [
        "@eaDir",
        "$RECYCLE.BIN",
        "$Recycle.Bin",
        "System Volume Information",
        "lost+found",
        "#recycle",
    ],
)
def test_what_systems_keep_in_a_folder_is_no_picture_of_it(tmp_path, inner):
    (tmp_path / inner).mkdir()
    Image.fromarray(NOISE).save(tmp_path / inner / "thumb.png")
    Image.fromarray(NOISE).save(tmp_path / "a.png")
    assert list_pictures(tmp_path).names == ["a.png"]


def test_pictures_without_a_suffix_are_counted(tmp_path):
    Image.fromarray(NOISE).save(tmp_path / "a.png")
    for name in ("b", "c"):
        Image.fromarray(NOISE).save(tmp_path / name, format="JPEG")
    (tmp_path / "LICENSE").write_text("BM means base map: free")
    (tmp_path / "sound").write_bytes(b"RIFF\x24\0\0\0WAVEfmt " + bytes(24))
    Image.fromarray(NOISE).save(tmp_path / "b", format="WEBP")
    Image.fromarray(NOISE).save(tmp_path / "c", format="BMP")
    assert "not read in a folder: 2 without a suffix; save" in notes(pictures_in(tmp_path))
    (tmp_path / "a.png").unlink()
    with pytest.raises(UserError, match="there are 4 without a suffix$") as caught:
        list_pictures(tmp_path)
    assert "есть 4 без расширения" in translator("ru", "vision")(str(caught.value))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (jpeg(mark=0xF7), "a JPEG-LS picture, which is not read; save it as PNG"),
        (jpeg(mark=0xC3), "a lossless JPEG picture, which is not read; save it as PNG"),
        (jpeg(bits=12), "a JPEG picture of 12 bits, which is not read; save it as PNG"),
        (b"\xff\xd8\xff" + bytes(40), "a JPEG picture, damaged before its size"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a PNG picture, damaged before its size"),
    ],
)
def test_pictures_that_are_not_read_are_not_called_no_pictures(tmp_path, content, words):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(UserError) as caught:
        open_image(tmp_path / "a.png")
    assert str(caught.value) == f"{tmp_path / 'a.png'}: {words}"
    assert translator("ru", "vision")(str(caught.value)) != str(caught.value)


def test_the_marks_of_a_jpeg_are_looked_for_in_a_jpeg_alone(tmp_path):
    lossless = jpeg(mark=0xC3)
    assert unread_jpeg(lossless) == "a lossless JPEG picture, which is not read; save it as PNG"
    assert unread_jpeg(b"BM" + lossless[2:]) == ""


def test_jpeg_ls_is_counted_among_what_is_not_read(tmp_path):
    Image.fromarray(NOISE).save(tmp_path / "a.png")
    (tmp_path / "b.jls").write_bytes(jpeg(mark=0xF7))
    assert "not read in a folder: 1 .jls" in notes(pictures_in(tmp_path))


@pytest.mark.parametrize("kind", [".png", ".jpg", ".tif"])
def test_pictures_in_which_nothing_is_seen_are_told(tmp_path, kind):
    flat = np.full((16, 16) if kind == ".tif" else (16, 16, 3), 7)
    for name, picture in (("a", NOISE), ("b", flat.astype(np.uint16 if kind == ".tif" else "u1"))):
        Image.fromarray(picture).save(tmp_path / f"{name}{kind}")
    said = notes(pictures_in(tmp_path))
    assert f"1 of 2 have one colour from edge to edge, and nothing to be seen (b{kind})" in said


def test_a_tiff_of_sixteen_bits_is_looked_at_in_either_order_of_its_bytes(tmp_path):
    """Pillow tells no extremes of one whose first byte is the high one."""
    for order, mode in (("<", "I;16"), (">", "I;16B")):
        for name, grey in (
            ("flat", np.full(NOISE.shape[:2], 700)),
            ("seen", 257 * NOISE[..., 0].astype(int)),
        ):
            stored = grey.astype(f"{order}u2")
            picture = Image.frombytes(mode, stored.shape[::-1], stored.tobytes())
            picture.save(tmp_path / f"{name}{ord(order)}.tif")
            shown = open_image(tmp_path / f"{name}{ord(order)}.tif")[..., 0]
            assert (shown == np.rint(grey / 257)).all()
    said = notes(pictures_in(tmp_path))
    assert "2 of 4 have one colour from edge to edge, and nothing to be seen (flat60.tif" in said
    assert "left out" not in said


def test_retinas_are_paired_with_what_was_drawn_by_hand(pairs):
    for name in ("21_training", "22_training", "01_test"):
        pairs.picture(f"{name}.tif")
        Image.fromarray(spot(255)).save(pairs.masks / f"{name[:2]}_manual1.gif")
    assert "paired by names such as 01_test.tif and 01_manual1.gif: 3" in notes(pairs.load())


def test_parts_of_a_split_in_names_tell_pictures_apart(pairs):
    for part, value in (("test", 255), ("training", 0)):
        pairs.picture(f"a_{part}.png")
        Image.fromarray(spot(255, value)).save(pairs.masks / f"a_{part}_mask.png")
    found = pairs.load()
    assert [found.name(row) for row in range(2)] == ["a_test.png", "a_training.png"]
    assert [int(found.mask(row).sum()) for row in range(2)] == [24, 12]
