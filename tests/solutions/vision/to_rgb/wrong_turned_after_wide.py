"""Turns after the wide picture was made anew, and its note is gone."""

import numpy as np
from PIL import Image, ImageOps

from vision.images import WIDE


def to_rgb(image):
    if image.mode in WIDE:
        values = np.asarray(image, np.float64)
        top = 1 if image.mode == "F" else 65535
        image = Image.fromarray(np.rint(255 * values / top).astype(np.uint8))
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return np.array(image.convert("RGB"))
