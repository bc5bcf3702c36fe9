"""Turns the picture away from upright."""

import numpy as np
from PIL import Image, ImageOps

from vision.images import WIDE


def to_rgb(image):
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90}
    turns[8] = Image.Transpose.ROTATE_270
    way = image.getexif().get(0x0112)
    image = image.transpose(turns[way]) if way in turns else ImageOps.exif_transpose(image)
    if image.mode in WIDE:
        values = np.asarray(image, np.float64)
        top = 1 if image.mode == "F" else 65535
        image = Image.fromarray(np.rint(255 * values / top).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return np.array(image.convert("RGB"))
