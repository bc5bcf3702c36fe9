"""Tells numbers from 0 to 1 by the largest of them, and not by the mode."""

import numpy as np
from PIL import Image, ImageOps

from vision.images import WIDE


def to_rgb(image):
    image = ImageOps.exif_transpose(image)
    if image.mode in WIDE:
        values = np.asarray(image, np.float64)
        top = 1 if values.max() <= 1 else 65535
        image = Image.fromarray(np.rint(255 * values / top).astype(np.uint8))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return np.array(image.convert("RGB"))
