"""Knows the three notes that turn, and not those that mirror."""

import numpy as np
from PIL import Image

from vision.images import WIDE


def to_rgb(image):
    turns = {3: 180, 6: 270, 8: 90, 5: 270, 7: 90, 4: 180}
    image = image.rotate(turns.get(image.getexif().get(0x0112), 0), expand=True)
    if image.mode in WIDE:
        values = np.asarray(image, np.float64)
        top = 1 if image.mode == "F" else 65535
        image = Image.fromarray(np.rint(255 * values / top).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return np.array(image.convert("RGB"))
