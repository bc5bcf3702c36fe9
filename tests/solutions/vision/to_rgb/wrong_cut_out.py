"""Pastes with a mask of yes and no."""

import numpy as np
from PIL import Image, ImageOps

from vision.images import WIDE


def to_rgb(image):
    image = ImageOps.exif_transpose(image)
    if image.mode in WIDE:
        values = np.asarray(image, np.float64)
        top = 1 if image.mode == "F" else 65535
        image = Image.fromarray(np.rint(255 * values / top).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        shown = image.getchannel("A").point(lambda alpha: 255 * (alpha > 127))
        empty = Image.new("RGBA", image.size, "black")
        empty.paste(image, mask=shown)
        image = empty
    return np.array(image.convert("RGB"))
