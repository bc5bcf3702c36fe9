"""Pictures and masks in files: whatever a person has."""

import numpy as np
import pytest
from PIL import Image

from common.errors import UserError
from tests.vision.scenes import bomb
from vision.image_facts import check_image
from vision.images import open_image, write_image
from vision.masks import open_mask, write_mask

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8)
RAMP = np.linspace(0, 255, 54).astype(np.uint8).reshape(6, 9)


def saved(folder, array, name="picture.png", **options):
    Image.fromarray(array).save(folder / name, **options)
    return folder / name


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".tga", ".ppm"])
def test_colours_come_as_they_are(tmp_path, suffix):
    path = saved(tmp_path, COLOURS, "picture" + suffix)
    assert (open_image(path) == COLOURS).all()
    assert check_image(path, path.read_bytes()).size == (6, 9)


@pytest.mark.parametrize(
    ("orientation", "upright"),
    [
        (1, lambda a: a),
        (2, lambda a: a[:, ::-1]),
        (3, lambda a: a[::-1, ::-1]),
        (4, lambda a: a[::-1]),
        (5, lambda a: a.swapaxes(0, 1)),
        (6, lambda a: np.rot90(a, -1)),
        (7, lambda a: a.swapaxes(0, 1)[::-1, ::-1]),
        (8, lambda a: np.rot90(a)),
    ],
)
def test_a_picture_is_upright_as_its_exif_data_says(tmp_path, orientation, upright):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path, COLOURS, exif=exif)
    assert (open_image(path) == upright(COLOURS)).all()
    assert check_image(path, path.read_bytes()).size == upright(COLOURS).shape[:2]
    mask = saved(tmp_path, RAMP // 64, "mask.png", exif=exif)
    assert (open_mask(mask) == upright(RAMP // 64)).all()


def test_grey_palette_and_cmyk_become_rgb(tmp_path):
    assert (open_image(saved(tmp_path, RAMP)) == RAMP[..., None]).all()
    palette = Image.fromarray(RAMP // 64).convert("P")
    palette.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
    palette.save(tmp_path / "palette.png")
    table = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]])
    assert (open_image(tmp_path / "palette.png") == table[RAMP // 64]).all()
    Image.new("CMYK", (4, 4), (255, 0, 0, 0)).save(tmp_path / "ink.jpg", quality=100)
    assert np.abs(open_image(tmp_path / "ink.jpg") - np.array([0.0, 255, 255])).max() < 3


def test_sixteen_bits_are_scaled_not_clipped(tmp_path):
    deep = np.array([[0, 257, 1000], [32768, 65000, 65535]], np.uint16)
    expected = np.rint(deep / 65535 * 255)[..., None]
    for name in ("deep.png", "deep.tif"):
        path = saved(tmp_path, deep, name)
        assert (open_image(path) == expected).all()


def test_real_numbers_from_0_to_1_are_scaled_and_others_are_refused(tmp_path):
    values = np.array([[0.0, 0.25], [0.5, 1.0]], np.float32)
    assert open_image(saved(tmp_path, values, "real.tif"))[..., 0].tolist() == [[0, 64], [128, 255]]
    path = saved(tmp_path, values * 300, "wild.tif")
    with pytest.raises(UserError, match="wild.tif: brightness from 0 to 300, expected 0 to 1"):
        open_image(path)


def test_what_is_transparent_is_black(tmp_path):
    layers = np.full((2, 2, 4), 200, np.uint8)
    layers[..., 3] = [[0, 255], [128, 255]]
    seen = open_image(saved(tmp_path, layers))
    assert seen[..., 0].tolist() == [[0, 200], [100, 200]]
    grey = Image.fromarray(np.full((2, 2), 7, np.uint8))
    grey.save(tmp_path / "key.png", transparency=7)
    assert (open_image(tmp_path / "key.png") == 0).all()


def test_of_an_animated_picture_the_first_frame_is_seen(tmp_path):
    first, second = (Image.new("RGB", (5, 4), colour) for colour in ("red", "blue"))
    first.save(tmp_path / "moving.gif", save_all=True, append_images=[second])
    assert (open_image(tmp_path / "moving.gif") == (255, 0, 0)).all()


@pytest.mark.parametrize(
    "name", ["поле и пруд.png", "a b  c.jpg", "ёжик №1 (копия).webp", "鳥.tif"]
)
def test_names_may_be_in_any_script_with_spaces(tmp_path, name):
    path = tmp_path / "мои снимки" / name
    path.parent.mkdir()
    write_image(path, COLOURS)
    assert open_image(path).shape == (6, 9, 3)
    assert [file.name for file in path.parent.iterdir()] == [name]


@pytest.mark.parametrize("name", ["cut.jpg", "cut.png", "cut.webp", "cut.tif"])
def test_a_truncated_picture_is_an_error_that_names_it(tmp_path, name):
    noise = RNG.integers(0, 256, (80, 80, 3), dtype=np.uint8)
    path = saved(tmp_path, noise, name)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    for read in (open_image, lambda path: check_image(path, path.read_bytes())):
        with pytest.raises(UserError, match=rf"{name}: damaged, cannot be read \(.+\)$"):
            read(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello, this is text\n", "a text, not a picture"),
        (b"", "empty, not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_by_content(tmp_path, content, words):
    path = tmp_path / "text.png"
    path.write_bytes(content)
    with pytest.raises(UserError, match=f"text.png: .*{words}"):
        open_image(path)


@pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL")
def test_damage_of_any_kind_is_one_line(tmp_path):
    rng, said = np.random.default_rng(1), []
    for kind in ("PNG", "GIF", "TIFF", "JPEG", "WEBP", "BMP"):
        path = tmp_path / f"bad.{kind.lower()}"
        Image.fromarray(COLOURS).save(path, format=kind)
        good = path.read_bytes()
        for _ in range(30):
            bad = bytearray(good)
            for place in rng.integers(0, len(bad), 4):
                bad[place] = rng.integers(256)
            path.write_bytes(bad)
            try:
                open_image(path)
            except UserError as error:
                said.append((path.name, str(error)))
    assert len(said) > 30
    for name, message in said:
        assert name in message
        assert "\n" not in message


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_refused_unopened(tmp_path):
    for side in (10_000, 60_000):  # Pillow itself warns of the first and refuses the second
        path = tmp_path / "bomb.png"
        path.write_bytes(bomb(side, side))
        with pytest.raises(UserError, match="bomb.png: more than 89,478,485 pixels"):
            open_image(path)


@pytest.mark.parametrize("name", ["none.png", "."])
def test_a_missing_file_and_a_folder_are_named(tmp_path, name):
    with pytest.raises(UserError, match="no such file|a folder, expected a picture"):
        open_image(tmp_path / name)


def test_a_palette_mask_keeps_its_indices(tmp_path):
    ids = RNG.integers(0, 256, (16, 16), dtype=np.uint8)
    path = tmp_path / "маска.png"
    write_mask(path, ids)
    assert (open_mask(path) == ids).all()
    shown = open_image(path)
    assert (shown[ids == 0] == 0).all()
    assert len(np.unique(shown[ids < 20].reshape(-1, 3), axis=0)) == len(np.unique(ids[ids < 20]))


def test_a_black_and_white_palette_is_taken_by_its_colours(tmp_path):
    picture = Image.fromarray(np.array([[0, 1], [1, 1]], np.uint8)).convert("P")
    picture.putpalette([255, 255, 255, 0, 0, 0])
    picture.save(tmp_path / "mask.png")
    assert open_mask(tmp_path / "mask.png").tolist() == [[255, 0], [0, 0]]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "1"])
def test_a_grey_mask_may_come_in_any_channels(tmp_path, mode):
    mask = np.array([[0, 255], [255, 0]], np.uint8)
    Image.fromarray(mask).convert(mode).save(tmp_path / "mask.png")
    assert (open_mask(tmp_path / "mask.png") == mask).all()
    assert open_mask(tmp_path / "mask.png").dtype == np.uint8


def test_a_sixteen_bit_mask_holds_ids_or_white(tmp_path):
    ids = np.array([[0, 3], [700, 255]], np.uint16)
    assert open_mask(saved(tmp_path, ids)).tolist() == ids.tolist()
    white = np.array([[0, 65535]], np.uint16)
    assert open_mask(saved(tmp_path, white)).tolist() == [[0, 255]]


def test_a_mask_in_colour_is_refused_with_its_colours(tmp_path):
    mask = np.zeros((3, 3, 3), np.uint8)
    mask[0, 0] = (255, 0, 0)
    with pytest.raises(UserError, match=r"in 2 colours \(#000000, #ff0000\), expected"):
        open_mask(saved(tmp_path, mask))


def test_writing_into_nowhere_is_one_line(tmp_path):
    with pytest.raises(UserError, match="cannot be written"):
        write_image(tmp_path / "none" / "a.png", COLOURS)
    with pytest.raises(UserError, match="'.xyz' is no kind of picture"):
        write_image(tmp_path / "a.xyz", COLOURS)
    assert not list(tmp_path.iterdir())
