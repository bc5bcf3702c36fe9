"""Masks as strangers' programs write them: palettes, ids, formats, and how they lie."""

import json

import numpy as np
import pytest
from PIL import Image

from common.cli import main
from tests.cases.masks import BLACK, CREAM, GREEN, RED, Pairs, notes, spot
from tests.vision.scenes import folders, scene
from vision.__main__ import DOMAIN
from vision.data import from_folders
from vision.images import write_image
from vision.masks import open_mask

QUICK = ["--epochs", "1", "--size", "32", "--width", "4", "--depth", "2", "--batch-size", "4"]


@pytest.fixture
def pairs(tmp_path):
    return Pairs(tmp_path / "given")


def test_a_colour_is_one_class_whatever_its_index_in_each_file(pairs):
    pairs.add("a", spot(1), [BLACK, GREEN])
    pairs.add("b", spot(1), [BLACK, RED])
    pairs.add("c", spot(1, 2), [BLACK, RED, GREEN])
    pairs.add("d", 2 - spot(1, 2), [GREEN, RED, BLACK])
    found = pairs.load()
    assert found.classes == ("background", "#00ff00", "#ff0000")
    assert found.mask(0).tolist() == spot(1).tolist()
    assert found.mask(1).tolist() == spot(2).tolist()
    assert found.mask(2).tolist() == spot(2, 1).tolist()
    assert found.mask(3).tolist() == spot(2, 1).tolist()
    assert "masks hold palettes that differ, read by colour: #00ff00" in notes(found)


def test_one_colour_at_two_indices_is_one_class(pairs):
    pairs.add("a", spot(1), [BLACK, GREEN, RED])
    pairs.add("b", spot(2), [BLACK, BLACK, GREEN])
    found = pairs.load()
    assert found.classes == ("background", "#00ff00")
    assert (found.mask(0) == found.mask(1)).all()


def test_black_is_the_background_wherever_the_palette_keeps_it(pairs):
    pairs.add("a", 1 - spot(1), [RED, BLACK])
    pairs.add("b", 1 - spot(1), [RED, BLACK])
    found = pairs.load()
    assert found.classes == ("background", "#ff0000")
    assert (found.mask(0) == spot(1)).all()


def test_palettes_that_agree_keep_their_indices(pairs):
    palette = [BLACK, RED, GREEN, *[(1, 2, 3)] * 252, CREAM]
    pairs.add("a", spot(1, 255), palette)
    pairs.add("b", spot(2), palette)
    found = pairs.load()
    assert found.classes == ("background", "class 1", "class 2")
    assert (found.mask(0) == spot(1, 255)).all()


def test_what_nobody_knows_keeps_its_meaning_where_palettes_differ(pairs):
    rest = [*[(1, 2, 3)] * 252, CREAM]
    pairs.add("a", spot(1, 255), [BLACK, RED, GREEN, *rest])
    pairs.add("b", spot(1), [BLACK, GREEN])
    found = pairs.load()
    assert found.classes == ("background", "#00ff00", "#ff0000")
    assert (found.mask(0) == spot(2, 255)).all()


def test_palettes_that_differ_beside_plain_ids_are_refused(pairs):
    pairs.add("a", spot(1), [BLACK, RED])
    pairs.add("b", spot(1), [BLACK, GREEN])
    pairs.add("c", spot(1))
    pairs.refused("c.png: these masks have palettes that differ, so that colours tell the classes")


def test_palettes_that_differ_without_black_are_refused(pairs):
    pairs.add("a", spot(1), [GREEN, RED])
    pairs.add("b", spot(1), [RED, GREEN])
    pairs.refused("no mask holds black: expected the background as black")


def test_a_run_that_learned_colours_reads_other_masks_by_them(pairs, tmp_path, capsys):
    for number in range(12):
        palette = [BLACK, RED, GREEN] if number % 2 else [BLACK, GREEN, RED]
        pairs.add(f"{number:02}", np.kron(spot(1, 2), np.ones((2, 2), np.uint8)), palette)
    run = tmp_path / "run"
    words = ["train", "--images", str(pairs.images), "--masks", str(pairs.masks), *QUICK]
    assert main(DOMAIN, [*words, "--out", str(run)]) == 0
    june = Pairs(tmp_path / "june")
    june.add("a", spot(1), [BLACK, RED])  # the index 1 would be green, the run's first class
    assert june.load(classes=("background", "#00ff00", "#ff0000")).mask(0).max() == 2
    capsys.readouterr()
    words = ["evaluate", str(run), "--images", str(june.images), "--masks", str(june.masks)]
    assert main(DOMAIN, [*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["examples"] == 1
    june.add("b", spot(1), [BLACK, CREAM])
    assert main(DOMAIN, words) == 2
    assert "hold the colours #e0e0c0, the network learned #00ff00, #ff0000" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(("suffix", "kind"), [(".jpg", "JPEG"), (".webp", "WEBP")])
def test_ids_in_a_format_that_changes_values_are_refused_by_its_name(pairs, suffix, kind):
    pairs.add("a", spot(1, 2, 3), suffix=suffix, quality=100)
    pairs.refused(f"a{suffix}: a mask saved as {kind}, which changes values: it holds")


def test_black_and_white_may_be_a_jpeg_that_kept_them(pairs):
    mask = np.zeros((16, 16), np.uint8)
    mask[:8, :8] = 255
    pairs.add("a", mask, suffix=".jpg", quality=100)
    assert (pairs.load().mask(0) == mask // 255).all()


def test_a_lossless_webp_keeps_ids(pairs):
    pairs.add("a", spot(1, 2), suffix=".webp", lossless=True)
    assert (pairs.load().mask(0) == spot(1, 2)).all()


def test_a_mask_of_several_pages_is_refused(pairs):
    pairs.add("a", spot(1), suffix=".tif", save_all=True, append_images=[Image.new("L", (16, 12))])
    pairs.refused("a.tif: a mask of 2 pages or frames, expected one")


@pytest.mark.parametrize("values", [(1, 2), (1, 255), (3, 7)])
def test_two_values_without_a_background_are_refused(pairs, values):
    mask = np.where(spot(1), values[1], values[0]).astype(np.uint8)
    pairs.add("a", mask)
    pairs.add("b", mask)
    pairs.refused(
        rf"no mask holds 0, the background: all hold {values[0]} \(94% of the pixels\) and "
        rf"{values[1]} \(6% of the pixels\); expected the background as 0"
    )


def test_classes_are_shown_with_their_shares(pairs):
    pairs.add("a", spot(1, 1, 3))
    pairs.add("b", np.maximum(spot(1), np.eye(12, 16, dtype=np.uint8)[::-1] * 0))
    slip = spot(1)
    slip[0, 0] = 5
    pairs.add("c", slip)
    said = notes(pairs.load())
    assert "class 1 8.33%, class 2 0.00%, class 3 2.08%, class 4 0.00%, class 5 0.17%" in said
    assert "in no mask: class 2, class 4" in said
    assert "only a few pixels have class 5 (1 pixel in 1 of 3): a slip of the brush" in said


def test_classes_that_smooth_resizing_invents_are_said(pairs):
    """Between 0 and 3 a smooth edge holds 1 and 2, and no thing is an edge."""
    small = Image.fromarray(np.kron(spot(3), np.ones((4, 4), np.uint8)))
    for name in "ab":
        pairs.add(name, np.array(small.resize((96, 72), Image.Resampling.BILINEAR)))
    assert "found at edges alone, a pixel or two wide: class 1, class 2; masks" in notes(
        pairs.load()
    )


def test_thin_things_of_the_only_class_are_no_edges(pairs):
    mask = np.zeros((12, 16), np.uint8)
    mask[5] = 255
    pairs.add("a", mask)
    assert "edges" not in notes(pairs.load())


def test_masks_that_are_turned_alone_are_said(pairs):
    exif = Image.Exif()
    exif[0x0112] = 3
    pairs.add("a", spot(1), exif=exif)
    assert (
        "turned by EXIF data of their own, which their pictures do not have: 1 of 1 mask"
        in notes(pairs.load())
    )


def test_masks_that_are_labelled_everywhere_say_so(pairs):
    pairs.add("a", np.maximum(spot(2, 3), 1))
    assert "no pixel is background, 0" in notes(pairs.load())


def test_masks_that_are_the_wrong_way_round_say_so(pairs):
    pairs.add("a", 1 - spot(2, 0, 1))
    assert "most pixels are the object" in notes(pairs.load())


def test_masks_of_several_classes_may_be_full(pairs):
    mask = np.maximum(spot(2, 2), 1)
    mask[0] = 0
    pairs.add("a", mask)
    assert "most pixels" not in notes(pairs.load())


def upright(mask, orientation):
    picture = Image.fromarray(mask)
    exif = picture.getexif()
    exif[0x0112] = orientation
    from PIL import ImageOps

    return np.array(ImageOps.exif_transpose(picture))


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_masks_drawn_before_the_turn_are_turned_with_their_pictures(pairs, orientation):
    pairs.add("a", spot(1, 0, 1), orientation=orientation)
    pairs.add("b", spot(0, 1))
    found = pairs.load()
    assert found.image(0).shape[:2] == found.mask(0).shape == (16, 12)
    assert (found.mask(0) == upright(spot(1, 0, 1), orientation)).all()
    assert (found.mask(1) == spot(0, 1)).all()
    assert (
        "drawn before EXIF data turned their pictures, and turned with them: 1 of 2 masks"
        in notes(found)
    )


def test_masks_drawn_over_the_upright_picture_stay(pairs):
    pairs.add("a", spot(1), orientation=6, turned=True)
    pairs.add("b", spot(1)[:, :12], orientation=6)
    found = pairs.load()
    assert (found.mask(0) == spot(1)).all()
    assert (found.mask(1) == spot(1)[:, :12]).all()
    assert "EXIF" not in notes(found)


def test_what_sizes_do_not_tell_others_of_the_folder_do(pairs):
    square = spot(1)[:, :12]
    pairs.add("a", spot(1), orientation=6)
    pairs.add("b", square, orientation=6)
    pairs.add("c", spot(1), orientation=3)
    found = pairs.load()
    assert (found.mask(1) == upright(square, 6)).all()
    assert (found.mask(2) == upright(spot(1), 3)).all()


def test_what_nothing_tells_is_said(pairs):
    pairs.add("a", spot(1)[:, :12], orientation=6)
    pairs.add("b", spot(1), orientation=3)
    found = pairs.load()
    assert (found.mask(1) == spot(1)).all()
    assert "turned by EXIF data: 2 of 2 pictures, and the sizes of" in notes(found)


def test_a_mask_may_be_drawn_in_transparency_alone(pairs):
    alpha = np.zeros((20, 24), np.uint8)
    alpha[4:9, 6:12] = 255
    black = np.zeros((20, 24, 3), np.uint8)
    opaque = np.full_like(alpha, 255)
    pairs.add("a", np.dstack([black, alpha]))
    pairs.add("b", np.dstack([black[..., 0], alpha]))
    pairs.add("c", np.dstack([black, opaque]))  # black that is seen: nothing there
    read = pairs.load()
    for row in range(2):
        assert (read.mask(row) == alpha // 255).all()
    assert not read.mask(2).any()


@pytest.mark.parametrize(
    ("value", "words"), [(290, "a number of its own"), (254, "write the object as 255")]
)
def test_what_may_be_wrong_with_ids_is_said_by_what_they_are(pairs, value, words):
    mask = np.zeros((20, 24), np.uint16)
    mask[4:9, 6:12] = value
    pairs.add("a", mask)
    pairs.refused(words)


@pytest.mark.parametrize("nothing", [-9999, -32768, -256])
def test_a_value_below_0_is_not_taken_for_a_class(pairs, nothing):
    """As maps have where nothing was measured; of its lower byte alone, some would be 0."""
    mask = np.zeros((20, 24), np.int32)
    mask[4:9, 6:12], mask[:2] = 1, nothing
    pairs.picture("a.png", size=mask.shape)
    Image.fromarray(mask).save(pairs.masks / "a.tif")
    pairs.refused(f"holds {nothing}, expected class ids.*write what has no value as 255")


def test_smooth_values_are_not_called_numbers_of_objects_alone(pairs):
    """They may have no gap, from black up to what the picture is brightest."""
    rows, columns = np.indices((40, 48))
    mask = np.rint(200 * np.exp(-((rows - 20) ** 2 + (columns - 24) ** 2) / 120)).astype(np.uint8)
    pairs.add("a", np.searchsorted(np.unique(mask), mask).astype(np.uint8))
    pairs.refused("a number of its own there.*; else it was resized or blurred smoothly")


def test_what_predict_writes_trains_the_next_network(tmp_path, capsys):
    images, masks = folders(tmp_path, 12, classes=2)
    run, out = tmp_path / "run", tmp_path / "out"
    words = ["train", "--images", str(images), *QUICK]
    assert main(DOMAIN, [*words, "--masks", str(masks), "--out", str(run)]) == 0
    assert main(DOMAIN, ["predict", str(run), str(images), "--out", str(out)]) == 0
    names = sorted(path.name for path in images.iterdir())
    assert sorted(path.name for path in (out / "masks").iterdir()) == names
    found = from_folders(images, out / "masks", progress=False)
    assert "palettes" not in notes(found)
    for row, name in enumerate(names):
        assert (found.mask(row) == open_mask(out / "masks" / name)).all()


def test_answers_of_two_pictures_of_one_name_go_back_to_each(tmp_path):
    images, masks = folders(tmp_path, 12)
    run, out = tmp_path / "run", tmp_path / "out"
    words = ["train", "--images", str(images), "--masks", str(masks), *QUICK]
    assert main(DOMAIN, [*words, "--out", str(run)]) == 0
    both = tmp_path / "both"
    both.mkdir()
    for number, name in enumerate(("a.png", "a.jpg", "b.png")):
        write_image(both / name, scene(number)[0])
    assert main(DOMAIN, ["predict", str(run), str(both), "--out", str(out)]) == 0
    answered = sorted(path.name for path in (out / "masks").iterdir())
    assert answered == ["a.jpg.png", "a.png.png", "b.png.png"]


def blobs(count, *, classes=0):
    """A mask with so many squares: each with its own number, or all of some classes."""
    mask = np.zeros((24, 40), np.uint8)
    for number in range(count):
        row, column = divmod(number, 8)
        value = number % classes if classes else number
        mask[5 * row : 5 * row + 3, 5 * column : 5 * column + 3] = value + 1
    return mask


def test_numbers_of_objects_are_told_from_classes(pairs):
    for name, count in zip("abcde", (3, 9, 6, 12, 1), strict=True):
        pairs.add(name, blobs(count))
    assert "the ids go from 1 to 1 in one mask and to 12 in another, and each is one" in notes(
        pairs.load()
    )


@pytest.mark.parametrize("count", [3, 20])
def test_colours_drawn_by_lot_for_each_object(pairs, count):
    colours = np.random.default_rng(1).integers(10, 256, (5, 32, 3), dtype=np.uint8)
    colours[:, 0] = 0
    for name, palette in zip("abcde", colours, strict=True):
        pairs.add(name, palette[blobs(count)])
    if count == 20:
        pairs.refused("masks in 101 colours, nearly each in one mask alone: if colours tell")
    else:
        assert "nearly each colour is in one mask alone: if" in notes(pairs.load())


def test_classes_in_several_places_are_no_numbers_of_objects(pairs):
    for name, count in zip("abcde", (3, 9, 6, 12, 1), strict=True):
        pairs.add(name, blobs(count, classes=4))
    assert "the ids go" not in notes(pairs.load())


def test_more_objects_than_there_may_be_classes(pairs):
    mask = np.zeros((12, 80), np.uint8)
    mask[4] = np.arange(80)
    pairs.add("a", mask)
    pairs.refused("expected class ids 0 to 63, .*if each object has a number of its own there")
