"""Folders of pictures and masks for the cases."""

import numpy as np
import pytest
from PIL import Image

from common.errors import UserError
from vision.data import from_folders

RED, GREEN, BLACK, CREAM = (255, 0, 0), (0, 255, 0), (0, 0, 0), (224, 224, 192)
RNG = np.random.default_rng(0)


class Pairs:
    """Two folders to fill with pictures and masks."""

    def __init__(self, place):
        self.images, self.masks = place / "images", place / "masks"
        self.images.mkdir(parents=True)
        self.masks.mkdir()

    def picture(self, name, *, size=(12, 16), orientation=1):
        image = Image.fromarray(RNG.integers(0, 256, (*size, 3), dtype=np.uint8))
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.save(self.images / name, exif=exif)

    def add(self, name, mask, palette=None, *, orientation=1, turned=False, **options):
        """Add a pair; the picture's size is the mask's, or with `turned` its transpose."""
        size = mask.shape[1::-1] if turned else mask.shape[:2]
        self.picture(f"{name}.png", size=size, orientation=orientation)
        picture = Image.fromarray(mask)
        if palette is not None:
            picture = picture.convert("P")
            picture.putpalette([part for colour in palette for part in colour])
        suffix = options.pop("suffix", ".png")
        picture.save(self.masks / f"{name}{suffix}", **options)

    def load(self, **options):
        return from_folders(self.images, self.masks, progress=False, **options)

    def refused(self, words, **options):
        with pytest.raises(UserError, match=words) as caught:
            self.load(**options)
        assert "\n" not in str(caught.value)


def spot(*values):
    """A mask with a block of 12 pixels for each value."""
    mask = np.zeros((12, 16), np.uint8)
    for place, value in enumerate(values):
        mask[3:6, 4 * place : 4 * place + 4] = value
    return mask


def notes(found):
    return " | ".join(found.notes)
