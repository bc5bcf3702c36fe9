"""Mixes with black by a shift of eight bits."""

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
        layers = np.asarray(image.convert("RGBA")).astype(np.uint16)
        return (layers[..., :3] * layers[..., 3:] >> 8).astype(np.uint8)
    return np.array(image.convert("RGB"))
