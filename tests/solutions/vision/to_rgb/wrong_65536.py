"""Sixteen bits as if they ended at 65536."""

import numpy as np
from PIL import Image, ImageOps

from vision.images import WIDE


def to_rgb(image):
    image = ImageOps.exif_transpose(image)
    if image.mode in WIDE:
        values = np.asarray(image, np.float64)
        top = 1 if image.mode == "F" else 65536
        image = Image.fromarray(np.rint(255 * values / top).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return np.array(image.convert("RGB"))
