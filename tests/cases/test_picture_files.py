"""Pictures as strangers' programs write them: bands, deep channels, texts, pages, other kinds."""

import struct
import zlib
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from common.errors import UserError
from vision.data import from_folders, pictures_in
from vision.files import list_pictures
from vision.image_facts import check_image
from vision.images import open_image

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 256, (12, 16, 3), dtype=np.uint8)


def tiff(path, array, *, photometric, extra=(), more=()):
    """Write a TIFF with bands as programs for maps write it, without any library."""
    height, width = array.shape[:2]
    bands = array.shape[2] if array.ndim == 3 else 1
    kind = 3 if array.dtype.kind == "f" else 1
    bits = [8 * array.dtype.itemsize] * bands
    tags = [(256, [width]), (257, [height]), (258, bits), (259, [1]), (262, [photometric])]
    tags += [(273, [0]), (277, [bands]), (278, [height]), (279, [array.nbytes])]
    tags += [(338, list(extra))] if extra else []
    tags += [(339, [kind] * bands), *more]
    start = 8 + 2 + 12 * len(tags) + 4
    entries, tail = b"", b""
    for tag, values in tags:
        packed = struct.pack(f"<{len(values)}I", *values)
        if len(values) > 1:
            packed, place = struct.pack("<I", start + len(tail)), packed
            tail += place
        entries += struct.pack("<HHI", tag, 4, len(values)) + packed
    # The pixels lie behind everything: their place, the only 0 among the offsets, is known now.
    entries = entries.replace(
        struct.pack("<HHII", 273, 4, 1, 0), struct.pack("<HHII", 273, 4, 1, start + len(tail))
    )
    header = b"II*\0" + struct.pack("<IH", 8, len(tags))
    path.write_bytes(header + entries + bytes(4) + tail + array.tobytes())
    return path


def notes_of(folder):
    return " | ".join(pictures_in(folder, progress=False).notes)


@pytest.mark.parametrize(
    ("bands", "kind", "words"),
    [
        (4, np.uint8, "a TIFF of 4 bands of 8-bit whole numbers, expected 1"),
        (5, np.uint16, "a TIFF of 5 bands of 16-bit whole numbers, expected 1"),
        (8, np.uint8, "a TIFF of 8 bands of 8-bit whole numbers, expected 1"),
        (3, np.float32, "a TIFF of 3 bands of 32-bit real numbers, expected 1"),
    ],
)
def test_bands_that_no_picture_has_are_counted(tmp_path, bands, kind, words):
    array = RNG.integers(0, 200, (12, 16, bands)).astype(kind)
    path = tiff(tmp_path / "field.tif", array, photometric=1, extra=(0,) * (bands - 1))
    with pytest.raises(UserError, match=f"field.tif: {words}") as caught:
        open_image(path)
    assert "\n" not in str(caught.value)


def test_a_fourth_band_of_a_coloured_picture_is_left_out_and_said(tmp_path):
    array = np.dstack([COLOURS, np.full((12, 16), 3, np.uint8)])
    path = tiff(tmp_path / "field.tif", array, photometric=2, extra=(0,))
    assert (open_image(path) == COLOURS).all()
    assert (
        "1 of 1 have more bands than are seen, of which the last are left out (field.tif)"
        in notes_of(tmp_path)
    )


def test_what_transparency_hides_is_said(tmp_path):
    array = np.dstack([COLOURS, np.full((12, 16), 90, np.uint8)])
    tiff(tmp_path / "field.tif", array, photometric=2, extra=(2,))
    assert "transparent parts, which become black (field.tif)" in notes_of(tmp_path)
    Image.fromarray(np.dstack([COLOURS, np.full((12, 16), 255, np.uint8)])).save(
        tmp_path / "field.tif"
    )
    assert notes_of(tmp_path) == ""


@pytest.mark.parametrize("name", ["deep.png", "deep.tif", "grey.png", "grey.tif"])
def test_deep_pictures_that_use_little_of_their_range_are_said_to(tmp_path, name):
    values = np.linspace(480, 2760, 12 * 16).astype(np.uint16).reshape(12, 16)
    deep = values if name.startswith("grey") else np.dstack([values] * 3)
    cv2.imwrite(str(tmp_path / name), deep)
    assert "hold only 480 to 2,760 of 0 to 65,535: of 256 grey levels 10 are left" in notes_of(
        tmp_path
    )
    cv2.imwrite(str(tmp_path / name), deep * 23)
    assert notes_of(tmp_path) == ""


def test_deep_colours_of_a_plain_tiff(tmp_path):
    array = RNG.integers(480, 2760, (12, 16, 3)).astype(np.uint16)
    tiff(tmp_path / "field.tif", array, photometric=2)
    assert "of 0 to 65,535" in notes_of(tmp_path)


def test_the_tags_of_a_map_are_passed_over_in_silence(tmp_path, capfd):
    """OpenCV and libtiff speak of each tag that they do not know."""
    array = RNG.integers(480, 2760, (12, 16, 3)).astype(np.uint16)
    more = [(33550, [1, 1, 0]), (42112, [7, 7]), (50838, [3])]
    tiff(tmp_path / "field.tif", array, photometric=2, more=more)
    assert "of 0 to 65,535" in notes_of(tmp_path)
    four = np.zeros((6, 6, 5), np.uint8)
    tiff(tmp_path / "field.tif", four, photometric=1, extra=(0, 0, 0, 0), more=more)
    with pytest.raises(UserError, match="5 bands"):
        notes_of(tmp_path)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("kind", ["text", "itxt"])
def test_texts_of_any_length_in_a_png_are_no_matter(tmp_path, compressed, kind):
    words = PngInfo()
    add = words.add_text if kind == "text" else words.add_itxt
    add("parameters", "a field by night, " * 300_000, zip=compressed)
    Image.fromarray(COLOURS).save(tmp_path / "render.png", pnginfo=words)
    assert (open_image(tmp_path / "render.png") == COLOURS).all()
    assert check_image(tmp_path / "render.png", (tmp_path / "render.png").read_bytes()).size == (
        12,
        16,
    )


def test_texts_behind_the_pixels_and_a_profile_too_long(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "late.png")
    content = (tmp_path / "late.png").read_bytes()

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    long = zlib.compress(bytes(2**21))
    late = content[:-12] + chunk(b"zTXt", b"scene\0\0" + long) + content[-12:]
    profiled = content[:33] + chunk(b"iCCP", b"mine\0\0" + long) + content[33:]
    for changed in (late, profiled):
        (tmp_path / "late.png").write_bytes(changed)
        assert (open_image(tmp_path / "late.png") == COLOURS).all()


def test_a_png_is_still_turned_by_what_its_texts_say(tmp_path):
    words = PngInfo()
    words.add_text("parameters", "a field, " * 200_000, zip=True)
    xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="6"/>'
    words.add_itxt("XML:com.adobe.xmp", xmp + "</rdf:RDF></x:xmpmeta>")
    Image.fromarray(COLOURS).save(tmp_path / "turned.png", pnginfo=words)
    assert (open_image(tmp_path / "turned.png") == np.rot90(COLOURS, -1)).all()


def test_several_pages_are_said(tmp_path):
    first, second = Image.fromarray(COLOURS), Image.new("RGB", (16, 12))
    first.save(tmp_path / "pages.tif", save_all=True, append_images=[second])
    assert (open_image(tmp_path / "pages.tif") == COLOURS).all()
    assert "several pages or frames, of which the first is read (pages.tif)" in notes_of(tmp_path)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0\0\0\x1cftypheix\0\0\0\0mif1heix", "a HEIC picture, which is not read; save it as"),
        (b"8BPS\0\1" + bytes(40), "a Photoshop file, not a picture"),
        (b"%PDF-1.7\n", "a PDF, not a picture"),
        (b'\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing, not a picture"),
        (b"<!doctype html><html>", "a web page, not a picture"),
        (bytes(128) + b"DICM" + bytes(8), "a DICOM picture, which is not read"),
        (
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
            "a video, not a picture; .* ends in .mp4",
        ),
        (b"\x1aE\xdf\xa3" + bytes(40), "a video, not a picture; .* ends in .mkv"),
        (b"II*\0\xff\xff\xff\xff", "a TIFF that cannot be read"),
        (b"II*\0", "not a picture|a TIFF that cannot be read|damaged"),
    ],
)
def test_other_kinds_are_named(tmp_path, content, words):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(UserError, match=f"a.png: ({words})"):
        open_image(tmp_path / "a.png")


def test_what_macos_adds_to_an_archive_is_no_picture(tmp_path):
    inside = tmp_path / "__MACOSX" / "day"
    inside.mkdir(parents=True)
    (inside / "a.png").write_bytes(b"\0\5\x16\7" + b"\0" * 80)
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    assert list_pictures(tmp_path).names == ["a.png"]


def test_links_to_folders_are_followed_once_and_in_no_circle(tmp_path):
    inside = tmp_path / "elsewhere"
    inside.mkdir()
    Image.fromarray(COLOURS).save(inside / "a.png")
    place = tmp_path / "place"
    place.mkdir()
    (place / "day").symlink_to(inside, target_is_directory=True)
    (place / "day2").symlink_to(inside, target_is_directory=True)
    (inside / "back").symlink_to(place, target_is_directory=True)
    assert len(list_pictures(place).names) == 1


def test_copies_of_a_picture_stay_on_one_side_of_the_split(tmp_path):
    for kind in ("images", "masks"):
        (tmp_path / kind).mkdir()
    for number in range(12):
        rng = np.random.default_rng(number % 4)
        picture = rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)
        Image.fromarray(picture).save(tmp_path / "images" / f"{number:02}.png")
        mask = np.zeros((12, 16), np.uint8)
        mask[3:6, 3:9] = 255
        Image.fromarray(mask).save(tmp_path / "masks" / f"{number:02}.png")
    read = from_folders(tmp_path / "images", tmp_path / "masks", progress=False)
    assert "copies among the 12 pictures: 8 (04.png = 00.png" in " | ".join(read.notes)
    groups = read.split_by["groups"]
    assert all(
        (groups[row] == groups[other]) == (row % 4 == other % 4)
        for row in range(12)
        for other in range(12)
    )


def test_kinds_that_are_not_read_are_counted_beside_those_that_are(tmp_path):
    images, masks = tmp_path / "images", tmp_path / "masks"
    for place in (images, masks):
        place.mkdir()
    for name in "ab":
        Image.fromarray(COLOURS).save(images / f"{name}.png")
        Image.fromarray(np.eye(12, 16, dtype=np.uint8)).save(masks / f"{name}.png")
    (images / "c.HEIC").write_bytes(b"x")
    (images / "notes.txt").write_bytes(b"x")
    (images / "d.MP4").write_bytes(b"x")
    words = "left out, for such files are not read in a folder: 1 .heic, 1 .mp4; save pictures"
    assert words in " | ".join(from_folders(images, masks, progress=False).notes)
    assert words in notes_of(images)
    Image.fromarray(np.eye(12, 16, dtype=np.uint8)).save(masks / "c.png")
    with pytest.raises(UserError, match=r"without a picture \(c.png\); not read: 1 .heic, 1 .mp4"):
        from_folders(images, masks, progress=False)


def test_what_ails_many_files_is_said_once(tmp_path):
    for number in range(9):
        array = np.zeros((6, 6, 4), np.uint8)
        tiff(tmp_path / f"{number}.tif", array, photometric=1, extra=(0, 0, 0))
    with pytest.raises(UserError, match=r"0.tif: .*\(and 8 more such\)") as caught:
        pictures_in(tmp_path, progress=False)
    assert "1.tif" not in str(caught.value)


def jpeg(picture, **options):
    file = BytesIO()
    Image.fromarray(picture).save(file, "JPEG", **options)
    return file.getvalue()


NOISE = RNG.integers(0, 256, (90, 130, 3), dtype=np.uint8)
HALF_WHITE = np.where(np.arange(90)[:, None, None] < 40, NOISE, 255).astype(np.uint8)
OPTIONS = [{}, {"subsampling": 0}, {"restart_marker_rows": 1}, {"progressive": True}]


@pytest.mark.parametrize("picture", [NOISE, HALF_WHITE, NOISE[..., 0]])
@pytest.mark.parametrize("share", [0.3, 0.9])
@pytest.mark.parametrize("options", OPTIONS[:3])
def test_a_jpeg_whose_pixels_end_before_its_end_is_damaged(picture, share, options):
    """Half a download that something closed: the rest would be learned from as grey."""
    whole = jpeg(picture, **options)
    cut = whole[: int(len(whole) * share)].rstrip(b"\xff")
    with pytest.raises(UserError, match=r"a\.jpg: damaged, .*pixels end before"):
        check_image("a.jpg", cut + b"\xff\xd9")


@pytest.mark.parametrize(
    "picture", [NOISE, HALF_WHITE, np.full_like(NOISE, 128), NOISE[:1, :1], np.zeros_like(NOISE)]
)
@pytest.mark.parametrize("options", OPTIONS)
def test_a_whole_jpeg_is_read_whatever_its_last_pixels_are(picture, options):
    assert check_image("a.jpg", jpeg(picture, **options)).size == picture.shape[:2]
    assert check_image("a.jpg", jpeg(picture, **options) + b"and more").size == picture.shape[:2]


def test_what_stands_for_nothing_hides_no_narrow_range(tmp_path):
    """A map's edge of 65535 beside values of twelve bits."""
    narrow = RNG.integers(700, 3000, (20, 24)).astype(np.uint16)
    narrow[:2] = 65535
    for name in ("a.png", "b.png"):
        Image.fromarray(narrow).save(tmp_path / name)
    (note,) = [note for note in pictures_in(tmp_path).notes if "hold only" in note]
    assert "2,9" in note


@pytest.mark.parametrize("values", [(0, 30000, 65535), (0, 65535)])
def test_the_ends_are_a_picture_s_own_where_nearly_nothing_lies_between(tmp_path, values):
    picture = RNG.choice(np.array(values, np.uint16), (20, 24))
    Image.fromarray(picture).save(tmp_path / "a.png")
    assert check_image("a.png", (tmp_path / "a.png").read_bytes()).levels == (0, 65535)
