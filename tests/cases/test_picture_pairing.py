"""Pictures and masks are paired by their names, as people give them."""

import numpy as np
import pytest
from PIL import Image

from common.errors import UserError
from tests.cases.masks import Pairs, notes, spot
from vision.data import from_folders


@pytest.fixture
def pairs(tmp_path):
    return Pairs(tmp_path / "given")


@pytest.mark.parametrize(
    ("picture", "mask"),
    [
        ("car{}.jpg", "car{}_mask.gif"),
        ("ISIC_{}.jpg", "ISIC_{}_segmentation.png"),
        ("{}.png", "{}-mask.png"),
        ("img_{}.png", "mask_{}.png"),
        ("{}_sat.jpg", "{}_mask.png"),
        ("{}.jpg", "{}.jpg.png"),
        ("{}.png", "{}.png.png"),
        ("a.b {}.png", "a.b {}_GT.png"),
        ("image{}.JPG", "IMAGE{}_labels.tif"),
        ("car{}.jpg", "car{}Mask.png"),
        ("car{}.jpg", "car{}mask.png"),
        ("car {}.jpg", "car {}-gt.png"),
        ("car{}.jpg", "car{}GT.png"),
        ("car{}.jpg", "maskcar{}.png"),
        ("{}_rgb.jpg", "{}Label.png"),
        ("{}.jpg", "gt{}.png"),
    ],
)
def test_masks_are_found_by_the_names_that_people_give_them(pairs, picture, mask):
    for number in ("1", "01", "11"):
        pairs.picture(picture.format(number))
        ids = np.full((12, 16), 0, np.uint8)
        ids[: int(number), 0] = 255
        Image.fromarray(ids).save(pairs.masks / mask.format(number))
    found = pairs.load()
    assert len(found) == 3
    for row in range(3):
        number = next(n for n in ("11", "01", "1") if n in found.name(row))
        assert found.mask(row).sum() == int(number)


def test_two_pictures_of_one_name_have_their_masks_by_the_whole_name(pairs):
    for name in ("a.png", "a.bmp"):
        pairs.picture(name)
        Image.fromarray(spot(255)).save(pairs.masks / f"{name}.png")
    assert len(pairs.load()) == 2


@pytest.mark.parametrize("mask", ["{}Mask.png", "{}-mask.png", "{}_gt.png", "seg_{}.png"])
def test_masks_may_lie_among_their_pictures(pairs, mask):
    names = ["1", "2", "bigt", "mask house 3"]
    for name in names:
        pairs.picture(f"{name}.jpg")
        Image.fromarray(spot(255)).save(pairs.images / mask.format(name))
    found = from_folders(pairs.images, pairs.images, progress=False)
    assert [found.name(row) for row in range(4)] == [f"{name}.jpg" for name in names]
    assert all((found.mask(row) == spot(1)).all() for row in range(4))


def test_words_for_pictures_may_stand_beside_words_for_masks(pairs):
    pairs.picture("img_1.png")
    Image.fromarray(spot(255)).save(pairs.images / "mask_1.png")
    assert from_folders(pairs.images, pairs.images, progress=False).name(0) == "img_1.png"


@pytest.mark.parametrize("names", [("a.jpg", "b mask.png"), ("a.jpg", "b.jpg")])
def test_one_folder_without_masks_is_refused(pairs, names):
    for name in names:
        pairs.picture(name)
    with pytest.raises(UserError, match="are one folder, .*, as a_mask.png beside a.jpg"):
        from_folders(pairs.images, pairs.images, progress=False)


def test_a_name_that_ends_like_such_a_word_is_its_own(pairs):
    """`bigt` is no ground truth of `bi` while there is a picture of that name."""
    for name in ("bi", "bigt", "unmask"):
        pairs.add(name, spot(255))
    found = pairs.load()
    assert [found.name(row) for row in range(3)] == ["bi.png", "bigt.png", "unmask.png"]
    assert "paired by names" not in notes(found)


def test_two_masks_of_one_picture_are_refused(pairs):
    pairs.picture("car.png")
    for name in ("carMask.png", "carGT.png"):
        Image.fromarray(spot(255)).save(pairs.masks / name)
    pairs.refused("carGT.png and carMask.png have one name: remove one")


def test_names_that_were_stripped_are_shown(pairs):
    pairs.picture("car.png")
    Image.fromarray(spot(255)).save(pairs.masks / "car_mask.png")
    assert "paired by names such as car.png and car_mask.png: 1" in notes(pairs.load())


def test_who_is_alone_is_left_out_as_asked_and_said(pairs):
    for name in "abc":
        pairs.add(name, spot(255))
    pairs.picture("alone.png")
    Image.fromarray(spot(255)).save(pairs.masks / "stray.png")
    pairs.refused(r"1 picture without a mask \(alone.png\).*--unpaired skip leaves such files out")
    found = pairs.load(unpaired="skip")
    assert [found.name(row) for row in range(3)] == ["a.png", "b.png", "c.png"]
    assert (
        "left out, for they are alone: 1 picture without a mask (alone.png), "
        "1 mask without a picture (stray.png)" in notes(found)
    )


def test_folders_with_nothing_in_common_are_refused_even_so(pairs):
    pairs.picture("a.png")
    Image.fromarray(spot(255)).save(pairs.masks / "b.png")
    pairs.refused("are paired by file name", unpaired="skip")
