"""Masks from maps, whose header names a value that stands for nothing."""

import numpy as np
import pytest
from PIL import Image

from tests.cases.masks import Pairs, notes, spot

GDAL_NODATA = 42113


@pytest.fixture
def pairs(tmp_path):
    return Pairs(tmp_path)


def add(pairs, name, mask, nothing):
    pairs.add(name, mask, suffix=".tif", tiffinfo={GDAL_NODATA: nothing})


@pytest.mark.parametrize(
    ("kind", "stored", "said"),
    [
        (np.uint8, 2, "2"),
        (np.uint8, 255, "255"),
        (np.uint16, 65535, "65535 "),
        (np.int32, -9999, "-9999"),
        (np.float32, -9999, "-9999.0"),
        (np.float32, np.nan, "nan"),
    ],
)
def test_a_value_that_stands_for_nothing_is_no_class(pairs, kind, stored, said):
    mask = spot(1, 0, 7).astype(kind)
    mask[mask == 7] = stored
    add(pairs, "a", mask, said)
    found = pairs.load()
    assert found.classes == ("background", "object")
    assert (found.mask(0) == spot(1, 0, 255)).all()
    assert "255, what nobody knows: 6.25% of the pixels" in notes(found)


def test_where_0_stands_for_nothing_it_is_the_background_all_the_same(pairs):
    add(pairs, "a", spot(1, 2), "0")  # as programs for maps write masks that they draw
    assert (pairs.load().mask(0) == spot(1, 2)).all()


@pytest.mark.parametrize("said", ["", "none", "0x", "1e400"])
def test_what_is_no_number_is_passed_over(pairs, said):
    add(pairs, "a", spot(1, 2), said)
    assert (pairs.load().mask(0) == spot(1, 2)).all()


def test_255_of_two_meanings_is_refused(pairs):
    add(pairs, "a", spot(255, 128), "128")
    pairs.refused("a.tif: holds 255, and its header says that 128 stands for nothing: write the")


@pytest.mark.parametrize(("stored", "said"), [(255, "255"), (9, "9")])
def test_nothing_alone_is_no_object(pairs, stored, said):
    add(pairs, "a", spot(stored), said)
    pairs.refused("beside 0 they hold nothing but what their headers say stands for nothing")


@pytest.mark.parametrize("white", [255, 65535])
@pytest.mark.parametrize("said", ["-9999", "nan", "128", "1"])
def test_a_value_of_nothing_that_no_pixel_has_leaves_white_the_object(pairs, white, said):
    """Programs for maps keep in the header of a mask what stood in that of the picture."""
    mask = spot(1).astype(np.uint8 if white == 255 else np.uint16) * white
    add(pairs, "a", mask, said)
    found = pairs.load()
    assert found.classes == ("background", "object")
    assert (found.mask(0) == spot(1)).all()


def test_white_of_a_mask_of_sixteen_bits_is_not_255(pairs):
    add(pairs, "a", spot(1).astype(np.uint16) * 65535, "255")
    assert (pairs.load().mask(0) == spot(1)).all()
    add(pairs, "a", spot(1).astype(np.uint16) * 65535, "65535")
    pairs.refused("beside 0 they hold nothing but what their headers say stands for nothing")


def test_white_that_is_nothing_in_one_mask_alone_is_refused(pairs):
    """Taken for the object there it would be wrong, and so it would be as nothing elsewhere."""
    add(pairs, "a", spot(255), "-9999")
    add(pairs, "b", -9999 * spot(1).astype(np.int32), "-9999")
    pairs.refused(r"b\.tif: beside 0 it holds nothing but what its header says .*, and others 255")


def test_a_colour_mask_of_a_map_is_read_as_before(pairs):
    colours = np.array([(0, 0, 0), (255, 0, 0)], np.uint8)[spot(1)]
    pairs.picture("a.png")
    Image.fromarray(colours).save(pairs.masks / "a.tif", tiffinfo={GDAL_NODATA: "7"})
    assert (pairs.load().mask(0) == spot(1)).all()
