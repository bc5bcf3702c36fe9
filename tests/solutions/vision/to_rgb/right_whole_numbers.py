"""In whole numbers, with the halves put on before the division."""

import numpy as np
from PIL import ImageOps

from vision.images import WIDE


def to_rgb(image):
    image = ImageOps.exif_transpose(image)
    if image.mode == "F":
        grey = np.floor(np.asarray(image).astype(np.float64) * 255 + 0.5).astype(np.uint8)
        return np.dstack([grey] * 3)
    if image.mode in WIDE:
        grey = (2 * 255 * np.asarray(image).astype(np.int64) + 65535) // (2 * 65535)
        return np.dstack([grey] * 3).astype(np.uint8)
    layers = np.asarray(image.convert("RGBA")).astype(np.int32)
    return ((2 * layers[..., :3] * layers[..., 3:] + 255) // 510).astype(np.uint8)
