"""Masks that are pictures in colour: a colour for each class, the same in all files."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from common.cli import main
from tests.cases.masks import BLACK, CREAM, GREEN, RED, Pairs, notes, spot
from vision.__main__ import DOMAIN

BLUE, YELLOW, GREY, WHITE = (0, 0, 255), (255, 255, 0), (128, 128, 128), (255, 255, 255)
QUICK = ["--epochs", "1", "--size", "32", "--width", "4", "--depth", "2", "--batch-size", "4"]


@pytest.fixture
def pairs(tmp_path):
    return Pairs(tmp_path / "given")


def drawn(mask, *colours):
    """A mask in colour: those of 0, 1, 2, …"""
    return np.array(colours, np.uint8)[mask]


def test_colours_are_classes_whatever_colours_a_file_holds(pairs):
    pairs.add("a", drawn(spot(1, 2), BLACK, RED, GREEN))
    pairs.add("b", drawn(spot(1), BLACK, RED))
    pairs.add("c", drawn(spot(1), BLACK, GREEN))
    pairs.add("d", drawn(spot(1), BLACK, GREEN), suffix=".bmp")
    found = pairs.load()
    assert found.classes == ("background", "#00ff00", "#ff0000")
    assert [found.mask(row).tolist() for row in range(4)] == [
        spot(2, 1).tolist(),
        spot(2).tolist(),
        spot(1).tolist(),
        spot(1).tolist(),
    ]
    assert "masks hold colours: #00ff00 4.69%, #ff0000 3.12% of the pixels; 100% of" in notes(found)


def test_blue_is_a_class_and_not_what_nobody_knows(pairs):
    pairs.add("a", drawn(spot(1), BLACK, BLUE))
    found = pairs.load()
    assert found.classes == ("background", "#0000ff")
    assert (found.mask(0) == spot(1)).all()


@pytest.mark.parametrize("grey", [GREY, WHITE, (1, 1, 1)])
def test_a_grey_class_is_one_colour_among_others(pairs, grey):
    pairs.add("a", drawn(spot(1, 2), BLACK, grey, RED))
    pairs.add("b", drawn(spot(1), BLACK, grey))  # alone, it would be the class id of its level
    pairs.add("c", drawn(spot(), BLACK))
    found = pairs.load()
    one, two = (2, 1) if grey > RED else (1, 2)
    assert len(found.classes) == 3
    assert (found.mask(0) == spot(one, two)).all()
    assert (found.mask(1) == spot(one)).all()
    assert not found.mask(2).any()


def test_a_palette_beside_colours_means_its_colours_be_they_transparent_or_not(pairs):
    pairs.add("a", drawn(spot(1, 2), BLACK, GREEN, RED))
    pairs.add("b", spot(1, 2), [BLACK, RED, GREEN], transparency=1)
    found = pairs.load()
    assert (found.mask(0) == spot(1, 2)).all()
    assert (found.mask(1) == spot(2, 1)).all()


def test_what_is_transparent_is_background(pairs):
    opaque = (spot(1) * 255)[..., None]
    pairs.add("a", np.concatenate([drawn(spot(), RED), opaque], 2))
    assert (pairs.load().mask(0) == spot(1)).all()


def test_colours_without_black_are_classes_all_of_them_which_is_said(pairs):
    pairs.add("a", drawn(spot(1, 2), BLUE, RED, YELLOW))
    found = pairs.load()
    assert found.classes == ("background", "#0000ff", "#ff0000", "#ffff00")
    assert (found.mask(0) == spot(1, 2) + 1).all()
    assert "no pixel is background" in notes(found)


def test_two_colours_without_black_are_refused(pairs):
    pairs.add("a", drawn(spot(1), WHITE, RED))
    pairs.refused("no mask holds black: expected the background as black, and there are #ff0000, ")


def test_plain_ids_beside_colours_are_refused(pairs):
    pairs.add("a", drawn(spot(1), BLACK, RED))
    pairs.add("b", spot(2))
    pairs.refused("b.png: these masks are in colour, so that colours tell the classes, and this")


def test_black_and_white_without_channels_beside_colours(pairs):
    pairs.add("a", drawn(spot(1), BLACK, RED))
    pairs.add("b", spot(255))
    assert pairs.load().classes == ("background", "#ff0000", "#ffffff")


@pytest.mark.parametrize(("suffix", "kind"), [(".jpg", "JPEG"), (".webp", "WEBP")])
def test_colours_in_a_format_that_changes_them_are_refused_by_its_name(pairs, suffix, kind):
    pairs.add("a", drawn(spot(1, 2), BLACK, RED, GREEN), suffix=suffix, quality=90)
    pairs.refused(rf"a{suffix}: a mask in \d+ colours \(.*\), saved as {kind}, which changes them")


def test_a_photo_is_no_mask(pairs):
    pairs.add("a", np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8))
    pairs.refused(r"a.png: a mask in 192 colours \(#.*, …\), expected class ids, 0 and 255, or one")


def test_smooth_edges_are_no_classes(pairs):
    large = Image.new("RGB", (160, 160))
    pen = ImageDraw.Draw(large)
    pen.ellipse((16, 24, 80, 88), fill=RED)
    pen.ellipse((88, 80, 144, 136), fill=GREEN)
    small = np.array(large.resize((40, 40), Image.Resampling.BOX))
    assert 10 < len(np.unique(small.reshape(-1, 3), axis=0)) < 64  # few enough for classes
    pairs.add("a", small)
    pairs.refused(r"masks in \d+ colours .* found at edges alone, between others: drawn or resized")


def test_many_masks_of_colours_of_their_own_are_no_classes(pairs):
    for name in range(3):
        colours = np.random.default_rng(name).integers(1, 256, (33, 3))
        mask = np.kron(np.arange(33).reshape(3, 11), np.ones((4, 4), int))
        pairs.add(str(name), drawn(mask, BLACK, *colours[1:]))
    pairs.refused("masks in 97 colours")


def test_a_thin_class_stays_one(pairs):
    mask = spot(1, 2)
    mask[8] = 3
    pairs.add("a", drawn(mask, BLACK, RED, GREEN, YELLOW))
    found = pairs.load()
    assert found.classes == ("background", "#00ff00", "#ff0000", "#ffff00")
    assert "edges" not in notes(found)


def outlined(width):
    """A mask of two things, with a border around each, as PASCAL VOC has it."""
    mask = np.zeros((48, 64), np.uint8)
    mask[10:26, 8:28], mask[20:40, 38:54] = 1, 2
    around = cv2.dilate((mask > 0).astype(np.uint8), np.ones((2 * width + 1,) * 2)) - (mask > 0)
    mask[around > 0] = 3
    return mask


@pytest.mark.parametrize("width", [1, 5])
def test_the_borders_of_pascal_voc_are_no_class_in_colour_either(pairs, width):
    pairs.add("a", drawn(outlined(width), BLACK, RED, GREEN, CREAM))
    found = pairs.load()
    assert found.classes == ("background", "#00ff00", "#ff0000")
    expected = np.array([0, 2, 1, 255])[outlined(width)]
    assert (found.mask(0) == expected).all()
    share = (expected == 255).mean()
    assert f"#e0e0c0, what nobody knows: {share:.2%} of the pixels" in notes(found)
    learned = ("background", "#00ff00", "#e0e0c0", "#ff0000")
    assert pairs.load(classes=learned).mask(0).max() == 3


def test_that_colour_is_a_class_where_it_fills_areas(pairs):
    mask = np.kron(spot(1, 2), np.ones((4, 4), np.uint8))
    pairs.add("a", drawn(mask, BLACK, RED, CREAM))
    assert pairs.load().classes == ("background", "#e0e0c0", "#ff0000")


def test_masks_in_colour_turn_with_their_pictures(pairs):
    pairs.add("a", drawn(spot(1, 0, 2), BLACK, GREEN, RED), orientation=6)
    assert (pairs.load().mask(0) == np.rot90(spot(1, 0, 2), -1)).all()


def test_a_run_reads_colours_again_and_refuses_others(pairs, tmp_path, capsys):
    for number in range(12):
        mask = np.kron(spot(1, 2), np.ones((2, 2), np.uint8))
        pairs.add(f"{number:02}", drawn(mask, BLACK, RED, GREEN))
    run = tmp_path / "run"
    words = ["train", "--images", str(pairs.images), "--masks", str(pairs.masks), *QUICK]
    assert main(DOMAIN, [*words, "--out", str(run)]) == 0
    june = Pairs(tmp_path / "june")
    june.add("a", drawn(spot(1), BLACK, RED))
    assert june.load(classes=("background", "#00ff00", "#ff0000")).mask(0).max() == 2
    capsys.readouterr()
    words = ["evaluate", str(run), "--images", str(june.images), "--masks", str(june.masks)]
    assert main(DOMAIN, [*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["examples"] == 1
    june.add("b", drawn(spot(1), BLACK, YELLOW))
    assert main(DOMAIN, words) == 2
    assert "hold the colours #ffff00, the network learned #00ff00, #ff0000" in (
        capsys.readouterr().err
    )
