"""Turns, but mirrors nothing."""

import numpy as np
from PIL import Image

from vision.images import WIDE


def to_rgb(image):
    way = image.getexif().get(0x0112, 1)
    turn = {3: 180, 6: 270, 8: 90}.get(way)
    image = image.rotate(turn, expand=True) if turn else image.copy()
    if image.mode in WIDE:
        scale = 255 if image.mode == "F" else 255 / 65535
        image = Image.fromarray(np.rint(np.asarray(image) * scale).astype(np.uint8))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return np.array(image.convert("RGB"))
